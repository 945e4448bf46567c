"""The twin test over mutations is itself tested: with any one guard of the write path taken out, it finds the hole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.security.twin import pair, policies, sites
from tests.security.twin.removed_changes import Search
from tests.security.twin.stage import Stage
from tests.security.twin.unguarded_changes import (
    CHANGE_GUARDS,
    FOR_IMPORTS_ONLY,
    OF_OPERATIONS,
    OF_QUERIES,
    OF_THE_CALLER,
    OF_THE_RECORD,
    OF_WHAT_IS_NOT_THERE,
)


def _for_the_deep_test() -> set[str]:
    """Of the places in one module that ask the same, all but the first."""
    first = {(site.module, site.asks): str(site) for site in reversed(list(sites.sites()))}
    return {str(site) for site in sites.sites()} - set(first.values())


DEEP = _for_the_deep_test()
STRICT = [
    pytest.param(name, marks=pytest.mark.deep) if name in DEEP else name
    for name, guard in CHANGE_GUARDS.items()
    if guard.strict
]
DEFAULT = [name for name, guard in CHANGE_GUARDS.items() if not guard.strict]


@pytest.fixture(scope="module")
def unguarded(stage: Stage) -> Iterator[Stage]:
    """The stage with the world in A, as it is put back after each guard."""
    yield stage
    stage.put_back(stage.play("owner"))


@pytest.fixture(scope="module")
def default(unguarded: Stage) -> Search:
    return Search(unguarded, strict=False)


@pytest.fixture(scope="module")
def strict(unguarded: Stage) -> Iterator[Search]:
    unguarded.pair(pair.UNGUARDED)  # hears of the policy
    with policies.in_force(unguarded, policies.STRICT_LEVELS):
        yield Search(unguarded, strict=True)


@pytest.mark.parametrize("guard", DEFAULT)
def test_sec_b1_without_a_guard_of_a_change_the_twin_test_finds_the_hole(default: Search, guard: str) -> None:
    found = default.leak_without(default.stage.pair(pair.UNGUARDED), guard)
    assert found is not None, f"nothing shows that the guard «{guard}» is gone"


@pytest.mark.parametrize("guard", STRICT)
def test_sec_b1_without_a_guard_of_a_change_the_twin_test_finds_the_hole_under_a_strict_policy(
    strict: Search, guard: str
) -> None:
    found = strict.leak_without(strict.stage.pair(pair.UNGUARDED), guard)
    assert found is not None, f"nothing shows that the guard «{guard}» is gone"


def test_sec_b1_with_every_guard_in_its_place_the_search_finds_nothing(strict: Search) -> None:
    """Else a search could find something else than what was taken out."""
    strict.play(strict.stage.pair(pair.UNGUARDED), "collaborator")


def test_every_function_of_the_access_to_a_record_is_a_guard_that_can_be_taken_out() -> None:
    assert {guard.within for guard in OF_THE_RECORD.values()} == sites.of_the_record()


def test_every_operation_that_refuses_by_itself_is_a_guard_that_can_be_taken_out() -> None:
    listed = {guard.within for guard in OF_OPERATIONS.values()}
    apart = FOR_IMPORTS_ONLY | OF_WHAT_IS_NOT_THERE | OF_THE_CALLER | OF_QUERIES
    assert sites.refusing() == apart | (sites.refusing() & listed)
    assert not apart & listed
