"""Where files are while they are looked at: a folder of their own, gone afterwards, even if its process was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "mingce-files-"
LONGEST = 3600.0
"""Seconds. A folder that is older was left behind: nothing that is done with a file takes so long."""


@contextmanager
def folder() -> Generator[Path]:
    """A new folder, readable for this user alone. Whoever makes one takes away what killed processes have left."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        yield Path(name)


def _sweep() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            found = left.lstat()
        except OSError:  # another process has just taken it away
            continue
        if found.st_uid == os.getuid() and time.time() - found.st_mtime > LONGEST:
            shutil.rmtree(left, ignore_errors=True)
