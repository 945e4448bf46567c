"""Whatever schemathesis draws from the schema, the service answers it or names what is wrong with it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings

from service.app.demo import DEMO_PASSWORD
from tests.api import ApiProcess
from tests.app.commands import Base
from tests.clients import documents, fuzzing
from tests.engines import WorkerEngines

ADMINISTRATOR = "5100"


@pytest.fixture
async def throw_away(engines: WorkerEngines, tmp_path: Path) -> Any:
    """The API on a database that may be changed in any way."""
    database = await engines.clone_database("drawn")
    assert Base(engines, database).crm("demo", "--customers", "30", "--seed", "7").returncode == 0
    own = replace(engines.configuration, database=database.name).environment()
    process = ApiProcess({**os.environ, **own}, tmp_path / "log")
    yield process
    process.stop()
    await engines.drop_database(database)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        yield made


def _codes(answer: Any) -> set[str | None]:
    """The codes of the errors in an answer. What cannot be read at all is refused at the door in plain words."""
    if answer.status_code == 400 and answer.content[:1] != b"{":
        return {"plain 400"}
    return {error.get("extensions", {}).get("code") for error in answer.json().get("errors", [])}


def _draw(api: ApiProcess, session: requests.Session, count: int) -> None:
    signing = {"account": ADMINISTRATOR, "password": DEMO_PASSWORD}
    body = {"query": documents.operations()["SignInMutation"], "variables": signing}
    signed = session.post(f"{api.url}/graphql", json=body).json()
    session.headers["authorization"] = f"Bearer {signed['data']['signIn']['accessToken']}"
    seen, wrong = Counter[str](), list[str]()

    @settings(
        max_examples=count, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(fuzzing.cases((documents.ROOT / "schema.graphql").read_text(), f"{api.url}/graphql"))
    def ask(case: Any) -> None:
        answer = case.call(session=session)
        codes = _codes(answer)
        seen.update(codes or {"answered"})
        if answer.status_code >= 500 or "INTERNAL" in codes or None in codes:
            wrong.append(f"{answer.status_code} {case.body[:600]}\n -> {answer.text[:400]}")

    ask()
    assert not wrong, f"{len(wrong)} of {sum(seen.values())}:\n" + "\n".join(wrong[:8])
    assert sum(seen.values()) >= count
    # Otherwise the session has ended, or every request was refused at the door: nothing would have been tried.
    # Drawn passwords and tokens are refused as UNAUTHENTICATED too: that the session goes on is asked at the end.
    assert session.post(f"{api.url}/graphql", json={"query": "{ me { id } }"}).json()["data"]["me"], seen
    assert seen["answered"] >= count // 20, seen


def test_no_drawn_request_is_an_internal_error(throw_away: ApiProcess, session: requests.Session) -> None:
    _draw(throw_away, session, 60)


@pytest.mark.deep
def test_none_of_a_thousand_drawn_requests_is_an_internal_error(
    throw_away: ApiProcess, session: requests.Session
) -> None:
    _draw(throw_away, session, 1_000)
