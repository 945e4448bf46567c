"""Changing the access policy (D42). Each change is a new version, logged, and in force everywhere within 2 s."""

from __future__ import annotations

from service.boundary import audit
from service.boundary.access.snapshot import CHANNEL, SNAPSHOT
from service.boundary.work import operation
from service.core.enums import DataClass, Level, Relation, Role
from service.core.errors import Conflict, Forbidden
from service.core.viewer import Viewer
from storage.models import PolicyCell, PolicyVersion
from storage.queries import sessions

Cells = list[tuple[str, str, DataClass, Level]]
"""Kind of principal, principal, data class, level."""


async def cells(viewer: Viewer) -> tuple[int, Cells]:
    """The version of the policy and its cells. Every member of staff may know the rules."""
    version = (await PolicyVersion.get(id=1)).version
    rows = await PolicyCell.all().order_by("principal_kind", "principal", "data_class")
    return version, [(r.principal_kind, r.principal, DataClass(r.data_class), Level(r.level)) for r in rows]


@operation("policy.change")
async def change(viewer: Viewer, version: int, principal: Role | Relation, data_class: DataClass, level: Level) -> int:
    """Set one cell; the new version. `version` is the one that was looked at: two administrators cannot cross."""
    if Role.ADMIN not in viewer.roles:
        raise Forbidden("administrators_only")
    current = await PolicyVersion.filter(id=1).select_for_update().get()
    if current.version != version:
        raise Conflict(conflicts=[], current_version=current.version)
    kind = "ROLE" if isinstance(principal, Role) else "RELATION"
    cell, _ = await PolicyCell.get_or_create(  # pyright: ignore[reportUnknownMemberType]
        {"level": Level.NONE}, principal_kind=kind, principal=principal.value, data_class=data_class
    )
    before, cell.level = cell.level, level.value
    await cell.save(update_fields=["level"])
    await PolicyVersion.filter(id=1).update(version=version + 1, updated_by_id=viewer.id)
    await audit.record(
        viewer,
        "policy.change",
        subject=("PolicyCell", cell.id),
        changes={
            f"{kind}.{principal.value}.{data_class.value}": (before, level.value),
            "version": (version, version + 1),
        },
    )
    await sessions.notify(CHANNEL)
    SNAPSHOT.forget()
    return version + 1
