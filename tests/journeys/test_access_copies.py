"""Masked copies (D45): what was granted as a file, read by the grant alone, erased when it is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from service.core import clock
from service.core.settings import settings
from service.operations import access_copies
from service.rules.files import keys
from storage import objects
from storage.models import AccessGrant, Contact, Customer, OutboxMessage
from tests.builders.customers import make_collaborator, make_customer
from tests.engines import WorkerEngines
from tests.journeys import access
from tests.journeys.access import Company, company, granted, seen
from tests.journeys.conftest import SignIn
from tests.journeys.copies import file_of, link_of, rows_of


@pytest.fixture
async def house(sign_in: SignIn) -> Company:
    return await company(sign_in)


async def _work() -> None:
    """What a worker does."""
    for message in await OutboxMessage.filter(task=access_copies.COPY, done_at=None):
        await access_copies.copy(message.id)


async def _copied(house: Company, **given: Any) -> str:
    """A grant that was delivered as a file: its id."""
    grant = await granted(house, delivery="COPY", **given)
    await _work()
    return grant["id"]


async def _is_stored(grant: str) -> bool:
    listed = await asyncio.to_thread(lambda: [key for key, _ in objects.listed(settings(), settings().s3_bucket)])
    return keys.copy(UUID(grant.removeprefix("agr_"))) in listed


async def test_d45_a_masked_copy_is_delivered_to_who_asked_and_to_nobody_else(house: Company) -> None:
    grant = await granted(house, delivery="COPY")
    assert (await link_of(house.asking, grant["id"]))["copy"] is None
    await _work()
    assert (await link_of(house.asking, grant["id"]))["copiedAt"] is not None
    for other in (house.boss, house.steward):
        assert (await link_of(other, grant["id"]))["copy"] is None
    book = await file_of(house.asking, grant["id"])
    assert book.sheetnames == ["说明", "客户", "联系人", "需求", "跟进记录"]
    (customer,) = rows_of(book, "客户")
    assert (customer["客户名称"], customer["开户银行"]) == (house.customer.name, "工商银行")
    (contact,) = rows_of(book, "联系人")
    assert (contact["联系人姓名"], contact["手机"]) == ("张女士", "138****5678")
    assert dict(book["说明"].iter_rows(values_only=True))["用途"] == "年度分析"


async def test_d45_a_copy_opens_nothing_in_the_service(house: Company) -> None:
    await _copied(house)
    shown = await seen(house.asking, house.customer)
    assert (shown["notes"], shown["contacts"]["nodes"]) == (None, [])


async def test_d44_what_its_holder_sees_otherwise_does_not_get_into_it(house: Company) -> None:
    """He works on the customer, and sees the mobile whole: the copy has it masked, and no other classes."""
    await make_collaborator(house.customer, house.asker)
    assert (await seen(house.asking, house.customer))["contacts"]["nodes"][0]["mobile"] == "13812345678"
    book = await file_of(house.asking, await _copied(house, dataClasses=["CONTACT"]))
    assert book.sheetnames == ["说明", "客户", "联系人"]
    assert [contact["手机"] for contact in rows_of(book, "联系人")] == ["138****5678"]
    text = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "13812345678" not in text
    assert "工商银行" not in text


async def test_d45_only_the_customers_that_were_asked_for_are_in_it(house: Company) -> None:
    other = await make_customer(house.owner, department_id=house.department.id, name="别的客户有限公司")
    book = await file_of(house.asking, await _copied(house))
    names = [row["客户名称"] for row in rows_of(book, "客户")]
    assert house.customer.name in names
    assert other.name not in names


async def test_d52_nothing_that_somebody_typed_becomes_a_formula(house: Company) -> None:
    await Customer.filter(id=house.customer.id).update(notes='=HYPERLINK("http://evil.example","x")')
    await Contact.filter(customer_id=house.customer.id).update(title="+1+1")
    book = await file_of(house.asking, await _copied(house))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert rows_of(book, "客户")[0]["备注"].startswith("=HYPERLINK")


@pytest.mark.parametrize("over", ["expired", "withdrawn"])
async def test_d45_a_copy_is_erased_when_it_is_over(house: Company, over: str) -> None:
    grant = await _copied(house)
    await access_copies.erase()
    assert await _is_stored(grant)
    if over == "expired":
        until = clock.now() - timedelta(minutes=1)
        begins = until - timedelta(days=1)
        await AccessGrant.filter(id=grant.removeprefix("agr_")).update(begins_at=begins, until=until)
    else:
        version = (await access.since(house.asking, grant))["version"]
        await house.asking.change("withdrawAccess", {"id": grant, "version": version}, access.GRANT)
    assert (await link_of(house.asking, grant))["copy"] is None
    await access_copies.erase()
    assert not await _is_stored(grant)
    assert (await link_of(house.asking, grant))["copiedAt"] is None


async def test_d45_what_is_withdrawn_before_it_is_written_is_not_written(house: Company) -> None:
    grant = await granted(house, delivery="COPY")
    await house.asking.change("withdrawAccess", {"id": grant["id"], "version": grant["version"]}, access.GRANT)
    await _work()
    assert not await _is_stored(grant["id"])
    assert (await link_of(house.asking, grant["id"]))["copiedAt"] is None


async def test_d45_what_is_withdrawn_while_it_is_written_is_erased(house: Company, engines: WorkerEngines) -> None:
    grant = await granted(house, delivery="COPY")
    other = await asyncpg.connect(engines.database.owner_url)
    try:
        async with other.transaction():
            ended = "update access_grants set ended_at = now(), ended_by_id = holder_id where id = $1"
            await other.execute(ended, UUID(grant["id"].removeprefix("agr_")))
            writing = asyncio.create_task(_work())
            while not await _is_stored(grant["id"]):  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.05)
        await writing
    finally:
        await other.close()
    assert (await link_of(house.asking, grant["id"]))["copy"] is None
    await access_copies.erase()
    assert not await _is_stored(grant["id"])
