"""One batch of a hand-over, in one transaction with its progress.

Customers are locked in the order of their keys and before people, here and everywhere, and for some tens of
milliseconds: a batch is as large as the ones before it say. Who asked, or who approved it, is looked at anew in each
batch: what he may no longer do is not done.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.snapshot import SNAPSHOT, read_viewer
from service.core import clock
from service.core.enums import Channel, CustomerState, HandOverMode, JobKind, JobState, Relation
from service.core.errors import ErrorCode
from service.core.fields import CUSTOMER
from service.core.selection import Request
from service.core.viewer import Viewer
from service.operations import jobs
from service.operations.jobs import Hindrance
from service.rules import editing, pacing
from service.rules.pacing import Bounds
from storage.models import Job
from storage.queries import hand_over as queries
from storage.queries import people
from storage.reader.rights import rights

BATCHES = Bounds(20, 400)
FIRST = 100
"""Customers of the first batch that a process does."""
CHECKED_TOGETHER = READ_TOGETHER = 5_000
"""No lock is taken for a check, nor for reading which customers they are."""

Row = dict[str, Any]


async def step(job_id: UUID) -> bool:
    """Do the next batch of the job, in the transaction that is open; whether there is more to do."""
    PACE.unlocked(job_id)
    job = await Job.filter(id=job_id).select_for_update(no_key=True).get_or_none()
    if job is None or job.state in jobs.ENDED:
        return False
    about = await queries.about(job_id)
    viewer = await read_viewer(about["approved_by_id"] or job.requested_by_id)
    job.state, job.started_at = JobState.RUNNING, job.started_at or clock.now()
    if viewer is None and job.kind == JobKind.HAND_OVER and not about["reverting"]:
        jobs.end(job, JobState.FAILED, Hindrance(None, None, ErrorCode.USER_DISABLED))
    else:
        await _Batch(job, about, viewer).next()
    await job.save()
    return job.state not in jobs.ENDED


class _Parts:
    """The customers of a job never change: some are kept from one batch to the next, as to read any reads all."""

    def __init__(self) -> None:
        self._job_id: UUID | None = None
        self._first = 0
        self._customers: list[UUID] = []

    async def get(self, job: Job, first: int, end: int) -> list[UUID]:
        """Those from place `first` up to `end`, which is not among them."""
        if job.id != self._job_id or not self._first <= first <= end <= self._first + len(self._customers):
            customers = await queries.part(job.id, first, max(end, first + READ_TOGETHER))
            self._job_id, self._first, self._customers = job.id, first, customers
        return self._customers[first - self._first : end - self._first]


_PARTS = _Parts()


class _Pace:
    """How many customers a batch takes: from how long the last one kept its own locked, on a machine so busy."""

    def __init__(self) -> None:
        self.size = FIRST
        self._locked: tuple[UUID, int, float] | None = None

    def locked(self, job: Job, customers: int) -> None:
        """From now on they are locked, until the transaction has ended."""
        self._locked = (job.id, customers, time.perf_counter())

    def unlocked(self, job_id: UUID) -> None:
        """A transaction begins: the one before it has ended, which is of the same job unless another came between."""
        if self._locked is not None and self._locked[0] == job_id:
            _, customers, since = self._locked
            seconds = time.perf_counter() - since
            self.size = pacing.adapted(self.size, records=customers, seconds=seconds, bounds=BATCHES)
        self._locked = None


PACE = _Pace()


class _Batch:
    """The job with what it is about, for the time of one batch."""

    def __init__(self, job: Job, about: Row, viewer: Viewer | None) -> None:
        self.job = job
        self.about = about
        self.to: UUID = about["to_user_id"]
        self.whole = about["mode"] == HandOverMode.ALL_OR_NOTHING
        self.viewer = viewer and replace(viewer, channel=Channel.JOB, request_id=str(job.id))

    async def next(self) -> None:
        if self.about["reverting"]:
            await self._revert()
        elif self.whole and not self.about["checked"] and self.job.total > PACE.size:
            await self._check()
        else:
            await self._hand_over()

    async def _check(self) -> None:
        """Look at all customers before any is moved; what is in the way fails the job."""
        found: list[Hindrance] = []
        for first in range(0, self.job.total, CHECKED_TOGETHER):
            part = await queries.part(self.job.id, first, first + CHECKED_TOGETHER)
            found += self._sorted(part, await self._rows(part, lock=False))[1]
        self.job.failed = len(found)
        if found:
            jobs.end(self.job, JobState.FAILED, *found)
        else:
            await queries.mark(self.job.id, "checked")

    async def _hand_over(self) -> None:
        first = self.job.checkpoint
        part = await _PARTS.get(self.job, first, min(first + PACE.size, self.job.total))
        PACE.locked(self.job, len(part))
        movable, hindrances = self._sorted(part, await self._rows(part, lock=True))
        heir = await people.held(self.to)
        if heir is None or (heir["disabled"] and self.job.kind != JobKind.DEPARTMENT_MOVE):
            hindrances, movable = [Hindrance(None, None, ErrorCode.USER_DISABLED)], []
            await self._stop(hindrances, failed=0)
            return
        if hindrances and self.whole:
            await self._stop(hindrances, failed=len(hindrances))
            return
        after = {"owner_id": self.to, "department_id": heir["department_id"]}
        await self._give([(row, after) for row in movable])
        self.job.done += len(movable)
        self.job.failed += len(hindrances)
        jobs.note(self.job, hindrances)
        self.job.checkpoint += len(part)
        if self.job.checkpoint >= self.job.total:
            jobs.end(self.job, JobState.DONE)

    async def _stop(self, hindrances: list[Hindrance], *, failed: int) -> None:
        """What came up after the check: where it is all or nothing, what was moved is put back."""
        self.job.failed += failed
        if self.whole and self.job.checkpoint:
            jobs.note(self.job, hindrances)
            await queries.mark(self.job.id, "reverting")
        else:
            jobs.end(self.job, JobState.FAILED, *hindrances)

    async def _revert(self) -> None:
        first = max(0, self.job.checkpoint - PACE.size)
        part = await queries.part(self.job.id, first, self.job.checkpoint)
        PACE.locked(self.job, len(part))
        rows = await queries.before(part, self.job.id, self.to)
        await self._give(
            [(r, {"owner_id": r["owner_before"], "department_id": r["department_before"]}) for r in rows],
            action="customer.hand_over_reverted",
        )
        self.job.checkpoint, self.job.done = first, max(0, self.job.done - len(part))
        if first == 0:
            jobs.end(self.job, JobState.FAILED)

    async def _rows(self, part: list[UUID], *, lock: bool) -> list[Row]:
        """The customers as they are now, of those that exist for who asked."""
        if self.job.kind == JobKind.DEPARTMENT_MOVE:
            return await queries.of_owner(part, self.to)
        assert self.viewer is not None
        guards = await SNAPSHOT.guards(self.viewer)
        return list((await rights(guards, part, Request({}, self.viewer.facts), lock=lock)).values())

    def _sorted(self, part: list[UUID], rows: list[Row]) -> tuple[list[Row], list[Hindrance]]:
        """Those that can be moved, and what is in the way of the others."""
        if self.job.kind == JobKind.DEPARTMENT_MOVE:
            return rows, []  # whoever got another owner meanwhile went to his department
        by_id = {row["id"]: row for row in rows}
        movable: list[Row] = []
        hindrances: list[Hindrance] = []
        for key in part:
            row = by_id.get(key)
            code = self._in_the_way(row)
            if row is not None and code is None:
                movable.append(row)
            else:
                hindrances.append(Hindrance(key, row["number"] if row else None, code or ErrorCode.NOT_FOUND))
        return movable, hindrances

    def _in_the_way(self, row: Row | None) -> ErrorCode | None:
        assert self.viewer is not None
        if row is None:
            return ErrorCode.NOT_FOUND
        relations = frozenset({Relation.MANAGER}) if row[Relation.MANAGER] else frozenset[Relation]()
        if not editing.may_hand_over(self.viewer.roles, relations):
            return ErrorCode.NOT_YOURS_TO_HAND_OVER
        if row["state"] != CustomerState.ACTIVE:
            return ErrorCode.NOT_IN_EFFECT
        if self.about["from_user_id"] not in (None, row["owner_id"]):
            return ErrorCode.OWNER_CHANGED
        return None

    async def _give(self, moves: list[tuple[Row, Row]], action: str = "customer.hand_over") -> None:
        """Save what differs, and log it for each customer."""
        changes = [(row, _differences(row, after), after) for row, after in moves]
        changes = [(row, changed, after) for row, changed, after in changes if changed]
        if not changes:
            return
        own = [(row["id"], after["owner_id"], after["department_id"]) for row, _, after in changes]
        await queries.give(own, clock.now(), self.job.requested_by_id)
        action = "customer.change_department" if self.job.kind == JobKind.DEPARTMENT_MOVE else action
        known: audit.Digests = {}
        for row, changed, _ in changes:
            await audit.record(
                self.viewer,
                action,
                subject=(CUSTOMER.name, row["id"]),
                customer_id=row["id"],
                reason=self.about["reason"],
                changes={**changed, "version": (row["version"], row["version"] + 1)},
                actor_id=self.job.requested_by_id,
                request_id=str(self.job.id),
                channel=Channel.JOB.value,
                known=known,
            )


def _differences(row: Row, after: Row) -> dict[str, tuple[Any, Any]]:
    return {name: (row[name], value) for name, value in after.items() if row[name] != value}
