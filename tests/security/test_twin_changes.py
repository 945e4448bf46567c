"""SEC-B1 over mutations: what is hidden changes neither payload, nor error, nor what is seen afterwards."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import asyncpg
import pytest

from service.core import clock
from service.core.fields import ENTITIES
from tests.security.twin import changes, rows
from tests.security.twin.pair import Answer
from tests.security.twin.performance import Leak
from tests.security.twin.pools import Pools
from tests.security.twin.probes import leaves, root
from tests.security.twin.stage import Stage

VIEWERS = ("owner", "collaborator", "manager", "service", "marketing", "auditor")


@pytest.fixture
def changing(stage: Stage) -> Iterator[Stage]:
    """The stage, with the world put back into A at the end."""
    yield stage
    asyncio.run(rows.write_guarded(stage.first.owner_url, stage.world, random.Random(0)))


def _document(mutation: str, selection: str) -> str:
    kind = mutation[0].upper() + mutation[1:] + "Input"
    return f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}"


def _same(first: Answer, second: Answer, known: set[bytes], since: datetime, what: object) -> None:
    one, other = changes.renumbered(first.body, known, since), changes.renumbered(second.body, known, since)
    if (first.status, one) != (second.status, other):
        raise Leak(f"{what}\nA: {one.decode()}\nB: {other.decode()}")


@pytest.mark.parametrize("viewer", VIEWERS)
def test_sec_b1_a_change_answers_the_same_whatever_is_hidden(
    changing: Stage, viewer: str, record_property: Callable[[str, object], None]
) -> None:
    began = clock.now()
    twin = changing.play(viewer, 31)
    pools = Pools(changing.world, twin, 31)
    known = {key.encode() for entity in ENTITIES if entity in pools.ids for key in pools.global_ids(entity)}
    pair, token = changing.pair(), changing.token(viewer)
    outcomes: Counter[str] = Counter()
    for mutation, given, selection in changes.changes(pools, 31):
        first, second = pair.ask(token, _document(mutation, selection), {"input": given})
        _same(first, second, known, began, (mutation, given))
        assert "INTERNAL" not in first.codes, (mutation, given, first.body, pair.first.said())
        outcomes[_outcome(first, mutation)] += 1
    for entity in ("Customer", "Contact", "FollowUp", "Task", "Reminder"):
        document = f"{{ {root(entity, 'first: 100')} {{ totalCount nodes {{ {leaves(ENTITIES[entity])} }} }} }}"
        _same(*pair.ask(token, document, {}), known, began, document)
    record_property("twin", f"{viewer}, changes: {dict(outcomes)}")
    assert sum(outcomes.values()) > 250
    assert outcomes["NOT_FOUND"] > 0
    assert outcomes["FORBIDDEN"] + outcomes["done"] > 20


def _outcome(answer: Answer, mutation: str) -> str:
    if answer.codes:
        return answer.codes[0]
    assert answer.data is not None
    return "faults" if answer.data[mutation]["userErrors"] else "done"


def test_sec_b1_the_code_of_a_hidden_draft_is_free(changing: Stage) -> None:
    """Drafts, and what waits for approval, take no part in uniqueness: nobody learns of them by a refusal."""
    began, viewer, rng = clock.now(), "owner", random.Random(5)
    twin = changing.play(viewer, 32)
    hidden = [r["id"] for r in changing.world["customers"] if r["id"] in twin.hidden["customers"]]
    kept = {r["id"] for r in twin.rows["customers"]}
    both = [key for key in hidden if key in kept]
    assert len(both) > 1
    codes = [changes.new_code(rng) for _ in both]
    asyncio.run(_put(changing.first.owner_url, both, codes))
    asyncio.run(_put(changing.second.owner_url, both, [changes.new_code(rng) for _ in both]))
    pair, token = changing.pair(), changing.token(viewer)
    for code in codes:
        document = _document("createCustomerDraft", "customer { id version } userErrors { code }")
        drafts = pair.ask(token, document, {"input": changes.draft_with(code)})
        answers = [_submitted(api, token, draft) for api, draft in zip((pair.first, pair.second), drafts, strict=True)]
        _same(answers[0], answers[1], set(), began, code)
        assert answers[0].data is not None
        assert answers[0].data["submitCustomer"]["userErrors"] == []


def _submitted(api: Any, token: str, draft: Answer) -> Answer:
    assert draft.data is not None
    customer = draft.data["createCustomerDraft"]["customer"]
    return api.post("/graphql", changes.submission(customer), changes.headers(token))


async def _put(url: str, keys: list[Any], codes: list[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.executemany("update customers set uscc = $2 where id = $1", zip(keys, codes, strict=True))
    finally:
        await connection.close()
