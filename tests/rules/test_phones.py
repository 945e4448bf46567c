from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.errors import ErrorCode
from service.rules import phones
from service.rules.packaged import rows
from tests.rules import shared_data
from tests.rules.refusals import accepts, refused

PREFIXES = [row["prefix"] for row in rows("mobile_prefixes.csv")]


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    prefix = draw(st.sampled_from(PREFIXES))
    missing = 11 - len(prefix)
    return prefix + draw(st.text("0123456789", min_size=missing, max_size=missing))


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


@given(
    mobiles(),
    st.sampled_from(["", "+86", "+86 ", "+86-", "(+86)", "0086", "86", "86-", "0", "＋８６"]),
    st.sampled_from(["", " ", "-", "\u3000", "\u00a0", "\u200b", "–"]),
    st.booleans(),
)
def test_d16_a_mobile_is_understood_however_it_is_typed(number: str, code: str, blank: str, wide: bool) -> None:
    typed = blank.join((number[:3], number[3:7], number[7:]))
    assert phones.mobile(code + (full_width(typed) if wide else typed)) == number


@given(mobiles())
def test_d16_a_mobile_is_never_a_landline(number: str) -> None:
    refused(ErrorCode.LANDLINE_FORMAT, phones.landline, number)


@given(mobiles(), st.text("0123456789", min_size=1, max_size=4))
def test_d16_more_than_11_digits_are_refused(number: str, more: str) -> None:
    params = refused(ErrorCode.MOBILE_LENGTH, phones.mobile, number + more)
    assert params == {"expected": 11, "length": 11 + len(more)}


def test_d16_fewer_than_11_digits_are_refused_with_the_country_code_as_well() -> None:
    assert refused(ErrorCode.MOBILE_LENGTH, phones.mobile, "1381234567")["length"] == 10
    assert refused(ErrorCode.MOBILE_LENGTH, phones.mobile, "+86 1381234567")["length"] == 10


@pytest.mark.parametrize("number", ["10012345678", "11012345678", "12012345678", "15412345678", "23812345678"])
def test_d16_a_prefix_outside_the_number_plan_is_named(number: str) -> None:
    assert refused(ErrorCode.MOBILE_PREFIX, phones.mobile, number) == {"prefix": number[:3]}


@pytest.mark.parametrize("number", ["+852 6123 4567", "+1 415 555 2671", "+886912345678"])
def test_d16_a_number_of_another_country_is_no_mainland_mobile(number: str) -> None:
    refused(ErrorCode.MOBILE_PREFIX, phones.mobile, number)


@pytest.mark.parametrize(
    "number",
    ["0571-88886666", "010-62345678", "(021)32785505", "+86 571 88886666", "88886666", "400-820-8820",
     "0571-88886666-123", "95588", "86-754-7837596"],
)  # fmt: skip
def test_d16_a_landline_in_the_mobile_field_is_recognised(number: str) -> None:
    refused(ErrorCode.MOBILE_IS_LANDLINE, phones.mobile, number)


def test_d16_letters_in_a_mobile_are_named() -> None:
    assert refused(ErrorCode.INVALID_CHARACTERS, phones.mobile, "138O2345678转") == {"characters": "O 转"}


@pytest.mark.parametrize("rule", [phones.mobile, phones.landline])
def test_d16_blanks_and_hyphens_alone_are_no_number(rule: Callable[[str], str]) -> None:
    refused(ErrorCode.REQUIRED, rule, " - \u3000")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0571-88886666", "0571-88886666"),
        ("057188886666", "0571-88886666"),
        ("(0571) 8888 6666", "0571-88886666"),
        ("０５７１－８８８８６６６６", "0571-88886666"),
        ("+86 571 88886666", "0571-88886666"),
        ("+86 (0)571-88886666", "0571-88886666"),
        ("0086-21-32785505", "021-32785505"),
        ("86-754-7837596", "0754-7837596"),
        ("0571-88886666-123", "0571-88886666-123"),
        ("0571-88886666转123", "0571-88886666-123"),
        ("0571-88886666 分机 8001", "0571-88886666-8001"),
        ("0571-88886666 ext. 12", "0571-88886666-12"),
        ("0571-8888666-123", "0571-8888666-123"),
        ("4008208820", "400-820-8820"),
        ("400-8208-820", "400-820-8820"),
        ("95588", "95588"),
        ("+852 2123 4567", "+852 2123 4567"),
    ],
)
def test_d16_a_landline_has_one_form(typed: str, stored: str) -> None:
    assert phones.landline(typed) == stored
    assert phones.landline(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "88886666",
        "0571",
        "0571-888866",
        "0571-188886666",
        "0571-88886666/7",
        "abc",
        "+999 1234567",
        "+852 1",
        "+86 138 1234 5678",
        "+1 800 FLOWERS",
    ],
)
def test_d16_what_is_no_whole_landline_is_refused_with_an_example(typed: str) -> None:
    assert refused(ErrorCode.LANDLINE_FORMAT, phones.landline, typed) == {"example": "0571-88886666-123"}


@given(st.text(max_size=30))
def test_d16_no_text_breaks_the_rules_and_what_they_return_they_accept(text: str) -> None:
    for rule in (phones.mobile, phones.landline):
        if accepts(rule, text):
            stored = rule(text)
            assert rule(stored) == stored


def test_d16_the_sample_every_mobile_is_accepted_and_agrees_after_normalising() -> None:
    contacts = shared_data.rows("sample/contacts.csv")
    stored = {phones.mobile(r["mobile"]) for r in contacts}
    assert {n for n in stored if len(n) != 11 or not n.isdigit()} == set()
    assert len(stored) > 8000


def test_d16_the_sample_every_landline_has_one_form_and_is_no_mobile() -> None:
    original = shared_data.originals()
    phone = {r["customer_id"]: r["phone"] for r in shared_data.rows("sample/customers.csv") if r["phone"]}
    assert {p for i, p in phone.items() if i in original and phones.landline(p) != p} == set()
    derived = {r["customer_id"]: r["derived_from"] for r in shared_data.rows("sample/truth.csv")}
    other = {i for i in shared_data.records_with("landline_format") if phones.landline(phone[i]) != phone[derived[i]]}
    assert other == set()
    for number in phone.values():
        refused(ErrorCode.MOBILE_IS_LANDLINE, phones.mobile, number)
