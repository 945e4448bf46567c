"""kill -9 of the API between a change and its answer: whoever calls again under the key has one effect (SEC-H2)."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx

from service.core.enums import Role
from service.core.settings import settings
from storage.models import Customer
from tests.api import ApiProcess, signed_in
from tests.builders.people import make_user
from tests.engines import Database
from tests.journeys import drafts

CREATE = """mutation($input: CreateCustomerDraftInput!) {
    createCustomerDraft(input: $input) { customer { id } userErrors { code } } }"""
CALLS = 60


async def test_sec_h2_what_was_done_before_its_api_died_is_not_done_again(database: Database, tmp_path: Path) -> None:
    environment = os.environ | {"CRM_DATABASE_URL": database.app_url, "CRM_HOME": os.environ.get("CRM_HOME", "")}
    assert settings().database_url.get_secret_value() != database.app_url
    author = await make_user(Role.SALES)
    inputs = [drafts.enterprise(name=f"第{n}公司", clientMutationId=f"call-{n}") for n in range(CALLS)]
    first = ApiProcess(environment, tmp_path / "first.log")
    client = await signed_in(first.url, author)
    calls = [asyncio.ensure_future(client.run(CREATE, input=given)) for given in inputs]
    while await Customer.filter(created_by_id=author.id).count() < 10:  # noqa: ASYNC110 - rows of another process
        await asyncio.sleep(0.005)
    first.process.kill()
    answered = await asyncio.gather(*calls, return_exceptions=True)
    await client.close()
    assert any(isinstance(answer, httpx.TransportError) for answer in answered)
    first.stop()
    second = ApiProcess(environment, tmp_path / "second.log")
    client = await signed_in(second.url, author)
    again = await asyncio.gather(*(client.run(CREATE, input=given) for given in inputs))
    await client.close()
    second.stop()
    assert all(answer.data["createCustomerDraft"]["customer"] for answer in again)
    names = await Customer.filter(created_by_id=author.id).values_list("name", flat=True)
    assert sorted(names) == sorted(given["name"] for given in inputs)
