"""What is pushed, to whom, and when (issue 4, SEC-A3, SEC-A6)."""

from __future__ import annotations

from service.core.enums import Role
from service.core.fields import CUSTOMER
from service.core.ids import new_id, to_global
from storage.models import User
from tests.api import Client
from tests.builders.contacts import make_contact
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user
from tests.journeys.conftest import SignIn
from tests.live import listening as ws
from tests.live.listening import listening

UPDATE = "customer { id version }"


async def test_a_colleague_is_shown_a_change_as_he_may_see_it(sales: User, seller: Client, sign_in: SignIn) -> None:
    customer = await make_customer(sales)
    contact = await make_contact(customer)
    other = await sign_in(await make_user(Role.SALES, department=await make_department()))
    key = to_global(CUSTOMER.prefix, customer.id)
    async with (
        listening(seller.url, seller.token, ws.CUSTOMER, id=key) as own,
        listening(other.url, other.token, ws.CUSTOMER, id=key) as foreign,
    ):
        assert (await own.next())["customer"]["contacts"]["nodes"] == [{"name": contact.name, "mobile": contact.mobile}]
        assert (await foreign.next())["customer"]["contacts"]["nodes"] == [{"name": "王先生", "mobile": "138****5678"}]
        change = {"id": key, "version": 1, "notes": "新备注"}
        assert (await seller.change("updateCustomer", change, UPDATE))["userErrors"] == []
        first, second = await own.next(), await foreign.next()
    assert first["customer"]["version"] == second["customer"]["version"] == 2
    assert second["customer"]["contacts"]["nodes"][0]["mobile"] == "138****5678"


async def test_sec_b2_a_customer_that_is_hidden_answers_like_one_that_does_not_exist(
    sales: User, sign_in: SignIn
) -> None:
    draft = await make_customer(sales, state="DRAFT")
    other = await sign_in(await make_user(Role.SALES, department=await make_department()))
    said = []
    for key in (draft.id, new_id()):
        async with listening(other.url, other.token, ws.CUSTOMER, id=to_global(CUSTOMER.prefix, key)) as listener:
            assert await listener.code() == "NOT_FOUND"
            said.append(listener.said[1:])
    assert said[0] == said[1]
