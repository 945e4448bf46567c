import pytest

from service.core.errors import ErrorCode
from service.rules import tags
from tests.rules import shared_data
from tests.rules.refusals import refused


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" 老\u3000客户 ", "老客户"),
        ("ＶＩＰ  客户", "VIP 客户"),
        ("一二三四五六七八九十", "一二三四五六七八九十"),
        ("😀好", "😀好"),
    ],
)
def test_d19_a_custom_tag_has_one_form(typed: str, stored: str) -> None:
    assert tags.custom(typed) == stored


def test_d19_11_characters_are_refused() -> None:
    assert refused(ErrorCode.TOO_LONG, tags.custom, "一二三四五六七八九十甲") == {"maximum": 10, "length": 11}


def test_d19_blanks_around_a_tag_are_not_counted() -> None:
    assert tags.custom(" " * 20 + "a" * 10) == "a" * 10


def test_d19_blanks_alone_are_no_tag() -> None:
    refused(ErrorCode.REQUIRED, tags.custom, "\u3000\u200b")


@pytest.mark.parametrize("separator", [",", "，", "、", ";", "；"])
def test_d51_a_tag_holds_no_separator_of_tags(separator: str) -> None:
    refused(ErrorCode.INVALID_CHARACTERS, tags.custom, f"甲{separator}乙")


def test_d19_a_control_character_is_refused() -> None:
    assert refused(ErrorCode.INVALID_CHARACTERS, tags.custom, "甲\x07") == {"characters": "U+0007"}


def test_d19_upper_and_lower_case_are_one_tag() -> None:
    assert tags.key("Vip客户") == tags.key("VIP客户")


def test_d19_the_sample_every_tag_is_accepted_as_it_is() -> None:
    used = {tag for r in shared_data.rows("sample/customers.csv") for tag in r["tags"].split(";")}
    assert len(used) > 30
    assert {tag for tag in used if tags.custom(tag) != tag} == set()
