"""The system tags that the company offers (D19). Administrators only."""

from __future__ import annotations

from uuid import UUID

from service.boundary import audit
from service.boundary.work import operation
from service.core import clock
from service.core.errors import ErrorCode, NotFound
from service.core.fields import TAG
from service.core.viewer import Viewer
from service.operations import administration, edits
from service.operations.faults import Faults
from service.rules import tags as rules
from storage.models import Tag


async def _name(text: str, faults: Faults, besides: UUID | None = None) -> str | None:
    """The name in its one form, which no other system tag has: upper and lower case are the same."""
    name = faults.tried(("name",), rules.custom, text)
    if name is not None:
        others = {rules.key(tag.name) for tag in await Tag.filter(is_system=True) if tag.id != besides}
        if rules.key(name) in others:
            faults.add(ErrorCode.ALREADY_EXISTS, "name")
    return name


async def _find(tag_id: UUID) -> Tag:
    tag = await Tag.filter(id=tag_id, is_system=True).select_for_update().get_or_none()
    if tag is None:
        raise NotFound
    return tag


@operation("system_tag.create")
async def create(viewer: Viewer, text: str) -> UUID:
    """Offer another system tag."""
    viewer = await administration.enter(viewer)
    faults = Faults()
    name = await _name(text, faults)
    faults.settle()
    tag = await Tag.create(name=name, is_system=True)
    await audit.record(viewer, "system_tag.create", subject=(TAG.name, tag.id), changes={"name": (None, name)})
    return tag.id


@operation("system_tag.rename", on=TAG.name)
async def rename(viewer: Viewer, tag_id: UUID, version: int, text: str) -> UUID:
    """Call a system tag something else; customers that bear it bear the new name."""
    viewer = await administration.enter(viewer)
    tag = await _find(tag_id)
    await edits.require_version(TAG, tag, version, {"name": text})
    faults = Faults()
    name = await _name(text, faults, besides=tag_id)
    faults.settle()
    await edits.save(viewer, "system_tag.rename", TAG, tag, {"name": name})
    return tag_id


@operation("system_tag.retire", on=TAG.name)
async def retire(viewer: Viewer, tag_id: UUID, version: int, *, retired: bool) -> UUID:
    """Offer a system tag no longer, or again. Customers that bear it keep it; the last one stays on offer."""
    viewer = await administration.enter(viewer)
    tag = await _find(tag_id)
    await edits.require_version(TAG, tag, version, {})
    faults = Faults()
    if retired and not await Tag.filter(is_system=True, retired_at=None).exclude(id=tag_id).exists():
        faults.add(ErrorCode.LAST_VALUE, "id")
    faults.settle()
    if retired is (tag.retired_at is None):
        await edits.save(viewer, "system_tag.retire", TAG, tag, {"retired_at": clock.now() if retired else None})
    return tag_id
