import pytest

from service.core.errors import ErrorCode
from service.rules import addresses
from tests.rules.refusals import refused


@pytest.mark.parametrize("street", ["文三路", "王石凹街道", "五一广场", "十里堡街道"])
def test_d60_a_street_is_enough_for_an_individual(street: str) -> None:
    assert addresses.individual(street) == street


@pytest.mark.parametrize(
    "exact", ["文三路 18 号", "文三路１８号", "高新区创新大厦1号楼425室", "幸福里三单元", "翠苑 5 幢"]
)
def test_d60_an_individuals_address_ends_at_the_street(exact: str) -> None:
    refused(ErrorCode.ADDRESS_TOO_EXACT, addresses.individual, exact)
    assert addresses.individual(addresses.up_to_street(exact)) in exact
    assert addresses.enterprise(exact) == exact
