"""Questions about rights: what may be seen and done with every record, hidden or not, and why something is not seen."""

from __future__ import annotations

from collections.abc import Iterator

from service.core.fields import ENTITIES
from tests.security.twin.pools import Pools, camel
from tests.security.twin.probes import Probe, cells_of

_OF = """query($ids: [ID!]!) { permissionsOf(ids: $ids) { __typename id legalStages
    fields { field level isEditable isRetired } links { link isEditable } actions { name isAllowed code reason } } }"""
_WHY = """query($id: ID!, $field: String!) { whyHidden(id: $id, field: $field) { __typename field dataClass level
    missing { role relation label } ask { id name } message } }"""
_MINE = """{ myPermissions { roles managedDepartments { id name } actions { name isAllowed code reason } }
    syncStatus { newestChange } }"""
AT_ONCE, EXPLAINED = 100, 4


def asked(pools: Pools) -> Iterator[Probe]:
    """Of every record its permissions; of some the reason why each third field is hidden; the newest change."""
    yield Probe(_MINE, cells=(("Customer.updated_at", "newest change"),))
    for spec in (spec for spec in ENTITIES.values() if spec.guarded):
        ids = pools.global_ids(spec.name)
        for start in range(0, len(ids), AT_ONCE):
            yield Probe(_OF, {"ids": ids[start : start + AT_ONCE]}, cells_of(spec, "permissions"))
        fields = spec.fields[::3]
        for place, key in enumerate(ids[:: max(1, len(ids) // EXPLAINED)]):
            field = fields[place % len(fields)].name
            cell = (f"{spec.name}.{field}", "why hidden")
            yield Probe(_WHY, {"id": key, "field": camel(field)}, (cell,))
