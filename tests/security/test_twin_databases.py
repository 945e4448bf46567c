"""SEC-B1: two databases that differ only in what a viewer may not see give him the same bytes, over every channel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import chain, islice

import pytest

from tests.security.twin import aggregates, pages, permissions, probes
from tests.security.twin.generator import Generator
from tests.security.twin.oracle import Oracle
from tests.security.twin.people import STAFF
from tests.security.twin.performance import Tally, ask, perform
from tests.security.twin.pools import Pools
from tests.security.twin.probes import Probe
from tests.security.twin.stage import Stage
from tests.security.twin.twin import Twin

RANDOM, RANDOM_DEEP = 25, 1_200
"""Random questions for each of the twenty viewers."""

PARTS = 10
"""Each of the twenty viewers of the deep test asks a tenth of every operator in every polarity: all are asked twice."""

DEEP_SEED = int(os.environ.get("DEEP_SEED", "11"))
"""With another one, the deep tests make other twins, ask other questions at random, and share them out otherwise."""

BY_ROLE = (
    "owner", "collaborator", "neighbour manager", "service", "service manager", "marketing", "executive", "steward",
    "security", "hr", "auditor", "admin",
)  # fmt: skip
"""Somebody of each role; the deep test takes everybody."""

WITHOUT_FILTERS = ("security", "hr", "admin")
"""Their rights are those of the auditor, or all: filters are asked as him, and in the deep test as them too."""


FILTERED = tuple(viewer for viewer in BY_ROLE if viewer not in WITHOUT_FILTERS)
SHARES = 3
"""Each asks every third request of filters, those beside him the others: every condition is asked as three people."""


def systematic(pools: Pools, viewer: str) -> Iterator[Probe]:
    yield from probes.selects(1)
    yield from probes.by_ids(pools)
    yield from probes.networks(pools)
    yield from probes.histories(pools)
    yield from permissions.asked(pools)
    yield from pages.orders(1, every=False)
    yield from probes.searches(pools)
    yield from aggregates.asked(pools, every=False)
    yield from probes.nested_filters(pools, every=False)
    if viewer in FILTERED:
        yield from islice(probes.filters(pools, every=False), FILTERED.index(viewer) % SHARES, None, SHARES)


def deeply(pools: Pools, part: int) -> Iterator[Probe]:
    """Deeper selections, longer pages, and a part of every operator in every polarity."""
    yield from probes.selects(2)
    yield from probes.by_ids(pools)
    yield from probes.networks(pools)
    yield from probes.histories(pools)
    yield from permissions.asked(pools)
    yield from pages.orders(50, every=True)
    yield from probes.searches(pools)
    filters = chain(
        probes.nested_filters(pools, every=True), aggregates.asked(pools, every=True), probes.filters(pools, every=True)
    )
    yield from islice(filters, part, None, PARTS)


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
    twin = stage.play(viewer, 1)
    tally = _asked(stage, viewer, twin, systematic(Pools(stage.world, twin, 1), viewer))
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
        "search",
        "permissions",
        "why hidden",
        "group by",
        "sum",
    ):
        assert wanted in channels
    assert "search" in {channel for _, channel in tally.full_cells}, "a search that finds nothing proves nothing"


@pytest.mark.deep
@pytest.mark.parametrize("viewer", STAFF)
def test_sec_b1_every_operator_in_every_polarity_answers_the_same(
    stage: Stage, viewer: str, record_property: Callable[[str, object], None]
) -> None:
    twin = stage.play(viewer, DEEP_SEED)
    part = (list(STAFF).index(viewer) + DEEP_SEED) % PARTS
    tally = _asked(stage, viewer, twin, deeply(Pools(stage.world, twin, DEEP_SEED), part))
    reported(record_property, viewer, tally)
    assert tally.answers > 2_000


def _asked(stage: Stage, viewer: str, twin: Twin, questions: Iterator[Probe]) -> Tally:
    tally = Tally()
    assert sum(map(len, twin.changed.values())) > 300, "a twin that is the same proves nothing"
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
    _random(stage, viewer, DEEP_SEED + 11, RANDOM_DEEP, record_property)


def _random(stage: Stage, viewer: str, seed: int, count: int, record: Callable[[str, object], None]) -> None:
    twin, tally = stage.play(viewer, seed), Tally()
    generator = Generator(Pools(stage.world, twin, seed), seed)

    def learning() -> Iterator[Probe]:
        for place in range(count):
            probe = generator.aggregate() if place % 5 == 4 else generator.probe()
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
        for root, table in (
            ("contacts", "contacts"),
            ("followUps", "follow_ups"),
            ("tasks", "tasks"),
            ("branches", "branches"),
            ("changeLog", "change_log"),
        ):
            expected = sum(oracle.row_exists(table, row) for row in stage.world[table])
            data = ask(stage.pair(), stage.token(viewer), Probe(f"{{ {root} {{ totalCount }} }}")).data
            assert data == {root: {"totalCount": expected}}, viewer
        expected = sum(oracle.customer_exists(row) for row in stage.world["customers"])
        document = f"{{ {probes.root('Customer', 'first: 1')} {{ totalCount }} }}"
        data = ask(stage.pair(), stage.token(viewer), Probe(document)).data
        assert data == {"customers": {"totalCount": expected}}, viewer
