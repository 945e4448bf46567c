"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from service.core.enums import Channel, Relation, Role

_DECIDING = frozenset({Role.SALES_MANAGER, Role.SERVICE_MANAGER, Role.DATA_STEWARD, Role.HR})


@dataclass(frozen=True)
class Post:
    """Somebody's place in the house: what he decides about follows from it (D34)."""

    person: UUID
    roles: frozenset[Role]
    department_id: UUID | None
    managed: tuple[UUID, ...]


@dataclass(frozen=True)
class Viewer:
    """A member of staff at work: what guards and operations need to know. At most 2 s old (design §8)."""

    id: UUID
    staff_number: str
    name: str
    roles: frozenset[Role]
    department_id: UUID | None
    managed: tuple[UUID, ...]
    """The departments that the person manages, with everything below them."""
    deputises: tuple[Post, ...] = ()
    """The posts of those who are away and have left their decisions to him (D34)."""
    grants: tuple[UUID, ...] = ()
    """The access grants in force that he holds (D45)."""
    must_change_password: bool = False
    session_epoch: int = 1
    session_id: UUID | None = None
    channel: Channel = Channel.API
    locale: str = "zh-CN"
    request_id: str | None = None

    def is_(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def managing(self) -> frozenset[Relation]:
        """The relation MANAGER, where there are departments that the person manages."""
        return frozenset({Relation.MANAGER}) if self.managed else frozenset()

    @property
    def decides(self) -> bool:
        """Whether he may be an approver of something that he does not manage, and that he is no administrator of."""
        return bool(self.deputises) or not self.roles.isdisjoint(_DECIDING)

    @property
    def rights(self) -> tuple[Any, ...]:
        """What everything that he is shown follows from, besides the policy."""
        return self.id, self.roles, self.department_id, self.managed, self.deputises, self.grants

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What guards compare with, by the names that they know it by.

        Lists of the same length belong together: who heads which department, who has which role in which department.
        """
        posts = (Post(self.id, self.roles, self.department_id, self.managed), *self.deputises)
        heads = [(post.person, department) for post in posts for department in post.managed]
        roles = [(post.person, role.value, post.department_id) for post in posts for role in sorted(post.roles)]
        return {
            "id": self.id, "department_id": self.department_id, "managed": list(self.managed),
            "heads": [person for person, _ in heads], "headed": [department for _, department in heads],
            "bearers": [person for person, _, _ in roles], "roles": [role for _, role, _ in roles],
            "places": [department for _, _, department in roles], "grants": list(self.grants),
        }  # fmt: skip
