import pytest

from service.core.errors import ErrorCode
from service.rules import regions
from tests.rules import shared_data
from tests.rules.refusals import refused


def test_d7_a_county_code_gives_province_city_and_county() -> None:
    region = regions.check(" ３３０１０６ ")
    assert (region.province, region.city, region.county, region.level) == ("浙江省", "杭州市", "西湖区", "county")
    assert not region.is_statistical_zone


@pytest.mark.parametrize(("code", "level"), [("330000", "province"), ("330100", "city"), ("441900", "city")])
def test_d7_provinces_and_cities_have_codes_as_well(code: str, level: str) -> None:
    assert regions.check(code).level == level


def test_d7_a_statistical_zone_is_accepted_and_marked() -> None:
    assert regions.check("130171").is_statistical_zone


@pytest.mark.parametrize("code", ["999999", "33010", "3301060", "杭州市", "\ud800"])
def test_d7_an_unknown_code_is_refused(code: str) -> None:
    assert refused(ErrorCode.REGION_UNKNOWN, regions.check, code) == {"value": code}


def test_d7_no_code_is_refused() -> None:
    refused(ErrorCode.REQUIRED, regions.check, " ")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("330106", ("浙江省", "杭州市", "西湖区")),
        ("330106", ("浙江", "杭州", "西湖")),
        ("330106", (None, None, " ")),
        ("110101", ("北京市", "市辖区", "东城区")),
        ("429004", ("湖北省", "仙桃市", "")),
        ("429004", ("湖北省", "省直辖县级行政区划", "仙桃市")),
        ("450103", ("广西", "南宁市", "青秀区")),
    ],
)
def test_d7_the_names_of_a_code_are_accepted_in_their_usual_forms(
    code: str, names: tuple[str | None, str | None, str | None]
) -> None:
    province, city, county = names
    assert regions.check(code, province=province, city=city, county=county).code == code


@pytest.mark.parametrize("names", [{"county": "上城区"}, {"city": "杭"}, {"province": "江苏省"}])
def test_d7_names_of_another_place_are_refused_with_the_right_ones(names: dict[str, str]) -> None:
    params = refused(ErrorCode.REGION_MISMATCH, regions.check, "330106", **names)
    assert params == {"expected": "浙江省杭州市西湖区", "found": next(iter(names.values()))}


@pytest.mark.parametrize(("code", "city"), [("330106", "杭州市"), ("429004", "仙桃市"), ("710000", "台湾省")])
def test_s9_a_street_address_has_a_city_to_be_shown_as(code: str, city: str) -> None:
    assert regions.check(code).masked == city


def test_d7_the_sample_codes_and_names_agree() -> None:
    customers = [r for r in shared_data.rows("sample/customers.csv") if r["division_code"]]
    assert len(customers) > 5000
    for r in customers:
        found = regions.check(r["division_code"], province=r["province"], city=r["city"], county=r["county"])
        assert found.code == r["division_code"]
