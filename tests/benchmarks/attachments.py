"""Files from their completion to CLEAN, what that takes, and what others notice of it (D40).

`python -m tests.benchmarks.attachments` measures it alone. A real clamd scans, with one signature of our own: what the
hundreds of thousands of a usual installation cost is not measured.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx
import psutil

from service.app.stack.configuration import Configuration
from service.boundary.files.examiner import Examiner
from service.core.enums import AttachmentState, FileType
from service.core.ids import to_global
from service.core.settings import settings
from service.rules.files import keys, types
from storage import db, objects
from storage.models import Attachment, Customer, User
from storage.scanning.clamd import Clamd
from tests.api import LOOPBACK
from tests.benchmarks import documents, load, people
from tests.benchmarks.databases import Databases
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.builders import files
from tests.builders.attachments import make_attachment
from tests.engines import Database
from tests.faults.running import Broker, Fleet
from tests.storage.scanning.daemon import CLAMD, HOW_TO_GET_IT, Daemon

AT_ONCE = (1, 8, 32)
LEAST_SMALL_A_SECOND, LEAST_OF_CLAMD, MOST_WORKER_MB = 25.0, 0.6, 300.0
SCANS_AT_ONCE = 8
STREAMS = 8


@dataclass(frozen=True)
class Checked:
    """Files of one size that were completed at the same time."""

    kilobytes: float
    at_once: int
    files: int
    p50: float
    p95: float
    """Seconds from completion to CLEAN."""
    a_second: float
    """Files a second, from the first completion to the last verdict."""
    clamd_a_second: float
    """What clamd does alone, with as many connections as it has threads for."""


@dataclass(frozen=True)
class Beside:
    """What the largest storm takes, and what others notice of it."""

    files: int
    worker_mb: float
    """The most that one process of the worker holds of its own."""
    examiner_mb: float
    """The most that one process which looks at files holds of its own."""
    calm_p50: float
    calm_p95: float
    storm_p50: float
    storm_p95: float
    """Milliseconds of somebody's list."""
    streaming_mb: float
    """By how much the API process grows while contents of 10 MB stream through it."""
    streams: int
    thumbnails_ms: dict[str, float]
    """Of one file, in the process that makes them."""


def _photo(width: int, height: int) -> bytes:
    return files.jpeg(width, height, noise=True, quality=92)


def _numbered(photo: bytes, number: int) -> bytes:
    """The same photo with another comment: another content."""
    return files.with_segment(photo, 0xFE, b"number %d" % number)


class Storm:
    """Uploads that wait in quarantine, and are completed all at once."""

    def __init__(self, customer: Customer, uploader: User) -> None:
        self._customer, self._uploader = customer, uploader
        self._made = 0

    async def prepare(self, photo: bytes, count: int) -> list[UUID]:
        own, made = settings(), list[UUID]()
        for _ in range(count):
            self._made += 1
            content = _numbered(photo, self._made)
            attachment = await make_attachment(
                self._customer, self._uploader, size=len(content), sha256=types.sha256_of(content)
            )
            place = (keys.uploaded(attachment.id), "image/jpeg", len(content), [content])
            await asyncio.to_thread(objects.upload, own, *place)
            made.append(attachment.id)
        return made

    async def run(self, attachments: list[UUID]) -> list[float]:
        """Complete them in one statement; the seconds until each was CLEAN."""
        await db.rows(
            """with completed as (
                update attachments set state = 'QUARANTINED', completed_at = clock_timestamp() where id = any($1)
                returning id
            ), sent as (
                insert into outbox_messages (id, created_at, task, arguments, available_at, attempts)
                select uuidv7(), now(), 'attachment.check', jsonb_build_object('attachment_id', id), now(), 0
                from completed returning 1
            ) select pg_notify('outbox', '') from sent limit 1""",
            attachments,
        )
        began, ended = time.perf_counter(), list[float]()
        while len(ended) < len(attachments):
            await asyncio.sleep(0.01)
            left = await Attachment.filter(id__in=attachments, state=AttachmentState.QUARANTINED.value).count()
            ended += [time.perf_counter() - began] * (len(attachments) - left - len(ended))
        assert await Attachment.filter(id__in=attachments, state=AttachmentState.CLEAN.value).count() == len(ended)
        return ended


async def _quiet() -> None:
    """Until the pictures of what was checked are drawn."""
    open_messages = "select exists (select from outbox_messages where done_at is null) as open"
    while (await db.rows(open_messages))[0]["open"]:  # noqa: ASYNC110 - another process ends the work
        await asyncio.sleep(0.05)


