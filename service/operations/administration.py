"""What every change of staff and departments begins and ends with: one at a time, by who may at this moment (D2)."""

from __future__ import annotations

from dataclasses import replace

from service.boundary.access.snapshot import CHANNEL, SNAPSHOT, read_viewer
from service.core.enums import Role
from service.core.errors import Forbidden, Unauthenticated
from service.core.viewer import Viewer
from storage.queries import people, sessions


async def enter(viewer: Viewer, *also: Role) -> Viewer:
    """The administrator (or who has one of the roles `also`) as he is now; others wait until this transaction ends.

    Such changes are rare. Alone, two administrators cannot lower each other, nor two moves tie a knot into the tree of
    departments; and rows are locked in any order.
    """
    admit(viewer, *also)
    await people.lock_administration()
    now = await read_viewer(viewer.id, viewer.session_id)
    if now is None:  # disabled, or signed out everywhere, by whoever was before
        raise Unauthenticated("session_ended")
    admit(now, *also)
    return replace(
        viewer, roles=now.roles, department_id=now.department_id, managed=now.managed, deputises=now.deputises,
        grants=now.grants,
    )  # fmt: skip


def admit(viewer: Viewer, *also: Role) -> None:
    """Administrators, and who has one of the roles `also`."""
    if not viewer.is_(Role.ADMIN, *also):
        raise Forbidden("administrators_and_hr_only" if also else "administrators_only")


async def announce() -> None:
    """Let every process read people and departments anew, once this transaction has committed."""
    await sessions.notify(CHANNEL)
    SNAPSHOT.forget()
