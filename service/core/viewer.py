"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.core.enums import Channel, Relation, Role


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
