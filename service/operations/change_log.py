"""Sealing the change log, checking that it is what was sealed, and dropping what need not be kept (D35, SEC-G1, G3)."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum

import structlog

from service.boundary.jobs import scheduled
from service.core import clock
from service.core.settings import settings
from service.rules import chain as rules
from service.rules.chain import GENESIS, Segment
from storage import checkpoints, objects
from storage.queries import chain

LARGEST = 5_000
"""Rows of one segment."""
SEGMENTS_AT_ONCE = 10
VALUES_AT_ONCE = 100_000
LOOKED_AT_ONCE = 20_000
"""Rows that verifying asks for in one statement."""
SMALLEST = 500
"""Segments of one statement, where they are small."""
NAMED = 20
"""Rows that a fault names."""

log = structlog.get_logger()


def _key() -> bytes:
    return rules.signing_key(settings().digest_secret.get_secret_value())


@scheduled("change_log.seal")
async def seal() -> int:
    """Seal what was logged and committed; how many rows that were.

    Before, note apart from the database how far the chain has come: of that nothing can be rolled back any more.
    """
    await chain.alone()
    last = await chain.last()
    if last is not None:
        await _note(*last)
    number, previous = last or (0, GENESIS)
    sealed = 0
    for _ in range(SEGMENTS_AT_ONCE):
        taken = await chain.take(LARGEST)
        if taken is None:
            break
        number += 1
        members = taken.pop("members")
        del taken["taken"]
        segment = Segment(number=number, sealed_at=clock.now(), size=len(members), previous=previous, **taken)
        signature = rules.signature(_key(), segment.hash)
        await chain.add({**asdict(segment), "members": members, "hash": segment.hash, "signature": signature})
        previous, sealed = segment.hash, sealed + segment.size
    return sealed


async def _note(number: int, hashed: bytes) -> None:
    try:
        await checkpoints.keep(settings(), rules.checkpoint(_key(), number, hashed), clock.now())
    except objects.StoreError as error:
        log.warning("checkpoint_not_kept", error=type(error).__name__)


@scheduled("change_log.drop")
async def drop() -> int:
    """Drop the oldest month that need not be kept any more; 1 where one is gone."""
    await chain.alone()
    before = clock.now() - timedelta(days=settings().change_log_days)
    month, last = await chain.droppable(before), await chain.last()
    if month is None or last is None or not await chain.drop(month, VALUES_AT_ONCE):
        return 0
    signature = rules.signature(_key(), rules.drop_statement(month, last[0]))
    await chain.note_drop(month, last[0], signature, clock.now())
    return 1


class Fault(StrEnum):
    """What is wrong with the log."""

    ALTERED = "ALTERED"
    MISSING = "MISSING"
    ADDED = "ADDED"
    BROKEN = "BROKEN"
    UNSIGNED = "UNSIGNED"
    CUT = "CUT"
    DROPPED = "DROPPED"


SAID = {
    Fault.ALTERED: "a row of the segment is not what was sealed",
    Fault.MISSING: "rows that were logged are gone",
    Fault.ADDED: "there are rows that were never logged by the service",
    Fault.BROKEN: "the segment does not follow the one before",
    Fault.UNSIGNED: "the signature was not made with this key",
    Fault.CUT: "a checkpoint tells of a segment that is not there, or is another one",
    Fault.DROPPED: "that a month was dropped is not signed with this key",
}


@dataclass
class Found:
    """One thing that is wrong, in which segment, and the rows concerned as far as they can be named."""

    fault: Fault
    segment: int | None = None
    rows: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        where = "" if self.segment is None else f"segment {self.segment}: "
        return f"{self.fault}: {where}{SAID[self.fault]}{': ' if self.rows else ''}{', '.join(self.rows)}"


@dataclass
class Checked:
    """What was looked at, and everything that is wrong with it."""

    segments: int = 0
    rows: int = 0
    missing: int = 0
    waiting: int = 0
    """Rows that are not sealed yet."""
    checkpoints: int | None = None
    """None where the object store did not answer."""
    faults: list[Found] = field(default_factory=list[Found])


async def verify() -> Checked:
    """Check every row of the log against what was sealed, the chain, its signatures, and how far it had come."""
    checked, hashes = Checked(), dict[int, bytes]()
    expected = await _checkpoints(checked)  # before the log: of what is sealed meanwhile they must not tell
    async with chain.snapshot(settings().database_url.get_secret_value()) as snapshot:
        dropped = await _dropped(snapshot, checked)
        async for batch in _batches(snapshot, checked, hashes):
            await _content(snapshot, [one for one in batch if one.month not in dropped], checked)
        await _outside(snapshot, checked)
    for number, hashed in expected:
        if hashes.get(number) != hashed:
            checked.faults.append(Found(Fault.CUT, number))
    return checked


async def _checkpoints(checked: Checked) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    try:
        lines = await checkpoints.kept(settings())
    except objects.StoreError:
        return found
    for line in lines:
        try:
            found.append(rules.read_checkpoint(_key(), line))
        except ValueError:
            checked.faults.append(Found(Fault.UNSIGNED, rows=["a checkpoint"]))
    checked.checkpoints = len(found)
    return found


async def _dropped(snapshot: chain.Snapshot, checked: Checked) -> set[date]:
    """The months that were dropped by the service."""
    found: set[date] = set()
    for row in await snapshot.drops():
        said = rules.drop_statement(row["month"], row["last_number"])
        if hmac.compare_digest(rules.signature(_key(), said), row["signature"]):
            found.add(row["month"])
        else:
            checked.faults.append(Found(Fault.DROPPED, rows=[row["month"].isoformat()]))
    return found


async def _batches(
    snapshot: chain.Snapshot, checked: Checked, hashes: dict[int, bytes]
) -> AsyncGenerator[list[Segment]]:
    """The segments, some at once, each compared with the one before and with its signature."""
    number, previous = 0, GENESIS
    batch: list[Segment] = []
    async for row in snapshot.segments():
        kept = dict(row)
        hashed, signature = kept.pop("hash"), kept.pop("signature")
        segment = Segment(**kept)
        if (segment.number, segment.previous, segment.hash) != (number + 1, previous, hashed):
            checked.faults.append(Found(Fault.BROKEN, segment.number))
        if not hmac.compare_digest(rules.signature(_key(), segment.hash), signature):
            checked.faults.append(Found(Fault.UNSIGNED, segment.number))
        number, previous = segment.number, segment.hash
        hashes[number] = segment.hash
        checked.segments += 1
        batch.append(segment)
        if len(batch) >= SMALLEST or sum(one.size for one in batch) >= LOOKED_AT_ONCE:
            yield batch
            batch = []
    yield batch


async def _content(snapshot: chain.Snapshot, batch: list[Segment], checked: Checked) -> None:
    if not batch:
        return
    found = await snapshot.found(batch[0].number, batch[-1].number)
    for segment in batch:
        checked.rows += segment.size
        size, content = found[segment.number]
        checked.missing += segment.size - size
        if size < segment.size:
            missing = await snapshot.missing(segment.number, NAMED)
            checked.faults.append(Found(Fault.MISSING, segment.number, [str(key) for key in missing]))
        elif content != segment.content:
            checked.faults.append(Found(Fault.ALTERED, segment.number))


async def _outside(snapshot: chain.Snapshot, checked: Checked) -> None:
    """What is in no segment: rows that wait, and rows that nobody logged."""
    counts = await snapshot.counts()
    checked.waiting = counts["waiting"]
    if counts["listed"] > counts["waiting"]:
        gone = counts["listed"] - counts["waiting"]
        checked.faults.append(Found(Fault.MISSING, rows=[f"{gone} that waited to be sealed"]))
    if counts["rows"] - counts["waiting"] > checked.rows - checked.missing:
        strays = await snapshot.strays(NAMED)
        checked.faults.append(Found(Fault.ADDED, rows=[str(key) for key in strays]))
