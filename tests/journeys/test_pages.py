"""Bad pages and cursors (design §5, SEC-F4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from service.core.enums import Role
from storage.models import Department, User
from tests.api import Client
from tests.builders import customers, people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn

LIST = """query($first: Int, $last: Int, $after: String, $orderBy: [CustomerOrderBy!]) {
    customers(first: $first, last: $last, after: $after, orderBy: $orderBy) {
        nodes { name } pageInfo { endCursor hasNextPage } } }"""
TAGS = "query($after: String) { tags(first: 1, after: $after) { nodes { name } } }"

Cursor = Callable[[], Awaitable[str]]


@pytest.fixture
async def cursor(seller: Client, sales: User) -> Cursor:
    """A cursor of the seller's list of customers, newest first."""
    for _ in range(3):
        await customers.make_customer(sales)

    async def of_first_page() -> str:
        return (await seller.data(LIST, first=1))["customers"]["pageInfo"]["endCursor"]

    return of_first_page


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"first": 101}, "A page has 0 to 100 records, not 101."),
        ({"first": -1}, "A page has 0 to 100 records, not -1."),
        ({"last": 101}, "A page has 0 to 100 records, not 101."),
        ({"first": 1, "last": 1}, "first and last cannot be combined: please leave one out."),
    ],
)
async def test_design_5_a_page_that_cannot_be_is_refused(seller: Client, values: dict[str, Any], message: str) -> None:
    answer = await seller.run(LIST, **values)
    assert (answer.code, answer.error["message"]) == ("BAD_USER_INPUT", message)
    assert answer.error["path"] == ["customers"]


@pytest.mark.parametrize("first", [0, 1, 100])
async def test_design_5_the_bounds_of_a_page_are_legal(seller: Client, cursor: Cursor, first: int) -> None:
    nodes = (await seller.data(LIST, first=first))["customers"]["nodes"]
    assert len(nodes) <= first
    assert bool(nodes) == bool(first)


async def test_d50_a_cursor_leads_to_the_next_page(seller: Client, cursor: Cursor) -> None:
    pages = [await seller.data(LIST, first=2), await seller.data(LIST, first=1, after=await cursor())]
    assert pages[0]["customers"]["nodes"][1:] == pages[1]["customers"]["nodes"]


TAMPERED: dict[str, Callable[[str], str]] = {
    "flipped": lambda cursor: cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB"),
    "cut": lambda cursor: cursor[:8],
    "empty": lambda _: "",
    "longer": lambda cursor: cursor + "x",
    "made up": lambda _: "eyJpZCI6MX0",
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
async def test_sec_f4_a_cursor_that_was_tampered_with_is_refused(
    seller: Client, cursor: Cursor, change: Callable[[str], str]
) -> None:
    answer = await seller.run(LIST, first=1, after=change(await cursor()))
    assert answer.code == "BAD_USER_INPUT"
    assert answer.error["message"].startswith("The cursor is not valid")


async def test_d50_a_cursor_serves_its_own_order_list_and_viewer_only(
    seller: Client, cursor: Cursor, department: Department, sign_in: SignIn
) -> None:
    mine = await cursor()
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    order = [{"field": "NAME", "direction": "ASC"}]
    for answer in (
        await seller.run(LIST, first=1, after=mine, orderBy=order),
        await seller.run(TAGS, after=mine),
        await colleague.run(LIST, first=1, after=mine),
    ):
        assert answer.code == "BAD_USER_INPUT"
        assert answer.error["message"].startswith("The cursor is not valid")


async def test_d43_a_cursor_says_nothing_of_what_it_holds(seller: Client, cursor: Cursor) -> None:
    order = [{"field": "NAME", "direction": "ASC"}]
    page = (await seller.data(LIST, first=1, orderBy=order))["customers"]
    name = page["nodes"][0]["name"]
    assert name not in page["pageInfo"]["endCursor"]
    assert name.encode().hex() not in page["pageInfo"]["endCursor"]


async def test_d50_a_page_says_whether_there_are_more_on_either_side(seller: Client) -> None:
    words = f"页码{drafts.new_uscc()[-8:]}"
    for number in range(3):
        await drafts.saved(seller, name=f"{words}{number}有限公司")
    query = (
        "query($w: CustomerWhere, $first: Int, $last: Int) { customers(where: $w, first: $first, last: $last,"
        " states: [DRAFT]) { nodes { name } pageInfo { hasNextPage hasPreviousPage } } }"
    )
    where = {"name": {"startsWith": words}}

    async def more(**page: int) -> tuple[int, bool, bool]:
        found = (await seller.data(query, w=where, **page))["customers"]
        info = found["pageInfo"]
        return len(found["nodes"]), info["hasPreviousPage"], info["hasNextPage"]

    assert await more(first=2) == (2, False, True)
    assert await more(first=3) == (3, False, False)
    assert await more(last=2) == (2, True, False)
    assert await more(last=3) == (3, False, False)
