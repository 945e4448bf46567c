"""ID numbers and bank accounts: never in the open, shown one at a time, gone for good where they are erased (D60)."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from service.boundary import vault
from service.core.enums import CustomerKind, Role
from service.core.settings import settings
from service.operations.customers import protected
from storage import db
from storage.models import Customer, Department, ProtectedValue, User
from tests.api import Answer, Client
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


async def test_sec_f2_a_number_stands_nowhere_in_the_database(manager: Client, customer: Customer) -> None:
    await _set(manager, customer, idNumber=ID_NUMBER, bankAccount=ACCOUNT)
    await _value(manager, customer)
    tables = await db.rows(
        "select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace"
        " and c.relkind in ('r', 'p') and not c.relispartition"
    )
    for table in tables:
        found = await db.rows(
            f"select count(*) as number from {table['name']} t where t::text like any($1)",
            [f"%{ID_NUMBER[:14]}%", f"%{ACCOUNT[:15]}%"],
        )
        assert found[0]["number"] == 0, table["name"]


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
