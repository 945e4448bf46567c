"""E-mail addresses: syntax, and the mailboxes that belong to a person rather than to a company (D16)."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from service.core.errors import ErrorCode, Invalid
from service.rules.characters import fold, shown, without_blanks

_DOMAINS = """
qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com vip.126.com yeah.net 188.com 139.com 189.cn wo.cn sina.com
sina.cn vip.sina.com sina.com.cn sohu.com vip.sohu.com sogou.com tom.com 21cn.com 263.net eyou.com aliyun.com 88.com
gmail.com googlemail.com outlook.com outlook.cn hotmail.com live.com live.cn msn.com msn.cn icloud.com me.com
mac.com yahoo.com yahoo.cn yahoo.com.cn yahoo.com.hk yahoo.com.tw yahoo.co.jp ymail.com aol.com proton.me
protonmail.com gmx.com gmx.net gmx.de mail.com mail.ru yandex.ru yandex.com zoho.com naver.com daum.net hanmail.net
"""
PERSONAL_DOMAINS = frozenset(_DOMAINS.split())
"""Mail providers that serve the public. Their `.example` twins (RFC 2606: never delivered) count as well."""

_PROVIDERS = frozenset(domain.split(".")[0] for domain in PERSONAL_DOMAINS) - {"vip"}


def check(value: str) -> str:
    """The address as it is to be stored: half-width, without blanks, the domain in lower case.

    Only the syntax is looked at; no name server is asked. The part before the @ keeps its case.
    Raises REQUIRED and EMAIL_FORMAT(value).
    """
    address = without_blanks(fold(value))
    if not address:
        raise Invalid(ErrorCode.REQUIRED)
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as fault:
        typed = "".join(c if c.isprintable() else shown(c) for c in address[:100])
        raise Invalid(ErrorCode.EMAIL_FORMAT, value=typed) from fault


def is_personal(address: str) -> bool:
    """Whether a checked address is at a public mail provider (D16)."""
    domain = address.rpartition("@")[2]
    provider, _, rest = domain.removeprefix("vip.").partition(".")
    return domain in PERSONAL_DOMAINS or (rest == "example" and provider in _PROVIDERS)


def require_note(address: str, note: str | None) -> None:
    """Raise EMAIL_PERSONAL_NEEDS_NOTE(domain) for a personal mailbox that no note explains (D16)."""
    if is_personal(address) and not (note or "").strip():
        raise Invalid(ErrorCode.EMAIL_PERSONAL_NEEDS_NOTE, domain=address.rpartition("@")[2])


def key(address: str) -> str:
    """What two spellings of one mailbox have in common: the whole address in lower case."""
    return address.lower()
