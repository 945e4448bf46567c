"""The types of the baseline: fields that are shown to everybody are attributes, guarded ones have resolvers."""

from __future__ import annotations

from datetime import datetime

import strawberry

from service.core.enums import DataClass, Salutation
from service.core.fields.contacts import CONTACT
from service.core.fields.customers import CUSTOMER
from storage import models
from tests.benchmarks.baseline.access import Rights


def _salutation(code: str | None) -> Salutation | None:
    return Salutation(code) if code else None


@strawberry.type
class Contact:
    row: strawberry.Private[models.Contact]
    rights: strawberry.Private[Rights]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"con_{self.row.id}")

    @strawberry.field
    def name(self) -> str | None:
        return self.rights.shown(CONTACT.by_name["name"], self.row.name, _salutation(self.row.salutation))

    @strawberry.field
    def title(self) -> str | None:
        return self.rights.shown(CONTACT.by_name["title"], self.row.title)

    @strawberry.field
    def mobile(self) -> str | None:
        return self.rights.shown(CONTACT.by_name["mobile"], self.row.mobile)

    @strawberry.field
    def email(self) -> str | None:
        return self.rights.shown(CONTACT.by_name["email"], self.row.email)

    @strawberry.field
    def decision_role(self) -> str | None:
        return self.rights.shown(CONTACT.by_name["decision_role"], self.row.decision_role)


@strawberry.type
class FollowUp:
    occurred_at: datetime
    mode: str
    kind: str | None
    content: str | None


@strawberry.type
class ContactConnection:
    nodes: list[Contact]


@strawberry.type
class FollowUpConnection:
    nodes: list[FollowUp]


@strawberry.type
class Customer:
    row: strawberry.Private[models.Customer]
    rights: strawberry.Private[Rights]
    id: strawberry.ID
    number: str | None
    kind: str
    stage: str
    grade: str | None
    source: str | None
    created_at: datetime

    @classmethod
    def of(cls, row: models.Customer, rights: Rights) -> Customer:
        return cls(
            row=row,
            rights=rights,
            id=strawberry.ID(f"cus_{row.id}"),
            number=row.number,
            kind=row.kind,
            stage=row.stage,
            grade=row.grade,
            source=row.source,
            created_at=row.created_at,
        )

    @strawberry.field
    def name(self) -> str | None:
        return self.rights.shown(CUSTOMER.by_name["name"], self.row.name, _salutation(self.row.salutation))

    @strawberry.field
    def mobile(self) -> str | None:
        return self.rights.shown(CUSTOMER.by_name["mobile"], self.row.mobile)

    @strawberry.field
    def address(self) -> str | None:
        return self.rights.shown(CUSTOMER.by_name["address"], self.row.address)

    @strawberry.field
    def contacts(self, first: int = 20) -> ContactConnection:
        if not self.rights.exists(DataClass.CONTACT):
            return ContactConnection(nodes=[])
        rows = list(self.row.contacts)[:first]  # type: ignore[attr-defined]
        return ContactConnection(nodes=[Contact(row=row, rights=self.rights) for row in rows])

    @strawberry.field
    def follow_ups(self, first: int = 20) -> FollowUpConnection:
        if not self.rights.exists(DataClass.BUSINESS):
            return FollowUpConnection(nodes=[])
        rows = list(self.row.follow_ups)[:first]  # type: ignore[attr-defined]
        nodes = [FollowUp(occurred_at=r.occurred_at, mode=r.mode, kind=r.kind, content=r.content) for r in rows]
        return FollowUpConnection(nodes=nodes)


@strawberry.type
class CustomerConnection:
    nodes: list[Customer]
