"""Traces for OpenTelemetry: from a request through the outbox to the worker, without a word of what it was about."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from service.app.stack.configuration import free_port
from service.core import clock, telemetry, tracing
from service.core.enums import Role
from tests.api import signed_in
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user
from tests.engines import Database
from tests.faults.collector import collecting
from tests.faults.running import Api, Broker, Fleet, Observer, until

SECRET = "他的手机是保密的"
RECORD = """mutation Record($input: RecordFollowUpInput!) {
    recordFollowUp(input: $input) { followUp { id } userErrors { code } } }"""
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
"""What a proxy says of its own span."""


async def test_a_trace_goes_from_the_request_through_the_outbox_to_the_worker_and_tells_no_value(
    database: Database,
    broker: Broker,
    fleet: Fleet,
    observer: Observer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = await make_user(Role.SALES, department=await make_department())
    customer = await make_customer(user)
    plan = {"at": (clock.now() + timedelta(days=1)).isoformat(), "mode": "PHONE", "goal": SECRET}
    given = {
        "customerId": f"cus_{customer.id}", "mode": "PHONE", "content": SECRET, "nextPlan": plan,
        "occurredAt": (clock.now() - timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    with collecting() as collector:
        monkeypatch.setenv("CRM_OTLP_ENDPOINT", collector.url)
        worker = await fleet.worker(concurrency=1)
        api = Api(tmp_path, database.app_url, broker)
        client = await signed_in(api.url, user)
        client.http.headers["traceparent"] = CALLER
        client.http.headers["x-request-id"] = "request-of-the-test"
        answer = await client.run(RECORD, input=given)
        assert answer.data["recordFollowUp"]["userErrors"] == []
        refused = await client.run("query Wrong($n: ID!) { customer(id: $n) { nothing } }", n=SECRET)
        assert refused.code == "GRAPHQL_VALIDATION_FAILED"
        await client.close()
        await until(observer.all_done, 30, fleet)
        # What is left is sent at the end.
        api.process.send_signal(signal.SIGTERM)
        worker.send_signal(signal.SIGTERM)
        await asyncio.to_thread(api.process.wait, 15)
        await asyncio.to_thread(worker.wait, 20)
    (request,), (write,) = collector.named("graphql Record"), collector.named("follow_up.record")
    (read,), (work,) = (
        collector.named("read recordFollowUp") or collector.named("read followUp"),
        collector.named("follow_up.plan"),
    )
    assert {span.trace.hex() for span in (request, write, read, work)} == {"0af7651916cd43dd8448eb211c80319c"}
    assert request.parent.hex() == "b7ad6b7169203331"
    assert write.parent == read.parent == request.id
    assert work.parent == write.id
    assert (request.service, work.service) == ("mingce-api", "mingce-worker")
    assert request.attributes["graphql.operation.name"] == "Record"
    assert request.attributes["mingce.cost.charged"] >= request.attributes["mingce.cost.requested"] > 0
    assert request.attributes["mingce.request_id"] == work.attributes["mingce.request_id"] == "request-of-the-test"
    assert collector.named("graphql Wrong")[0].attributes["http.response.status_code"] == 200
    for told in (SECRET, user.name, str(customer.name), str(user.id), str(customer.id)):
        assert told.encode() not in collector.raw
    lines = [orjson.loads(line) for line in api.log.read_text().splitlines() if '"request"' in line]
    assert [line["cost"]["requested"] for line in lines if line["operation"] == "Record"] == [
        request.attributes["mingce.cost.requested"]
    ]


def test_a_collector_that_is_away_or_silent_keeps_no_process_from_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "END_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, collecting() as collector:
        addresses = [f"http://127.0.0.1:{port}" for port in (silent.getsockname()[1], free_port())] + [collector.url]
        for address in addresses:
            tracing.start("test", address, 1.0)
            with tracing.span("something"):
                assert tracing.here()
            began = time.monotonic()
            tracing.close()
            assert time.monotonic() - began < 2
            assert tracing.here() is None
        assert [span.name for span in collector.spans] == ["something"]


def test_nothing_is_kept_of_a_share_of_none() -> None:
    with collecting() as collector:
        tracing.start("test", collector.url, 0.0)
        with tracing.span("something", parent=CALLER):
            pass
        tracing.close()
    assert collector.spans == []
