"""D43 for many records at once: what is counted and summed up is what each viewer is shown, and nothing else."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from service.core.fields import ENTITIES
from service.core.fields.groups import group_keys, measures
from service.core.fields.spec import FieldSpec, Mask
from tests.security.twin import aggregates, own_fields
from tests.security.twin.oracle import Oracle, Seen, specs
from tests.security.twin.pools import camel
from tests.security.twin.probes import STATES
from tests.security.twin.stage import Stage

GROUPED = {
    "customers": ("grade", "intent", "credit_rating", "salutation"),
    "contacts": ("decision_role", "salutation"),
    "follow_ups": ("mode", "is_late"),
}
OWN = ("commercial_choice", "business_boolean", "contact_choice")
SUMMED = ("commercial_number", "business_number", "contact_number", "commercial_money")
TABLE = {"customers": "Customer", "contacts": "Contact", "follow_ups": "FollowUp"}


def _shown(seen: Seen, spec: FieldSpec) -> bool:
    """Choices and flags are shown as they are at MASKED (§9)."""
    return seen is Seen.FULL or (seen is Seen.MASKED and spec.shown_masked is Mask.SHOW)


def _asked(stage: Stage, viewer: str, document: str) -> dict[str, Any]:
    """The answer of A, which holds the world; nothing where it was refused by name."""
    answer, _ = stage.pair().ask(stage.token(viewer), document, {})
    assert answer.data is not None or answer.codes == ["FIELD_NOT_VISIBLE"], answer.body
    return {} if answer.data is None else answer.data["r"]


def test_d43_groups_have_the_records_that_show_their_key(stage: Stage) -> None:
    refused = 0
    for viewer, user in stage.users.items():
        oracle = Oracle(stage.world, user)
        for table, names in GROUPED.items():
            rows = [row for row in stage.world[table] if oracle.row_exists(table, row)]
            states = ("DRAFT", "PENDING", "ACTIVE", "ARCHIVED")
            rows = [row for row in rows if table != "customers" or row["state"] in states]
            for name in names:
                spec = specs(table)[name]
                expected = Counter(r[name] if _shown(oracle.cell(table, r, spec), spec) else None for r in rows)
                arguments = f"groupBy: [{name.upper()}]{f', {STATES}' if table == 'customers' else ''}"
                root = aggregates.ROOTS[TABLE[table]]
                found = _asked(
                    stage, viewer,
                    f"{{ r: {root}({arguments}) {{ count groups {{ count key {{ k: {camel(name)} }} }} }} }}",
                )  # fmt: skip
                if not found:
                    refused += 1
                    assert not any(expected.keys() - {None}), (viewer, name)
                    continue
                assert found["count"] == len(rows), (viewer, name)
                assert {g["key"]["k"]: g["count"] for g in found["groups"]} == expected, (viewer, name)
    assert refused < len(stage.users) * 5


def test_d43_sums_are_of_the_values_that_are_shown(stage: Stage) -> None:
    summed = 0
    for viewer, user in stage.users.items():
        oracle = Oracle(stage.world, user)
        rows = [r for r in stage.world["customers"] if oracle.customer_exists(r)]
        rows = [r for r in rows if r["state"] in ("DRAFT", "PENDING", "ACTIVE", "ARCHIVED")]
        for own in (own for own in own_fields.FIELDS if own.key in SUMMED):
            shown = [r["custom"][own.key] for r in rows
                     if own.key in r["custom"] and oracle.level(r, own.data_class) is Seen.FULL]  # fmt: skip
            numbers = [Decimal(v["amount"] if isinstance(v, dict) else v) for v in shown]
            wanted = aggregates.own_measured([own.key])
            found = _asked(stage, viewer, f"{{ r: customersAggregate({STATES}) {{ {wanted} }} }}")
            if not found:
                assert not numbers, (viewer, own.key)
                continue
            (value,) = found["customFields"]
            (value,) = value["money"] or [None] if own.type == "MONEY" else [value["number"]]
            if not numbers:
                assert value is None or value["count"] == 0, (viewer, own.key)
                continue
            summed += 1
            got = [value["count"], *(Decimal(value[name]) for name in ("sum", "min", "max"))]
            assert got == [len(numbers), sum(numbers), min(numbers), max(numbers)], (viewer, own.key)
            assert abs(Decimal(value["avg"]) - sum(numbers) / len(numbers)) < Decimal("0.00001")
    assert summed > 20


def test_d43_own_choices_and_flags_are_grouped_by_what_is_shown(stage: Stage) -> None:
    for viewer in ("owner", "marketing", "stranger", "admin"):
        oracle = Oracle(stage.world, stage.users[viewer])
        rows = [r for r in stage.world["customers"] if oracle.customer_exists(r) and r["state"] == "ACTIVE"]
        for own in (own for own in own_fields.FIELDS if own.key in OWN):
            expected = Counter(
                r["custom"].get(own.key) if oracle.level(r, own.data_class) >= Seen.MASKED else None for r in rows
            )
            member = "boolean" if own.type == "BOOLEAN" else "code"
            shown = f"groups {{ count key {{ customFields {{ key v: {member} }} }} }}"
            found = _asked(
                stage, viewer, f'{{ r: customersAggregate(groupByCustomFields: ["{own.key}"]) {{ {shown} }} }}'
            )
            got = {g["key"]["customFields"][0]["v"]: g["count"] for g in found.get("groups", ())}
            assert got == (expected if found else {}), (viewer, own.key)


def test_every_choice_and_number_takes_part_by_itself() -> None:
    """A new field of these types is grouped by or summed up without another line."""
    assert {"stage", "coarse_status", "grade", "owner", "department", "industry", "industry_section", "region_city",
            "region_province", "source", "kind", "type", "created_month", "effective_month",
            "last_followed_up_month"} <= group_keys("Customer").keys()  # fmt: skip
    assert {"mode", "kind", "is_late", "author", "occurred_month"} <= group_keys("FollowUp").keys()
    assert [f.name for f in measures(ENTITIES["Customer"])] == ["registered_capital", "number_of_stores"]
