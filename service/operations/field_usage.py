"""Which fields of customers are filled, and which nobody fills (D10)."""

from __future__ import annotations

from dataclasses import dataclass

from service.boundary.catalogue import KNOWN
from service.core.fields import CUSTOMER
from service.core.viewer import Viewer
from service.operations import administration
from storage.queries import custom_fields as queries


@dataclass(frozen=True)
class Usage:
    """Of one field: how many customers in effect have a value, of how many that may have one."""

    name: str
    filled: int
    customers: int
    retired: bool


async def of_custom_fields(viewer: Viewer) -> list[Usage]:
    """Of the fields that administrators defined, in their order."""
    administration.admit(viewer)
    return [Usage(**row) for row in await queries.own_usage()]


async def of_built_in_fields(viewer: Viewer) -> list[Usage]:
    """Of the fields of customers that inputs set."""
    administration.admit(viewer)
    known = await KNOWN.current()
    fields = {f.name: f.only_for and f.only_for.value for f in CUSTOMER.fields if f.settable}
    found = await queries.built_in_usage(fields)
    return [
        Usage(name, filled, customers, known.is_retired(CUSTOMER.name, name))
        for name, (filled, customers) in found.items()
    ]
