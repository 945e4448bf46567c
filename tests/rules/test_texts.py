import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.errors import ErrorCode
from service.rules import texts
from tests.rules.refusals import accepts, refused


def test_d10_500_characters_of_notes_are_accepted_and_501_refused() -> None:
    assert texts.note("注" * 500) == "注" * 500
    assert refused(ErrorCode.TOO_LONG, texts.note, "注" * 501) == {"maximum": 500, "length": 501}


def test_d10_characters_beyond_16_bits_count_once() -> None:
    assert texts.note("😀" * 500) == "😀" * 500


def test_d10_a_windows_line_end_counts_once() -> None:
    assert texts.note("a\r\n" * 249 + "bb") == "a\n" * 249 + "bb"
    assert texts.note("a\rb") == "a\nb"


def test_d10_an_accent_typed_apart_counts_once() -> None:
    assert texts.note("e\u0301" * 500) == "é" * 500


def test_d10_full_width_signs_stay() -> None:
    assert texts.note("报价：１２％（含税）") == "报价：１２％（含税）"


@pytest.mark.parametrize(("wrong", "shown"), [("\x00", "U+0000"), ("\ud800", "U+D800"), ("\x1b", "U+001B")])
@pytest.mark.parametrize("rule", ["text", "line"])
def test_d10_what_the_database_or_a_terminal_cannot_bear_is_refused(rule: str, wrong: str, shown: str) -> None:
    params = refused(ErrorCode.INVALID_CHARACTERS, getattr(texts, rule), f"a{wrong}b", maximum=9)
    assert params == {"characters": shown}


def test_d20_a_required_text_is_more_than_blanks() -> None:
    refused(ErrorCode.REQUIRED, texts.text, " \n\u3000", maximum=10, required=True)
    assert texts.text(" \n", maximum=10) == ""


def test_d16_a_line_has_single_blanks_and_no_line_end() -> None:
    assert texts.line(" 采购\n经理  (Asia \t Pacific) ", maximum=50) == "采购经理 (Asia Pacific)"
    refused(ErrorCode.REQUIRED, texts.line, "\n", maximum=50)
    assert texts.line("\n", maximum=50, required=False) == ""


@given(st.text(max_size=60))
def test_d10_a_stored_text_stays_as_it_is(text: str) -> None:
    if accepts(texts.note, text):
        assert texts.note(texts.note(text)) == texts.note(text)
