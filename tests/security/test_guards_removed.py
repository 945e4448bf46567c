"""The twin test is itself tested: with any one guard taken out of the service, it finds the hole."""

from __future__ import annotations

import pytest

from tests.security.twin import pair
from tests.security.twin.claims import CLAIMS
from tests.security.twin.removal import leak_without
from tests.security.twin.stage import Stage
from tests.security.twin.unguarded import GUARDS


@pytest.mark.parametrize("guard", GUARDS)
def test_sec_b1_the_twin_test_finds_out_when_a_guard_is_gone(stage: Stage, guard: str) -> None:
    found = leak_without(stage, stage.pair(pair.UNGUARDED), guard)
    assert found is not None, f"nothing shows that the guard «{guard}» is gone"


@pytest.mark.parametrize("claim", CLAIMS)
def test_sec_b1_with_every_guard_in_its_place_the_claims_hold(stage: Stage, claim) -> None:  # type: ignore[no-untyped-def]
    claim(stage, stage.pair())
