import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules import readings
from service.rules.characters import is_han
from tests.rules import shared_data

TEXTS = st.text(max_size=30)


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("小米", "xiaomi", "xm"),
        ("重庆长安汽车", "chongqingchanganqiche", "cqcaqc"),
        ("长治市商行", "changzhishishanghang", "czssh"),
        ("北京朝阳大厦", "beijingchaoyangdasha", "bjcyds"),
        ("3M中国", "3mzhongguo", "3mzg"),
        ("雷世（哈尔滨）电气", "leishihaerbindianqi", "lshebdq"),
        ("ＡＢＢ (China) Ltd.", "abbchinaltd", "abbchinaltd"),
        ("Café", "cafe", "cafe"),
        ("（）", "", ""),
    ],
)
def test_d48_an_enterprise_is_found_by_pinyin_and_initials(name: str, full: str, initials: str) -> None:
    assert (readings.full(name), readings.initials(name)) == (full, initials)


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("曾志伟", "zengzhiwei", "zzw"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("解晓东", "xiexiaodong", "xxd"),
        ("仇英", "qiuying", "qy"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqixie", "mqx"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("吕布", "lvbu", "lb"),
        ("张 伟", "zhangwei", "zw"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("John Smith", "johnsmith", "johnsmith"),
    ],
)
def test_d48_a_person_is_found_by_the_reading_of_the_surname(name: str, full: str, initials: str) -> None:
    assert (readings.full(name, person=True), readings.initials(name, person=True)) == (full, initials)


def test_d48_only_the_surname_of_a_person_is_read_as_one() -> None:
    assert readings.full("王单", person=True) == "wangdan"
    assert readings.full("单店") == "dandian"


def test_d48_names_stand_in_the_order_of_a_dictionary() -> None:
    wanted = ["3M", "ABB", "李明", "李伟", "力帆", "西安", "先锋", "张晨", "张伟", "章晨", "赵一"]
    assert sorted(reversed(wanted), key=readings.sort_key) == wanted


def test_d48_a_surname_sorts_by_its_reading() -> None:
    wanted = ["任强", "单强", "孙强", "曾强", "张强"]
    assert sorted(wanted, key=lambda name: readings.sort_key(name, person=True)) == wanted


@given(TEXTS, st.booleans())
def test_d48_a_sort_key_is_ascii_and_bounded(text: str, person: bool) -> None:
    key = readings.sort_key(text, person=person)
    assert key.isascii()
    assert len(readings.sort_key(text * 10, person=person)) <= 18 * 18 * readings.SORTED_CHARACTERS


@given(TEXTS, st.booleans())
def test_d48_keys_hold_nothing_but_letters_and_digits(text: str, person: bool) -> None:
    for key in (readings.full(text, person=person), readings.initials(text, person=person)):
        assert [c for c in key if not (c.isalnum() or is_han(c))] == []
        assert key == key.casefold()


def test_d48_every_usual_name_has_a_reading_of_latin_letters() -> None:
    people = {r["name"]: readings.full(r["name"], person=True) for r in shared_data.rows("person_names.csv")[:5000]}
    assert {name for name, reading in people.items() if not (reading.isascii() and reading.isalpha())} == set()
