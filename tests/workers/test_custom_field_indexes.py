"""An index for a field of one's own is built while the service works, by a job, and filters go by it (D10)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from service.core.enums import CustomFieldType, DataClass, IndexState, JobState, Role
from service.core.settings import Settings, settings
from service.operations import custom_field_indexes
from storage import custom_indexes
from storage.models import CustomField, Job, OutboxMessage
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user
from tests.engines import Database
from tests.journeys.viewers import viewer_of

pytestmark = pytest.mark.usefixtures("database")
FILTERS = {
    CustomFieldType.TEXT: ("custom->>'some' = 'w7'", "lower(custom->>'some') like '%w77%'"),
    CustomFieldType.NUMBER: ("(custom->>'some')::numeric between 7 and 8",),
    CustomFieldType.DATE: ("iso_date(custom->>'some') = '2024-05-07'",),
    CustomFieldType.MULTI_CHOICE: ("custom->'some' @> to_jsonb('C7'::text)",),
    CustomFieldType.MONEY: ("(custom->'some'->>'amount')::numeric = 7",),
}
VALUES = {
    CustomFieldType.TEXT: "to_jsonb('w' || n)",
    CustomFieldType.NUMBER: "to_jsonb(n::text)",
    CustomFieldType.DATE: "to_jsonb((date '2024-05-01' + n % 900)::text)",
    CustomFieldType.MULTI_CHOICE: "jsonb_build_array('C' || n)",
    CustomFieldType.MONEY: "jsonb_build_object('amount', n::text, 'currency', 'CNY')",
}


@pytest.fixture
def owner_url(own_database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a worker that may act as the owner of the tables."""
    own = settings().model_copy(update={"database_owner_url": SecretStr(own_database.owner_url)})
    monkeypatch.setattr(custom_field_indexes, "settings", lambda: own)
    return own


@pytest.fixture(autouse=True)
async def nothing_defined(database: None, owner: asyncpg.Connection) -> AsyncIterator[None]:
    await owner.execute("truncate custom_fields")
    yield
    for name in ("customers_custom_some", "customers_custom_some_words"):
        await owner.execute(f"drop index if exists {name}")


async def _field(kind: CustomFieldType) -> CustomField:
    return await CustomField.create(
        key="some", type=kind, data_class=DataClass.BUSINESS, zh="字段", en="Field", position=1
    )


async def _asked(field: CustomField) -> tuple[Job, OutboxMessage]:
    viewer = await viewer_of(await make_user(Role.ADMIN))
    job = await Job.get(id=await custom_field_indexes.ask(viewer, field.id))
    await field.refresh_from_db()
    assert field.index_state == IndexState.BUILDING
    return job, await OutboxMessage.get(key=f"job:{job.id}")


async def _many(owner: asyncpg.Connection, kind: CustomFieldType) -> None:
    """Two thousand customers with a value each."""
    model = await make_customer(await make_user(Role.SALES, department=await make_department()))
    own = {"id", "number", "custom"}
    columns = await owner.fetch(
        "select attname from pg_attribute where attrelid = 'customers'::regclass and attnum > 0 and not attisdropped"
    )
    same = ", ".join(row["attname"] for row in columns if row["attname"] not in own)
    await owner.execute(
        f"insert into customers (id, number, custom, {same})"
        f" select uuidv7(), 'X' || n, jsonb_build_object('some', {VALUES[kind]}), {same}"
        " from customers, generate_series(1, 2000) n where id = $1",
        model.id,
    )


async def _plan(owner: asyncpg.Connection, condition: str) -> str:
    rows = await owner.fetch(f"explain select * from customers where {condition}")
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("kind", FILTERS)
async def test_d10_an_index_that_was_asked_for_is_what_filters_go_by(
    owner: asyncpg.Connection, owner_url: Settings, kind: CustomFieldType
) -> None:
    field = await _field(kind)
    await _many(owner, kind)
    job, message = await _asked(field)
    assert await custom_field_indexes.run(message.id)
    await job.refresh_from_db()
    await field.refresh_from_db()
    assert (job.state, field.index_state) == (JobState.DONE, IndexState.READY)
    for condition in FILTERS[kind]:
        assert "customers_custom_some" in await _plan(owner, condition)


async def test_d10_an_index_that_serves_something_else_is_built_anew(
    owner: asyncpg.Connection, owner_url: Settings
) -> None:
    field = await _field(CustomFieldType.NUMBER)
    await owner.execute("create index customers_custom_some on customers (created_at)")
    assert not await custom_indexes.is_ready("some", CustomFieldType.NUMBER)
    _, message = await _asked(field)
    assert await custom_field_indexes.run(message.id)
    definition = await owner.fetchval("select pg_get_indexdef('customers_custom_some'::regclass)")
    assert "numeric" in definition


async def test_d10_a_cut_off_build_is_taken_up_by_the_next_one(owner: asyncpg.Connection, owner_url: Settings) -> None:
    field = await _field(CustomFieldType.NUMBER)
    await _many(owner, CustomFieldType.NUMBER)
    url = owner_url.database_owner_url
    assert url is not None
    blocking = owner.transaction()
    await blocking.start()
    await owner.execute("update customers set version = version where number = 'X1'")  # what a build waits for
    build = asyncio.create_task(custom_indexes.build(url.get_secret_value(), "some", CustomFieldType.NUMBER))
    await asyncio.sleep(1)
    build.cancel()
    await asyncio.gather(build, return_exceptions=True)
    await blocking.rollback()
    assert not await custom_indexes.is_ready("some", CustomFieldType.NUMBER)
    _, message = await _asked(field)
    assert await custom_field_indexes.run(message.id)
    assert await custom_indexes.is_ready("some", CustomFieldType.NUMBER)


async def test_d10_without_the_owners_role_the_job_says_which_command_does_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = settings().model_copy(update={"database_owner_url": None})
    monkeypatch.setattr(custom_field_indexes, "settings", lambda: without)
    field = await _field(CustomFieldType.DATE)
    job, message = await _asked(field)
    await custom_field_indexes.run(message.id)
    await job.refresh_from_db()
    await field.refresh_from_db()
    assert (job.state, field.index_state) == (JobState.FAILED, IndexState.FAILED)
    errors: list[dict[str, Any]] = job.errors
    assert [error["code"] for error in errors] == ["INDEX_NEEDS_OPERATOR"]


async def test_d10_the_command_builds_and_marks(owner: asyncpg.Connection, own_database: Database) -> None:
    field = await _field(CustomFieldType.DATE)
    assert await custom_indexes.build_named(own_database.owner_url, "some") is None
    await field.refresh_from_db()
    assert field.index_state == IndexState.READY
    sentence = await custom_indexes.build_named(own_database.owner_url, "nobody")
    assert sentence == "There is no custom field with the key nobody."
