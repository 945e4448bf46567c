"""A call that is repeated under its key has one effect and one result (design §4)."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from graphql import get_named_type, is_input_object_type

from schema.api import SCHEMA
from service.core.enums import Role
from service.operations import idempotency
from storage import db
from storage.models import Cadence, Customer, Department, HandOver, IdempotencyKey, User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import drafts
from tests.journeys.conftest import SignIn

MUTATIONS = SCHEMA._schema.mutation_type.fields  # type: ignore[union-attr]
CREATE = """mutation($input: CreateCustomerDraftInput!) { createCustomerDraft(input: $input) {
    clientMutationId customer { id name version } userErrors { code field } warnings { code field message } } }"""


def _key() -> str:
    return f"key-{uuid4()}"


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_takes_a_key_and_gives_it_back(name: str) -> None:
    field = MUTATIONS[name]
    for argument in field.args.values():
        kind = get_named_type(argument.type)
        assert is_input_object_type(kind)
        assert "clientMutationId" in kind.fields
    assert "clientMutationId" in get_named_type(field.type).fields  # type: ignore[union-attr]


async def test_the_same_key_and_input_give_the_same_result_once(seller: Client, sales: User) -> None:
    given = drafts.enterprise(notes="请打 13912345678", clientMutationId=_key())
    first = await seller.run(CREATE, input=given)
    again = await seller.run(CREATE, input=dict(reversed(given.items())))
    assert first.raw == again.raw
    assert first.data["createCustomerDraft"]["clientMutationId"] == given["clientMutationId"]
    assert await Customer.filter(created_by_id=sales.id).count() == 1


async def test_another_input_under_the_same_key_is_refused_with_what_to_do(seller: Client, sales: User) -> None:
    key = _key()
    await seller.data(CREATE, input=drafts.enterprise(clientMutationId=key))
    refused = await seller.run(CREATE, input=drafts.enterprise(name="另一家公司", clientMutationId=key))
    assert (refused.code, "new key" in refused.error["message"]) == ("IDEMPOTENCY_KEY_REUSED", True)
    assert await Customer.filter(created_by_id=sales.id).count() == 1


async def test_another_mutation_under_the_same_key_is_refused(seller: Client, sales: User) -> None:
    key, customer = _key(), await make_customer(sales, state="DRAFT")
    await seller.data(CREATE, input=drafts.enterprise(clientMutationId=key))
    document = "mutation($input: DeleteCustomerDraftInput!) { deleteCustomerDraft(input: $input) { deletedId } }"
    refused = await seller.run(document, input={"id": f"cus_{customer.id}", "clientMutationId": key})
    assert refused.code == "IDEMPOTENCY_KEY_REUSED"
    assert await Customer.exists(id=customer.id)


async def test_a_refused_call_leaves_its_key_to_the_correction(seller: Client, sales: User) -> None:
    key = _key()
    refused = await seller.data(CREATE, input=drafts.enterprise(uscc="1", clientMutationId=key))
    assert refused["createCustomerDraft"]["userErrors"]
    saved = await seller.data(CREATE, input=drafts.enterprise(clientMutationId=key))
    assert saved["createCustomerDraft"]["customer"]
    assert await Customer.filter(created_by_id=sales.id).count() == 1


async def test_fifty_at_once_have_one_effect(seller: Client, sales: User) -> None:
    given = drafts.enterprise(clientMutationId=_key())
    answers = await asyncio.gather(*(seller.run(CREATE, input=given) for _ in range(50)))
    assert len({answer.raw for answer in answers}) == 1
    assert "errors" not in answers[0].body
    assert await Customer.filter(created_by_id=sales.id).count() == 1


async def test_the_key_may_come_in_a_header_where_the_document_has_one_mutation(seller: Client, sales: User) -> None:
    seller.http.headers["idempotency-key"] = _key()
    given = drafts.enterprise()
    assert (await seller.run(CREATE, input=given)).raw == (await seller.run(CREATE, input=given)).raw
    two = """mutation($input: CreateCustomerDraftInput!) { ...Two } fragment Two on Mutation {
        a: createCustomerDraft(input: $input) { customer { id } }
        b: createCustomerDraft(input: $input) { customer { id } } }"""
    refused = await seller.run(two, input=given)
    assert [error["extensions"]["code"] for error in refused.body["errors"]] == ["BAD_USER_INPUT"]
    assert "clientMutationId" in refused.body["errors"][0]["message"]
    assert await Customer.filter(created_by_id=sales.id).count() == 1


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_is_neither_empty_nor_endless(seller: Client, sales: User, key: str) -> None:
    refused = await seller.run(CREATE, input=drafts.enterprise(clientMutationId=key))
    assert refused.code == "BAD_USER_INPUT"
    assert not await Customer.exists(created_by_id=sales.id)


async def test_two_people_may_choose_the_same_key(seller: Client, sign_in: SignIn) -> None:
    other = await people.make_user(Role.SALES)
    given = drafts.enterprise(clientMutationId=_key())
    mine = await seller.data(CREATE, input=given)
    theirs = await (await sign_in(other)).data(CREATE, input=given)
    assert mine["createCustomerDraft"]["customer"]["id"] != theirs["createCustomerDraft"]["customer"]["id"]


async def test_a_key_is_forgotten_after_24_hours(seller: Client, sales: User) -> None:
    given = drafts.enterprise(clientMutationId=_key())
    await seller.data(CREATE, input=given)
    await db.rows("update idempotency_keys set created_at = created_at - interval '25 hours'")
    await seller.data(CREATE, input=given)
    assert await Customer.filter(created_by_id=sales.id).count() == 2
    await db.rows("update idempotency_keys set created_at = created_at - interval '25 hours'")
    assert await idempotency.prune() >= 1
    assert not await IdempotencyKey.exists(user_id=sales.id)


async def test_d42_a_repetition_shows_what_its_caller_may_see_today(seller: Client, sales: User) -> None:
    given = drafts.enterprise(kind="INDIVIDUAL", name="王建国", mobile="13812345678", clientMutationId=_key())
    for enterprises_only in ("uscc", "industryCode", "contacts"):
        del given[enterprises_only]
    first = (await seller.data(CREATE, input=given))["createCustomerDraft"]["customer"]
    assert first["name"] == "王建国"
    heir = await people.make_user(Role.SALES, department=await Department.get(id=sales.department_id))
    key = first["id"].removeprefix("cus_")
    await Customer.filter(id=key).update(state="ACTIVE", number=f"K{uuid4().hex[:9]}", owner_id=heir.id)
    assert (await seller.data(CREATE, input=given))["createCustomerDraft"]["customer"]["name"] == "王**"
    await Customer.filter(id=key).update(state="DRAFT", number=None, created_by_id=heir.id)
    assert (await seller.data(CREATE, input=given))["createCustomerDraft"]["customer"] is None


async def test_bulk_changes_and_jobs_begin_once(seller: Client, sales: User, sign_in: SignIn) -> None:
    customers = [await make_customer(sales) for _ in range(3)]
    tagging = {"customerIds": [f"cus_{c.id}" for c in customers], "customTags": ["展会"], "clientMutationId": _key()}
    results = "results { customerId done code }"
    assert await seller.change("tagCustomers", tagging, results) == await seller.change(
        "tagCustomers", tagging, results
    )
    hr, heir = await people.make_user(Role.HR), await people.make_user(Role.SALES)
    moving = {"fromUserId": f"usr_{sales.id}", "toUserId": f"usr_{heir.id}", "reason": "离职",
              "mode": "WHAT_IS_POSSIBLE", "clientMutationId": _key()}  # fmt: skip
    client = await sign_in(hr)
    jobs = [(await client.change("handOverCustomers", moving, "job { id }"))["job"] for _ in range(2)]
    assert jobs[0] == jobs[1] is not None
    assert await HandOver.filter(from_user_id=sales.id).count() == 1


async def test_a_secret_is_given_once(sign_in: SignIn) -> None:
    admin = await sign_in(await people.make_user(Role.ADMIN))
    given = {"staffNumber": f"n{uuid4().hex[:8]}", "name": "新人", "roles": ["SALES"], "clientMutationId": _key()}
    made = [await admin.change("createUser", given, "user { id } initialPassword") for _ in range(2)]
    assert made[0]["user"] == made[1]["user"] is not None
    assert (made[0]["initialPassword"] is None, made[1]["initialPassword"]) == (False, None)
    kept = await db.rows("select outcome::text as outcome from idempotency_keys")
    assert not any(made[0]["initialPassword"] in row["outcome"] for row in kept)


async def test_outcomes_of_other_forms_come_back_as_they_were(sign_in: SignIn) -> None:
    admin = await sign_in(await people.make_user(Role.ADMIN))
    before = await Cadence.get(status="POTENTIAL")
    given: dict[str, Any] = {"status": "POTENTIAL", "days": before.days + 1, "version": before.version}
    given["clientMutationId"] = _key()
    try:
        answers = [await admin.change("setCadence", given, "cadence { status days version }") for _ in range(2)]
    finally:
        await Cadence.filter(id=before.id).update(days=before.days)
    assert answers[0] == answers[1]
    assert answers[0]["cadence"]["days"] == before.days + 1
