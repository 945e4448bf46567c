"""ID numbers and bank accounts: never in the open, shown one at a time, gone for good where they are erased (D60)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis

from service.boundary import vault
from service.core.enums import CustomerKind, Role
from service.core.settings import settings
from service.operations.customers import protected
from storage import db, objects
from storage.models import Customer, Department, ProtectedValue, User
from tests.api import Answer, ApiProcess, Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults
from tests.journeys.untouched import nothing_saved

ID_NUMBER, OTHER_ID_NUMBER = "11010519491231002X", "330102199001011234"
ACCOUNT = "6222021234567890123"
SHOWN = "customer { id version idNumber idNumberLastFour bankAccount }"
REVEAL = "mutation($i: RevealFieldInput!) { revealField(input: $i) { value userErrors { code field } } }"
FIND = "mutation($i: FindByProtectedValueInput!) { findByProtectedValue(input: $i) { ids userErrors { code field } } }"
_REASON = {"reason": "核对开票信息"}


@pytest.fixture
async def customer(sales: User) -> Customer:
    return await make_customer(owner=sales, kind=CustomerKind.INDIVIDUAL)


@pytest.fixture
async def manager(department: Department, sign_in: SignIn) -> Client:
    boss = await people.make_user(Role.SALES_MANAGER, department=department)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    return await sign_in(boss)


async def _set(client: Client, customer: Customer, **values: Any) -> dict[str, Any]:
    version = (await Customer.get(id=customer.id)).version
    given = {"id": f"cus_{customer.id}", "version": version, "reason": "本人提供", **drafts.confirmed(), **values}
    return await client.change("updateCustomer", given, SHOWN)


async def _reveal(client: Client, customer: Customer, field: str = "ID_NUMBER", **given: Any) -> Answer:
    return await client.run(REVEAL, i={"id": f"cus_{customer.id}", "field": field, **_REASON, **given})


async def _value(client: Client, customer: Customer, field: str = "ID_NUMBER") -> str | None:
    answer = (await _reveal(client, customer, field)).data["revealField"]
    assert answer["userErrors"] == []
    return answer["value"]


async def test_d60_a_number_is_kept_sealed_and_shown_by_its_last_four(manager: Client, customer: Customer) -> None:
    answer = await _set(manager, customer, idNumber=" 110105 1949-1231 002x", bankAccount="6222 0212 3456 7890 123")
    assert faults(answer) == []
    shown = answer["customer"]
    assert (shown["idNumber"], shown["idNumberLastFour"], shown["bankAccount"]) == ("****002X", "002X", "****0123")
    assert await _value(manager, customer) == ID_NUMBER
    assert await _value(manager, customer, "BANK_ACCOUNT") == ACCOUNT
    assert await ProtectedValue.filter(customer_id=customer.id).count() == 2


async def test_d60_another_number_that_looks_alike_is_another_one(manager: Client, customer: Customer) -> None:
    first, second = "6222021234560123", "6222029999990123"
    await _set(manager, customer, bankAccount=first)
    version = (await Customer.get(id=customer.id)).version
    answer = await _set(manager, customer, bankAccount=second)
    assert answer["customer"]["version"] == version + 1
    assert await _value(manager, customer, "BANK_ACCOUNT") == second
    await _set(manager, customer, bankAccount=None)
    assert not await ProtectedValue.exists(customer_id=customer.id)
    nothing = (await _reveal(manager, customer, "BANK_ACCOUNT")).data["revealField"]
    assert (nothing["value"], nothing["userErrors"]) == (None, [{"code": "NOTHING_KEPT", "field": ["field"]}])


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"idNumber": "110105194912310021"}, "ID_NUMBER_CHECK", "idNumber"),
        ({"idNumber": "1101051949123100"}, "ID_NUMBER_CHECK", "idNumber"),
        ({"bankAccount": "12345"}, "BANK_ACCOUNT_FORMAT", "bankAccount"),
        ({"bankAccount": "6222-中国"}, "BANK_ACCOUNT_FORMAT", "bankAccount"),
    ],
)
async def test_d60_what_is_no_such_number_is_refused(
    manager: Client, customer: Customer, values: dict[str, str], code: str, field: str
) -> None:
    async with nothing_saved():
        assert faults(await _set(manager, customer, **values)) == [(code, field)]


async def test_d33_a_change_of_a_number_wants_a_reason_and_who_confirmed_it(
    manager: Client, customer: Customer
) -> None:
    given = {"id": f"cus_{customer.id}", "version": customer.version, "idNumber": ID_NUMBER}
    async with nothing_saved():
        wanted = [("REASON_REQUIRED", "reason"), ("CONFIRMATION_REQUIRED", "confirmedBy")]
        assert faults(await manager.change("updateCustomer", given, SHOWN))[:2] == wanted


async def test_d42_who_sees_the_last_four_only_neither_sets_nor_reveals_it(
    manager: Client, seller: Client, customer: Customer
) -> None:
    await _set(manager, customer, idNumber=ID_NUMBER)
    key = f"cus_{customer.id}"
    seen = await seller.data("query($id: ID!) { customer(id: $id) { idNumber } }", id=key)
    assert seen["customer"]["idNumber"] == "****002X"
    assert (await _reveal(seller, customer)).code == "FIELD_FORBIDDEN"
    given = {"id": key, "version": 2, "idNumber": None}
    document = "mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) { userErrors { code } } }"
    assert (await seller.run(document, i=given)).code == "FIELD_FORBIDDEN"


async def test_d44_a_reveal_is_logged_with_its_reason_and_without_the_value(
    manager: Client, customer: Customer
) -> None:
    await _set(manager, customer, idNumber=ID_NUMBER)
    refused = (await _reveal(manager, customer, reason=" ")).data["revealField"]
    assert (refused["value"], refused["userErrors"]) == (None, [{"code": "REASON_REQUIRED", "field": ["reason"]}])
    await _value(manager, customer)
    logged = await db.rows(
        "select outcome, reason, actor_id from change_log where action = 'customer.reveal' and customer_id = $1"
        " order by at, id",
        customer.id,
    )
    assert [(row["outcome"], row["reason"]) for row in logged] == [
        ("REFUSED", "REASON_REQUIRED"), ("DONE", _REASON["reason"]),
    ]  # fmt: skip
    assert logged[1]["actor_id"] is not None


async def test_d44_so_many_an_hour_are_shown_and_no_more(
    manager: Client, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _set(manager, customer, idNumber=ID_NUMBER)
    most = settings().reveals_per_hour
    answers = await asyncio.gather(*(_reveal(manager, customer) for _ in range(most + 6)))
    shown = [answer for answer in answers if "errors" not in answer.body]
    refused = [answer for answer in answers if "errors" in answer.body]
    assert (len(shown), {answer.code for answer in refused}) == (most, {"RATE_LIMITED"})
    assert all(3500 < answer.error["extensions"]["retryAfter"] <= 3600 for answer in refused)


async def test_d60_customers_are_found_by_the_whole_number_where_it_may_be_revealed(
    manager: Client, seller: Client, customer: Customer
) -> None:
    await _set(manager, customer, idNumber=OTHER_ID_NUMBER)
    elsewhere = await make_customer(owner=await people.make_user(), kind=CustomerKind.INDIVIDUAL)
    digest = vault.digest("id_number", OTHER_ID_NUMBER)
    await Customer.filter(id=elsewhere.id).update(id_number="****1234", id_number_digest=digest)

    async def found(client: Client, value: str) -> dict[str, Any]:
        given = {"field": "ID_NUMBER", "value": value, **_REASON}
        return (await client.run(FIND, i=given)).data["findByProtectedValue"]

    assert await found(manager, "330102 19900101 1234") == {"ids": [f"cus_{customer.id}"], "userErrors": []}
    assert (await found(seller, OTHER_ID_NUMBER))["ids"] == []
    assert (await found(manager, "1234"))["userErrors"] == [{"code": "ID_NUMBER_CHECK", "field": ["value"]}]


async def test_d61_what_is_erased_is_unreadable_here_and_in_every_old_copy(
    manager: Client, customer: Customer, sign_in: SignIn
) -> None:
    await _set(manager, customer, idNumber=ID_NUMBER, bankAccount=ACCOUNT)
    dump = await ProtectedValue.filter(customer_id=customer.id)
    version = (await Customer.get(id=customer.id)).version
    erase = {"id": f"cus_{customer.id}", "version": version, "reason": "本人要求删除"}
    document = "mutation($i: EraseProtectedValuesInput!) { eraseProtectedValues(input: $i) { userErrors { code } } }"
    assert (await manager.run(document, i=erase)).code == "FORBIDDEN"
    admin = await sign_in(await people.make_user(Role.ADMIN))
    answer = await admin.change("eraseProtectedValues", erase, SHOWN)
    assert faults(answer) == []
    shown = answer["customer"]
    assert (shown["idNumber"], shown["idNumberLastFour"], shown["bankAccount"]) == (None, None, None)
    assert not await ProtectedValue.exists(customer_id=customer.id)
    await ProtectedValue.bulk_create(dump)  # somebody restores the old copy
    assert (await _reveal(manager, customer)).code == "VALUES_ERASED"
    again = await manager.run(
        "mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) { userErrors { code } } }",
        i={
            "id": f"cus_{customer.id}",
            "version": shown["version"],
            "idNumber": ID_NUMBER,
            **_REASON,
            **drafts.confirmed(),
        },
    )
    assert again.code == "VALUES_ERASED"


async def test_sec_f2_a_number_stands_nowhere(
    api: ApiProcess, manager: Client, customer: Customer, sign_in: SignIn
) -> None:
    """Set, shown, looked for, refused and called again: it is in no table, log, queue or store."""
    await _set(manager, customer, idNumber=ID_NUMBER, bankAccount=ACCOUNT)
    assert await _value(manager, customer) == ID_NUMBER
    for value in (ID_NUMBER, ID_NUMBER[:-1] + "1"):
        await manager.run(FIND, i={"field": "ID_NUMBER", "value": value, **_REASON})
    stale = {"id": f"cus_{customer.id}", "version": 1, "idNumber": ID_NUMBER, "bankAccount": ACCOUNT, **_REASON}
    document = "mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) { userErrors { code } } }"
    refused = await manager.run(document, i={**stale, "clientMutationId": "again"})
    assert refused.code == "CONFLICT"
    assert ID_NUMBER.encode() not in refused.raw
    for place, text in [*await _tables(), *_log(api), *_queue(), *_objects()]:
        for number in (ID_NUMBER[:14], ACCOUNT[:15]):
            assert number not in text, place


Texts = list[tuple[str, str]]


async def _tables() -> Texts:
    named = "select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace"
    tables = [row["name"] for row in await db.rows(f"{named} and c.relkind in ('r', 'p') and not c.relispartition")]
    whole = "select coalesce(string_agg(t::text, ' '), '') as text from"
    return [(table, (await db.rows(f"{whole} {table} t"))[0]["text"]) for table in tables]


def _log(api: ApiProcess) -> Texts:
    return [("log", Path(api._log.name).read_text(errors="replace"))]


def _queue() -> Texts:
    with redis.Redis.from_url(settings().valkey_url.get_secret_value()) as client:
        return [(key.decode(), str(_held(client, key))) for key in client.scan_iter()]


def _held(client: Any, key: bytes) -> object:
    read = {
        b"string": client.get, b"hash": client.hgetall, b"list": lambda k: client.lrange(k, 0, -1),
        b"set": client.smembers, b"zset": lambda k: client.zrange(k, 0, -1),
    }  # fmt: skip
    return read[client.type(key)](key)


def _objects() -> Texts:
    own, found = settings(), Texts()
    client = objects.connect(own)
    for bucket in (own.s3_bucket, own.s3_quarantine_bucket):
        for key, _ in objects.listed(own, bucket):
            found.append((key, client.get_object(Bucket=bucket, Key=key)["Body"].read().decode("latin-1")))
    return found


async def test_d60_a_draft_holds_a_number_of_its_author_and_it_goes_with_the_draft(seller: Client) -> None:
    given = {"kind": "INDIVIDUAL", "name": "王小明", "idNumber": ID_NUMBER}
    answer = await seller.change("createCustomerDraft", given, SHOWN)
    assert faults(answer) == []
    key = UUID(answer["customer"]["id"][4:])
    assert answer["customer"]["idNumber"] == "****002X"
    sealed = await protected.queries.sealed(key, "id_number")
    assert sealed is not None
    assert await vault.open(key, "id_number", sealed) == ID_NUMBER
    await seller.change("deleteCustomerDraft", {"id": answer["customer"]["id"]}, "deletedId")
    assert not await ProtectedValue.exists(customer_id=key)
