"""The nested list: ours against the baseline and against PostgreSQL alone, round by round."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import median

import httpx

from tests.benchmarks import documents, load, people, pgbench, statements
from tests.benchmarks.server import BASELINE, OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

LEAST_TIMES_BASELINE = 12.0
MOST_CPU_MS = 1.5


@dataclass(frozen=True)
class Nested:
    """Medians over the rounds."""

    customers: int
    ours: float
    ours_ms: float
    ours_cpu_ms: float
    baseline: float
    baseline_cpu_ms: float
    times_baseline: float
    pgbench: float
    of_pgbench: float
    statements: int


@dataclass
class _Round:
    ours: load.Result
    ours_cpu_ms: float
    baseline: load.Result
    baseline_cpu_ms: float
    pgbench: float


def measure(customers: int, database: Database, *, rounds: int, seconds: float) -> Nested:
    """Each round drives one after the other, so that what else the machine does hits all three."""
    token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
    heard = asyncio.run(statements.hear(database.app_url, token, documents.nested()))
    done: list[_Round] = []
    with Server(OURS, database.app_url) as ours, Server(BASELINE, database.app_url) as baseline:
        _refuse_differences(ours, baseline, token)
        for _ in range(rounds):
            token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
            a, a_cpu = drive(ours, token, seconds)
            b, b_cpu = drive(baseline, token, seconds)
            alone = pgbench.per_second(database.app_url, heard.statements[0], clients=load.CLIENTS, seconds=seconds)
            done.append(_Round(a, a_cpu, b, b_cpu, alone))
    return Nested(
        customers=customers,
        ours=median(r.ours.per_second for r in done),
        ours_ms=median(r.ours.median_ms for r in done),
        ours_cpu_ms=median(r.ours_cpu_ms for r in done),
        baseline=median(r.baseline.per_second for r in done),
        baseline_cpu_ms=median(r.baseline_cpu_ms for r in done),
        times_baseline=median(r.ours.per_second / r.baseline.per_second for r in done),
        pgbench=median(r.pgbench for r in done),
        of_pgbench=median(r.ours.per_second / r.pgbench for r in done),
        statements=len(heard.statements),
    )


def drive(server: Server, token: str, seconds: float) -> tuple[load.Result, float]:
    """The result, and the milliseconds of processor time that the API process took for each request."""
    before = server.cpu_seconds()
    result = load.run(load.Load(server.port, token, [documents.nested()], seconds))
    return result, (server.cpu_seconds() - before) / result.requests * 1000


def _refuse_differences(ours: Server, baseline: Server, token: str) -> None:
    """A baseline that answers something else is none."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    a, b = (httpx.post(s.url, content=documents.nested(), headers=headers).json() for s in (ours, baseline))
    if a["data"] != b["data"] or len(a["data"]["customers"]["nodes"]) != documents.NESTED_PAGE:
        raise RuntimeError(f"ours and the baseline do not answer the same:\n{str(a)[:1000]}\n{str(b)[:1000]}")
    owned = sum("**" not in str(row["contacts"]) for row in a["data"]["customers"]["nodes"])
    if owned != documents.NESTED_PAGE // 2:
        raise RuntimeError(f"masks should be on for half of the rows; {owned} of them are open")


def section(found: list[Nested]) -> str:
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
