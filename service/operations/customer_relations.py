"""Relations between customers, and the network that they make (D11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, access_to, editable, is_in_effect_for
from service.boundary.access.snapshot import SNAPSHOT
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CustomerRelationKind
from service.core.errors import ErrorCode, FieldError, NotFound
from service.core.fields import CUSTOMER, CUSTOMER_RELATION
from service.core.selection import Request
from service.core.viewer import Viewer
from service.operations import edits
from service.operations.faults import Faults
from service.rules import customer_relations as rules
from service.rules import editing, texts
from storage.models import CustomerRelation
from storage.queries import customer_relations as queries
from storage.reader import network as walking

LONGEST_NOTE = 200
DEEPEST, MOST_CUSTOMERS = 4, 200
"""How far a network is walked, and how many customers it shows."""

Saved = tuple[UUID, list[FieldError]]
"""The relation's key, and what is worth a warning."""


@dataclass(frozen=True)
class Network:
    """Customers by how many steps they are away, the nearest first, and the relations among them."""

    depths: dict[UUID, int]
    relations: list[UUID]
    is_truncated: bool


def admit(access: Access) -> None:
    """What every change of a relation takes besides: to see relations in full."""
    access.require_full(CUSTOMER_RELATION, ("kind",))


@operation("customer_relation.add", on=CUSTOMER.name)
async def add(viewer: Viewer, from_id: UUID, to_id: UUID, given: dict[str, Any]) -> Saved:
    """Say what one customer is to another. Who edits the first says so; the second must exist for him."""
    kind = CustomerRelationKind(given["kind"])
    if kind in rules.HIERARCHY:
        await queries.lock_hierarchy()
    await queries.lock_customers(from_id, to_id)
    access = await editable(viewer, from_id, CUSTOMER_RELATION)
    admit(access)
    access.require_full(CUSTOMER_RELATION, given)
    faults = Faults()
    note = given.get("note")
    words = None if texts.is_blank(note) else faults.text(("note",), str(note), maximum=LONGEST_NOTE)
    if await _are_two_in_effect(viewer, access, to_id, faults):
        await _check(kind, from_id, to_id, faults)
    faults.settle()
    relation = await CustomerRelation.create(from_customer_id=from_id, to_customer_id=to_id, kind=kind, note=words)
    said = {"kind": kind.value, "from_customer": str(from_id), "to_customer": str(to_id)}
    changes = {name: (None, value) for name, value in said.items()}
    await _record(
        viewer, "customer_relation.add", relation, from_id, changes | ({"note": (None, words)} if words else {})
    )
    await _record(viewer, "customer_relation.add", relation, to_id, changes)
    return relation.id, faults.warnings


async def _are_two_in_effect(viewer: Viewer, access: Access, to_id: UUID, faults: Faults) -> bool:
    faults.tried(("from_customer_id",), editing.check_in_effect, access.state)
    if to_id == access.customer_id:
        faults.add(ErrorCode.SAME_CUSTOMER, "to_customer_id")
    elif not await is_in_effect_for(viewer, to_id):
        faults.add(ErrorCode.NOT_FOUND, "to_customer_id")
    else:
        return True
    return False


async def _check(kind: CustomerRelationKind, from_id: UUID, to_id: UUID, faults: Faults) -> None:
    """The same is said once; a customer has one parent at most, who does not stand below it."""
    pairs = [(from_id, to_id), (to_id, from_id)] if kind in rules.SYMMETRIC else [(from_id, to_id)]
    for one, other in pairs:
        if await CustomerRelation.exists(from_customer_id=one, to_customer_id=other, kind=kind, removed_at=None):
            faults.add(ErrorCode.ALREADY_EXISTS, "to_customer_id")
            return
    if kind in rules.HIERARCHY:
        parents = await queries.parents((from_id, to_id), rules.HIERARCHY)
        faults.tried(("to_customer_id",), rules.check_parent, parents, parent=from_id, child=to_id)


async def _record(
    viewer: Viewer, action: str, relation: CustomerRelation, customer_id: UUID, changes: audit.Changes
) -> None:
    """Either customer has a row of its own in the log: what happened to it is found there."""
    subject = (CUSTOMER_RELATION.name, relation.id)
    await audit.record(viewer, action, subject=subject, customer_id=customer_id, changes=changes)


async def _find(viewer: Viewer, relation_id: UUID) -> tuple[CustomerRelation, Access]:
    """The relation with the viewer's rights on the customer that it comes from; NOT_FOUND unless both exist for him."""
    relation = await CustomerRelation.get_or_none(id=relation_id, removed_at=None)
    if relation is None:
        raise NotFound
    await queries.lock_customers(relation.from_customer_id, relation.to_customer_id)
    await access_to(viewer, relation.to_customer_id)
    access = await editable(viewer, relation.from_customer_id, CUSTOMER_RELATION)
    # Read again: the customers are locked only now.
    relation = await CustomerRelation.get_or_none(id=relation_id, removed_at=None)
    if relation is None:
        raise NotFound
    return relation, access


@operation("customer_relation.remove", on=CUSTOMER_RELATION.name)
async def remove(viewer: Viewer, relation_id: UUID, version: int) -> UUID:
    """Say that it is so no longer; it stays in the logs of both customers."""
    relation, access = await _find(viewer, relation_id)
    admit(access)
    await edits.require_version(CUSTOMER_RELATION, relation, version, {})
    values = {"removed_at": clock.now()}
    action, from_id = "customer_relation.remove", relation.from_customer_id
    changed = await edits.save(viewer, action, CUSTOMER_RELATION, relation, values, customer_id=from_id)
    await _record(viewer, action, relation, relation.to_customer_id, changed)
    return from_id


async def network(
    viewer: Viewer, customer_id: UUID, depth: int, kinds: list[CustomerRelationKind] | None
) -> Network | None:
    """What is reached from a customer in so many steps, over relations either way; None where it does not exist."""
    guards = await SNAPSHOT.guards(viewer)
    request, codes = Request({}, viewer.facts), [kind.value for kind in kinds or CustomerRelationKind]
    found = await walking.walk(guards, customer_id, depth, codes, MOST_CUSTOMERS, request)
    if not found:
        return None
    depths = {row["id"]: row["depth"] for row in found[:MOST_CUSTOMERS]}
    relations = await walking.between(guards, list(depths), codes, request)
    return Network(depths, relations, is_truncated=len(found) > MOST_CUSTOMERS)
