"""What a customer must have to be submitted, and must keep ever after (D13, D31)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from service.core.enums import CustomerKind, FollowUpMode, NeedPriority
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
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of the customer itself, by the names of its fields."""
    system_tags: Collection[object] = ()
    need_kinds: Collection[str] = ()
    need_priority: NeedPriority | None = None
    communication_time: datetime | None = None
    communication_mode: FollowUpMode | None = None
    contacts: Sequence[ContactFacts] = ()

    def of(self, values: Mapping[str, Any]) -> Self:
        """The same customer with these values of its own fields."""
        return replace(self, values=values)

    def has(self, name: str) -> bool:
        return _given(self.values.get(name))


def _given(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None and value != []


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
    if not facts.has("industry_code"):
        return ("industry_code",)
    return ("industry_other",) if facts.values["industry_code"] == OTHER and not facts.has("industry_other") else None


def _own(name: str) -> Callable[[Facts], Path | None]:
    """The path of a field of the customer itself, where it is not given."""
    return lambda facts: None if facts.has(name) else (name,)


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
        Requirement("name", ErrorCode.REQUIRED, _own("name")),
        Requirement(
            "uscc", ErrorCode.REQUIRED, lambda f: None if f.has("uscc") or f.has("no_uscc_reason") else ("uscc",)
        ),
        Requirement("industry", ErrorCode.REQUIRED, _industry),
        Requirement("mobile", ErrorCode.REQUIRED, _own("mobile")),
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


OWN = ("name", "uscc", "no_uscc_reason", "industry_code", "industry_other", "mobile")
"""Fields of the customer itself that D13 asks for, and those that decide whether it does."""
OPTIONAL_BY = {"uscc": "uscc", "industry_code": "industry", "mobile": "mobile"}
"""Fields that an administrator may make optional (D10), with the requirement that then falls."""


def is_required(field: str, kind: CustomerKind) -> bool:
    """Whether D13 asks for this field of the customer itself, where no administrator has said otherwise."""
    return OPTIONAL_BY.get(field, field) in DEFAULT[kind]


def missing(facts: Facts, settings: Mapping[str, bool] | None = None) -> list[FieldError]:
    """All that is missing at once, each with path and code (D13); empty if the customer may be submitted.

    `settings`: fields of the customer itself of which an administrator has said that they are required, or not.
    """
    settings = settings or {}
    dropped = {OPTIONAL_BY[name] for name, required in settings.items() if not required and name in OPTIONAL_BY}
    names = [name for name in DEFAULT[facts.kind] if name not in dropped]
    added = [name for name, required in settings.items() if required and OPTIONAL_BY.get(name, name) not in names]
    wanted = [REQUIREMENTS[name] for name in names]
    wanted += [Requirement(name, ErrorCode.REQUIRED, _own(name)) for name in added]
    found = ((requirement, requirement.missing(facts)) for requirement in wanted)
    return [FieldError(requirement.code, path) for requirement, path in found if path is not None]
