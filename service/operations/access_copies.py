"""Masked copies (D45): what a grant opens, written into a file instead of shown in the service.

The copy is read by nobody in particular: by the grant alone. Whatever else its holder may see of these customers does
not get into it, and mobiles are masked in it for everybody (D44).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import orjson

from service.boundary import audit, reading
from service.boundary.files import folders, sheets
from service.boundary.files.sheets import Row, Sheet
from service.boundary.jobs import NotNow, prepared, scheduled
from service.core import clock
from service.core.enums import AccessDelivery, Channel, DataClass
from service.core.fields import ACCESS_GRANT, CONTACT, CUSTOMER, FOLLOW_UP, NEED
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType
from service.core.selection import ByIds, ConnectionSelection, Leaf, Many, Nodes, ObjectSelection, Page, Selection, Slot
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations import sharing
from service.operations.access_grants import COPY
from service.rules.files import keys, types
from storage import objects
from storage.models import AccessGrant, User
from storage.queries import access_grants as queries
from storage.queries import rows

AT_ONCE = 100
"""Customers of one statement; records of one customer on a sheet."""
_NOBODY = UUID(int=0)
_KEYS, _PREFIXES = "keys", "prefixes"
_CHILDREN: tuple[tuple[EntitySpec, str], ...] = ((CONTACT, "contacts"), (NEED, "needs"), (FOLLOW_UP, "follow_ups"))
"""What has a sheet of its own, where its class is granted."""
_MONEY = (Leaf("amount", "amount"), Leaf("currency", "currency"))


@dataclass(frozen=True)
class Written:
    """A copy that is in the store now."""

    grant_id: UUID
    rows: int


async def _write(grant_id: UUID) -> Written | None:
    """Write the file and store it; None where the grant is over by now."""
    grant = await AccessGrant.get_or_none(id=grant_id)
    if grant is None or not _is_wanted(grant):
        return None
    own = settings()
    with folders.folder() as folder:
        file = folder / "copy.xlsx"
        count = await sheets.write(file, [sheet async for sheet in _sheets(grant)])
        try:
            await asyncio.to_thread(objects.keep, own, keys.copy(grant.id), file, types.XLSX)
        except objects.StoreError as error:
            raise NotNow(f"the object store: {type(error).__name__}") from error
    return Written(grant.id, count)


def _is_wanted(grant: AccessGrant) -> bool:
    granted = grant.granted_at is not None and grant.ended_at is None and grant.until > clock.now()
    return granted and grant.delivery == AccessDelivery.COPY


@prepared(COPY, _write)
async def copy(written: Written | None) -> None:
    """Note that there is a copy: its holder finds the link at the grant, while that is in force.

    One that ended while it was written has it noted too: what is noted is erased.
    """
    if written is None:
        return
    (grant,) = await rows.where(AccessGrant, "id = $1 for no key update", written.grant_id)
    now = clock.now()
    await rows.update(grant, {"copied_at": now, "version": grant.version + 1, "updated_at": now})
    await audit.record(
        None, COPY, subject=(ACCESS_GRANT.name, grant.id), channel=Channel.JOB.value,
        changes={"copied_at": (None, now), "version": (grant.version - 1, grant.version), "rows": (None, written.rows)},
    )  # fmt: skip


@scheduled("access.erase")
async def erase() -> int:
    """Erase the copies of grants that are over; how many it was."""
    own, over = settings(), await queries.copies_over(AT_ONCE)
    if over:
        await asyncio.to_thread(objects.remove, own, own.s3_bucket, [keys.copy(key) for key in over])
        await queries.forget_copies(over)
    return len(over)


async def _sheets(grant: AccessGrant) -> AsyncIterator[Sheet]:
    classes = {DataClass.BASIC, *(DataClass(one) for one in grant.data_classes)}
    yield Sheet("说明", ("项目", "内容"), _about(grant))
    fields = list(_fields(CUSTOMER, classes))
    yield Sheet("客户", [field.zh for field in fields], _customers(grant, fields))
    for spec, relation in _CHILDREN:
        if spec.row_class in classes:
            fields = list(_fields(spec, classes))
            yield Sheet(
                spec.zh, ["客户编号", *(field.zh for field in fields)], _children(grant, spec, relation, fields)
            )


def _fields(spec: EntitySpec, classes: set[DataClass]) -> Iterator[FieldSpec]:
    for field in spec.fields:
        shown = field.data_class in classes or field.individual_class in classes
        if shown and field.type not in (FieldType.LINK, FieldType.ID):
            yield field


async def _about(grant: AccessGrant) -> AsyncIterator[Row]:
    holder = await User.get(id=grant.holder_id)
    yield "授权编号", f"{ACCESS_GRANT.prefix}_{grant.id}"
    yield "持有人", f"{holder.name} {holder.staff_number}"
    if grant.recipient is not None:
        yield "接收方", grant.recipient
    yield "用途", grant.purpose
    yield "有效期至", grant.until.astimezone(settings().zone).isoformat()
    yield "生成时间", clock.now().astimezone(settings().zone).isoformat()
    yield "客户数", str(grant.customer_count)


async def _customers(grant: AccessGrant, fields: list[FieldSpec]) -> AsyncIterator[Row]:
    target = ObjectSelection(CUSTOMER.name, _leaves(fields))
    async for record in _records(grant, target):
        yield [_text(field, record[field.name]) for field in fields]


async def _children(grant: AccessGrant, spec: EntitySpec, relation: str, fields: list[FieldSpec]) -> AsyncIterator[Row]:
    nodes = Nodes("nodes", ObjectSelection(spec.name, _leaves(fields)))
    children = Many("children", relation, ConnectionSelection(spec.name, (nodes,), Page(AT_ONCE)))
    target = ObjectSelection(CUSTOMER.name, (Leaf("number", "number"), children))
    async for record in _records(grant, target):
        for child in record["children"]["nodes"]:
            yield [record["number"], *(_text(field, child[field.name]) for field in fields)]


def _leaves(fields: list[FieldSpec]) -> tuple[Leaf, ...]:
    return tuple(Leaf(f.name, f.name, _MONEY if f.type is FieldType.MONEY else ()) for f in fields)


async def _records(grant: AccessGrant, target: ObjectSelection) -> AsyncIterator[dict[str, Any]]:
    """Each customer of the grant, as the grant shows it."""

    def select() -> Selection:
        return ByIds((target,), Slot((_KEYS,)), Slot((_PREFIXES,)))

    alone = Viewer(
        id=_NOBODY, staff_number="", name="", roles=frozenset(), department_id=None, managed=(), grants=(grant.id,),
        channel=Channel.JOB,
    )  # fmt: skip
    customers = await sharing.allowed(grant, await queries.customers_of(grant.id))
    for start in range(0, len(customers), AT_ONCE):
        batch = customers[start : start + AT_ONCE]
        asked = {_KEYS: batch, _PREFIXES: [CUSTOMER.prefix] * len(batch)}
        for record in orjson.loads(await reading.read(alone, select, asked)):
            if record is not None:
                yield record


def _text(field: FieldSpec, value: Any) -> str | None:
    """A value as people read it."""
    if isinstance(value, list):
        return "、".join(_text(field, one) or "" for one in cast("list[Any]", value))
    if isinstance(value, dict):
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.enum is not None and value in field.enum.__members__.values():
        return field.enum(value).zh
    return None if value is None else str(value)
