"""The search box (D48), as people use it."""

from __future__ import annotations

import asyncio
import itertools
import unicodedata
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tortoise import connections

from service.core.enums import CustomerKind, Role
from service.core.errors import BadRequest
from service.core.ids import new_id, to_global
from service.rules import readings
from storage import db
from storage.models import Contact, Customer, Department, User
from storage.reader import terms
from tests.api import Client
from tests.builders import contacts, customers, people
from tests.journeys.conftest import SignIn

SEARCH = """query($search: String, $first: Int, $after: String, $where: CustomerWhere, $orderBy: [CustomerOrderBy!]) {
    customers(search: $search, first: $first, after: $after, where: $where, orderBy: $orderBy) {
        nodes { name } totalCount pageInfo { endCursor hasNextPage } } }"""
BACK = """query($search: String!, $where: CustomerWhere) {
    customers(search: $search, where: $where, last: 100) { nodes { name } } }"""


def own(sales: User) -> dict[str, Any]:
    """Other tests leave customers behind that everybody sees."""
    return {"owner": {"id": {"eq": to_global("usr", sales.id)}}}


async def found(
    client: Client, sales: User, search: str, where: dict[str, Any] | None = None, **more: Any
) -> list[str]:
    wanted = {"and": [own(sales), where or {}]}
    answer = await client.data(SEARCH, search=search, where=wanted, **more)
    return [node["name"] for node in answer["customers"]["nodes"]]


async def company(owner: User, name: str, short: str | None = None, **values: Any) -> Customer:
    sort = short and readings.sort_key(short)
    return await customers.make_customer(owner, name=name, short_name=short, short_name_sort=sort, **values)


@pytest.fixture
async def base(sales: User) -> User:
    """Of the seller: three enterprises, the one with a contact, and an individual."""
    await company(sales, "杭州小米粒食品有限公司", uscc=f"9133{new_id().hex[-14:].upper()}")
    xiaomi = await company(sales, "小米科技（北京）有限公司", "小米")
    await company(sales, "𠮷野家百分百50%_折餐饮")
    await contacts.make_contact(xiaomi, name="张伟", mobile="13812345678")
    sort = readings.sort_key("曾国强", person=True)
    await customers.make_customer(
        sales, name="曾国强", name_sort=sort, kind=CustomerKind.INDIVIDUAL, mobile="18600001111"
    )
    return sales


XIAOMI, RICE, YOSHINOYA, ZENG = (
    "小米科技（北京）有限公司", "杭州小米粒食品有限公司", "𠮷野家百分百50%_折餐饮", "曾国强",
)  # fmt: skip


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("小", [XIAOMI, RICE]),
        ("小米", [XIAOMI, RICE]),
        ("米粒食", [RICE]),
        ("xiaomi", [XIAOMI, RICE]),
        ("xm", [XIAOMI, RICE]),
        ("Ｘ Ｍ", [XIAOMI, RICE]),
        ("aomi", []),
        ("张", [XIAOMI]),
        ("zhangw", [XIAOMI]),
        ("5678", [XIAOMI]),
        ("138 1234", [XIAOMI]),
        ("zengguo", [ZENG]),
        ("0001111", [ZENG]),
        ("科技(北京)", [XIAOMI]),
        ("50%_", [YOSHINOYA]),
        ("5%", []),
        ("分_百", []),
        ("\\", []),
        ("𠮷野", [YOSHINOYA]),
        ("😀", []),
    ],
)
async def test_d48_one_box_finds_names_readings_and_digits(
    base: User, sales: User, seller: Client, search: str, names: list[str]
) -> None:
    assert await found(seller, sales, search) == names


async def test_d48_a_code_is_found_by_a_part_of_it_in_any_case(base: User, sales: User, seller: Client) -> None:
    code = (await Customer.get(owner=sales, name=RICE)).uscc
    assert code is not None
    assert await found(seller, sales, code[2:].lower()) == [RICE]


async def test_d48_exact_comes_before_prefix_before_substring_then_newest(seller: Client, sales: User) -> None:
    for name in ("贵州明策", "明策乙", "明策", "明策甲", "上海明策"):
        await company(sales, name)
    wanted = ["明策", "明策甲", "明策乙", "上海明策", "贵州明策"]
    assert await found(seller, sales, "明策") == wanted
    assert [
        n["name"] for n in (await seller.data(BACK, search="明策", where=own(sales)))["customers"]["nodes"]
    ] == wanted


async def test_d50_pages_of_a_search_leave_nothing_out_and_repeat_nothing(seller: Client, sales: User) -> None:
    for name in ("贵州明策", "明策乙", "明策", "明策甲", "上海明策", "明策", "苏州明策"):
        await company(sales, name)
    whole, pages, after = await found(seller, sales, "明策"), list[str](), None
    for _ in itertools.count():
        page = (await seller.data(SEARCH, search="明策", first=2, after=after, where=own(sales)))["customers"]
        assert page["totalCount"] == len(whole) == 7
        pages += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == whole


