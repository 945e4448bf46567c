"""Tags on many customers at once (D19): each has its own result, some are saved together in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from service.boundary import audit
from service.boundary.access.records import Standing, standings
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CustomerState
from service.core.errors import ErrorCode, Invalid
from service.core.fields import CUSTOMER
from service.core.viewer import Viewer
from service.operations import tags
from service.operations.faults import Faults
from service.rules import tags as rules
from storage.models import Tag
from storage.queries import tags as queries

MOST, MOST_TAGS, BATCH = 1000, 50, 100
"""Customers and tags of one request, and customers of one transaction: locks are held for some tens of milliseconds."""

Codes = dict[UUID, ErrorCode | None]
"""What is in the way, by customer; None where it was done."""


@dataclass(frozen=True)
class Result:
    """What came of one customer."""

    customer_id: UUID
    code: ErrorCode | None
    """What is in the way; None where it was done."""


@dataclass(frozen=True)
class _Wanted:
    system: list[Tag]
    custom: list[str]


def _check_counts(customers: list[UUID], tag_count: int, path: str, faults: Faults) -> None:
    for name, given, most in (("customer_ids", len(customers), MOST), (path, tag_count, MOST_TAGS)):
        if not given:
            faults.add(ErrorCode.REQUIRED, name)
        elif given > most:
            faults.add(ErrorCode.TOO_MANY, name, maximum=most, given=given)


async def _by_batches(customers: list[UUID], batch: Callable[[list[UUID]], Awaitable[Codes]]) -> list[Result]:
    """In the order of the keys, as everybody locks them; the results in the order in which they were asked for."""
    asked, codes = list(dict.fromkeys(customers)), Codes()
    ordered = sorted(asked)
    for first in range(0, len(ordered), BATCH):
        codes |= await batch(ordered[first : first + BATCH])
    return [Result(key, codes[key]) for key in asked]


async def tag(viewer: Viewer, customers: list[UUID], system: list[str], custom: list[str]) -> list[Result]:
    """Put system and custom tags on customers. What one of them hinders stops no other one."""
    wanted = await _tags_to_put(viewer, customers, system, custom)
    return await _by_batches(customers, lambda part: _tag(viewer, part, wanted))


@operation("customer.tag_many", repeatable=False)
async def _tags_to_put(_viewer: Viewer, customers: list[UUID], system: list[str], custom: list[str]) -> _Wanted:
    faults = Faults()
    _check_counts(customers, len(system) + len(custom), "system_tags", faults)
    faults.settle()
    wanted = _Wanted(await tags.offered(system, faults), tags.custom_names(custom, faults))
    faults.settle()
    return wanted


@operation("customer.tag")
async def _tag(viewer: Viewer, part: list[UUID], wanted: _Wanted) -> Codes:
    known = await standings(viewer, part)
    codes: Codes = {key: _hindrance(known.get(key)) for key in part}
    free = [key for key, code in codes.items() if code is None]
    chosen = wanted.system + await tags.made(wanted.custom) if free else []
    new = await queries.attach(free, [tag.id for tag in chosen], clock.now()) if free else {}
    for key, code in codes.items():
        names = [tag.name for tag in chosen if tag.id in new.get(key, ())]
        await _note(viewer, "customer.tag", key, code, (None, names) if names else None)
    return codes


async def untag(viewer: Viewer, customers: list[UUID], tag_ids: list[UUID]) -> list[Result]:
    """Take tags off customers; one in effect keeps at least one system tag, and is then left as it was (D31)."""
    await _check_untagging(viewer, customers, tag_ids)
    return await _by_batches(customers, lambda part: _untag(viewer, part, frozenset(tag_ids)))


@operation("customer.untag_many", repeatable=False)
async def _check_untagging(_viewer: Viewer, customers: list[UUID], tag_ids: list[UUID]) -> None:
    faults = Faults()
    _check_counts(customers, len(tag_ids), "tag_ids", faults)
    faults.settle()


@operation("customer.untag")
async def _untag(viewer: Viewer, part: list[UUID], tag_ids: frozenset[UUID]) -> Codes:
    known = await standings(viewer, part)
    codes: Codes = {key: _hindrance(known.get(key)) for key in part}
    borne = await queries.borne([key for key, code in codes.items() if code is None])
    for key, bears in borne.items():
        if known[key].state is CustomerState.ACTIVE:
            codes[key] = _last_system_tag({tag: is_system for tag, (_, is_system) in bears.items()}, tag_ids)
    going = {key: [tag for tag in bears if tag in tag_ids] for key, bears in borne.items() if codes[key] is None}
    await queries.detach([(key, tag) for key, taken in going.items() for tag in taken])
    for key, code in codes.items():
        names = [borne[key][tag][0] for tag in going.get(key, ())]
        await _note(viewer, "customer.untag", key, code, (names, None) if names else None)
    return codes


def _hindrance(standing: Standing | None) -> ErrorCode | None:
    if standing is None:
        return ErrorCode.NOT_FOUND
    return None if standing.is_editable else ErrorCode.FORBIDDEN


def _last_system_tag(bears: dict[UUID, bool], going: frozenset[UUID]) -> ErrorCode | None:
    try:
        rules.check_removal(bears, going)
    except Invalid as fault:
        return fault.code
    return None


async def _note(
    viewer: Viewer,
    action: str,
    customer_id: UUID,
    code: ErrorCode | None,
    change: tuple[list[str] | None, list[str] | None] | None,
) -> None:
    """One row of the log for each customer that changed, and for each that was refused."""
    subject = (CUSTOMER.name, customer_id)
    if code is not None:
        await audit.record(
            viewer, action, subject=subject, customer_id=customer_id, reason=code.value, outcome=audit.REFUSED
        )
    elif change is not None:
        await audit.record(viewer, action, subject=subject, customer_id=customer_id, changes={"tags": change})