def measure(database: Database, configuration: Configuration, rounds: int) -> tuple[list[Checked], Beside] | None:
    """None where clamd is not installed."""
    if CLAMD is None:
        sys.stderr.write(HOW_TO_GET_IT + "\n")
        return None
    return asyncio.run(_measure(database, configuration, rounds))


@asynccontextmanager
async def _at_work(
    database: Database, configuration: Configuration, folder: Path
) -> AsyncIterator[tuple[Fleet, Daemon]]:
    """One worker with two processes, and a clamd."""
    broker, daemon = Broker.beside(folder / "broker", configuration), Daemon(folder / "clamd")
    broker.start()
    scanner = {"CRM_SCANNER": "clamd", "CRM_CLAMD_ADDRESS": daemon.address, "CRM_SIGNATURE_DAYS": "0"}
    fleet = Fleet(folder, database.app_url, broker, settings=scanner)
    try:
        await fleet.worker()
        yield fleet, daemon
    finally:
        fleet.stop()
        daemon.stop()
        broker.stop()


async def _measure(database: Database, configuration: Configuration, rounds: int) -> tuple[list[Checked], Beside]:
    small, large = _photo(335, 335), _photo(4400, 2600)
    await db.connect(database.app_url, 4)
    try:
        customer = await Customer.filter(state="ACTIVE").order_by("id").first()
        assert customer is not None
        uploader = await User.get(id=customer.owner_id)
        storm = Storm(customer, uploader)
        with TemporaryDirectory() as name:
            async with _at_work(database, configuration, Path(name)) as (fleet, daemon):
                await storm.run(await storm.prepare(small, 2))  # the first one starts the process beside
                found = [
                    await _checked(storm, photo, at_once, rounds, daemon, Path(name))
                    for photo in (small, large)
                    for at_once in AT_ONCE
                ]
                beside = await _beside(database, storm, fleet, small, large, Path(name))
        return found, beside
    finally:
        await db.close()


async def _checked(storm: Storm, photo: bytes, at_once: int, rounds: int, daemon: Daemon, folder: Path) -> Checked:
    times, rates, alone = list[float](), list[float](), list[float]()
    for _ in range(rounds if at_once > 1 else rounds * 3):
        waiting = await storm.prepare(photo, at_once)
        began = time.perf_counter()
        times += await storm.run(waiting)
        rates.append(at_once / (time.perf_counter() - began))
        await _quiet()
        alone.append(await _alone(daemon, photo, at_once, folder))
    ends = quantiles(times, n=20)
    return Checked(len(photo) / 1000, at_once, len(times), median(times), ends[-1], median(rates), median(alone))


async def _alone(daemon: Daemon, photo: bytes, count: int, folder: Path) -> float:
    """Files of this size that clamd scans in a second when it does nothing else."""
    clamd, turns = Clamd(daemon.address, oldest=None), asyncio.Semaphore(SCANS_AT_ONCE)
    paths = [folder / f"alone-{number}" for number in range(max(count, SCANS_AT_ONCE))]
    for number, path in enumerate(paths):
        path.write_bytes(_numbered(photo, time.monotonic_ns() + number))

    async def scan(path: Path) -> None:
        async with turns:
            assert (await clamd.scan(path)).virus is None

    began = time.perf_counter()
    await asyncio.gather(*(scan(path) for path in paths))
    return len(paths) / (time.perf_counter() - began)


