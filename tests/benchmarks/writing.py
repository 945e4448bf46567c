"""The everyday changes: what each takes of the API process, change log and outbox included."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from statistics import median
from typing import Any

import httpx

from service.core import clock
from tests.benchmarks import people, statements
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database
from tests.journeys import drafts

CREATE = """
mutation Create($input: CreateCustomerDraftInput!) {
  createCustomerDraft(input: $input) { customer { id version } userErrors { code field } }
}
"""
SUBMIT = """
mutation Submit($input: SubmitCustomerInput!) {
  submitCustomer(input: $input) { customer { id number state version } userErrors { code field } }
}
"""
UPDATE = """
mutation Update($input: UpdateCustomerInput!) {
  updateCustomer(input: $input) { customer { id notes version } userErrors { code field } }
}
"""
RECORD = """
mutation Record($input: RecordFollowUpInput!) {
  recordFollowUp(input: $input) { followUp { id content } userErrors { code field } }
}
"""
MOVE = """
mutation Move($input: MoveCustomerStageInput!) {
  moveCustomerStage(input: $input) { customer { id stage version } userErrors { code field } }
}
"""
EACH_ROUND = 100
ENTERED = "create and submit, both"
UPDATED, RECORDED, MOVED = "update of a customer", "follow-up with a next plan", "stage moved"

Customer = dict[str, Any]
Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Runs a mutation with this input, and gives its payload."""
Step = Callable[[Ask, Customer], Awaitable[Customer]]

MOST_CPU_MS = 6.0


@dataclass(frozen=True)
class Writing:
    """One everyday change."""

    customers: int
    what: str
    cpu_ms: float
    latency_ms: float
    statements: int


async def _enter(ask: Ask, given: Customer) -> Customer:
    made = await ask(CREATE, drafts.enterprise(name=given["name"]))
    done = await ask(SUBMIT, drafts.submission(made["customer"]))
    assert done["customer"]["state"] == "ACTIVE"
    return done["customer"]


async def _update(ask: Ask, customer: Customer) -> Customer:
    change = {"id": customer["id"], "version": customer["version"], "notes": "每周二下午可以来访"}
    return (await ask(UPDATE, change))["customer"]


async def _record(ask: Ask, customer: Customer) -> Customer:
    plan = {"at": (clock.now() + timedelta(days=7)).isoformat(), "mode": "PHONE", "goal": "确认报价"}
    said = {"content": "谈了价格和交货时间", "nextPlan": plan}
    await ask(RECORD, {"customerId": customer["id"], **drafts.communication(**said)})
    return customer


async def _move(ask: Ask, customer: Customer) -> Customer:
    step = {"id": customer["id"], "version": customer["version"], "to": "CONTACTED"}
    return (await ask(MOVE, step))["customer"]


STEPS: dict[str, Step] = {ENTERED: _enter, UPDATED: _update, RECORDED: _record, MOVED: _move}


def measure(customers: int, database: Database, *, rounds: int) -> list[Writing]:
    """One client enters customers one after the other, then changes them."""
    sent = asyncio.run(_statements(database.app_url))
    with Server(OURS, database.app_url) as server:
        costs, latencies = asyncio.run(_drive(server, database, rounds))
    return [Writing(customers, what, median(costs[what]), median(latencies[what]), sent[what]) for what in STEPS]


async def _drive(server: Server, database: Database, rounds: int) -> tuple[dict[str, list[float]], ...]:
    """Milliseconds of processor time and of waiting for one change, by round."""
    costs, latencies = ({what: list[float]() for what in STEPS} for _ in range(2))
    serial = count(1)
    async with httpx.AsyncClient() as client:
        for number in range(rounds + 1):
            token = await people.token_of(database.app_url, people.ORDINARY)
            client.headers["authorization"] = f"Bearer {token}"
            changed = [_named(next(serial)) for _ in range(EACH_ROUND)]
            for what, step in STEPS.items():
                asking = _Client(client, server)
                before = server.cpu_seconds()
                changed = [await step(asking.ask, customer) for customer in changed]
                if number:  # the first round fills the caches
                    costs[what].append((server.cpu_seconds() - before) / EACH_ROUND * 1000)
                    latencies[what].append(asking.waited / EACH_ROUND * 1000)
    return costs, latencies


def _named(serial: int) -> Customer:
    return {"name": f"基准第{serial}有限公司"}


class _Client:
    """Asks over HTTP, and adds up the seconds that answers took."""

    def __init__(self, client: httpx.AsyncClient, server: Server) -> None:
        self._client, self._server, self.waited = client, server, 0.0

    async def ask(self, document: str, given: dict[str, Any]) -> dict[str, Any]:
        response = await self._client.post(self._server.url, json={"query": document, "variables": {"input": given}})
        self.waited += response.elapsed.total_seconds()
        answer = response.json()
        if "errors" in answer:
            raise RuntimeError(str(answer))
        return _payload(answer["data"])


def _payload(data: dict[str, Any]) -> dict[str, Any]:
    (payload,) = data.values()
    if payload["userErrors"]:
        raise RuntimeError(str(payload))
    return payload


async def _statements(url: str) -> Counter[str]:
    """How many each change runs, besides BEGIN and COMMIT: of the second time, when people and policy are known."""
    token = await people.token_of(url, people.ORDINARY)
    sent: Counter[str] = Counter()

    async def ask(document: str, given: dict[str, Any]) -> dict[str, Any]:
        return _payload(await statements.run(token, document, {"input": given}))

    async with statements.listening(url) as heard:
        for number in range(2):
            customer = _named(number)
            for what, step in STEPS.items():
                heard.clear()
                customer = await step(ask, customer)
                sent[what] = len(heard)
    return sent


def section(found: list[Writing]) -> str:
    head = ("customers", "change", "API CPU ms", "latency ms", "statements")
    return table(head, ((f"{w.customers:,}", w.what, _cpu(w), f"{w.latency_ms:.1f}", str(w.statements)) for w in found))


def _cpu(found: Writing) -> str:
    cost = f"{found.cpu_ms:.2f}"
    return against(f"{cost} (≤ 6)", found.cpu_ms <= MOST_CPU_MS) if found.what == ENTERED else cost
