"""Changing the access policy (D42). Each change is a new version, logged, and in force everywhere within 2 s."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.boundary import audit
from service.boundary.access.policy import MOST_OF_HOLDERS
from service.boundary.access.snapshot import CHANNEL, SNAPSHOT, read_policy
from service.boundary.work import operation
from service.core.enums import DataClass, Level, Relation, Role
from service.core.errors import BadRequest, Conflict
from service.core.viewer import Viewer
from service.operations import administration
from storage.models import PolicyCell, PolicyVersion
from storage.queries import people, sessions, versions

Cells = list[tuple[str, str, DataClass, Level]]
"""Kind of principal, principal, data class, level."""

SAMPLE = 10
"""Names that a preview gives."""


async def cells(viewer: Viewer) -> tuple[int, Cells]:
    """The version of the policy and its cells. Every member of staff may know the rules."""
    version = (await PolicyVersion.get(id=1)).version
    rows = await PolicyCell.all().order_by("principal_kind", "principal", "data_class")
    return version, [(r.principal_kind, r.principal, DataClass(r.data_class), Level(r.level)) for r in rows]


def check_holders(principal: Role | Relation, data_class: DataClass, level: Level) -> None:
    """Refuse what the policy would not honour: who holds an access grant is shown contact data masked, if at all."""
    most = MOST_OF_HOLDERS.get(data_class) if principal is Relation.GRANT_HOLDER else None
    if most is not None and level.rank > most.rank:
        raise BadRequest("grants_stay_masked")


@operation("policy.change")
async def change(viewer: Viewer, version: int, principal: Role | Relation, data_class: DataClass, level: Level) -> int:
    """Set one cell; the new version. `version` is the one that was looked at: two administrators cannot cross."""
    administration.admit(viewer)
    check_holders(principal, data_class, level)
    current = await PolicyVersion.filter(id=1).select_for_update().get()
    kind = "ROLE" if isinstance(principal, Role) else "RELATION"
    cell, _ = await PolicyCell.get_or_create(  # pyright: ignore[reportUnknownMemberType]
        {"level": Level.NONE}, principal_kind=kind, principal=principal.value, data_class=data_class
    )
    name = f"{kind}.{principal.value}.{data_class.value}"
    if current.version != version:
        base = (await versions.at_version(cell.id, version, [name])).get(name, cell.level)
        values = {"field": name, "base": str(base), "current": str(cell.level), "wanted": level.value}
        raise Conflict(conflicts=[values], current_version=current.version)
    before, cell.level = cell.level, level.value
    await cell.save(update_fields=["level"])
    await PolicyVersion.filter(id=1).update(version=version + 1, updated_by_id=viewer.id)
    await audit.record(
        viewer,
        "policy.change",
        subject=("PolicyCell", cell.id),
        changes={name: (before, level.value), "version": (version, version + 1)},
    )
    await sessions.notify(CHANNEL)
    SNAPSHOT.forget()
    return version + 1


@dataclass(frozen=True)
class Effect:
    """For so many people the level goes from one to another, in some relation in which they can be to a customer."""

    before: Level
    after: Level
    people: int


@dataclass(frozen=True)
class Preview:
    """Whom a change of one cell would concern. Nothing is changed."""

    version: int
    people: int
    by_role: list[tuple[Role, int]]
    effects: list[Effect]
    sample: list[str]
    """Names, by staff number."""


async def preview(viewer: Viewer, principal: Role | Relation, data_class: DataClass, level: Level) -> Preview:
    """Who would gain or lose what, reckoned by the very policy that guards reads, with the cell as it would be."""
    administration.admit(viewer)
    check_holders(principal, data_class, level)
    now = await read_policy()
    then = now.with_cell(principal, data_class, level)
    concerned: list[tuple[str, frozenset[Role]]] = []
    effects: Counter[tuple[Level, Level]] = Counter()
    for person in await people.active_staff():
        roles = frozenset(Role(role) for role in person["roles"])
        changes = {
            (before, after)
            for relation in _possible(person)
            if (before := now.level(roles, relation, data_class))
            is not (after := then.level(roles, relation, data_class))
        }
        effects.update(changes)
        if changes:
            concerned.append((person["name"], roles))
    by_role = Counter(role for _, roles in concerned for role in roles)
    return Preview(
        version=now.version,
        people=len(concerned),
        by_role=[(role, by_role[role]) for role in Role if by_role[role]],
        effects=[Effect(before, after, effects[before, after]) for before, after in sorted(effects)],
        sample=[name for name, _ in concerned[:SAMPLE]],
    )


def _possible(person: dict[str, Any]) -> Iterator[Relation]:
    """What a person can be to a customer today; to any he is at least one of the staff."""
    needed = {
        Relation.OWNER: "owns",
        Relation.COLLABORATOR: "collaborates",
        Relation.SAME_DEPARTMENT: "has_department",
        Relation.MANAGER: "manages",
        Relation.COLLABORATOR_MANAGER: "manages",
    }
    return (relation for relation in Relation if relation not in needed or person[needed[relation]])
