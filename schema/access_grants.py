"""Access to fields of customers of another department: asking for it, who has it, and who has used it (D45)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.payloads import answer, key_of, payload
from schema.core.reading import Resolver, list_resolver, resolve_payload_record, resolve_record
from schema.core.scalars import DateTime
from schema.core.types import argument, lazy, list_field, record_field
from schema.saved_filters import Reader, filter_key
from service.core import enums
from service.core.errors import UserErrors
from service.core.fields import ACCESS_GRANT, APPROVAL, CUSTOMER
from service.core.ids import to_global
from service.core.viewer import Viewer
from service.operations import access_grants, sharing

AccessGrantPayload = payload("AccessGrantPayload", "AccessGrant", "access_grant", "A grant that was withdrawn.")


@strawberry.input(description="Asks for access to fields of customers of another department.")
class RequestAccessInput:
    customer_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The customers, at most 10,000, in effect."
    )
    filter_id: strawberry.ID | None = strawberry.field(
        default=None, description="Or a saved filter: the customers that it finds for you now, not those of tomorrow."
    )
    delivery: graphql_enum(enums.AccessDelivery) = strawberry.field(  # type: ignore[valid-type]
        default=enums.AccessDelivery.GRANT, description="Opened in the service unless said otherwise, or as a file."
    )
    data_classes: list[graphql_enum(enums.DataClass)] = strawberry.field(  # type: ignore[valid-type]
        description="BUSINESS, COMMERCIAL or CONTACT; the last one stays masked."
    )
    purpose: str = strawberry.field(description="What the data is needed for; at most 200 characters.")
    begins_at: DateTime | None = strawberry.field(
        default=None, description="From when on; as soon as it is granted, if it is not given."
    )
    until: DateTime = strawberry.field(description="When it ends by itself, at most CRM_ACCESS_DAYS from now.")


@strawberry.type(description="The part of a request that one department decides about.")
class RequestedAccess:
    access_grant: Any = strawberry.field(graphql_type=lazy("AccessGrant") | None, description="What was asked for.")
    approval: Any = strawberry.field(
        graphql_type=lazy("Approval") | None,
        description="The request: a manager of the department approves it first, then a data steward. Null where the"
        " customers have authorised it in writing (D46).",
    )


@strawberry.type(description="What was asked for: a part for each department that answers for some of the customers.")
class RequestAccessPayload:
    requests: list[RequestedAccess] = strawberry.field(description="Empty where nothing was saved.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.input(description="Asks to give data of customers to somebody outside the company, as a masked file.")
class RequestSharingInput:
    customer_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The customers, at most 10,000, in effect."
    )
    filter_id: strawberry.ID | None = strawberry.field(
        default=None, description="Or a saved filter: the customers that it finds for you now."
    )
    recipient: str = strawberry.field(description="Who is given the file; at most 100 characters.")
    for_marketing: bool = strawberry.field(
        default=False,
        description="Only customers that have agreed to marketing: others that are named are refused, others that are"
        " found are left out.",
    )
    data_classes: list[graphql_enum(enums.DataClass)] = strawberry.field(  # type: ignore[valid-type]
        description="BUSINESS, COMMERCIAL or CONTACT; the last one is masked."
    )
    purpose: str = strawberry.field(description="What the data is needed for; at most 200 characters.")
    until: DateTime = strawberry.field(description="When the file is erased, at most CRM_ACCESS_DAYS from now.")


@strawberry.input(description="Ends a grant before its time.")
class WithdrawAccessInput:
    id: strawberry.ID = strawberry.field(description="The grant.")
    version: int = strawberry.field(description="The version that you read; a stale one is refused.")
    reason: str | None = strawberry.field(
        default=None, description="Why; needed unless you give back what was granted to you."
    )


_ID = argument(strawberry.ID, "The grant.")


@strawberry.type
class AccessGrantsQuery:
    access_grants: Any = list_field(
        "AccessGrant", "Who has, had or asks for access to what, as far as it exists for you; the newest first (D45)."
    )
    access_grant: Any = record_field("AccessGrant", "One grant; null where it does not exist for you.", id=_ID)
    access_uses: Any = list_field("AccessUse", "When grants that exist for you were used, the newest first (D45).")


@strawberry.type
class AccessGrantsMutation:
    @strawberry.mutation(
        description="Ask for access to fields of customers of another department. It is in force once two people have"
        " agreed, until it expires or is withdrawn (D45)."
    )
    async def request_access(self, info: strawberry.Info, input: RequestAccessInput) -> RequestAccessPayload:
        wanted = access_grants.Wanted(
            delivery=input.delivery,
            data_classes=list(input.data_classes), purpose=input.purpose, begins_at=input.begins_at, until=input.until,
            **_customers(input),
        )  # fmt: skip
        return await _asked(info, lambda viewer, reader: access_grants.ask(viewer, wanted, reader))

    @strawberry.mutation(
        description="Ask to give data of customers to somebody outside the company. The file is made at once of those"
        " that have authorised it in writing, and of the others once two people have agreed (D46)."
    )
    async def request_sharing(self, info: strawberry.Info, input: RequestSharingInput) -> RequestAccessPayload:
        wanted = sharing.Wanted(
            recipient=input.recipient, for_marketing=input.for_marketing, data_classes=list(input.data_classes),
            purpose=input.purpose, until=input.until, **_customers(input),
        )  # fmt: skip
        return await _asked(info, lambda viewer, reader: sharing.ask(viewer, wanted, reader))

    @strawberry.mutation(
        description="End a grant: its holder, a manager of the customers' department, a data steward. In force at once."
    )
    async def withdraw_access(self, info: strawberry.Info, input: WithdrawAccessInput) -> AccessGrantPayload:  # type: ignore[valid-type]
        key = key_of(input.id, ACCESS_GRANT)
        return await answer(
            info,
            AccessGrantPayload,
            lambda viewer: access_grants.withdraw(viewer, key, input.version, input.reason),
        )


def _customers(given: RequestAccessInput | RequestSharingInput) -> dict[str, Any]:
    named = None if given.customer_ids is None else [key_of(key, CUSTOMER) for key in given.customer_ids]
    return {"customer_ids": named, "filter_id": None if given.filter_id is None else filter_key(given.filter_id)}


async def _asked(
    info: strawberry.Info, ask: Callable[[Viewer, Reader], Awaitable[Sequence[access_grants.Asked | sharing.Asked]]]
) -> RequestAccessPayload:
    viewer, locale = await info.context.require_viewer(), info.context.locale
    try:
        asked = await ask(viewer, Reader(info.schema._schema, locale))
    except UserErrors as refused:
        return RequestAccessPayload(requests=[], user_errors=user_errors(refused, locale))
    made = [
        RequestedAccess(
            access_grant=to_global(ACCESS_GRANT.prefix, one.grant_id),
            approval=one.approval_id and to_global(APPROVAL.prefix, one.approval_id),
        )
        for one in asked
    ]
    return RequestAccessPayload(requests=made, user_errors=[])


RESOLVERS: dict[str, Resolver] = {
    "Query.accessGrants": list_resolver(),
    "Query.accessGrant": resolve_record,
    "Query.accessUses": list_resolver(),
    "RequestedAccess.accessGrant": resolve_payload_record("access_grant"),
    "RequestedAccess.approval": resolve_payload_record("approval"),
}
