"""Files are looked at apart: what breaks there breaks nothing else, and what it takes is bounded (SEC-D2)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from service.boundary.files.apart import MEMORY
from service.boundary.files.examiner import Examiner, ExaminerFault
from service.core.enums import FileType, RejectionReason
from service.rules.files.verdict import Findings, Rejected
from tests.builders import files


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    made = Examiner()
    yield made
    made.close()


def _examined(examiner: Examiner, folder: Path, content: bytes, kind: FileType) -> Findings:
    file = folder / "content"
    file.write_bytes(content)
    return examiner.examine(file, kind, folder / "opened")


def test_d40_a_file_is_examined_in_the_process_beside(examiner: Examiner, tmp_path: Path) -> None:
    assert _examined(examiner, tmp_path, files.jpeg(70, 40), FileType.JPEG) == Findings(70, 40)
    assert _examined(examiner, tmp_path, files.pdf(pages=2), FileType.PDF) == Findings(pages=2)
    with pytest.raises(Rejected) as caught:
        _examined(examiner, tmp_path, files.png()[:50], FileType.PNG)
    assert caught.value.reason is RejectionReason.DAMAGED


def test_d40_what_is_packed_comes_back_for_the_scanner(examiner: Examiner, tmp_path: Path) -> None:
    _examined(examiner, tmp_path, files.pdf(files.with_stream(files.EICAR)), FileType.PDF)
    assert files.EICAR in (tmp_path / "opened").read_bytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_sec_d2_a_picture_of_40_megapixels_stays_within_its_memory(
    examiner: Examiner, tmp_path: Path, mode: str
) -> None:
    file = tmp_path / "content"
    file.write_bytes(files.png(7300, 5500, mode))
    request = {"file": str(file), "kind": "PNG", "sizes": (256, 1024), "into": str(tmp_path), "opened": ""}
    before = examiner._ask({"do": "examine", **request})["peak_kib"]
    assert examiner._ask({"do": "thumbnails", **request})["sizes"] == [256, 1024]
    drawn = examiner._ask({"do": "thumbnails", **request})["peak_kib"]
    assert (drawn - before) * 1024 < MEMORY


def test_sec_d2_a_photo_of_40_megapixels_is_decoded_at_reduced_scale(examiner: Examiner, tmp_path: Path) -> None:
    assert _examined(examiner, tmp_path, files.jpeg(7300, 5500), FileType.JPEG) == Findings(7300, 5500)
    assert set(examiner.thumbnails(tmp_path / "content", FileType.JPEG, tmp_path)) == {256, 1024}


def test_sec_d2_what_takes_more_memory_than_there_may_be_is_too_complex(examiner: Examiner, tmp_path: Path) -> None:
    """A stream of a filter that is unpacked at once."""
    packed = b"\x81\0" * 3_000_000  # 128 bytes for two, 384 MB in all
    content = files.pdf(files.with_raw_stream(packed, "/RunLengthDecode"), compress_streams=False)
    with pytest.raises(Rejected) as caught:
        _examined(examiner, tmp_path, content, FileType.PDF)
    assert caught.value.reason is RejectionReason.TOO_COMPLEX


def test_sec_h1_a_process_that_was_killed_is_started_again(examiner: Examiner, tmp_path: Path) -> None:
    _examined(examiner, tmp_path, files.jpeg(), FileType.JPEG)
    process = examiner._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert _examined(examiner, tmp_path, files.jpeg(), FileType.JPEG) == Findings(64, 48)


def test_sec_h1_a_file_whose_process_was_killed_is_not_rejected(tmp_path: Path) -> None:
    own = Examiner(patience=1.0)
    try:
        _examined(own, tmp_path, files.jpeg(), FileType.JPEG)
        assert own._process is not None
        own._process.send_signal(signal.SIGSTOP)
        with pytest.raises(ExaminerFault):
            _examined(own, tmp_path, files.jpeg(), FileType.JPEG)
        assert _examined(own, tmp_path, files.jpeg(), FileType.JPEG) == Findings(64, 48)
    finally:
        own.close()


def test_sec_d2_nothing_secret_is_where_files_are_looked_at(examiner: Examiner, tmp_path: Path) -> None:
    _examined(examiner, tmp_path, files.jpeg(), FileType.JPEG)
    assert examiner._process is not None
    assert not [name for name in psutil.Process(examiner._process.pid).environ() if name.startswith("CRM_")]


def test_the_process_ends_with_who_started_it(tmp_path: Path) -> None:
    own = Examiner()
    _examined(own, tmp_path, files.jpeg(), FileType.JPEG)
    process = own._process
    assert process is not None
    own.close()
    assert not psutil.pid_exists(process.pid)
