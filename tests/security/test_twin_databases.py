"""SEC-B1: two databases that differ only in what a viewer may not see give him the same bytes, over every channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.security.twin import pages, probes
from tests.security.twin.generator import Generator
from tests.security.twin.oracle import Oracle
from tests.security.twin.people import STAFF
from tests.security.twin.performance import Tally, ask, perform
from tests.security.twin.pools import Pools
from tests.security.twin.probes import Probe
from tests.security.twin.stage import Stage

RANDOM, RANDOM_DEEP = 25, 2_000
"""Random questions for each of the twenty viewers."""

BY_ROLE = (
    "owner", "collaborator", "neighbour manager", "service", "service manager", "marketing", "executive", "steward",
    "security", "hr", "auditor", "admin",
)  # fmt: skip
"""Somebody of each role; the deep test takes everybody."""

WITHOUT_FILTERS = ("security", "hr", "admin")
"""Their rights are those of the auditor, or all: filters are asked as him, and in the deep test as them too."""


def systematic(pools: Pools, *, every: bool, filters: bool) -> Iterator[Probe]:
    yield from probes.selects(2 if every else 1)
    yield from probes.by_ids(pools)
    yield from pages.orders(50 if every else 2)
    yield from probes.nested_filters(pools, every=every)
    if filters:
        yield from probes.filters(pools, every=every)


def reported(record: Callable[[str, object], None], viewer: str, tally: Tally) -> None:
    record(
        "twin",
        f"{viewer}: {tally.answers} answers, {tally.not_empty} not empty, {sum(tally.refused.values())} refused, "
        f"{len(tally.cells)} field-channel cells, {len(tally.full_cells)} of them with records",
    )


@pytest.mark.parametrize("viewer", BY_ROLE)
def test_sec_b1_every_field_over_every_channel_answers_the_same(
    stage: Stage, viewer: str, record_property: Callable[[str, object], None]
) -> None:
    tally = _systematic(stage, viewer, seed=1, every=False)
    reported(record_property, viewer, tally)
    assert tally.answers > (200 if viewer in WITHOUT_FILTERS else 600)
    assert tally.not_empty > tally.answers * 0.25
    assert len({name for name, _ in tally.full_cells}) > 60
    channels = {channel for _, channel in tally.cells}
    for wanted in (
        "select",
        "nested select",
        "alias",
        "node",
        "sort asc",
        "sort desc",
        "page forward",
        "page backward",
    ):
        assert wanted in channels


@pytest.mark.deep
@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize("viewer", STAFF)
def test_sec_b1_every_operator_in_every_polarity_answers_the_same(
    stage: Stage, viewer: str, seed: int, record_property: Callable[[str, object], None]
) -> None:
    tally = _systematic(stage, viewer, seed=seed, every=True)
    reported(record_property, viewer, tally)
    assert tally.answers > 2_000


def _systematic(stage: Stage, viewer: str, *, seed: int, every: bool) -> Tally:
    twin, tally = stage.play(viewer, seed), Tally()
    assert sum(map(len, twin.changed.values())) > 300, "a twin that is the same proves nothing"
    filters = every or viewer not in WITHOUT_FILTERS
    questions = systematic(Pools(stage.world, twin, seed), every=every, filters=filters)
    perform(stage.pair(), stage.token(viewer), questions, tally)
    return tally


@pytest.mark.parametrize("viewer", STAFF)
def test_sec_b1_random_questions_answer_the_same(
    stage: Stage, viewer: str, record_property: Callable[[str, object], None]
) -> None:
    _random(stage, viewer, 21, RANDOM, record_property)


@pytest.mark.deep
@pytest.mark.parametrize("viewer", STAFF)
def test_sec_b1_many_random_questions_answer_the_same(
    stage: Stage, viewer: str, record_property: Callable[[str, object], None]
) -> None:
    _random(stage, viewer, 22, RANDOM_DEEP, record_property)


def _random(stage: Stage, viewer: str, seed: int, count: int, record: Callable[[str, object], None]) -> None:
    twin, tally = stage.play(viewer, seed), Tally()
    generator = Generator(Pools(stage.world, twin, seed), seed)

    def learning() -> Iterator[Probe]:
        for _ in range(count):
            probe = generator.probe()
            probe.follow = lambda data: generator.learn(data) or iter(())
            yield probe

    perform(stage.pair(), stage.token(viewer), learning(), tally)
    reported(record, f"{viewer} at random", tally)
    assert tally.not_empty > count * 0.3


def test_sec_b1_the_oracle_finds_each_level_somewhere(stage: Stage) -> None:
    """Every viewer is somebody, and every row of D42 is somebody's."""
    relations, levels = set(), set()
    for user in stage.users.values():
        oracle = Oracle(stage.world, user)
        for customer in stage.world["customers"]:
            relations.update(oracle.relations(customer))
            levels.update((c, oracle.level(customer, c)) for c in ("BUSINESS", "COMMERCIAL", "CONTACT", "IDENTITY"))
    assert len(relations) == 6
    assert len(levels) == 3 + 2 + 3 + 2  # COMMERCIAL is never masked, IDENTITY never whole


def test_sec_b1_what_is_seen_is_what_the_oracle_says(stage: Stage) -> None:
    """Equal answers could be equally empty: of every viewer, the rows that exist are those that the oracle finds."""
    for viewer, user in stage.users.items():
        stage.play(viewer)
        oracle = Oracle(stage.world, user)
        for root, table in (("contacts", "contacts"), ("followUps", "follow_ups"), ("tasks", "tasks")):
            expected = sum(oracle.row_exists(table, row) for row in stage.world[table])
            data = ask(stage.pair(), stage.token(viewer), Probe(f"{{ {root} {{ totalCount }} }}")).data
            assert data == {root: {"totalCount": expected}}, viewer
        expected = sum(oracle.customer_exists(row) for row in stage.world["customers"])
        document = f"{{ {probes.root('Customer', 'first: 1')} {{ totalCount }} }}"
        data = ask(stage.pair(), stage.token(viewer), Probe(document)).data
        assert data == {"customers": {"totalCount": expected}}, viewer
