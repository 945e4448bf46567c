import time
from tests.security.twin import probes as p
from tests.security.twin.pools import Pools
from tests.security.twin.performance import perform, Tally
import pytest
from tests.security.twin.people import STAFF
@pytest.mark.parametrize("v", STAFF)
def test_x(stage,v):
        pair = stage.pair()
        twin = stage.play(v)
        pools = Pools(stage.world, twin, 3)
        for name, it in dict(selects=p.selects(1), ids=p.by_ids(pools), filters=p.filters(pools, every=False), nested=p.nested_filters(pools), orders=p.orders(3)).items():
            t = time.time(); tally=Tally()
            n = 0
            it=list(it)
            perform(pair, stage.token(v), it, tally)
            print(v, name, len(it), round(time.time()-t,2), tally.answers, tally.not_empty, tally.refused, len(tally.cells), len(tally.full_cells))
