"""Checks of attachments in which a fault strikes at a chosen step: the cells of a matrix (D40, SEC-H, SEC-J)."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from service.core import clock
from service.core.enums import AttachmentState
from service.core.settings import settings
from service.rules.files import keys
from storage import objects
from storage.models import Attachment, FileContent, OutboxMessage
from tests.builders import files, people
from tests.builders.attachments import make_attachment
from tests.builders.customers import make_customer
from tests.faults.passage import Passage, passage
from tests.faults.running import Broker, Fleet, Observer, children
from tests.storage.scanning.daemon import Daemon

RECOVERY = 60.0
"""Seconds from the end of a fault to the end of the check that it struck."""
AWHILE = 3.0
"""Seconds that a part is away."""


class Step(StrEnum):
    """What a check does, in its order, as it is seen from outside of the worker."""

    FETCH = "fetch"
    SCAN = "scan"
    STORE = "store"
    VERDICT = "verdict"
    FETCH_AGAIN = "fetch for pictures"
    PICTURE = "store a picture"
    RELEASE = "release"


@dataclass
class Cell:
    """One attachment, and the step of its check at which the fault strikes, once."""

    step: Step
    content: bytes
    infected: bool = False
    id: UUID | None = None
    struck: bool = False
    healed_at: float | None = None
    ended_at: float | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def store_words(self) -> dict[Step, bytes]:
        """How the requests to the store begin, by step."""
        own, clean = settings(), keys.content(self.sha256)
        return {
            Step.FETCH: f"GET /{own.s3_quarantine_bucket}/{self.id} ".encode(),
            Step.STORE: f"PUT /{own.s3_bucket}/{clean} ".encode(),
            Step.FETCH_AGAIN: f"GET /{own.s3_bucket}/{clean} ".encode(),
            Step.PICTURE: f"PUT /{own.s3_bucket}/{keys.picture(self.sha256, keys.PREVIEW)} ".encode(),
            Step.RELEASE: f"DELETE /{own.s3_quarantine_bucket}/{self.id} ".encode(),
        }


@dataclass
class Field:
    """The parts between which a check goes on."""

    fleet: Fleet
    broker: Broker
    observer: Observer
    daemon: Daemon
    cells: list[Cell]
    store: Passage = field(init=False)
    scanner: Passage = field(init=False)
    strike: Callable[[Field], Awaitable[None]] = field(init=False)
    """Does the harm, and returns when it is over."""
    strikes: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def heard_by_store(self, piece: bytes) -> None:
        for cell in self.cells:
            words = cell.store_words().get(cell.step)
            if words is not None and piece.startswith(words):
                await self.reached(cell)

    async def heard_by_scanner(self, piece: bytes) -> None:
        for cell in self.cells:
            if cell.step is Step.SCAN and cell.content in piece:
                await self.reached(cell)

    async def reached(self, cell: Cell) -> None:
        """The check is at the step: strike, where that was not done yet."""
        if cell.struck:
            return
        cell.struck = True

        async def harm() -> None:
            async with self.turn:  # what is gone cannot be taken away
                await self.strike(self)
            cell.healed_at = time.monotonic()

        striking = asyncio.create_task(harm())
        self.strikes.add(striking)
        # The harm has begun before the piece goes on.
        await asyncio.sleep(0.01)

    async def all_ended(self) -> bool:
        """Whether every check has come to its end. What is given out meanwhile has a verdict."""
        await self._look_at_verdicts()
        unchecked = "content_id is not null and (state <> 'CLEAN' or checked_at is null or scanned_by is null)"
        assert await self.observer.value(f"select count(*) from attachments where {unchecked}") == 0
        waiting = "select arguments ->> 'attachment_id' from outbox_messages where done_at is null and dead_at is null"
        for cell in self.cells:
            left = await self.observer.value(f"select count(*) from ({waiting}) w(id) where id = $1", str(cell.id))
            if not left and cell.healed_at is not None:
                cell.ended_at = cell.ended_at or time.monotonic()
        return all(cell.ended_at is not None for cell in self.cells) or await self.observer.all_done()

    def recoveries(self) -> dict[tuple[Step, bool], float]:
        """Seconds from the end of the last fault that a check met to its own end. Each strikes all that is at work."""
        over = [cell.healed_at for cell in self.cells if cell.healed_at is not None]
        return {
            (cell.step, cell.infected): cell.ended_at - max(moment for moment in over if moment <= cell.ended_at)
            for cell in self.cells
            if cell.ended_at is not None
        }

    async def _look_at_verdicts(self) -> None:
        """The effect of a check is no request: it is seen while a trigger lets it take its time."""
        waiting = "select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
        for cell in self.cells:
            if cell.step is Step.VERDICT and not cell.struck and await self.observer.value(waiting) is not None:
                await self.reached(cell)


async def lay_out(cells: list[Cell], observer: Observer) -> None:
    """Upload what the cells are about, and complete it."""
    sales = await people.make_user()
    customer = await make_customer(owner=sales)
    own = settings()
    for cell in cells:
        attachment = await make_attachment(
            customer, sales, file_type="PDF", file_name="a.pdf", size=len(cell.content), sha256=cell.sha256,
            state=AttachmentState.QUARANTINED.value,
        )  # fmt: skip
        cell.id = attachment.id
        sent = (keys.uploaded(attachment.id), "application/pdf", len(cell.content), [cell.content])
        await asyncio.to_thread(objects.upload, own, *sent)
    (slow,) = [cell.id for cell in cells if cell.step is Step.VERDICT]
    await observer.execute(
        "create function take_time() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return new; end"
        " $$; create trigger take_time before update of state on attachments for each row"
        f" when (new.id = '{slow}') execute function take_time()"
    )
    for cell in cells:
        arguments = {"attachment_id": str(cell.id)}
        await OutboxMessage.create(task="attachment.check", arguments=arguments, available_at=clock.now())


def made_cells() -> list[Cell]:
    """A clean file for each step, and infected ones for the steps that such a one comes to."""
    clean = [Cell(step, files.pdf(pages=20 + number)) for number, step in enumerate(Step)]
    at = (Step.FETCH, Step.SCAN, Step.RELEASE)
    infected = [Cell(step, files.pdf(files.with_stream(files.EICAR), pages=40 + n), True) for n, step in enumerate(at)]
    return clean + infected


@asynccontextmanager
async def between(fleet: Fleet, broker: Broker, observer: Observer, daemon: Daemon) -> AsyncIterator[Field]:
    """A field whose fleet reaches store and scanner only through passages."""
    made = Field(fleet, broker, observer, daemon, made_cells())
    store = int(broker.configuration.ports.s3)
    async with (
        passage(store, made.heard_by_store) as to_store,
        passage(daemon.port, made.heard_by_scanner) as to_scanner,
    ):
        made.store, made.scanner = to_store, to_scanner
        fleet.settings |= {
            "CRM_S3_ENDPOINT": f"http://127.0.0.1:{to_store.port}", "CRM_SCANNER": "clamd", "CRM_SIGNATURE_DAYS": "0",
            "CRM_CLAMD_ADDRESS": f"tcp://127.0.0.1:{to_scanner.port}",
        }  # fmt: skip
        yield made


async def _store_gone(field: Field) -> None:
    field.store.cut = True
    await asyncio.sleep(AWHILE)
    field.store.cut = False


async def _store_silent(field: Field) -> None:
    field.store.silent = True
    await asyncio.sleep(AWHILE)
    field.store.silent = False


async def _store_slow(field: Field) -> None:
    field.store.slow = 1.5
    await asyncio.sleep(AWHILE)
    field.store.slow = 0.0


async def _scanner_killed(field: Field) -> None:
    field.scanner.cut = True
    await asyncio.sleep(AWHILE)
    field.scanner.cut = False


async def _scanner_stopped(field: Field) -> None:
    field.daemon.hold()
    await asyncio.sleep(AWHILE)
    field.daemon.go_on()


async def _scanner_half_open(field: Field) -> None:
    field.scanner.silent = True
    await asyncio.sleep(AWHILE)
    field.scanner.silent = False


async def _child_killed(field: Field) -> None:
    for child in children(field.fleet.running[-1]):
        child.kill()


async def _worker_killed(field: Field) -> None:
    worker = field.fleet.running[-1]
    beneath = children(worker)
    worker.kill()
    for child in beneath:
        child.kill()
    await asyncio.to_thread(worker.wait)
    await field.fleet.worker()


async def _broker_emptied(field: Field) -> None:
    with field.broker.client() as client:
        client.flushall()


async def _broker_killed(field: Field) -> None:
    await asyncio.to_thread(field.broker.kill, lose_data=True)
    await asyncio.sleep(AWHILE)
    await asyncio.to_thread(field.broker.start)


async def _sessions_ended(field: Field) -> None:
    of_the_service = "usename = 'crm_app' and datname = current_database()"
    await field.observer.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where {of_the_service}")


FAULTS: dict[str, Callable[[Field], Awaitable[None]]] = {
    "store gone": _store_gone,
    "store silent": _store_silent,
    "store slow": _store_slow,
    "scanner killed": _scanner_killed,
    "scanner stopped": _scanner_stopped,
    "scanner half-open": _scanner_half_open,
    "child killed": _child_killed,
    "worker killed": _worker_killed,
    "broker emptied": _broker_emptied,
    "broker killed": _broker_killed,
    "database sessions ended": _sessions_ended,
}


async def assert_ended_well(field: Field) -> None:
    """Each check ended CLEAN or REJECTED, exactly once, with its content where it belongs; nothing is left over."""
    own = settings()
    for cell in field.cells:
        assert cell.struck, cell.step
        attachment = await Attachment.get(id=cell.id)
        about: Any = (cell.step, cell.infected)
        if cell.infected:
            assert (attachment.state, attachment.rejection, attachment.content_id) == ("REJECTED", "VIRUS", None), about
            assert await asyncio.to_thread(_stored, cell) is None, about
        else:
            assert (attachment.state, attachment.content_id) == ("CLEAN", cell.sha256), about
            assert await asyncio.to_thread(_stored, cell) == cell.sha256, about
        assert await asyncio.to_thread(objects.size_in_quarantine, own, keys.uploaded(attachment.id)) is None, about
        logged = "select count(*) from change_log where action = 'attachment.check' and subject_id = $1"
        assert await field.observer.value(logged, cell.id) == 1, about
    drawn = await FileContent.filter(sha256__in=[cell.sha256 for cell in field.cells])
    assert [sorted(content.thumbnails) for content in drawn] == [sorted(keys.SIZES)] * len(Step)
    assert await field.observer.value("select count(*) from outbox_messages where dead_at is not null") == 0


def _stored(cell: Cell) -> str | None:
    """The hash of what stands in the clean bucket; None where nothing does."""
    own = settings()
    with tempfile.TemporaryDirectory() as folder:
        found = objects.fetch(own, own.s3_bucket, keys.content(cell.sha256), Path(folder) / "content", 1 << 20)
        return found and found.sha256
