import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.enums import Salutation
from service.core.fields.spec import Mask
from service.core.surnames import COMPOUND
from service.rules import masks


@pytest.mark.parametrize(
    ("name", "salutation", "shown"),
    [
        ("张伟", Salutation.MR, "张先生"),
        ("张伟", Salutation.MS, "张女士"),
        ("张伟", None, "张**"),
        ("欧阳修", Salutation.MR, "欧阳先生"),
        ("欧阳", Salutation.MR, "欧先生"),
        ("李经理", None, "李**"),
        ("王", Salutation.MR, "**"),
        ("John Smith", Salutation.MR, "J**"),
        ("阿依古丽·买买提", Salutation.MS, "阿**"),
        ("𠮷田一", None, "𠮷**"),
    ],
)
def test_s9_a_name_shows_the_surname_and_the_form_of_address(
    name: str, salutation: Salutation | None, shown: str
) -> None:
    assert masks.person_name(name, salutation) == shown


@given(st.sampled_from(COMPOUND), st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_s9_the_given_name_is_never_shown(surname: str, given_name: str) -> None:
    assert masks.person_name(surname + given_name) == surname + "**"


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (Mask.MOBILE, "13812345678", "138****5678"),
        (Mask.MOBILE, "1381234567", "****"),
        (Mask.LANDLINE, "0571-88886666", "0571-****66"),
        (Mask.LANDLINE, "0571-88886666-123", "0571-****66"),
        (Mask.LANDLINE, "400-820-8820", "400-****20"),
        (Mask.LANDLINE, "+852 2123 4567", "****"),
        (Mask.EMAIL, "li.wei@corp.cn", "l***@corp.cn"),
        (Mask.EMAIL, "li@corp.cn", "l***@corp.cn"),
        (Mask.EMAIL, "l@corp.cn", "***@corp.cn"),
        (Mask.EMAIL, "corp.cn", "***"),
        (Mask.LAST_FOUR, "6222021234567890", "****7890"),
        (Mask.LAST_FOUR, "123X", "****"),
        (Mask.PERSON_NAME, "张伟", "张先生"),
        (Mask.SHOW, "HIGH", "HIGH"),
        (Mask.HIDE, "任何文字", None),
    ],
)
def test_s9_each_mask_shows_what_it_may(mask: Mask, value: str, shown: str | None) -> None:
    assert masks.shown(mask, value, Salutation.MR) == shown


@pytest.mark.parametrize("mask", Mask)
def test_s9_nothing_stays_nothing(mask: Mask) -> None:
    assert masks.shown(mask, None) is None


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True))
def test_d45_the_middle_four_digits_of_a_mobile_are_hidden(number: str) -> None:
    shown = masks.mobile(number)
    assert shown == f"{number[:3]}****{number[7:]}"


def test_s9_a_street_is_shown_as_its_city() -> None:
    assert masks.street_address("文三路 90 号", "杭州市") == "杭州市"
    assert masks.street_address(None, "杭州市") is None
