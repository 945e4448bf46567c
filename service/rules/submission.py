"""What a customer must have to be submitted, and must keep ever after (D13, D31)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.core.enums import CustomerKind, FollowUpMode, NeedKind, NeedPriority
from service.core.errors import ErrorCode, FieldError, Path
from service.rules.industries import OTHER


@dataclass(frozen=True)
class ContactFacts:
    """Of one contact, what a submission asks for."""

    name: str | None = None
    title: str | None = None
    mobile: str | None = None
    is_primary: bool = False


@dataclass(frozen=True)
class Facts:
    """Of one customer, what a submission asks for. Values have passed the rules of their fields; blank counts as none.

    `need_kinds` and `need_priority` are those of the open needs; `communication_*` of any follow-up.
    """

    kind: CustomerKind
    name: str | None = None
    uscc: str | None = None
    no_uscc_reason: str | None = None
    industry_code: str | None = None
    industry_other: str | None = None
    mobile: str | None = None
    system_tags: Collection[object] = ()
    need_kinds: Collection[NeedKind] = ()
    need_priority: NeedPriority | None = None
    communication_time: datetime | None = None
    communication_mode: FollowUpMode | None = None
    contacts: Sequence[ContactFacts] = ()


def _given(value: str | None) -> bool:
    return bool(value and value.strip())


def _primary(facts: Facts) -> tuple[int, ContactFacts] | None:
    return next(((n, contact) for n, contact in enumerate(facts.contacts) if contact.is_primary), None)


def _of_primary(part: str) -> Callable[[Facts], Path | None]:
    """The path of a part of the primary contact that is missing; without a primary contact that alone is reported."""

    def missing(facts: Facts) -> Path | None:
        primary = _primary(facts)
        if primary is None or _given(getattr(primary[1], part)):
            return None
        return ("contacts", str(primary[0]), part)

    return missing


def _industry(facts: Facts) -> Path | None:
    if not _given(facts.industry_code):
        return ("industry_code",)
    return ("industry_other",) if facts.industry_code == OTHER and not _given(facts.industry_other) else None


def _communication(facts: Facts) -> Path | None:
    return None if facts.communication_time and facts.communication_mode else ("follow_ups",)


@dataclass(frozen=True)
class Requirement:
    """One thing that a submission asks for. `missing` gives the path of what is not there, None if it is."""

    name: str
    code: ErrorCode
    missing: Callable[[Facts], Path | None]


REQUIREMENTS: Mapping[str, Requirement] = {
    requirement.name: requirement
    for requirement in (
        Requirement("name", ErrorCode.REQUIRED, lambda f: None if _given(f.name) else ("name",)),
        Requirement(
            "uscc", ErrorCode.REQUIRED, lambda f: None if _given(f.uscc) or _given(f.no_uscc_reason) else ("uscc",)
        ),
        Requirement("industry", ErrorCode.REQUIRED, _industry),
        Requirement("mobile", ErrorCode.REQUIRED, lambda f: None if _given(f.mobile) else ("mobile",)),
        Requirement(
            "system_tag", ErrorCode.SYSTEM_TAG_REQUIRED, lambda f: None if len(f.system_tags) else ("system_tags",)
        ),
        Requirement("need_kinds", ErrorCode.REQUIRED, lambda f: None if len(f.need_kinds) else ("needs", "kinds")),
        Requirement("need_priority", ErrorCode.REQUIRED, lambda f: None if f.need_priority else ("needs", "priority")),
        Requirement(
            "primary_contact",
            ErrorCode.PRIMARY_CONTACT_REQUIRED,
            lambda f: None if _primary(f) else ("contacts",),
        ),
        Requirement("primary_contact_name", ErrorCode.REQUIRED, _of_primary("name")),
        Requirement("primary_contact_title", ErrorCode.REQUIRED, _of_primary("title")),
        Requirement("primary_contact_mobile", ErrorCode.REQUIRED, _of_primary("mobile")),
        Requirement("communication", ErrorCode.COMMUNICATION_REQUIRED, _communication),
    )
}
"""Everything that can be asked for, by name."""

DEFAULT: Mapping[CustomerKind, tuple[str, ...]] = {
    CustomerKind.ENTERPRISE: (
        "name",
        "uscc",
        "industry",
        "system_tag",
        "need_kinds",
        "need_priority",
        "primary_contact",
        "primary_contact_name",
        "primary_contact_title",
        "primary_contact_mobile",
        "communication",
    ),
    CustomerKind.INDIVIDUAL: ("name", "mobile", "system_tag", "need_kinds", "need_priority", "communication"),
}
"""What D13 asks for, per kind of customer: names of `REQUIREMENTS`, in the order in which faults are listed."""


def missing(facts: Facts, table: Mapping[CustomerKind, Sequence[str]] = DEFAULT) -> list[FieldError]:
    """All that is missing at once, each with path and code (D13); empty if the customer may be submitted."""
    wanted = (REQUIREMENTS[name] for name in table[facts.kind])
    found = ((requirement, requirement.missing(facts)) for requirement in wanted)
    return [FieldError(requirement.code, path) for requirement, path in found if path is not None]
