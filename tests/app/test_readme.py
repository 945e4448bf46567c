"""What the READMEs promise a new user: the first query and its answer."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from service.app.demo import DEMO_PASSWORD
from tests.api import LOOPBACK, ApiProcess
from tests.app.commands import Base

ROOT = Path(__file__).parent.parent.parent


def _blocks(readme: str, language: str) -> list[str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def _asked(url: str, document: str, token: str | None = None) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(f"{url}/graphql", json={"query": document}, headers=headers, **LOOPBACK, timeout=30)
    return answer.json()["data"]


@pytest.fixture
def api(base: Base, tmp_path: Path) -> Any:
    """The API on the demo that `make up` loads."""
    assert base.crm("demo", "--customers", "3000", "--seed", "42").returncode == 0
    own = replace(base.engines.configuration, database=base.database.name).environment()
    process = ApiProcess({**os.environ, **own}, tmp_path / "log")
    yield process
    process.stop()


async def test_the_first_query_gives_the_answer_that_is_printed(api: ApiProcess) -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        sign_in, query = (part.strip() for part in _blocks(readme, "graphql")[0].strip().split("\n\n"))
        assert DEMO_PASSWORD in sign_in
        token = _asked(api.url, sign_in)["signIn"]["accessToken"]
        assert _asked(api.url, query, token) == orjson.loads(_blocks(readme, "json")[0]), readme
        boss = sign_in.replace("2101", "2100")
        whole = _asked(api.url, query, _asked(api.url, boss)["signIn"]["accessToken"])
        assert "****" not in orjson.dumps(whole).decode()
        marketer = sign_in.replace("2101", "4101")
        hidden = _asked(api.url, query, _asked(api.url, marketer)["signIn"]["accessToken"])
        assert [one["contacts"]["nodes"] for one in hidden["customers"]["nodes"]] == [[], []]
