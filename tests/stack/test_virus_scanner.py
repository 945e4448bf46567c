"""`make up` uses clamd where it is installed, and says so where it cannot (issue 5, SEC-D4)."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from service.app.stack import configuration, virus_scanner
from service.app.stack.home import Home
from service.app.stack.virus_scanner import VirusScanner
from storage.scanning.clamd import Clamd
from storage.scanning.verdict import EICAR, ScannerFault
from tests.storage.scanning.daemon import CLAMD, HOW_TO_GET_IT, Daemon

needs_clamd = pytest.mark.skipif(CLAMD is None, reason=HOW_TO_GET_IT)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.prepare()
    return made


def test_without_clamd_the_built_in_rules_scan(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(virus_scanner, "_PLACES", str(tmp_path))
    found = virus_scanner.found(home, sockets=[], signatures=tmp_path)
    assert (found.address, found.sentence) == (None, None)
    assert configuration.generate().environment()["CRM_SCANNER"] == "built-in"


@needs_clamd
def test_a_clamd_without_signatures_is_named_and_not_used(home: Home, tmp_path: Path) -> None:
    found = virus_scanner.found(home, sockets=[], signatures=tmp_path)
    assert found.address is None
    assert found.sentence is not None
    assert "freshclam" in found.sentence


@needs_clamd
def test_sec_d4_a_clamd_that_runs_with_signatures_of_unknown_age_is_not_trusted(home: Home, tmp_path: Path) -> None:
    running = Daemon(tmp_path / "clamd")
    try:
        found = virus_scanner.found(home, sockets=[running.socket], signatures=tmp_path)
    finally:
        running.stop()
    assert found.address is None
    assert found.sentence is not None
    assert "how old" in found.sentence


@needs_clamd
def test_clamd_with_signatures_is_started_and_ended(home: Home, tmp_path: Path) -> None:
    signatures = tmp_path / "signatures"
    signatures.mkdir()
    (signatures / "daily.cld").write_text("")
    found = virus_scanner.found(home, sockets=[], signatures=signatures)
    assert found.is_ours
    assert found.address is not None
    (signatures / "daily.cld").unlink()  # what freshclam fetches is signed, and cannot be made here
    (signatures / "own.ndb").write_text(f"Eicar:0:*:{EICAR.hex()}\n")
    scanner = VirusScanner(home, configuration.generate(), signatures)
    child = scanner.start()
    try:
        assert _virus(found.address, tmp_path) is not None
    finally:
        scanner.stop()
    assert child.poll() is not None


def _virus(address: str, folder: Path) -> str | None:
    """What it says of the test file, as soon as it answers."""
    (folder / "eicar").write_bytes(EICAR)
    deadline = time.monotonic() + 60
    while True:
        try:
            return asyncio.run(Clamd(address, oldest=None).scan(folder / "eicar")).virus
        except ScannerFault:
            assert time.monotonic() < deadline
            time.sleep(0.1)
