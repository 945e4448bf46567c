"""The rules that ship: honest about what they are, and sure of what they know (D40)."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.scanning.embedded import NAME, Embedded
from storage.scanning.verdict import EICAR
from tests.builders import files

_PROGRAM = b"MZ" + b"\0" * 76 + b"This program cannot be run in DOS mode.\r\n" + b"\0" * 100


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (EICAR, "Eicar_Test_File"),
        (b"before" + EICAR + b"behind", "Eicar_Test_File"),
        (_PROGRAM, "Program"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 50, "Program"),
        (files.jpeg() + _PROGRAM, "Program_Inside"),
        (files.zipped(), "Archive"),
        (b"Rar!\x1a\x07\x01\0" + b"x" * 50, "Archive"),
        (files.pdf(files.with_action("/JavaScript", JS="app.alert(1)")), "Pdf_Active_Content"),
        (files.jpeg(300, 200, noise=True), None),
        (files.png(), None),
        (files.pdf(pages=3), None),
        (b"", None),
    ],
)
async def test_d40_the_built_in_rules_find_what_they_know(tmp_path: Path, content: bytes, found: str | None) -> None:
    file = tmp_path / "content"
    file.write_bytes(content)
    verdict = await Embedded().scan(file)
    assert (verdict.virus, verdict.engine.name) == (found, NAME)


async def test_d40_what_was_packed_in_a_file_is_scanned_too(tmp_path: Path) -> None:
    file, opened = tmp_path / "content", tmp_path / "opened"
    file.write_bytes(files.pdf())
    opened.write_bytes(b"x" * 100 + EICAR)
    assert (await Embedded().scan(file, opened)).virus == "Eicar_Test_File"