@contextmanager
def _watched(look: Callable[[], None]) -> Iterator[None]:
    """Look again and again until the block ends."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            look()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _own_mb(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().uss / 1e6
    except psutil.Error:
        return 0.0


async def _beside(database: Database, storm: Storm, fleet: Fleet, small: bytes, large: bytes, folder: Path) -> Beside:
    most, worker = {"worker": 0.0, "examiner": 0.0}, psutil.Process(fleet.running[0].pid)

    def look() -> None:
        for process in [worker, *worker.children(recursive=True)]:
            try:
                kind = "examiner" if any("files.apart" in word for word in process.cmdline()) else "worker"
            except psutil.Error:
                continue
            most[kind] = max(most[kind], _own_mb(process))

    with Server(OURS, database.app_url) as server:
        token = await people.token_of(database.app_url, people.ORDINARY)
        listed = load.Load(server.port, token, [documents.body(documents.LIST)], 4.0, clients=1, every=0.04)
        calm = await asyncio.to_thread(load.run, listed)
        waiting = await storm.prepare(large, max(AT_ONCE))
        with _watched(look):
            others = asyncio.create_task(asyncio.to_thread(load.run, listed))
            await asyncio.sleep(0.5)
            await storm.run(waiting)
            storming = await others
        await _quiet()
        grown = await _streamed(server, database, storm, large)
    drawn = {"100 kB": _thumbnails(small, folder), "10 MB": _thumbnails(large, folder)}
    return Beside(
        len(waiting), most["worker"], most["examiner"], calm.median_ms, calm.p95_ms, storming.median_ms,
        storming.p95_ms, grown, STREAMS, drawn,
    )  # fmt: skip


async def _streamed(server: Server, database: Database, storm: Storm, photo: bytes) -> float:
    """Contents that go through the API at the same time, after some that went before."""
    uploader = storm._uploader
    token = await people.token_of(database.app_url, uploader.staff_number)
    headers = {"authorization": f"Bearer {token}", "content-type": "image/jpeg"}
    place = server.url.removesuffix("/graphql")

    async def send(http: httpx.AsyncClient) -> None:
        content = _numbered(photo, time.monotonic_ns())
        attachment = await make_attachment(
            storm._customer, uploader, size=len(content), sha256=types.sha256_of(content)
        )
        answer = await http.post(
            f"{place}/attachments/{to_global('att', attachment.id)}/content", content=content, headers=headers
        )
        assert answer.status_code == 200, answer.text

    async with httpx.AsyncClient(**LOOPBACK, timeout=60) as http:
        await asyncio.gather(*(send(http) for _ in range(2)))
        before, most = server.memory_mb(), [0.0]
        with _watched(lambda: most.append(server.memory_mb())):
            await asyncio.gather(*(send(http) for _ in range(STREAMS)))
    await _quiet()
    return max(most) - before


def _thumbnails(photo: bytes, folder: Path) -> float:
    (folder / "photo").write_bytes(photo)
    examiner, times = Examiner(), list[float]()
    try:
        for _ in range(6):
            began = time.perf_counter()
            assert examiner.thumbnails(folder / "photo", FileType.JPEG, folder)
            times.append(time.perf_counter() - began)
    finally:
        examiner.close()
    return median(times[1:]) * 1000


def section(found: list[tuple[list[Checked], Beside] | None]) -> str:
    return "\n\n".join(_section(*one) for one in found if one is not None)


def _section(checked: list[Checked], beside: Beside) -> str:
    head = ("size, kB", "at once", "files", "p50, s", "p95, s", "files/s", "clamd alone, files/s", "of clamd")
    rows = [
        (
            f"{c.kilobytes:,.0f}", f"{c.at_once}", f"{c.files}", f"{c.p50:.2f}", f"{c.p95:.2f}",
            _rate(c),
            f"{c.clamd_a_second:.1f}", _of_clamd(c),
        )
        for c in checked
    ]  # fmt: skip
    drawn = ", ".join(f"{ms:.0f} ms for {what}" for what, ms in beside.thumbnails_ms.items())
    memory = against(f"{beside.worker_mb:.0f} MB", beside.worker_mb < MOST_WORKER_MB)
    said = [
        f"While {beside.files} files of 10 MB are checked, a process of the worker holds at most {memory} (< 300) and"
        f" one that looks at files {beside.examiner_mb:.0f} MB; somebody's list takes {beside.storm_p50:.1f} ms in the"
        f" median and {beside.storm_p95:.1f} ms at 95 %, without them {beside.calm_p50:.1f} and {beside.calm_p95:.1f}.",
        f"{beside.streams} contents of 10 MB that stream through the API at once let it grow by"
        f" {beside.streaming_mb:.1f} MB. Both thumbnails take {drawn}.",
    ]
    return table(head, rows) + "\n\n" + "\n".join(said)


def _rate(checked: Checked) -> str:
    wanted = checked.kilobytes < 1000 and checked.at_once == max(AT_ONCE)
    return against(f"{checked.a_second:.1f}", checked.a_second >= LEAST_SMALL_A_SECOND or not wanted)


def _of_clamd(checked: Checked) -> str:
    share = checked.a_second / checked.clamd_a_second
    wanted = checked.kilobytes > 1000 and checked.at_once > 1
    return against(f"{share:.0%}", share >= LEAST_OF_CLAMD or not wanted)


def main() -> None:
    with Databases() as databases:
        database: Any = databases.make(2000)
        sys.stdout.write(section([measure(database, databases.configuration, 3)]) + "\n")


if __name__ == "__main__":
    main()
