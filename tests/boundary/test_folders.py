"""Files that are looked at leave nothing behind, also where the process that looks is killed (SEC-D)."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from service.boundary.files import folders


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _left(place: Path, name: str, age: float) -> Path:
    left = place / name
    left.mkdir()
    (left / "content").write_bytes(b"of a customer")
    os.utime(left, (time.time() - age, time.time() - age))
    return left


def test_a_folder_is_gone_afterwards_and_nobody_else_can_read_it(own_place: Path) -> None:
    with folders.folder() as made:
        assert made.parent == own_place
        assert made.stat().st_mode & 0o077 == 0
        (made / "content").write_bytes(b"of a customer")
    assert list(own_place.iterdir()) == []


def test_what_a_killed_process_has_left_goes_with_the_next_folder_and_nothing_else_does(own_place: Path) -> None:
    old = _left(own_place, f"{folders.PREFIX}old", folders.LONGEST + 60)
    young = _left(own_place, f"{folders.PREFIX}young", folders.LONGEST - 60)
    foreign = _left(own_place, "attachment-of-somebody-else", folders.LONGEST + 60)
    with folders.folder():
        assert not old.exists()
        assert young.exists()
        assert foreign.exists()
