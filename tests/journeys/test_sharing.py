"""Data given to somebody outside the company: authorised by the customer in writing, or else approved (D46)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import tortoise.exceptions

from service.core import clock
from service.operations import access_copies
from storage.models import AccessGrant, Attachment, Consent, Customer, OutboxMessage, User
from tests.api import Client
from tests.builders.attachments import make_clean_attachment
from tests.builders.customers import make_customer
from tests.journeys.access import Company, company, since
from tests.journeys.approvals import decide
from tests.journeys.conftest import SignIn
from tests.journeys.copies import file_of, rows_of
from tests.journeys.drafts import faults
from tests.journeys.untouched import nothing_saved

ASK = """requests { accessGrant { id version state recipient isAuthorised forMarketing delivery customerCount
    customers(first: 5) { nodes { id } } } approval { id version state rule kind } }
    userErrors { code field message }"""


@pytest.fixture
async def house(sign_in: SignIn) -> Company:
    return await company(sign_in)


@pytest.fixture
async def owner(house: Company, sign_in: SignIn) -> Client:
    return await sign_in(house.owner)


async def _agree(customer: Customer, by: User, purpose: str, **values: Any) -> Consent:
    """A consent, with a clean file as its evidence."""
    values = {"recipient": None, "evidence": await make_clean_attachment(customer, by), **values}
    return await Consent.create(
        customer=customer, recorded_by=by, purpose=purpose, given_on=clock.now().date(), **values
    )


async def _share(client: Client, *customers: Customer, **given: Any) -> dict[str, Any]:
    values = {
        "customerIds": [f"cus_{one.id}" for one in customers], "recipient": "东方银行", "purpose": "授信调查",
        "dataClasses": ["BUSINESS", "COMMERCIAL", "CONTACT"], "until": (clock.now() + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    return await client.change("requestSharing", {**values, **given}, ASK)


async def _work() -> None:
    for message in await OutboxMessage.filter(task=access_copies.COPY, done_at=None):
        await access_copies.copy(message.id)


async def test_d46_what_the_customer_has_authorised_in_writing_is_given_at_once(house: Company, owner: Client) -> None:
    await _agree(house.customer, house.owner, "SHARING")
    (asked,) = (await _share(owner, house.customer))["requests"]
    grant = asked["accessGrant"]
    assert (grant["state"], grant["isAuthorised"], asked["approval"]) == ("ACTIVE", True, None)
    await _work()
    book = await file_of(owner, grant["id"])
    assert dict(book["说明"].iter_rows(values_only=True))["接收方"] == "东方银行"
    assert [row["手机"] for row in rows_of(book, "联系人")] == ["138****5678"]


async def test_d46_without_it_two_people_decide(house: Company, owner: Client) -> None:
    other = await make_customer(house.owner, department_id=house.department.id)
    await _agree(other, house.owner, "SHARING")
    done, waits = (await _share(owner, house.customer, other))["requests"]
    assert (done["approval"], done["accessGrant"]["customers"]["nodes"]) == (None, [{"id": f"cus_{other.id}"}])
    assert (waits["accessGrant"]["state"], waits["approval"]["kind"]) == ("REQUESTED", "SHARING")
    first = (await decide(house.boss, "approve", waits["approval"]))["approval"]
    assert (first["state"], first["rule"]) == ("PENDING", "DATA_STEWARD")
    last = (await decide(house.steward, "approve", first))["approval"]
    assert last["state"] == "APPROVED"
    await _work()
    book = await file_of(owner, waits["accessGrant"]["id"])
    assert [row["客户名称"] for row in rows_of(book, "客户")] == [house.customer.name]


@pytest.mark.parametrize(
    "lacking", ["another recipient", "taken back", "no clean file", "file removed", "for marketing"]
)
async def test_d46_an_authorisation_that_does_not_fit_is_none(house: Company, owner: Client, lacking: str) -> None:
    values: dict[str, Any] = {"recipient": "南方银行"} if lacking == "another recipient" else {}
    if lacking == "taken back":
        values = {"state": "WITHDRAWN", "withdrawn_at": clock.now()}
    consent = await _agree(
        house.customer, house.owner, "MARKETING" if lacking == "for marketing" else "SHARING", **values
    )
    if lacking == "no clean file":
        await Attachment.filter(id=consent.evidence_id).update(state="REJECTED", rejection="DAMAGED", content_id=None)
    if lacking == "file removed":
        await Attachment.filter(id=consent.evidence_id).update(removed_at=clock.now())
    (asked,) = (await _share(owner, house.customer))["requests"]
    assert (asked["accessGrant"]["state"], asked["approval"]["state"]) == ("REQUESTED", "PENDING")


async def test_d46_nobody_gives_away_what_he_is_not_shown(house: Company) -> None:
    """Somebody of another department: the customer has authorised it, and its department decides all the same."""
    await _agree(house.customer, house.owner, "SHARING")
    (asked,) = (await _share(house.asking, house.customer))["requests"]
    assert (asked["accessGrant"]["isAuthorised"], asked["approval"]["state"]) == (False, "PENDING")
    (basic,) = (await _share(house.asking, house.customer, dataClasses=["CONTACT"]))["requests"]
    assert basic["accessGrant"]["isAuthorised"] is False


async def test_d46_a_marketing_list_holds_whom_it_may(house: Company, owner: Client, sign_in: SignIn) -> None:
    agreed = await make_customer(house.owner, department_id=house.department.id, short_name="愿意")
    for purpose in ("SHARING", "MARKETING"):
        await _agree(agreed, house.owner, purpose)
    async with nothing_saved():
        refused = await _share(owner, house.customer, agreed, forMarketing=True)
    assert faults(refused) == [("NOT_CONSENTED", "customerIds.0")]
    mine = {"owner": {"id": {"eq": f"usr_{house.owner.id}"}}}
    saved = await owner.change(
        "createSavedFilter", {"name": "我的客户", "entity": "CUSTOMER", "where": mine}, "savedFilter { id }"
    )
    answer = await _share(owner, customerIds=None, filterId=saved["savedFilter"]["id"], forMarketing=True)
    (asked,) = answer["requests"]
    assert asked["accessGrant"]["customers"]["nodes"] == [{"id": f"cus_{agreed.id}"}]


@pytest.mark.parametrize("purpose", ["SHARING", "MARKETING"])
async def test_d46_a_file_ends_when_the_consent_is_taken_back(house: Company, owner: Client, purpose: str) -> None:
    consents = [await _agree(house.customer, house.owner, one) for one in ("SHARING", "MARKETING")]
    (asked,) = (await _share(owner, house.customer, forMarketing=True))["requests"]
    await _work()
    grant = asked["accessGrant"]["id"]
    given = next(one for one in consents if one.purpose == purpose)
    await owner.change("withdrawConsent", {"id": f"cst_{given.id}", "version": 1}, "consent { state }")
    ended = await since(owner, grant)
    assert (ended["state"], ended["endReason"]) == ("WITHDRAWN", "客户撤回了同意")
    link = await owner.data("query($id: ID!) { accessGrant(id: $id) { copy { url } } }", id=grant)
    assert link["accessGrant"]["copy"] is None


async def test_d46_what_is_taken_back_before_the_approval_is_not_in_the_file(house: Company, owner: Client) -> None:
    consent = await _agree(house.customer, house.owner, "MARKETING")
    (asked,) = (await _share(owner, house.customer, forMarketing=True))["requests"]
    await owner.change("withdrawConsent", {"id": f"cst_{consent.id}", "version": 1}, "consent { state }")
    first = (await decide(house.boss, "approve", asked["approval"]))["approval"]
    await decide(house.steward, "approve", first)
    await _work()
    assert rows_of(await file_of(owner, asked["accessGrant"]["id"]), "客户") == []


async def test_d46_everything_wrong_is_named_at_once(house: Company, owner: Client) -> None:
    past = (clock.now() - timedelta(days=1)).isoformat()
    async with nothing_saved():
        answer = await _share(owner, recipient=" ", purpose="长" * 201, dataClasses=["IDENTITY"], until=past)
    assert faults(answer) == [
        ("REQUIRED", "recipient"), ("TOO_LONG", "purpose"), ("NOT_GRANTABLE", "dataClasses.0"),
        ("PERIOD_PAST", "until"), ("REQUIRED", "customerIds"),
    ]  # fmt: skip


async def test_d46_the_database_refuses_what_nobody_has_allowed(house: Company) -> None:
    now = clock.now()
    values = {
        "holder": house.owner, "department": house.department, "data_classes": ["BUSINESS"], "purpose": "x",
        "customer_count": 0, "begins_at": now, "until": now + timedelta(days=1), "granted_at": now,
    }  # fmt: skip
    for wrong in ({"is_authorised": True}, {"recipient": "东方银行"}, {"recipient": "东方银行", "delivery": "COPY"}):
        with pytest.raises(tortoise.exceptions.IntegrityError):
            await AccessGrant.create(**values, **wrong)
