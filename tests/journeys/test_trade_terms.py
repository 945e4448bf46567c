"""Payment terms, all set anew together, and procedures with the person to contact (D15)."""

from __future__ import annotations

from typing import Any

from service.core.enums import Role
from storage import db
from storage.models import Department
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults
from tests.journeys.untouched import nothing_saved

TERMS = """customer { id version paymentTerms { totalCount nodes {
    kind share days dayOfMonth amount { amount currency } position } } }"""
PROCEDURE = "procedure { id version kind text contact { id } customer { id } }"
SPLIT: list[dict[str, Any]] = [
    {"kind": "PREPAID", "share": "30"},
    {"kind": "AFTER_MONTH_END", "share": "60.5", "days": 60},
    {"kind": "STANDING_AMOUNT", "share": "9.5", "amount": {"amount": "200000"}},
]


async def _set(client: Client, customer: dict[str, Any], terms: list[dict[str, Any]]) -> dict[str, Any]:
    given = {"customerId": customer["id"], "version": customer["version"], "terms": terms}
    return await client.change("setPaymentTerms", given, TERMS)


async def test_d15_payment_terms_are_split_over_several_and_replaced_whole(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    answer = await _set(seller, customer, SPLIT)
    assert faults(answer) == []
    found = answer["customer"]["paymentTerms"]["nodes"]
    assert [(t["kind"], t["share"], t["days"], t["position"]) for t in found] == [
        ("PREPAID", "30.00", None, 1), ("AFTER_MONTH_END", "60.50", 60, 2), ("STANDING_AMOUNT", "9.50", None, 3),
    ]  # fmt: skip
    assert found[2]["amount"] == {"amount": "200000.00", "currency": "CNY"}
    monthly = [{"kind": "MONTHLY_CASH", "share": "100", "dayOfMonth": 25}]
    answer = await _set(seller, answer["customer"], monthly)
    (term,) = answer["customer"]["paymentTerms"]["nodes"]
    assert (term["kind"], term["dayOfMonth"]) == ("MONTHLY_CASH", 25)
    version = answer["customer"]["version"]
    assert (await _set(seller, answer["customer"], monthly))["customer"]["version"] == version
    assert (await _set(seller, answer["customer"], []))["customer"]["paymentTerms"]["totalCount"] == 0


async def test_d15_d35_the_log_holds_the_terms_before_and_after(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    await _set(seller, customer, [{"kind": "PREPAID", "share": "100"}])
    logged = await db.rows(
        "select v.field, v.before::text, v.after::text from change_log l join change_values v on v.change_id = l.id"
        " where l.action = 'customer.set_payment_terms' and l.customer_id = $1::uuid order by v.field",
        customer["id"][4:],
    )
    assert [(row["field"], row["before"], row["after"]) for row in logged] == [
        ("payment_terms", "[]", '[{"kind":"PREPAID","share":"100.00"}]'),
        ("version", str(customer["version"]), str(customer["version"] + 1)),
    ]


async def test_d15_everything_wrong_with_the_terms_is_named_at_once(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    wrong = [
        {"kind": "AFTER_INVOICE", "share": "50"},
        {"kind": "PREPAID", "share": "20", "days": 3, "dayOfMonth": 4},
        {"kind": "MONTHLY_CASH", "share": "20", "dayOfMonth": 32},
    ]
    async with nothing_saved():
        answer = await _set(seller, customer, wrong)
    assert faults(answer) == [
        ("REQUIRED", "terms.0.days"), ("SUPERFLUOUS_FOR_TERM", "terms.1.days"),
        ("SUPERFLUOUS_FOR_TERM", "terms.1.dayOfMonth"), ("OUT_OF_RANGE", "terms.2.dayOfMonth"),
        ("SHARES_NOT_WHOLE", "terms"),
    ]  # fmt: skip
    assert faults(await _set(seller, customer, [{"kind": "PREPAID", "share": "1" * 38}])) == [
        ("OUT_OF_RANGE", "terms.0.share")
    ]


async def test_design_4_stale_terms_are_refused_with_those_that_are_there(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    await _set(seller, customer, [{"kind": "PREPAID", "share": "100"}])
    document = "mutation($input: SetPaymentTermsInput!) { setPaymentTerms(input: $input) { customer { id } } }"
    terms = [{"kind": "ON_DELIVERY", "share": "100"}]
    given = {"customerId": customer["id"], "version": customer["version"], "terms": terms}
    stale = await seller.run(document, input=given)
    assert stale.error["extensions"]["conflicts"] == [
        {"field": "terms", "base": [], "current": [{"kind": "PREPAID", "share": "100.00"}], "wanted": terms}
    ]


async def test_d42_terms_and_procedures_exist_for_those_who_see_commercial_data(
    seller: Client, sign_in: SignIn, department: Department
) -> None:
    customer = await drafts.submitted(seller)
    await _set(seller, customer, SPLIT)
    given = {"customerId": customer["id"], "kind": "ORDERING", "text": "邮件下单"}
    procedure = (await seller.change("createProcedure", given, PROCEDURE))["procedure"]
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    query = """query($id: ID!, $of: ID!) { node(id: $of) { id } customer(id: $id) {
        paymentTerms { totalCount nodes { id } } procedures { totalCount } } }"""
    nothing = {"paymentTerms": {"totalCount": 0, "nodes": []}, "procedures": {"totalCount": 0}}
    shown = await colleague.data(query, id=customer["id"], of=procedure["id"])
    assert shown == {"node": None, "customer": nothing}
    executive = await sign_in(await people.make_user(Role.EXECUTIVE))
    assert (await executive.data(query, id=customer["id"], of=procedure["id"]))["node"] == {"id": procedure["id"]}
    document = "mutation($input: SetPaymentTermsInput!) { setPaymentTerms(input: $input) { customer { id } } }"
    given = {"customerId": customer["id"], "version": 1, "terms": []}
    assert (await colleague.run(document, input=given)).code == "NOT_FOUND"
    assert (await executive.run(document, input=given)).code == "FORBIDDEN"


async def test_d15_a_procedure_names_a_contact_of_the_customer(seller: Client) -> None:
    customer, other = await drafts.submitted(seller), await drafts.submitted(seller)
    contact, stranger = (c["contacts"]["nodes"][0]["id"] for c in (customer, other))
    given = {"customerId": customer["id"], "kind": "RECONCILING", "text": "每月 5 日前对账", "contactId": contact}
    answer = await seller.change("createProcedure", given, PROCEDURE)
    assert faults(answer) == []
    procedure = answer["procedure"]
    assert (procedure["kind"], procedure["contact"]) == ("RECONCILING", {"id": contact})
    step = {"id": procedure["id"], "version": 1}
    answer = await seller.change("updateProcedure", {**step, "contactId": stranger, "text": None}, PROCEDURE)
    assert sorted(faults(answer)) == [("NOT_FOUND", "contactId"), ("REQUIRED", "text")]
    changed = await seller.change("updateProcedure", {**step, "contactId": None, "kind": "SETTLING"}, PROCEDURE)
    assert (changed["procedure"]["contact"], changed["procedure"]["kind"]) == (None, "SETTLING")
    answer = await seller.change("removeProcedure", {**step, "version": 2}, "customer { procedures { totalCount } }")
    assert answer["customer"] == {"procedures": {"totalCount": 0}}


async def test_d15_a_contact_that_was_removed_is_no_longer_at_the_procedure(seller: Client) -> None:
    customer = await drafts.submitted(seller, contacts=[drafts.contact(), drafts.contact(name="李雷")])
    contact = next(c for c in customer["contacts"]["nodes"] if not c["isPrimary"])
    given = {"customerId": customer["id"], "kind": "OTHER", "text": "先电话", "contactId": contact["id"]}
    procedure = (await seller.change("createProcedure", given, PROCEDURE))["procedure"]
    going = {"id": contact["id"], "version": contact["version"]}
    assert faults(await seller.change("removeContact", going, "customer { id }")) == []
    found = await seller.data(
        "query($id: ID!) { node(id: $id) { ... on Procedure { text contact { id } } } }", id=procedure["id"]
    )
    assert found == {"node": {"text": "先电话", "contact": None}}
