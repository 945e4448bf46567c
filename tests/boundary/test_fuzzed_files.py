"""Whatever is wrong with a file: it gets a verdict, and what looks at it lives on (D40, SEC-D2)."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.boundary.files.examiner import Examiner
from service.core.enums import FileType
from service.rules.files import types
from service.rules.files.verdict import Rejected
from tests.boundary.fuzzed_files import SEEDS, changed

SECONDS = float(os.environ.get("FUZZ_SECONDS", "600"))
SEED = int(os.environ.get("DEEP_SEED", "11"))


@pytest.fixture
def examiner() -> Iterator[Examiner]:
    made = Examiner(patience=60)
    yield made
    made.close()


def _looked_at(examiner: Examiner, content: bytes, kind: FileType, folder: Path) -> str:
    """What becomes of it, in a word; ExaminerFault where it gets no verdict. What passes is drawn as well."""
    file = folder / "content"
    file.write_bytes(content)
    if types.sniffed(content[:16]) is not kind:
        return "another type"
    try:
        examiner.examine(file, kind, folder / "opened")
    except Rejected as rejected:
        return rejected.reason.value
    examiner.thumbnails(file, kind, folder)
    return "passed"


def _fuzz(examiner: Examiner, kind: FileType, seconds: float, most: int, folder: Path) -> dict[str, int]:
    chance, tally = random.Random(SEED), dict[str, int]()
    until = time.monotonic() + seconds
    while time.monotonic() < until and sum(tally.values()) < most:
        content = changed(chance.choice(SEEDS[kind]), chance)
        try:
            found = _looked_at(examiner, content, kind, folder)
        except Exception:
            (folder / "culprit").write_bytes(content)
            raise
        tally[found] = tally.get(found, 0) + 1
    return tally


@pytest.mark.parametrize("kind", list(FileType))
def test_sec_d2_a_damaged_file_gets_a_verdict(examiner: Examiner, tmp_path: Path, kind: FileType) -> None:
    tally = _fuzz(examiner, kind, 600, 250, tmp_path)
    assert tally["DAMAGED"] > 20, tally
    assert tally["passed"] > 1, tally


@pytest.mark.deep
@pytest.mark.parametrize("kind", list(FileType))
def test_sec_d2_ten_minutes_of_damaged_files(examiner: Examiner, tmp_path: Path, kind: FileType) -> None:
    tally = _fuzz(examiner, kind, SECONDS / len(FileType), 10_000_000, tmp_path)
    assert sum(tally.values()) > SECONDS, tally
