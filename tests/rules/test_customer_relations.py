from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.errors import ErrorCode, Invalid
from service.rules import customer_relations as rules
from tests.rules.refusals import refused

SOME = [UUID(int=n) for n in range(8)]


def _has_cycle(parent_of: dict[UUID, UUID]) -> bool:
    """By taking away, again and again, whoever is nobody's parent: what stays goes round."""
    left = dict(parent_of)
    while free := [child for child in left if child not in left.values()]:
        for child in free:
            del left[child]
    return bool(left)


@given(st.lists(st.tuples(st.sampled_from(SOME), st.sampled_from(SOME)), max_size=40))
def test_d11_a_pair_is_refused_just_where_it_would_give_a_second_parent_or_go_round(
    pairs: list[tuple[UUID, UUID]],
) -> None:
    parent_of: dict[UUID, UUID] = {}
    for parent, child in pairs:
        goes_round = _has_cycle(parent_of | {child: parent})
        try:
            rules.check_parent(parent_of, parent=parent, child=child)
        except Invalid as fault:
            if fault.code is ErrorCode.HAS_PARENT:
                assert child in parent_of
            else:
                assert goes_round or child in rules.ancestors(parent_of, parent)
            continue
        assert child not in parent_of
        assert not goes_round
        parent_of[child] = parent
    assert not _has_cycle(parent_of)


def test_d11_a_chain_does_not_come_back_to_its_beginning() -> None:
    chain = dict(zip(SOME[1:], SOME, strict=False))
    assert rules.ancestors(chain, SOME[7]) == SOME[6::-1]
    refused(ErrorCode.RELATION_CYCLE, rules.check_parent, chain, parent=SOME[7], child=SOME[0])


@pytest.mark.parametrize("parent", [SOME[0], SOME[2]])
def test_d11_a_customer_has_one_parent(parent: UUID) -> None:
    refused(ErrorCode.HAS_PARENT, rules.check_parent, {SOME[1]: SOME[0]}, parent=parent, child=SOME[1])


def test_d11_a_circle_that_is_there_already_does_not_hold_the_walk() -> None:
    assert rules.ancestors({SOME[0]: SOME[1], SOME[1]: SOME[0]}, SOME[0]) == [SOME[1], SOME[0]]
