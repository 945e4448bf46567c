"""A viewer's rights on many customers at once, for operations that change them in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.boundary.access.record import Access, accesses, require_editable
from service.core.enums import CustomerState
from service.core.errors import Forbidden
from service.core.viewer import Viewer


@dataclass(frozen=True)
class Standing:
    """One customer that exists for the viewer."""

    state: CustomerState
    is_editable: bool
    """Whether he may edit it (D3), and it is in a state in which it is edited."""


async def standings(viewer: Viewer, customers: list[UUID]) -> dict[UUID, Standing]:
    """Those of the customers that exist for the viewer. They stay locked."""
    found = await accesses(viewer, customers, lock=True)
    return {key: Standing(access.state, _is_editable(viewer, access)) for key, access in found.items()}


def _is_editable(viewer: Viewer, access: Access) -> bool:
    try:
        require_editable(viewer, access)
    except Forbidden:
        return False
    return True
