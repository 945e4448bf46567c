from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from service.core.enums import CustomerKind, FollowUpMode, NeedPriority
from service.core.errors import ErrorCode
from service.rules import submission
from service.rules.submission import ContactFacts, Facts

COMMUNICATION = datetime(2024, 5, 21, tzinfo=UTC)
SECOND_IS_PRIMARY = (ContactFacts(), ContactFacts("李伟", "采购经理", "13812345678", is_primary=True))
ENTERPRISE = Facts(
    kind=CustomerKind.ENTERPRISE,
    values={"name": "明策科技", "uscc": "91110000600037341L", "industry_code": "C14"},
    system_tags=("潜力客户",),
    need_kinds=("PURCHASE",),
    need_priority=NeedPriority.HIGH,
    communication_time=COMMUNICATION,
    communication_mode=FollowUpMode.PHONE,
    contacts=SECOND_IS_PRIMARY,
)


def but(facts: Facts, **changes: Any) -> Facts:
    """The same customer, with other values of its own or other facts."""
    own = {name: value for name, value in changes.items() if name in submission.OWN}
    others = {name: value for name, value in changes.items() if name not in own}
    return replace(facts.of({**facts.values, **own}), **others)


INDIVIDUAL = but(
    ENTERPRISE, kind=CustomerKind.INDIVIDUAL, uscc=None, industry_code=None, mobile="13812345678", contacts=()
)


def found(facts: Facts) -> list[tuple[str, ErrorCode]]:
    return [(".".join(error.field), error.code) for error in submission.missing(facts)]


@pytest.mark.parametrize(
    "facts",
    [
        ENTERPRISE,
        INDIVIDUAL,
        but(ENTERPRISE, uscc=None, no_uscc_reason="境外公司"),
        but(ENTERPRISE, industry_code="OTHER", industry_other="宠物殡葬"),
    ],
)
def test_d13_a_customer_that_has_everything_may_be_submitted(facts: Facts) -> None:
    assert found(facts) == []


@pytest.mark.parametrize(
    ("without", "path", "code"),
    [
        ({"name": " "}, "name", ErrorCode.REQUIRED),
        ({"system_tags": ()}, "system_tags", ErrorCode.SYSTEM_TAG_REQUIRED),
        ({"need_kinds": ()}, "needs.kinds", ErrorCode.REQUIRED),
        ({"need_priority": None}, "needs.priority", ErrorCode.REQUIRED),
        ({"communication_time": None}, "follow_ups", ErrorCode.COMMUNICATION_REQUIRED),
        ({"communication_mode": None}, "follow_ups", ErrorCode.COMMUNICATION_REQUIRED),
    ],
)
@pytest.mark.parametrize("facts", [ENTERPRISE, INDIVIDUAL])
def test_d13_what_both_kinds_need(facts: Facts, without: dict[str, Any], path: str, code: ErrorCode) -> None:
    assert found(but(facts, **without)) == [(path, code)]


@pytest.mark.parametrize(
    ("without", "path", "code"),
    [
        ({"uscc": None}, "uscc", ErrorCode.REQUIRED),
        ({"industry_code": None}, "industry_code", ErrorCode.REQUIRED),
        ({"industry_code": "OTHER"}, "industry_other", ErrorCode.REQUIRED),
        ({"contacts": ()}, "contacts", ErrorCode.PRIMARY_CONTACT_REQUIRED),
        ({"contacts": (ContactFacts("李伟", "经理", "138"),)}, "contacts", ErrorCode.PRIMARY_CONTACT_REQUIRED),
    ],
)
def test_d13_what_an_enterprise_needs_besides(without: dict[str, Any], path: str, code: ErrorCode) -> None:
    assert found(but(ENTERPRISE, **without)) == [(path, code)]


def test_d13_an_individual_needs_a_mobile() -> None:
    assert found(but(INDIVIDUAL, mobile=None)) == [("mobile", ErrorCode.REQUIRED)]


@pytest.mark.parametrize("part", ["name", "title", "mobile"])
def test_d13_the_primary_contact_needs_name_title_and_mobile(part: str) -> None:
    first, primary = SECOND_IS_PRIMARY
    facts = but(ENTERPRISE, contacts=(first, replace(primary, **{part: ""})))
    assert found(facts) == [(f"contacts.1.{part}", ErrorCode.REQUIRED)]


def test_d13_all_that_is_missing_is_listed_at_once() -> None:
    assert [path for path, _ in found(Facts(CustomerKind.ENTERPRISE))] == [
        "name", "uscc", "industry_code", "system_tags", "needs.kinds", "needs.priority", "contacts", "follow_ups"
    ]  # fmt: skip


def test_d10_what_is_required_is_a_setting() -> None:
    settings = {"website": True, "uscc": False, "notes": False, "mobile": True}
    facts = but(ENTERPRISE, uscc=None, industry_code=None)
    missing = [(e.field, e.code) for e in submission.missing(facts, settings)]
    assert missing == [((name,), ErrorCode.REQUIRED) for name in ("industry_code", "website", "mobile")]
    assert submission.missing(but(INDIVIDUAL, mobile=None), {"mobile": False}) == []


def test_d13_every_requirement_of_the_default_is_defined() -> None:
    assert {name for names in submission.DEFAULT.values() for name in names} == set(submission.REQUIREMENTS)
