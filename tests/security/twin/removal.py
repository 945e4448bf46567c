"""Looks for the hole that a guard leaves which was taken out: with the questions of the twin test, in another order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.security.twin import aggregates, pages, probes
from tests.security.twin.claims import CLAIMS, SEED
from tests.security.twin.pair import Pair
from tests.security.twin.performance import Leak, Tally, ask, perform
from tests.security.twin.pools import Pools
from tests.security.twin.probes import Probe
from tests.security.twin.stage import Stage

VIEWERS = ("stranger", "service", "marketing", "collaborator")
"""Between them everything is hidden, masked and seen."""


def _whole(pools: Pools) -> Iterator[Probe]:
    """Whole records: most holes show here, and the first ends the search."""
    yield from probes.selects(1)
    yield from probes.by_ids(pools)
    yield from probes.networks(pools)


def _mixed(pools: Pools) -> Iterator[Probe]:
    """All other questions, at random."""
    rest = [
        *probes.searches(pools),
        *pages.orders(1, every=False),
        *aggregates.asked(pools, every=False),
        *probes.nested_filters(pools, every=False),
        *probes.filters(pools, every=False),
    ]
    random.Random(5).shuffle(rest)
    yield from rest


def _ask(stage: Stage, pair: Pair, viewer: str, questions: Callable[[Pools], Iterator[Probe]]) -> None:
    pools = Pools(stage.world, stage.hold(viewer, SEED), 4)
    perform(pair, stage.token(viewer), questions(pools), Tally(), complete=False)


def leak_without(stage: Stage, pair: Pair, guard: str) -> Leak | None:
    """The first leak without that guard; None if nothing shows. Failures of any other kind are raised."""
    pair.without(guard)
    try:
        # Most holes show here: the rest is looked at for few guards.
        _ask(stage, pair, VIEWERS[0], lambda _: probes.selects(1))
        for claim in CLAIMS:
            claim(stage, pair)
        pair.without(guard)  # and every statement forgotten
        # Somebody who sees everything was here just before: what was made for him must not serve the next.
        stage.hold(VIEWERS[0], SEED)
        for probe in probes.selects(1):
            pair.ask(stage.token("admin"), probe.document, probe.variables)
            ask(pair, stage.token(VIEWERS[0]), probe)
        for questions in (_whole, _mixed):
            for viewer in VIEWERS:
                _ask(stage, pair, viewer, questions)
    except Leak as found:
        return found
    finally:
        pair.without("")
    return None
