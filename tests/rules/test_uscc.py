import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.errors import ErrorCode
from service.rules import uscc
from tests.rules import shared_data
from tests.rules.refusals import accepts, refused

VALID = "91110000600037341L"


def reference_check_character(body: str) -> str:
    """GB 32100 written down once more: weights are the powers of 3 modulo 31."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(c) * pow(3, n, 31) for n, c in enumerate(body))
    return alphabet[-total % 31]


@st.composite
def codes(draw: st.DrawFn) -> str:
    alphabet = st.sampled_from(uscc.ALPHABET)
    office = draw(st.sampled_from(["11", "51", "91", "92", "93", "A1", "N1", "N2", "Y1"]))
    region = draw(st.text("0123456789", min_size=6, max_size=6))
    body = office + region + "".join(draw(st.lists(alphabet, min_size=9, max_size=9)))
    return body + reference_check_character(body)


@given(codes())
def test_d7_every_code_with_the_check_character_of_the_standard_is_accepted(code: str) -> None:
    assert uscc.check(code) == code


@given(codes(), st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_d7_one_wrong_character_is_always_found(code: str, position: int, other: str) -> None:
    wrong = code[:position] + other + code[position + 1 :]
    assert accepts(uscc.check, wrong) == (wrong == code)


@given(codes(), st.integers(8, 16))
def test_d7_two_neighbours_exchanged_are_found(code: str, position: int) -> None:
    wrong = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    assert accepts(uscc.check, wrong) == (wrong == code)


@pytest.mark.parametrize(
    "typed",
    [
        "91110000600037341l",
        " 91 110000 600037341 L ",
        "91-110000-600037341-L",
        "９１１１００００600037341Ｌ",
        "91110000\u3000600037341\u00a0L",
        "9111－0000—600037341\u200bL",
    ],
)
def test_d7_what_people_type_around_the_code_is_taken_away(typed: str) -> None:
    assert uscc.check(typed) == VALID


@pytest.mark.parametrize("letter", "IOZSV")
def test_d7_letters_that_are_never_used_are_named(letter: str) -> None:
    assert refused(ErrorCode.USCC_CHARACTER, uscc.check, f"911100006{letter}0037341L") == {
        "character": letter,
        "position": 10,
    }


def test_d7_a_letter_in_the_region_is_named() -> None:
    assert refused(ErrorCode.USCC_CHARACTER, uscc.check, "9111A000600037341L") == {"character": "A", "position": 5}


def test_d7_a_wrong_check_character_comes_with_the_right_one() -> None:
    assert refused(ErrorCode.USCC_CHECK, uscc.check, VALID[:-1] + "K") == {"expected": "L", "found": "K"}


def test_d7_a_code_of_another_length_is_refused_with_its_length() -> None:
    assert refused(ErrorCode.USCC_LENGTH, uscc.check, VALID[:-1]) == {"expected": 18, "length": 17}
    assert refused(ErrorCode.USCC_LENGTH, uscc.check, VALID + "1") == {"expected": 18, "length": 19}


def test_d7_blanks_alone_are_no_code() -> None:
    refused(ErrorCode.REQUIRED, uscc.check, " \u3000-")


@given(st.text(max_size=40))
def test_d7_no_text_breaks_the_rule(text: str) -> None:
    assert not accepts(uscc.check, text) or len(uscc.check(text)) == uscc.LENGTH


def test_d7_the_sample_every_code_but_the_typing_errors_is_accepted() -> None:
    typos = shared_data.records_with("uscc_typo")
    customers = [r for r in shared_data.rows("sample/customers.csv") if r["uscc"]]
    assert len(customers) > 4000
    assert {r["customer_id"] for r in customers if not accepts(uscc.check, r["uscc"])} == typos


def test_d7_the_sample_formatted_codes_come_back_to_their_original() -> None:
    by_id = {r["customer_id"]: r["uscc"] for r in shared_data.rows("sample/customers.csv")}
    truth = {r["customer_id"]: r["derived_from"] for r in shared_data.rows("sample/truth.csv")}
    formatted = shared_data.records_with("uscc_format")
    assert formatted
    assert {i for i in formatted if uscc.check(by_id[i]) != by_id[truth[i]]} == set()
