"""Tags (D19)."""

from __future__ import annotations

from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import editable
from service.boundary.work import operation
from service.core.enums import CustomerState
from service.core.errors import ErrorCode
from service.core.fields import CUSTOMER
from service.core.viewer import Viewer
from service.operations.faults import Faults
from service.rules import tags as rules
from storage.models import CustomerTag, Tag
from storage.queries import rows

# As texts: a name may be longer than the column can hold.
_OFFERED = "is_system and retired_at is null and name = any($1::text[]) order by id"


async def checked(system: list[str], custom: list[str], faults: Faults) -> list[Tag]:
    """The tags of these names. System tags must be offered; custom ones are made."""
    known, names = await offered(system, faults), custom_names(custom, faults)
    return known if faults.errors else known + await made(names)


async def offered(names: list[str], faults: Faults) -> list[Tag]:
    """The system tags of these names; one that was retired is offered no more."""
    found = await rows.where(Tag, _OFFERED, names) if names else []
    known = {tag.name: tag for tag in found}
    for place, name in enumerate(names):
        if name not in known:
            faults.add(ErrorCode.TAG_UNKNOWN, "system_tags", str(place))
    return list(known.values())


def custom_names(custom: list[str], faults: Faults) -> list[str]:
    """The names of custom tags in their one form, each once."""
    names = [faults.tried(("custom_tags", str(place)), rules.custom, text) for place, text in enumerate(custom)]
    return sorted({name for name in names if name is not None})


async def made(names: list[str]) -> list[Tag]:
    """The custom tags of these names, new ones made.

    In one order for everybody: two transactions that make the same new tags must not wait for each other.
    """
    return [await _custom(name) for name in sorted(names)]


async def _custom(name: str) -> Tag:
    # Two people may make the same tag at once: whoever comes second takes the first one's.
    await Tag.bulk_create([Tag(name=name, is_system=False)], ignore_conflicts=True)
    return await Tag.get(name=name, is_system=False)


async def attach(viewer: Viewer, customer_id: UUID, chosen: list[Tag]) -> None:
    """Put tags on a customer; those that it bears already stay as they are."""
    borne = {row.tag_id for row in await CustomerTag.filter(customer_id=customer_id)}
    await put(viewer, customer_id, [tag for tag in chosen if tag.id not in borne])


async def put(viewer: Viewer, customer_id: UUID, chosen: list[Tag]) -> None:
    """Put tags on a customer that bears none of them."""
    new = list({tag.id: tag for tag in chosen}.values())
    for tag in new:
        await rows.insert(CustomerTag, {"customer_id": customer_id, "tag_id": tag.id})
    if new:
        await audit.record(
            viewer,
            "customer.tag",
            subject=(CUSTOMER.name, customer_id),
            customer_id=customer_id,
            changes={"tags": (None, [tag.name for tag in new])},
        )


@operation("customer.tag", on=CUSTOMER.name)
async def add(viewer: Viewer, customer_id: UUID, system: list[str], custom: list[str]) -> UUID:
    """Put system and custom tags on a customer."""
    await editable(viewer, customer_id)
    faults = Faults()
    chosen = await checked(system, custom, faults)
    faults.settle()
    await attach(viewer, customer_id, chosen)
    return customer_id


@operation("customer.untag", on=CUSTOMER.name)
async def remove(viewer: Viewer, customer_id: UUID, tag_ids: list[UUID]) -> UUID:
    """Take tags off a customer; one in effect keeps at least one system tag (D31)."""
    access = await editable(viewer, customer_id)
    borne = await CustomerTag.filter(customer_id=customer_id).prefetch_related("tag")
    going = [row for row in borne if row.tag_id in set(tag_ids)]
    faults = Faults()
    if access.state is CustomerState.ACTIVE:
        bears = {row.tag_id: row.tag.is_system for row in borne}
        faults.tried(("tag_ids",), rules.check_removal, bears, {row.tag_id for row in going})
    faults.settle()
    if going:
        await CustomerTag.filter(id__in=[row.id for row in going]).delete()
        await audit.record(
            viewer,
            "customer.untag",
            subject=(CUSTOMER.name, customer_id),
            customer_id=customer_id,
            changes={"tags": ([row.tag.name for row in going], None)},
        )
    return customer_id