async def test_d48_a_search_goes_with_conditions_and_orders(base: User, sales: User, seller: Client) -> None:
    by_name = [{"field": "NAME"}]
    assert await found(seller, sales, "小米", where={"shortName": {"isNull": True}}) == [RICE]
    assert await found(seller, sales, "小米", orderBy=by_name) == [RICE, XIAOMI]


@pytest.mark.parametrize(
    ("search", "message"),
    [("", "The search is empty"), ("（） ", "The search is empty"), ("米" * 10_000, "A search has at most 100")],
)
async def test_d48_a_search_for_nothing_or_without_end_is_refused(seller: Client, search: str, message: str) -> None:
    answer = await seller.run(SEARCH, search=search)
    assert answer.code == "BAD_USER_INPUT"
    assert answer.error["message"].startswith(message)


async def test_d43_what_is_masked_is_not_found(base: User, department: Department, sign_in: SignIn) -> None:
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    assert await found(colleague, base, "小米科技") == [XIAOMI]
    for hidden in ("张伟", "13812345678", "zw", "曾", "zengguo", "0001111"):
        assert await found(colleague, base, hidden) == []


async def test_d48_a_changed_or_removed_contact_is_found_as_it_is_now(base: User, sales: User, seller: Client) -> None:
    await Contact.filter(name="张伟").update(name="李雷", name_sort=readings.sort_key("李雷", person=True))
    assert (await found(seller, sales, "张伟"), await found(seller, sales, "lilei")) == ([], [XIAOMI])
    await Contact.filter(name="李雷").delete()
    assert await found(seller, sales, "lilei") == []


DOCUMENTS = "select * from customer_search where customer_id = any($1) order by customer_id"


async def test_d48_the_migrations_make_the_documents_and_grams_that_triggers_would(
    base: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [customer.id for customer in await Customer.filter(owner=base)]
    kept = await db.rows(DOCUMENTS, ids)
    await db.rows("delete from customer_search where customer_id = any($1)", ids[1:])
    for name in ("0010_search", "0016_hashed_grams"):
        migration = import_module(f"storage.migrations.{name}")
        monkeypatch.setattr(migration, "BATCH", 2)
        await migration.fill(None, SimpleNamespace(client=connections.get("default")))
    assert len(kept) == len(ids) > 2
    assert all(row["open_grams"] and row["personal_grams"] for row in kept)
    assert await db.rows(DOCUMENTS, ids) == kept


async def test_d48_what_two_change_at_once_is_found(base: User, sales: User, seller: Client) -> None:
    async def renames() -> None:
        await db.rows("update contacts set name = '赵六' where name = '张伟' and customer_id = any($1)", ids)

    ids = [customer.id for customer in await Customer.filter(owner=sales)]
    async with db.pool().acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("update customers set name = '大米科技' where name = $1 and id = any($2)", XIAOMI, ids)
        await connection.execute("set constraints all immediate")  # its document is written, and locked
        other = asyncio.create_task(renames())
        await asyncio.sleep(0.2)
        assert not other.done()
        await transaction.commit()
        await other
    assert await found(seller, sales, "大米") == await found(seller, sales, "赵六") == ["大米科技"]


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cn", "Cc"], exclude_characters="\0"), min_size=1, max_size=30)
)
@example(text="İΑΣ ß")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_d48_a_term_is_folded_like_the_keys(text: str) -> None:
    stored = (await db.rows("select search_key($1) as key", text))[0]["key"]
    try:
        typed = terms.key(text)
    except BadRequest:  # nothing is left of it
        typed = None
    assert stored == typed


WORDS = ("小米", "米", "科", "xm", "A1", "13", "138", "%", "_", "\\", "银行", "长")


def oracle(term: str, keys: list[str]) -> int | None:
    """The rank by the rule's own words, one key after the other."""
    folded = unicodedata.normalize("NFKC", term).lower().replace(" ", "")
    if folded in keys:
        return 0
    if any(key.startswith(folded) for key in keys):
        return 1
    return 2 if any(folded in key for key in keys) else None


@given(
    names=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("".join), min_size=1, max_size=6),
    term=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map("".join),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_d48_the_search_equals_a_slow_oracle(seller: Client, sales: User, names: list[str], term: str) -> None:
    await Customer.filter(owner=sales).delete()
    expected: list[tuple[int, int, str]] = []
    for place, name in enumerate(names):
        await customers.make_customer(
            sales,
            name=name,
            name_sort=None,
            number=f"O-{new_id().hex.translate(str.maketrans('0123456789abcdef', 'ghjklnpqrstuvwyz'))}",
        )
        rank = oracle(term, [name.lower()])
        if rank is not None:
            expected.append((rank, -place, name))
    assert await found(seller, sales, term, first=100) == [name for _, _, name in sorted(expected)]
