"""SEC-B1 over mutations: what is hidden changes neither payload, nor error, nor what is seen afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schema.api import SCHEMA
from tests.security.twin import policies
from tests.security.twin.changes import APART, Changes
from tests.security.twin.drafts import the_code_of_a_hidden_draft_is_free
from tests.security.twin.editing import Editing
from tests.security.twin.oracle import BY_RELATION, Cells
from tests.security.twin.playing import Play, known_ids
from tests.security.twin.policies import STRICT
from tests.security.twin.pools import Pools
from tests.security.twin.stage import Stage

VIEWERS = ("owner", "collaborator", "manager", "service", "marketing", "auditor")
EDITORS = ("owner", "collaborator", "manager")
OF_A_KIND = 1
"""How many changes of each kind are played; the deep test plays all of them."""


@pytest.mark.parametrize("viewer", VIEWERS)
def test_sec_b1_a_change_answers_the_same_whatever_is_hidden(
    changing: Stage, viewer: str, record_property: Callable[[str, object], None]
) -> None:
    played = _play(changing, viewer, BY_RELATION, OF_A_KIND)
    record_property("twin", f"{viewer}, changes: {dict(played.outcomes)}")
    assert played.outcomes["FORBIDDEN"] + played.outcomes["done"] > 20


@pytest.mark.parametrize("viewer", EDITORS)
def test_sec_b1_a_change_answers_the_same_where_those_who_edit_do_not_see_everything(
    changing: Stage, viewer: str, record_property: Callable[[str, object], None]
) -> None:
    changing.pair()
    with policies.in_force(changing, policies.STRICT_LEVELS):
        played = _play(changing, viewer, STRICT, OF_A_KIND)
    record_property("twin", f"{viewer}, changes under a strict policy: {dict(played.outcomes)}")
    assert played.outcomes["FIELD_FORBIDDEN"] > 10


@pytest.mark.deep
@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("strict", [False, True])
def test_sec_b1_every_change_of_every_record_answers_the_same(
    changing: Stage, viewer: str, strict: bool, record_property: Callable[[str, object], None]
) -> None:
    changing.pair()
    with policies.in_force(changing, policies.STRICT_LEVELS if strict else {}):
        played = _play(changing, viewer, STRICT if strict else BY_RELATION, None, 32)
    record_property("twin", f"{viewer}, all changes: {dict(played.outcomes)}")
    assert sum(played.outcomes.values()) > 900


def _play(stage: Stage, viewer: str, by_relation: Cells, of_a_kind: int | None, seed: int = 31) -> Play:
    """All changes, or so many of each kind."""
    twin = stage.play(viewer, seed, by_relation)
    pools = Pools(stage.world, twin, seed)
    editing = Editing(stage.world, twin.oracle)
    play = Play(stage.pair(), stage.token(viewer), known_ids(pools), editing)
    changes = Changes(pools, seed)
    play.perform(changes if of_a_kind is None else editing.some_of_each(changes, of_a_kind, seed))
    play.compare_lists()
    assert sum(play.outcomes.values()) > 100
    assert play.outcomes["NOT_FOUND"] > 0
    return play


def test_sec_b1_the_code_of_a_hidden_draft_is_free(changing: Stage) -> None:
    the_code_of_a_hidden_draft_is_free(changing, changing.pair())


def test_every_mutation_is_played(stage: Stage) -> None:
    twin = stage.play("owner")
    played = {change.mutation for change in Changes(Pools(stage.world, twin, 1), 1)}
    mutation = SCHEMA._schema.mutation_type
    assert mutation is not None
    assert played | APART == set(mutation.fields)
