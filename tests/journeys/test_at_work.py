"""Marketing, service, executive, steward and auditor at the work of the day: what each finds, and what is closed."""

from __future__ import annotations

from typing import Any

import pytest

from service.core.enums import Role
from storage.models import User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer, tag
from tests.builders.follow_ups import make_follow_up, make_need
from tests.journeys import drafts
from tests.journeys.conftest import SignIn

OWN = 'owner: {{id: {{eq: "usr_{0}"}}}}'


@pytest.fixture
async def portfolio(sales: User) -> str:
    """Three customers of one seller; the condition that finds them."""
    for stage, grade, priority in (("WON", "A", "HIGH"), ("LEAD", "B", "LOW"), ("NEGOTIATION", "A", "HIGH")):
        customer = await make_customer(sales, stage=stage, grade=grade, credit_rating="AA", notes="机密")
        await make_need(customer, priority=priority, budget_band="FROM_100K")
        await make_follow_up(customer, sales)
        await tag(customer, "重点维护客户")
    return OWN.format(sales.id)


async def _found(client: Client, conditions: str, fields: str = "id") -> list[dict[str, Any]]:
    answer = await client.data(f"{{ customers(where: {{{conditions}}}) {{ nodes {{ {fields} }} }} }}")
    return answer["customers"]["nodes"]


async def test_d42_marketing_picks_customers_by_grade_and_tag_and_reads_no_text(
    portfolio: str, sign_in: SignIn
) -> None:
    client = await sign_in(await people.make_user(Role.MARKETING))
    wanted = f'{portfolio}, grade: {{eq: A}}, tags: {{some: {{name: {{eq: "重点维护客户"}}}}}}'
    found = await _found(client, wanted, "notes needs { nodes { priority currentNeed budgetBand } }")
    assert (
        found
        == [{"notes": None, "needs": {"nodes": [{"priority": "HIGH", "currentNeed": None, "budgetBand": None}]}}] * 2
    )
    assert await _found(client, f"{portfolio}, creditRating: {{eq: AA}}") == []
    wanted = f'{portfolio}, needs: {{some: {{budgetBand: {{eq: "FROM_100K"}}}}}}'
    assert await _found(client, wanted) == []
    assert await _found(client, f'{portfolio}, notes: {{contains: "机密"}}') == []
    assert len(await _found(client, f"{portfolio}, notes: {{isNull: false}}")) == 3


async def test_d42_service_sees_masked_contacts_until_it_works_on_the_customer(seller: Client, sign_in: SignIn) -> None:
    customer = await drafts.submitted(seller)
    user = await people.make_user(Role.SERVICE)
    client = await sign_in(user)
    query = "query($id: ID!) { customer(id: $id) { contacts { nodes { name mobile } } followUps { totalCount } } }"
    before = (await client.data(query, id=customer["id"]))["customer"]
    assert before == {
        "contacts": {"nodes": [{"name": "王先生", "mobile": "138****5678"}]}, "followUps": {"totalCount": 0},
    }  # fmt: skip
    await seller.change(
        "addCollaborator", {"customerId": customer["id"], "userId": f"usr_{user.id}"}, "customer { id }"
    )
    after = (await client.data(query, id=customer["id"]))["customer"]
    assert after["contacts"]["nodes"] == [{"name": "王伟", "mobile": "13812345678"}]
    assert after["followUps"] == {"totalCount": 1}


async def test_d42_an_executive_reads_the_business_and_changes_nothing(portfolio: str, sign_in: SignIn) -> None:
    client = await sign_in(await people.make_user(Role.EXECUTIVE))
    wanted = f'{portfolio}, creditRating: {{eq: AA}}, needs: {{some: {{budgetBand: {{eq: "FROM_100K"}}}}}}'
    found = await _found(client, wanted, "id version notes")
    assert [one["notes"] for one in found] == ["机密"] * 3
    document = "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { id } } }"
    step = {"id": found[0]["id"], "version": found[0]["version"], "notes": "改"}
    assert (await client.run(document, input=step)).code == "FORBIDDEN"


async def test_d42_a_steward_checks_data_without_reading_it(portfolio: str, sign_in: SignIn) -> None:
    client = await sign_in(await people.make_user(Role.DATA_STEWARD))
    assert len(await _found(client, f"{portfolio}, uscc: {{isNull: true}}")) == 3
    assert len(await _found(client, f"{portfolio}, contacts: {{none: {{isPrimary: {{eq: true}}}}}}")) == 3
    assert await _found(client, f'{portfolio}, notes: {{eq: "机密"}}') == []


async def test_d42_an_auditor_sees_that_customers_are_there_and_no_more(portfolio: str, sign_in: SignIn) -> None:
    client = await sign_in(await people.make_user(Role.AUDITOR))
    fields = "stage notes followUps { totalCount } needs { totalCount } contacts { totalCount } tags { totalCount }"
    found = await _found(client, portfolio, fields)
    nothing = {"totalCount": 0}
    assert {one["stage"] for one in found} == {"WON", "LEAD", "NEGOTIATION"}
    assert all(
        (one["notes"], one["followUps"], one["needs"], one["contacts"]) == (None, nothing, nothing, nothing)
        for one in found
    )
    assert await _found(client, f'{portfolio}, notes: {{contains: "机"}}') == []
