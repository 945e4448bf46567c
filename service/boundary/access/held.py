"""What a viewer is to one access grant (D45), by the SQL that reads use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from service.core.enums import AccessState
from service.core.errors import NotFound
from service.core.selection import Request
from service.core.viewer import Viewer
from storage.models import AccessGrant
from storage.reader import grants


@dataclass(frozen=True)
class Held:
    """A grant that exists for the viewer."""

    grant: AccessGrant
    state: AccessState
    is_answerable: bool
    """Whether it is his to end: he holds it, or answers for its customers."""


async def held(viewer: Viewer, grant_id: UUID) -> Held:
    """The grant as it is while nobody else can change it. NOT_FOUND where it does not exist for the viewer."""
    found = await held_by_key(viewer, [grant_id], lock=True)
    if not found:
        raise NotFound
    return found[grant_id]


async def held_by_key(viewer: Viewer, keys: Collection[UUID], *, lock: bool = False) -> dict[UUID, Held]:
    """The same of each of the grants that exists for the viewer, in one statement."""
    rows = await grants.rights(list(keys), Request({}, viewer.facts), lock=lock) if keys else []
    return {grant.id: Held(grant, AccessState(row["state"]), row["answers"]) for grant, row in rows}
