"""GraphiQL in a real browser with the network cut off: a query, and a subscription (issue 4, design §5)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.core.fields import CUSTOMER
from service.core.ids import to_global
from storage.models import User
from tests.api import ApiProcess, Client
from tests.builders.customers import make_customer
from tests.clients import browser
from tests.journeys.conftest import database, department, sales, seller, sign_in

__all__ = ["database", "department", "sales", "seller", "sign_in"]

pytestmark = pytest.mark.skipif(
    browser.CHROMIUM is None, reason="needs Debian's browser: `apt-get install chromium`, as .ci/run does"
)

EDITOR = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"
TOOLS = "[...document.querySelectorAll('.graphiql-editor-tool .CodeMirror')].map((one) => one.CodeMirror)"
HEADERS = f"{TOOLS}.find((one) => one.getValue().includes('Authorization'))"
RESULT = "(document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? '')"
RUN = "document.querySelector('.graphiql-execute-button').click()"


@pytest.fixture(scope="module")
def api(engines: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """An API that serves GraphiQL."""
    environment = {**os.environ, "CRM_ENVIRONMENT": "development"}
    process = ApiProcess(environment, tmp_path_factory.mktemp("graphiql") / "log")
    yield process
    process.stop()


async def _run(page: browser.Page, document: str) -> None:
    await page.value(f"{EDITOR}.setValue({json.dumps(document)})")
    # GraphiQL takes what was typed a moment later.
    await page.until(f"{EDITOR}.getValue() === {json.dumps(document)}")
    await page.value("new Promise((done) => setTimeout(done, 500))")
    await page.value(RUN)


async def test_graphiql_runs_a_query_and_a_subscription_and_asks_no_other_host(
    tmp_path: Path, api: ApiProcess, sales: User, seller: Client
) -> None:
    key = to_global(CUSTOMER.prefix, (await make_customer(sales)).id)
    async with browser.page(tmp_path, f"{api.url}/graphiql/") as page:
        await page.until("!!document.querySelector('.graphiql-query-editor .CodeMirror')")
        await page.until(f"!!{HEADERS}")
        headers = json.dumps({"Authorization": f"Bearer {seller.token}"})
        await page.value(f"{HEADERS}.setValue({json.dumps(headers)})")
        await _run(page, "{ me { staffNumber } }")
        await page.until(f"{RESULT}.includes({json.dumps(sales.staff_number)})")
        await _run(page, f'subscription {{ customerChanged(id: "{key}") {{ sequence customer {{ version }} }} }}')
        await page.until(f"{RESULT}.includes('\"version\": 1')")
        given = {"id": key, "version": 1, "notes": "浏览器在听"}
        assert (await seller.change("updateCustomer", given, "customer { id }"))["userErrors"] == []
        await page.until(f"{RESULT}.includes('\"version\": 2')")
        asked = [address for address in page.asked if not address.startswith(("data:", "blob:"))]
        assert page.faults == []
    own = (f"{api.url}/", f"{api.url.replace('http', 'ws')}/")
    assert any(address.startswith("ws:") for address in asked)
    assert [address for address in asked if not address.startswith(own)] == []
