import pytest

from service.core.errors import ErrorCode
from service.rules import emails
from tests.rules import shared_data
from tests.rules.refusals import refused


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Li.Wei@Corp.Example", "Li.Wei@corp.example"),
        (" li.wei@corp.example\u3000", "li.wei@corp.example"),
        ("ｌｉ＠ｃｏｒｐ．ｅｘａｍｐｌｅ", "li@corp.example"),
        ("张伟@corp.example", "张伟@corp.example"),
        ("a+b@sub.corp.com.cn", "a+b@sub.corp.com.cn"),
    ],
)
def test_d16_an_address_is_stored_half_width_with_its_domain_in_lower_case(typed: str, stored: str) -> None:
    assert emails.check(typed) == stored


@pytest.mark.parametrize(
    "typed", ["li", "li@", "@corp.cn", "li@corp", "li@@corp.cn", "li@corp..cn", "li@corp.cn;wu@corp.cn", "li@\ud800.cn"]
)
def test_d16_what_is_no_address_is_refused_with_the_text(typed: str) -> None:
    value = refused(ErrorCode.EMAIL_FORMAT, emails.check, typed)["value"]
    value.encode("utf-8")
    assert value.startswith(typed[:2].rstrip("\ud800"))


def test_d16_blanks_alone_are_no_address() -> None:
    refused(ErrorCode.REQUIRED, emails.check, " \u3000")


@pytest.mark.parametrize("domain", ["qq.com", "vip.163.com", "gmail.com", "139.com", "qq.example", "163.example"])
def test_d16_a_personal_mailbox_wants_a_note(domain: str) -> None:
    assert refused(ErrorCode.EMAIL_PERSONAL_NEEDS_NOTE, emails.require_note, f"li@{domain}", " ") == {"domain": domain}
    emails.require_note(f"li@{domain}", "老板只用这个邮箱")
    assert emails.is_personal(f"li@{domain}")


@pytest.mark.parametrize("domain", ["corp.cn", "qq.corp.cn", "myqq.com", "vip.example", "staff.sina.com.cn"])
def test_d16_a_company_mailbox_wants_none(domain: str) -> None:
    emails.require_note(f"li@{domain}", None)
    assert not emails.is_personal(f"li@{domain}")


def test_d16_upper_and_lower_case_are_one_mailbox() -> None:
    assert emails.key("Li@corp.cn") == emails.key("lI@corp.cn")


def test_d16_the_sample_every_address_is_accepted() -> None:
    typed = [r["email"] for r in shared_data.rows("sample/contacts.csv") if r["email"]]
    stored = [emails.check(address) for address in typed]
    assert sum(map(emails.is_personal, stored)) > 2000
    assert {s for t, s in zip(typed, stored, strict=True) if emails.key(s) != t.strip().lower()} == set()
