"""Drafts that are made to collide with hidden ones: what waits takes no part in uniqueness (D7, D30)."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

import asyncpg
import orjson

from service.core import clock
from service.rules import uscc
from tests.security.twin.pair import Answer, Pair
from tests.security.twin.performance import Leak
from tests.security.twin.playing import renumbered
from tests.security.twin.stage import Stage

_CREATE = """mutation($input: CreateCustomerDraftInput!) {
    createCustomerDraft(input: $input) { customer { id version } userErrors { code } } }"""
_SUBMIT = """mutation($input: SubmitCustomerInput!) {
    submitCustomer(input: $input) { customer { number state } userErrors { code field message } } }"""


def the_code_of_a_hidden_draft_is_free(stage: Stage, pair: Pair, count: int = 99) -> None:
    """Nobody learns of a draft by a refusal: hidden ones have a code in A, another in B, and the viewer takes it."""
    began, viewer, rng = clock.now(), "owner", random.Random(5)
    twin = stage.play(viewer, 32)
    kept = {row["id"] for row in twin.rows["customers"]}
    both = [r["id"] for r in stage.world["customers"] if r["id"] in twin.hidden["customers"] & kept][:count]
    assert both
    codes = [_new_code(rng) for _ in both]
    asyncio.run(_put(stage.first.owner_url, both, codes))
    asyncio.run(_put(stage.second.owner_url, both, [_new_code(rng) for _ in both]))
    token = stage.token(viewer)
    for code in codes:
        drafts = pair.ask(token, _CREATE, {"input": _draft_with(code)})
        answers = [_submitted(api, token, draft) for api, draft in zip((pair.first, pair.second), drafts, strict=True)]
        first, second = (renumbered(answer.body, set(), began) for answer in answers)
        if first != second or (answers[0].data or {})["submitCustomer"]["userErrors"]:
            raise Leak(f"the code {code} of a hidden draft\nA: {first.decode()}\nB: {second.decode()}")


def _draft_with(code: str) -> dict[str, Any]:
    """A draft that can be submitted, with that unified social credit code."""
    return {
        "kind": "ENTERPRISE", "name": "同码贸易有限公司", "uscc": code, "industryCode": "F51", "systemTags": ["高意向"],
        "need": {"kinds": ["PURCHASE"], "priority": "LOW"},
        "contacts": [{"name": "孙丽", "title": "经理", "mobile": "13900001111"}],
    }  # fmt: skip


def _new_code(rng: random.Random) -> str:
    body = "91330100" + "".join(rng.choice(uscc.ALPHABET) for _ in range(9))
    return body + uscc.check_character(body)


def _submitted(api: Any, token: str, draft: Answer) -> Answer:
    """Sent to each database by itself: the draft has another id in each."""
    assert draft.data is not None
    hour_ago = (clock.now() - timedelta(hours=1)).isoformat()
    customer = draft.data["createCustomerDraft"]["customer"]
    given = {**customer, "evidence": "LICENCE", "communication": {"occurredAt": hour_ago, "mode": "PHONE"}}
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}", "accept-language": "en"}
    return api.post("/graphql", orjson.dumps({"query": _SUBMIT, "variables": {"input": given}}), headers)


async def _put(url: str, keys: list[Any], codes: list[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.executemany("update customers set uscc = $2 where id = $1", zip(keys, codes, strict=True))
    finally:
        await connection.close()
