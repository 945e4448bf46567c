"""Rows that a unit of work writes wait for each other, and nothing reads past them (design §4)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from service.core.enums import Role
from storage import db
from storage.models import Contact, Customer, CustomerTag, FollowUp, OutboxMessage, StageMove, Tag, User
from storage.queries import rows
from tests.builders.contacts import make_contact
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user
from tests.engines import WorkerEngines

pytestmark = pytest.mark.usefixtures("database")

AT = datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC)
QUOTED = "引号'\"\\ 与 {$rows::json} 及 😀\t"


@pytest.fixture
async def database(engines: WorkerEngines) -> AsyncGenerator[None]:
    async with TortoiseContext() as context:
        await context.init(config=db.config(engines.database.app_url, 5))
        yield


@pytest.fixture
async def owner() -> User:
    return await make_user(Role.SALES, department=await make_department())


@asynccontextmanager
async def _unit() -> AsyncGenerator[list[str]]:
    """A unit of work, and what is sent in it but for BEGIN and COMMIT."""
    sent: list[str] = []

    def note(query: Any) -> None:
        sent.append(query.query)

    async with in_transaction():
        connection = db._connection()
        assert connection is not None
        connection.add_query_logger(note)
        try:
            async with db.together():
                yield sent
        finally:
            connection.remove_query_logger(note)


def _draft(owner: User, **values: Any) -> dict[str, Any]:
    return {
        "kind": "ENTERPRISE", "state": "DRAFT", "owner_id": owner.id, "created_by_id": owner.id,
        "updated_by_id": owner.id, "custom": {}, **values,
    }  # fmt: skip


async def test_design_4_what_is_written_in_a_row_is_one_statement_with_what_it_refers_to(owner: User) -> None:
    async with _unit() as sent:
        customer_id = await rows.insert(Customer, _draft(owner))
        for name in ("王伟", "李娜"):
            await rows.insert(Contact, {"customer_id": customer_id, "name": name})
        await rows.insert(OutboxMessage, {"task": "x.y", "arguments": {"id": "1"}, "available_at": AT})
        assert sent == []
    assert len(sent) == 1
    assert await Contact.filter(customer_id=customer_id).count() == 2
    assert (await OutboxMessage.get(task="x.y")).arguments == {"id": "1"}


async def test_design_4_a_change_of_a_row_that_waits_is_part_of_it(owner: User) -> None:
    kept = await make_customer(owner)
    async with _unit() as sent:
        customer_id = await rows.insert(Customer, _draft(owner, notes="旧"))
        await rows.update(Customer(id=customer_id), {"notes": "新"})
    assert len(sent) == 1
    async with _unit() as sent:
        await rows.update(kept, {"notes": "一", "short_name": "简"})
        await rows.update(kept, {"notes": "二", "first_contact_at": AT})
    assert len(sent) == 1
    assert (await Customer.get(id=customer_id)).notes == "新"
    found = await Customer.get(id=kept.id)
    assert (found.notes, found.short_name, found.first_contact_at) == ("二", "简", AT)


@pytest.mark.parametrize("read", ["tortoise", "rows", "delete"])
async def test_design_4_no_statement_of_the_unit_passes_a_row_that_waits(owner: User, read: str) -> None:
    customer = await make_customer(owner)
    async with _unit():
        contact_id = await rows.insert(Contact, {"customer_id": customer.id, "name": "王伟"})
        if read == "tortoise":
            assert await Contact.filter(customer_id=customer.id).count() == 1
        elif read == "rows":
            assert (await rows.get(Contact, contact_id)).name == "王伟"
        else:
            assert await Contact.filter(customer_id=customer.id).delete() == 1
    assert await Contact.filter(customer_id=customer.id).exists() == (read != "delete")


async def test_design_4_two_rows_of_a_table_change_in_the_order_asked_for(owner: User) -> None:
    """One primary contact a customer (D16): in one statement the new one could come before the old one has gone."""
    customer = await make_customer(owner)
    former = await make_contact(customer, is_primary=True)
    heir = await make_contact(customer, is_primary=False)
    for one, other in ((former, heir), (heir, former)):
        async with _unit():
            await rows.update(one, {"is_primary": False})
            await rows.update(other, {"is_primary": True})
    async with _unit():
        await rows.update(former, {"is_primary": False})
        newest = await rows.insert(Contact, {"customer_id": customer.id, "name": "李娜", "is_primary": True})
    assert (await Contact.get(customer_id=customer.id, is_primary=True)).id == newest


async def test_sec_b4_what_waits_when_a_unit_fails_is_not_written(owner: User) -> None:
    customer = await make_customer(owner)
    sent: list[str] = []

    async def fail() -> None:
        async with _unit() as heard:
            await rows.insert(Contact, {"customer_id": customer.id, "name": "王伟"})
            sent.extend(heard)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert sent == []
    assert not await Contact.filter(customer_id=customer.id).exists()


async def test_sec_b4_an_inner_unit_that_fails_takes_nothing_of_the_outer_one_with_it(owner: User) -> None:
    customer = await make_customer(owner)

    async def fail() -> None:
        async with in_transaction(), db.together():
            await rows.insert(Contact, {"customer_id": customer.id, "name": "内"})
            await Contact.exists(customer_id=customer.id)  # sends it
            raise ZeroDivisionError

    async with _unit():
        await rows.insert(Contact, {"customer_id": customer.id, "name": "外"})
        with pytest.raises(ZeroDivisionError):
            await fail()
        await rows.insert(Contact, {"customer_id": customer.id, "name": "后"})
    assert {c.name for c in await Contact.filter(customer_id=customer.id)} == {"后", "外"}


async def test_sec_b4_a_connection_goes_back_to_the_pool_with_nothing_waiting(owner: User) -> None:
    async with _unit():
        connection = db._connection()
        assert connection is not None
        await rows.insert(Customer, _draft(owner))
        assert connection.writes
    assert connection.writes is None


async def test_design_4_a_row_that_is_there_already_is_dropped_only_where_that_is_wanted(owner: User) -> None:
    customer, tag = await make_customer(owner), await Tag.create(name="测试标签")
    link = {"customer_id": customer.id, "tag_id": tag.id}
    await rows.insert(CustomerTag, link)
    await rows.insert(CustomerTag, link, unless_there=True)
    assert await CustomerTag.filter(**link).count() == 1
    with pytest.raises(db.DatabaseError):
        await rows.insert(CustomerTag, link)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with _unit():
            await rows.insert(CustomerTag, link)


VALUES: dict[type, dict[str, Any]] = {
    Customer: {
        "kind": "ENTERPRISE", "state": "DRAFT", "name": "杭州测试有限公司", "notes": QUOTED,
        "latitude": Decimal("30.123456"), "longitude": Decimal("-0.000001"),
        "registered_capital": Decimal("9999999999999999.99"),
        "registered_capital_currency": "CNY",
        "number_of_stores": 1_000_000, "founded_on": date(1999, 12, 31), "stage_since": AT,
        "packaging": ["BOX", QUOTED], "custom": {"a": {"b": [1, None, "1.50"]}, QUOTED: QUOTED},
    },
    Contact: {"name": QUOTED, "is_primary": True, "email_is_personal": False, "removed_at": AT},
    FollowUp: {"occurred_at": AT, "mode": "PHONE", "content": QUOTED, "duration_minutes": 0, "is_late": True,
               "no_plan_reason": QUOTED},
    StageMove: {"from_stage": "LEAD", "to_stage": "WON", "reason": QUOTED, "duration_seconds": 2**31 - 1},
}  # fmt: skip


@pytest.mark.parametrize("model", VALUES, ids=lambda model: model.__name__)
async def test_design_4_a_row_is_the_one_that_the_model_would_have_saved(owner: User, model: Any) -> None:
    links = {
        Customer: {"owner_id": owner.id, "created_by_id": owner.id, "updated_by_id": owner.id},
        FollowUp: {"author_id": owner.id, "recorded_by_id": owner.id},
        StageMove: {"actor_id": owner.id},
    }.get(model, {})
    if model is not Customer:
        links["customer_id"] = (await make_customer(owner)).id
    times = {name: AT - timedelta(1) for name in ("created_at", "updated_at") if name in rows.columns(model)}
    values = {**VALUES[model], **links, **times}
    saved = await model.create(**values)
    key = await rows.insert(model, values)
    ours, theirs, again = await rows.get(model, key), await rows.get(model, saved.id), await model.get(id=key)
    for column in set(rows.columns(model)) - {"id"}:
        assert getattr(ours, column) == getattr(theirs, column) == getattr(again, column), column


async def test_a_misspelt_column_and_one_that_only_the_database_fills_are_refused(owner: User) -> None:
    customer = await make_customer(owner)
    with pytest.raises(AssertionError):
        await rows.insert(Contact, {"customer_id": customer.id, "nmae": "王伟"})
    move = {"customer_id": customer.id, "actor_id": owner.id, "from_stage": "LEAD", "to_stage": "WON"}
    with pytest.raises(AssertionError):
        await rows.insert(StageMove, move)
