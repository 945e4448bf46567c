"""What a viewer is shown of a record, and may set: read off the rights that reads and changes ask for."""

from __future__ import annotations

from datetime import datetime

from service.boundary.access.record import Access
from service.boundary.access.snapshot import SNAPSHOT
from service.core.enums import Level
from service.core.errors import FieldForbidden
from service.core.fields.spec import EntitySpec, FieldSpec
from service.core.selection import Request
from service.core.viewer import Viewer
from storage.reader.rights import newest_change


def level(access: Access, field: FieldSpec) -> Level:
    """How the reader shows a field of a record of this customer. The name of an individual is never null (D42)."""
    data_class = field.class_for(access.kind)
    if data_class in access.full:
        return Level.FULL
    always_named = field.individual_class is not None
    return Level.MASKED if always_named or data_class in access.masked else Level.NONE


def may_set(access: Access, spec: EntitySpec, name: str | FieldSpec) -> bool:
    """Whether an input may name the field: the very question that every change asks (D43)."""
    try:
        access.require_full(spec, (name,))
    except FieldForbidden:
        return False
    return True


async def newest(viewer: Viewer) -> datetime | None:
    """When a customer that exists for the viewer was last changed (D47)."""
    return await newest_change(await SNAPSHOT.guards(viewer), Request({}, viewer.facts))
