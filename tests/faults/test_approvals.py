"""kill -9 while a decision takes effect: the two are one, or none of them has been (D34)."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from service.core.enums import ApprovalKind, CustomerState
from storage import db
from storage.models import Approval, Customer, User
from tests.api import ApiProcess, Client, signed_in
from tests.engines import Database
from tests.journeys import approvals, drafts
from tests.journeys.approvals import house, one

APPROVE = "mutation($i: ApproveInput!) { approve(input: $i) { approval { state } userErrors { code } } }"


async def test_d34_a_crash_between_decision_and_effect_cannot_be_seen(database: Database, tmp_path: Path) -> None:
    environment = os.environ | {"CRM_DATABASE_URL": database.app_url}
    first = ApiProcess(environment, tmp_path / "first.log")
    clients: list[Client] = []

    async def sign_in(person: User) -> Client:
        clients.append(await signed_in(first.url, person))
        return clients[-1]

    office = await house(sign_in, ApprovalKind.CUSTOMER_ENTRY)
    draft = await drafts.saved(office.seller)
    request = (await office.seller.change("submitCustomer", drafts.submission(draft), approvals.CUSTOMER))["approval"]
    given = {"id": request["id"], "version": request["version"]}
    # The number of a customer is the last that it gets: who holds the counter stops the effect just before its end.
    holder = await asyncpg.connect(**db.credentials(database.owner_url))
    held = holder.transaction()
    await held.start()
    await holder.execute("lock table customer_number_counters in access exclusive mode")
    decision = asyncio.ensure_future(office.boss.run(APPROVE, i=given))
    while not await _waits_for_a_lock(holder):  # noqa: ASYNC110 - what another process waits for
        await asyncio.sleep(0.02)
    first.process.kill()
    with pytest.raises(httpx.TransportError):
        await decision
    await held.rollback()
    await holder.close()
    await _is_undecided(request)
    second = ApiProcess(environment, tmp_path / "second.log")
    again = await signed_in(second.url, office.people["boss"])
    assert (await one(again, request["id"]))["awaitsYou"]  # type: ignore[index]
    assert (await again.data(APPROVE, i=given))["approve"] == {"approval": {"state": "APPROVED"}, "userErrors": []}
    (customer,) = await Customer.filter(id=draft["id"].removeprefix("cus_"))
    assert (customer.state, customer.number is not None) == (CustomerState.ACTIVE, True)
    for client in (*clients, again):
        await client.close()
    first.stop()
    second.stop()


async def _waits_for_a_lock(connection: Any) -> bool:
    return await connection.fetchval(
        "select exists (select from pg_locks where not granted and database ="
        " (select oid from pg_database where datname = current_database()))"
    )


async def _is_undecided(request: dict[str, Any]) -> None:
    """As soon as the database has noticed that nobody is there any more."""
    await asyncio.sleep(0.5)
    approval = await Approval.get(id=request["id"].removeprefix("apv_"))
    customer = await Customer.get(id=approval.customer_id)
    assert (approval.state, customer.state, customer.number) == ("PENDING", CustomerState.PENDING, None)
