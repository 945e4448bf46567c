"""What the guides show works: every example is run against demo data, and tables are those of the database."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.app.demo import DEMO_PASSWORD
from tests.api import ApiProcess, Client
from tests.app.commands import Base
from tests.app.guides import DOCS, examples

SIGN_IN = "mutation($a: String!, $p: String!) { signIn(input: {account: $a, password: $p}) { accessToken } }"


@pytest.fixture
async def demo(base: Base, tmp_path: Path) -> AsyncIterator[ApiProcess]:
    """The API on a base with demo data."""
    made = base.crm("demo", "--customers", "60", "--seed", "42")
    assert made.returncode == 0, made.stderr
    own = replace(base.engines.configuration, database=base.database.name).environment()
    process = ApiProcess({**os.environ, **own}, tmp_path / "log")
    yield process
    process.stop()


def _refusals(value: Any) -> list[Any]:
    """What is wrong with an input, wherever it stands in an answer."""
    if isinstance(value, dict):
        return [*value.get("userErrors", ()), *(found for one in value.values() for found in _refusals(one))]
    return [found for one in value for found in _refusals(one)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("page", "account", "least"), [("front-ends.md", "2101", 12), ("administrators.md", "5100", 8)]
)
async def test_every_example_of_a_guide_is_answered(demo: ApiProcess, page: str, account: str, least: int) -> None:
    client = Client(demo.url)
    answers: dict[str, Any] = {}
    try:
        client.token = (await client.data(SIGN_IN, a=account, p=DEMO_PASSWORD))["signIn"]["accessToken"]
        found = examples(page)
        assert len(found) >= least
        for example in found:
            answer = await client.data(example.document, **example.given(answers))
            assert _refusals(answer) == [], (example.document, answer)
            assert None not in answer.values(), example.document
            answers[example.name] = answer
    finally:
        await client.close()


def test_d42_the_table_of_the_guide_is_that_of_a_new_installation(base: Base) -> None:
    printed = base.crm("policy", "--markdown")
    assert printed.returncode == 0, printed.stderr
    page = (DOCS / "administrators.md").read_text()
    table = page.partition("<!-- policy -->\n")[2].partition("<!-- /policy -->")[0]
    assert table.strip() == printed.stdout.strip(), (
        "run `crm policy --markdown` on a new base and put it into the guide"
    )


async def test_d42_the_command_prints_the_policy_that_is_in_force(base: Base) -> None:
    before = base.crm("policy").stdout
    await base.rows("update policy_cells set level = 'FULL' where principal = 'MARKETING' and data_class = 'CONTACT'")
    after = base.crm("policy").stdout
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert len(changed) == 1
    assert all("MARKETING" in line for line in changed[0])
