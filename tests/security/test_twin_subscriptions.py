"""SEC-B1 over subscriptions: what is hidden changes neither what is pushed, nor when, nor after a reconnect."""

from __future__ import annotations

import asyncio

import pytest

from tests.security.twin import followed, pair
from tests.security.twin.performance import Leak
from tests.security.twin.pools import Pools
from tests.security.twin.stage import Stage

VIEWERS = ("collaborator",)
ALSO = ("owner", "marketing", "service", "stranger", "manager", "auditor")


@pytest.mark.parametrize("viewer", [*VIEWERS, *(pytest.param(name, marks=pytest.mark.deep) for name in ALSO)])
def test_sec_b1_what_is_pushed_is_the_same_whatever_is_hidden(stage: Stage, viewer: str) -> None:
    twin = stage.play(viewer, 41)
    customers = followed.asked_of(Pools(stage.world, twin, 41))
    heard = asyncio.run(followed.follow(stage, stage.pair(), viewer, customers))
    kinds = [b'"next"' if b'"next"' in message[0] else b'"error"' for message in heard.values()]
    assert len(heard) == len(customers) + 1
    assert kinds.count(b'"next"') > 2


def test_sec_b1_without_the_comparison_of_what_was_shown_the_twin_test_finds_the_hole(stage: Stage) -> None:
    unguarded = stage.pair(pair.UNGUARDED)
    unguarded.without("what was shown, in subscriptions")
    try:
        with pytest.raises(Leak):
            followed.subscriptions_tell_of_nothing_hidden(stage, unguarded)
    finally:
        unguarded.without("")
