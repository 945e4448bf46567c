import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.errors import ErrorCode
from service.core.surnames import COMPOUND
from service.rules import names
from service.rules.checked import Checked
from tests.rules import shared_data
from tests.rules.refusals import accepts, refused

SURNAMES = st.one_of(st.sampled_from(COMPOUND), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5))


@given(SURNAMES, st.sampled_from(["先生", "女士", "小姐", "太太"]), st.sampled_from(["", " ", "\u3000", "\u00a0"]))
def test_d8_a_surname_with_a_form_of_address_is_no_name(surname: str, honorific: str, blank: str) -> None:
    params = refused(ErrorCode.NAME_IS_HONORIFIC, names.person, surname + blank + honorific)
    assert params == {"name": surname + honorific}


@pytest.mark.parametrize(
    "typed", ["先生", "女士", "经理", "总", "老板", "總經理", "Mr", "Ms. Wang", "mr wang", "联系人", "本人", "财 务"]
)
def test_d16_a_form_of_address_or_a_title_alone_is_no_name(typed: str) -> None:
    refused(ErrorCode.NAME_IS_HONORIFIC, names.person, typed)


@pytest.mark.parametrize(
    "typed", ["李经理", "王总", "欧阳总", "张伟经理", "孙淑芳女士", "王副总经理", "刘工", "陈老师", "Mr John Smith"]
)
def test_d8_a_title_after_a_name_is_accepted_with_a_warning(typed: str) -> None:
    assert names.person(typed) == Checked(typed, (ErrorCode.NAME_HAS_TITLE,))


@pytest.mark.parametrize("typed", ["小王", "老李", "阿强"])
def test_d8_a_nickname_is_accepted_with_a_warning(typed: str) -> None:
    assert names.person(typed) == Checked(typed, (ErrorCode.NAME_IS_NICKNAME,))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" 刘 玉芬\u3000", "刘玉芬"),
        ("黄\u3000鹏", "黄鹏"),
        ("张\u00a0\u200b伟", "张伟"),
        ("欧阳 修", "欧阳修"),
        ("刘建工", "刘建工"),
        ("王", "王"),
        ("John  \u00a0 Smith", "John Smith"),
        ("Ｊｏｈｎ", "John"),
        ("Mary-Ann O'Neill Jr.", "Mary-Ann O'Neill Jr."),
        ("Mrsic Ana", "Mrsic Ana"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("买买提 ・ 阿不都", "买买提·阿不都"),
        ("李〇一", "李〇一"),
        ("𠮷田", "𠮷田"),
        ("张\U0002ebf0", "张\U0002ebf0"),
    ],
)
def test_d16_a_real_name_is_accepted_in_one_form(typed: str, stored: str) -> None:
    assert names.person(typed) == Checked(stored)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("张伟2", "2"), ("张伟😀", "😀"), ("张\x00伟", "U+0000"), ("张\ud800伟", "U+D800"), ("张伟（财务）", "( )"),
     ("--", "-"), ("张\u202e伟", "U+202E"), ("<b>", "< >")],
)  # fmt: skip
def test_d16_characters_that_no_name_holds_are_shown(typed: str, shown: str) -> None:
    assert refused(ErrorCode.INVALID_CHARACTERS, names.person, typed) == {"characters": shown}


def test_d16_a_name_has_1_to_50_characters() -> None:
    refused(ErrorCode.REQUIRED, names.person, "\u3000 ")
    assert names.person("A" * 50).value == "A" * 50
    assert refused(ErrorCode.TOO_LONG, names.person, "A" * 51) == {"maximum": 50, "length": 51}


@given(st.text(max_size=60))
def test_d16_no_text_breaks_the_rule_and_a_stored_name_stays_as_it_is(text: str) -> None:
    if accepts(names.person, text):
        checked = names.person(text)
        assert names.person(checked.value) == checked


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("潍坊凯得乐机械有限\u3000公司 ", "潍坊凯得乐机械有限公司"),
        ("雷世(哈尔滨) 电气设备股份有限公司", "雷世（哈尔滨）电气设备股份有限公司"),
        ("观途〔上海〕旅游", "观途（上海）旅游"),
        ("ＡＢＢ 中国", "ABB 中国"),
        ("Procter &  Gamble", "Procter & Gamble"),
    ],
)
def test_d7_the_name_of_an_enterprise_has_one_form(typed: str, stored: str) -> None:
    assert names.enterprise(typed) == stored
    assert names.enterprise(stored) == stored


def test_d7_the_name_of_an_enterprise_has_2_to_100_characters() -> None:
    refused(ErrorCode.REQUIRED, names.enterprise, " ")
    assert refused(ErrorCode.TOO_SHORT, names.enterprise, "厂") == {"minimum": 2, "length": 1}
    assert names.enterprise("厂" * 100) == "厂" * 100
    assert refused(ErrorCode.TOO_LONG, names.enterprise, "厂" * 101) == {"maximum": 100, "length": 101}


@pytest.mark.parametrize("typed", ["明策😀公司", "明策\x07公司", "12345", "（）", "明策\ud800"])
def test_d7_a_name_without_letters_or_with_signs_is_refused(typed: str) -> None:
    refused(ErrorCode.INVALID_CHARACTERS, names.enterprise, typed)


def test_d16_the_sample_honorifics_in_place_of_names_are_refused_and_titles_are_warned_of() -> None:
    bearing = shared_data.records_with("contact_honorific") | shared_data.records_with("honorific")
    found = [r for r in shared_data.rows("sample/contacts.csv") if r["name"].endswith(("先生", "女士", "经理", "总"))]
    outcome = {r["name"]: accepts(names.person, r["name"]) for r in found}
    assert bearing == {r["customer_id"] for r in found}
    assert {n for n, accepted in outcome.items() if not accepted} == {
        n for n in outcome if len(n) == 3 and n.endswith(("先生", "女士"))
    }
    warned = {n for n, accepted in outcome.items() if accepted and names.person(n).warnings}
    assert warned == {n for n, accepted in outcome.items() if accepted}


def test_d16_the_sample_every_original_name_is_accepted() -> None:
    original = shared_data.originals()
    contacts = [r for r in shared_data.rows("sample/contacts.csv") if r["customer_id"] in original]
    assert {r["name"] for r in contacts if not accepts(names.person, r["name"])} == set()
    assert {r["name"] for r in contacts if names.person(r["name"]).value != r["name"]} == set()


def test_d7_every_known_company_name_is_accepted() -> None:
    rows = shared_data.rows("company_names.csv")
    assert {r["name"] for r in rows if not accepts(names.enterprise, r["name"])} == set()
