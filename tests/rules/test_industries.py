import pytest

from service.core.errors import ErrorCode
from service.rules import industries
from tests.rules import shared_data
from tests.rules.refusals import refused


@pytest.mark.parametrize("code", ["14", "149", "1491", "C14", "c1491", " Ｃ １４ "])
def test_d7_an_industry_is_reduced_to_its_division(code: str) -> None:
    industry = industries.check(code)
    assert (industry.section, industry.section_name) == ("C", "制造业")
    assert (industry.division, industry.division_name, industry.code) == ("14", "食品制造业", "C14")


@pytest.mark.parametrize("code", ["C", "1", "00", "99", "A14", "14915", "Z14", "食品"])
def test_d7_an_unknown_industry_is_refused(code: str) -> None:
    assert refused(ErrorCode.INDUSTRY_UNKNOWN, industries.check, code) == {"value": code}


def test_d7_no_industry_is_refused() -> None:
    refused(ErrorCode.REQUIRED, industries.check, "")


def test_d7_another_industry_wants_a_text() -> None:
    assert industries.stored_code("other", "宠物殡葬") == "OTHER"
    refused(ErrorCode.INDUSTRY_OTHER_NEEDS_TEXT, industries.stored_code, "OTHER", " ")
    assert industries.stored_code("1491") == "C14"


def test_d7_all_divisions_of_the_standard_are_there() -> None:
    divisions = industries.divisions()
    assert len(divisions) == 97
    assert {industry.section for industry in divisions.values()} == set("ABCDEFGHIJKLMNOPQRST")


def test_d7_the_sample_every_class_has_a_division() -> None:
    section = {r["code"]: r["section"] for r in shared_data.rows("industries_gbt4754_2017.csv")}
    codes = {r["industry_code"] for r in shared_data.rows("sample/customers.csv")} - {""}
    assert len(codes) > 100
    assert {c for c in codes if industries.check(c).section != section[c]} == set()
