"""clamd itself: only an explicit verdict is one (D40, SEC-D4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.app.stack.configuration import free_port
from storage.scanning.clamd import Clamd
from storage.scanning.verdict import EICAR, ScannerFault
from tests.builders import files
from tests.storage.scanning.daemon import CLAMD, FOUND, HOW_TO_GET_IT, Daemon

needs_clamd = pytest.mark.skipif(CLAMD is None, reason=HOW_TO_GET_IT)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    running = Daemon(tmp_path_factory.mktemp("clamd"), largest="1M")
    yield running
    running.stop()


def _file(folder: Path, content: bytes) -> Path:
    file = folder / "content"
    file.write_bytes(content)
    return file


@needs_clamd
@pytest.mark.parametrize("way", ["tcp", "unix"])
async def test_d40_clamd_says_what_is_clean_and_what_is_not(daemon: Daemon, tmp_path: Path, way: str) -> None:
    clamd = Clamd(daemon.address if way == "tcp" else f"unix://{daemon.socket}", oldest=None)
    clean = await clamd.scan(_file(tmp_path, files.jpeg(300, 200, noise=True)))
    assert (clean.virus, clean.engine.name.split()[0]) == (None, "clamd")
    infected = await clamd.scan(_file(tmp_path, EICAR))
    assert infected.virus == f"{FOUND}.UNOFFICIAL"


@needs_clamd
async def test_d40_clamd_unpacks_what_is_in_a_pdf(daemon: Daemon, tmp_path: Path) -> None:
    content = files.pdf(files.with_stream(EICAR))
    assert EICAR not in content
    assert (await Clamd(daemon.address, oldest=None).scan(_file(tmp_path, content))).virus is not None


@needs_clamd
async def test_sec_d4_a_file_that_is_too_large_for_clamd_has_no_verdict(daemon: Daemon, tmp_path: Path) -> None:
    with pytest.raises(ScannerFault, match=r"size limit|does not answer"):
        await Clamd(daemon.address, oldest=None).scan(_file(tmp_path, b"x" * (2 << 20)))


@needs_clamd
async def test_sec_d4_a_clamd_that_has_stopped_has_no_verdict(tmp_path: Path) -> None:
    running = Daemon(tmp_path / "clamd")
    clamd, file = Clamd(running.address, oldest=None, answer_seconds=0.5), _file(tmp_path, EICAR)
    try:
        running.hold()
        with pytest.raises(ScannerFault, match="does not answer"):
            await clamd.scan(file)
        running.go_on()
        assert (await clamd.scan(file)).virus is not None
    finally:
        running.go_on()
        running.stop()
    with pytest.raises(ScannerFault, match="does not answer"):
        await clamd.scan(file)


@needs_clamd
async def test_sec_d4_signatures_of_which_nobody_knows_how_old_they_are_are_not_trusted(daemon: Daemon) -> None:
    with pytest.raises(ScannerFault, match="how old"):
        await Clamd(daemon.address, oldest=timedelta(days=7)).engine()


@asynccontextmanager
async def _pretending(*answers: bytes) -> AsyncIterator[str]:
    """Something at a port that answers so, one connection after the other, and then ends each."""
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(16)
        writer.write(left.pop(0) if left else b"")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port := free_port())
    try:
        yield f"tcp://127.0.0.1:{port}"
    finally:
        server.close()


@pytest.mark.parametrize(
    "said", [b"", b"stream: OK", b"stream: \0", b"OK\0", b"stream: OK \0x", b"stream: FOUND\0", b"UNKNOWN COMMAND\0"]
)
async def test_sec_d4_an_answer_that_is_no_verdict_is_none(tmp_path: Path, said: bytes) -> None:
    async with _pretending(b"ClamAV 1.4.3\0", said) as address:
        with pytest.raises(ScannerFault):
            await Clamd(address, oldest=None).scan(_file(tmp_path, b"x"))


async def test_sec_d4_old_signatures_are_not_trusted_and_new_ones_are() -> None:
    def version(age: timedelta) -> bytes:
        return f"ClamAV 1.4.3/27391/{datetime.now(UTC) - age:%a %b %d %H:%M:%S %Y}\0".encode()

    async with _pretending(version(timedelta(days=8)), version(timedelta(days=6))) as address:
        clamd = Clamd(address, oldest=timedelta(days=7))
        with pytest.raises(ScannerFault, match="freshclam"):
            await clamd.engine()
        engine = await clamd.engine()
    assert engine.name == "clamd 1.4.3/27391"
    assert engine.signed_at is not None
