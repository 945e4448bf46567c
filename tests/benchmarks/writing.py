"""Create and submit a customer with one contact: what it takes of the API process, change log and outbox included."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from statistics import median
from typing import Any

import httpx

from tests.benchmarks import people
from tests.benchmarks.server import OURS, Server
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
EACH_ROUND = 100


@dataclass(frozen=True)
class Writing:
    """Both operations together, by customer."""

    customers: int
    cpu_ms: float
    seconds_each: float


def measure(customers: int, database: Database, *, rounds: int) -> Writing:
    """One client enters customers one after the other."""
    costs: list[float] = []
    latencies: list[float] = []
    serial = count(1)
    with Server(OURS, database.app_url) as server, httpx.Client() as client:
        for number in range(rounds + 1):
            token = asyncio.run(people.token_of(database.app_url, people.ORDINARY))
            client.headers["authorization"] = f"Bearer {token}"
            before, waited = server.cpu_seconds(), 0.0
            for _ in range(EACH_ROUND):
                waited += _enter(client, server, next(serial))
            if number:  # the first round fills the caches
                costs.append((server.cpu_seconds() - before) / EACH_ROUND * 1000)
                latencies.append(waited / EACH_ROUND)
    return Writing(customers, median(costs), median(latencies))


def _enter(client: httpx.Client, server: Server, serial: int) -> float:
    name = f"基准第{serial}有限公司"
    made, first = _mutate(client, server, CREATE, "createCustomerDraft", drafts.enterprise(name=name))
    done, second = _mutate(client, server, SUBMIT, "submitCustomer", drafts.submission(made["customer"]))
    assert done["customer"]["state"] == "ACTIVE"
    return first + second


def _mutate(
    client: httpx.Client, server: Server, document: str, field: str, given: dict[str, Any]
) -> tuple[dict[str, Any], float]:
    response = client.post(server.url, json={"query": document, "variables": {"input": given}})
    answer = response.json()
    if "errors" in answer or answer["data"][field]["userErrors"]:
        raise RuntimeError(str(answer))
    return answer["data"][field], response.elapsed.total_seconds()
