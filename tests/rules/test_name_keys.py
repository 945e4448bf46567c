import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules import name_keys
from tests.rules import shared_data


@pytest.mark.parametrize(
    "spelling",
    [
        "雷世（哈尔滨）电气",
        "雷世(哈尔滨) 电气",
        "雷世\u3000哈尔滨·电气",
        "雷世〔哈尔滨〕电气\u200b",
        "雷世-哈尔滨-电气",
    ],
)
def test_d54_spellings_of_one_name_have_one_key(spelling: str) -> None:
    assert name_keys.key(spelling) == "雷世哈尔滨电气"


def test_d54_width_and_case_of_letters_do_not_count() -> None:
    assert name_keys.key("ＡＢＢ 中国") == name_keys.key("abb中国")


@pytest.mark.parametrize(
    "name",
    [
        "杭州明策科技有限公司",
        "杭州市明策科技股份有限公司",
        "浙江省杭州市西湖区明策科技有限责任公司",
        "明策科技（杭州）有限公司",
        "明策科技(浙江杭州)集团",
        "明策科技公司",
        "杭州明策科技（集团）有限公司",
        "明策科技（杭州）合伙企业（有限合伙）",
        " 杭州 明策 科技",
    ],
)
def test_d54_region_and_ending_are_no_part_of_the_core_name(name: str) -> None:
    assert name_keys.core(name) == "明策科技"


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("紫金矿业集团股份有限公司", "紫金矿业"),
        ("福建省永安林业（集团）股份有限公司", "永安林业"),
        ("和平家具有限公司", "和平家具"),
        ("圣锦农资经营部", "圣锦农资"),
        ("光明食品厂", "光明食品"),
        ("杭州", "杭州"),
        ("公司", "公司"),
        ("（）", ""),
    ],
)
def test_d54_what_makes_the_name_stays_in_the_core_name(name: str, core: str) -> None:
    assert name_keys.core(name) == core


def test_d54_a_branch_is_not_its_head_office() -> None:
    branch = name_keys.core("山西清高食品股份有限公司阿坝分公司")
    assert branch == "清高食品阿坝分公司"
    assert branch != name_keys.core("山西清高食品股份有限公司")


@given(st.text(max_size=40))
def test_d54_a_key_of_a_key_is_the_key(text: str) -> None:
    assert name_keys.key(name_keys.key(text)) == name_keys.key(text)


def test_d54_the_sample_most_records_that_agree_in_their_core_name_are_found() -> None:
    name = {r["customer_id"]: r["name"] for r in shared_data.rows("sample/customers.csv")}
    pairs = [
        (name[r["customer_id"]], name[r["derived_from"]])
        for r in shared_data.rows("sample/truth.csv")
        if "core_name" in r["evidence"].split(";") and len(name[r["derived_from"]]) > 3
    ]
    found = [a for a, b in pairs if name_keys.core(a) == name_keys.core(b)]
    assert len(pairs) > 100
    assert len(found) / len(pairs) > 0.85


def test_d54_the_sample_look_alikes_do_not_fall_into_one_core_name() -> None:
    name = {r["customer_id"]: r["name"] for r in shared_data.rows("sample/customers.csv")}
    kinds = ("branch", "similar_brand", "numbered_sibling")
    pairs = [r for r in shared_data.rows("sample/truth_pairs.csv") if r["kind"] in kinds]
    alike = [r for r in pairs if name_keys.core(name[r["customer_id_a"]]) == name_keys.core(name[r["customer_id_b"]])]
    assert len(pairs) > 100
    assert len(alike) / len(pairs) < 0.1
