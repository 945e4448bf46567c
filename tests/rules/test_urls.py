import pytest

from service.core.errors import ErrorCode
from service.rules import urls
from tests.rules.refusals import refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.company.cn", "https://www.company.cn"),
        ("http://company.cn:8080/shop?id=1", "http://company.cn:8080/shop?id=1"),
        (" https://店铺.中国/首页 ", "https://店铺.中国/首页"),
    ],
)
def test_d7_a_web_address_has_its_scheme(typed: str, kept: str) -> None:
    assert urls.check(typed) == kept


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "ftp://company.cn", "company", "https://", "a b.cn", "https://[::1", "data://x.y"]
)
def test_d7_what_is_no_web_address_is_refused(typed: str) -> None:
    refused(ErrorCode.URL_FORMAT, urls.check, typed)
