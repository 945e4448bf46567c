"""Values before and after, under the guards of what they tell about (D35, D43): each as its field is shown now.

The change log holds what was changed; a request for approval, what is to be (D34). Who decides about a request is shown
its values whole, but for IDENTITY.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.core.enums import DataClass, Level
from service.core.fields import APPROVAL, CUSTOMER_RELATION
from service.core.fields.changes import OF_HOUSE, SUBJECTS, logged
from service.core.fields.custom_fields import logged_name
from service.core.fields.spec import FieldSpec, Mask
from service.core.selection import Changed, Leaf, TypeName
from storage.reader import approvals, mapping
from storage.reader.guards import Scope, stricter
from storage.reader.json import json_object
from storage.reader.masks import masked
from storage.reader.sql import FALSE, TRUE, Sql, conjunction, disjunction, join

if TYPE_CHECKING:
    from storage.reader.conditions import Aliases

_IDENTITY = DataClass.IDENTITY
_NOBODY = "(select null::text as salutation)"
"""What a masked name asks for besides the name: how somebody was addressed is not in the log."""
_CAMEL = "lower(left({f}, 1)) || substr(replace(initcap(replace({f}, '_', ' ')), ' ', ''), 2)"
_NAME = "(case when {f} like 'custom.%' then 'customFields.' || substr({f}, 8) else " + _CAMEL + " end)"
"""A field as the API names it."""


@dataclass(frozen=True)
class _Kept:
    """Where values are kept, by the key of what they belong to."""

    table: str
    key: str
    holds_identity: bool = False
    """As it is shown, masked: nothing else of it is there."""


_KEPT = {
    "Change": _Kept("change_values", "change_id"),
    "Approval": _Kept("approval_changes", "approval_id", holds_identity=True),
}


@dataclass(frozen=True)
class _Group:
    """Fields whose values stand under the same guards and look alike when masked."""

    spec: FieldSpec
    prefix: str
    fields: tuple[str, ...]


def row_exists(scope: Scope, row: str, aliases: Aliases) -> Sql:
    """«This row of the log exists for the viewer»: its customer does, and the record that it is about would.

    Refusals, and what is about no customer, exist for those who read the log as such.
    """
    audits = scope.guards.audits
    about = [
        conjunction((Sql(f"{row}.subject_type in ({_listed(names)})"), scope.level(data_class, Level.MASKED)))
        for data_class, names in _by_class().items()
    ]
    seen = conjunction(
        (
            scope.row_exists(),
            TRUE
            if audits
            else conjunction((disjunction(about), Sql(f"{row}.outcome = 'DONE'"), _no_stricter(scope, row, aliases))),
            _both_ends(scope, row, aliases),
        )
    )
    return disjunction((Sql(f"{row}.customer_id is null"), seen)) if audits else seen


def _both_ends(scope: Scope, row: str, aliases: Aliases) -> Sql:
    """A relation of two customers is told of where both exist."""
    relation, other = aliases.new(), aliases.new()
    exists = Scope(scope.guards, other).row_exists()
    return Sql(
        f"({row}.subject_type is distinct from '{CUSTOMER_RELATION.name}' or 2 = (select count(*)"
        f" from customer_relations {relation} join customers {other}"
        f" on {other}.id in ({relation}.from_customer_id, {relation}.to_customer_id)"
        f" where {relation}.id = {row}.subject_id and ", exists, "))",
    )  # fmt: skip


def _no_stricter(scope: Scope, row: str, aliases: Aliases) -> Sql:
    """What is told of a row that asks for a further class is told to who has it in full, as the row itself is."""
    asked: list[Sql] = []
    for spec in SUBJECTS:
        if spec.stricter:
            subject = aliases.new()
            table = mapping.TABLES[spec.name].name
            asked.append(
                Sql(
                    f"({row}.subject_type is distinct from '{spec.name}' or exists (select from {table} {subject}"
                    f" where {subject}.id = {row}.subject_id and ", conjunction(stricter(scope, spec, subject)), "))",
                )
            )  # fmt: skip
    return conjunction(asked)


def _by_class() -> dict[DataClass, list[str]]:
    found: dict[DataClass, list[str]] = {}
    for spec in SUBJECTS:
        found.setdefault(spec.row_class, []).append(spec.name)
    return found


def names(entity: str, scope: Scope, row: str, aliases: Aliases) -> Sql:
    """The names of the fields that changed and are shown, as an array."""
    source, value, groups = _values(entity, scope, row, aliases)
    name = _NAME.format(f=f"{value}.field")
    return Sql(f"array(select {name} from ", source, " where ", _seen(scope, value, groups), f" order by {name})")


def fields(entity: str, item: Changed, scope: Scope, row: str, aliases: Aliases) -> Sql:
    """Before and after of each field that is shown, as a JSON array."""
    source, value, groups = _values(entity, scope, row, aliases)
    name = _NAME.format(f=f"{value}.field")
    columns: list[tuple[str, Sql]] = []
    for part in item.parts:
        match part:
            case TypeName(key=key):
                columns.append((key, Sql("'FieldChange'")))
            case Leaf(key=key, field="field"):
                columns.append((key, Sql(name)))
            case Leaf(key=key, field="is_masked"):
                columns.append((key, Sql("((", _whole(scope, value, groups), ") is not true)")))
            case Leaf(key=key, field=side):
                columns.append((key, _shown(scope, value, groups, side)))
    return Sql(
        "(select coalesce(json_agg(", json_object(columns), f" order by {name}), '[]'::json) from ", source, " where ",
        _seen(scope, value, groups), ")",
    )  # fmt: skip


def _values(entity: str, scope: Scope, row: str, aliases: Aliases) -> tuple[Sql, str, list[_Group]]:
    """The values of one row, each with the number of its group in `g`, none where it has no guards; and in `d` whether
    the viewer decides about them."""
    kept = _KEPT[entity]
    value, inner, groups = aliases.new(), aliases.new(), list(_groups(scope, identity=kept.holds_identity))
    cases = "".join(
        f" when {row}.subject_type || '.' || {inner}.field in ({_listed(group.fields)}) then {number}"
        for number, group in enumerate(groups)
    )
    house = f" when {row}.subject_type in ({_listed(OF_HOUSE)}) then {len(groups)}"
    groups.append(_Group(FieldSpec(name="", data_class=DataClass.BASIC, mask=Mask.SHOW, zh="", en="", doc=""), "", ()))
    decides = approvals.may_decide(row) if entity == APPROVAL.name else FALSE
    source = Sql(
        f"(select {inner}.*, case{cases}{house} end as g, ", decides, f" as d from {kept.table} {inner}"
        f" where {inner}.{kept.key} = {row}.id offset 0) {value} cross join {_NOBODY} nobody",
    )  # fmt: skip
    return source, value, groups


def _groups(scope: Scope, *, identity: bool) -> Iterator[_Group]:
    found: dict[tuple[DataClass, DataClass | None, Mask, str], tuple[FieldSpec, list[str]]] = {}
    for subject in SUBJECTS:
        for name, one in logged(subject, identity=identity).items():
            _, members = found.setdefault(_alike(one.spec, one.prefix), (one.spec, []))
            members.append(f"{subject.name}.{name}")
    for key, definition in scope.guards.custom.items():
        _, members = found.setdefault(_alike(definition.spec, ""), (definition.spec, []))
        members.append(f"Customer.{logged_name(key)}")
    for (*_, mask, prefix), (spec, members) in found.items():
        as_text = FieldSpec(
            name=spec.name, data_class=spec.data_class, individual_class=spec.individual_class, mask=mask, zh="", en="",
            doc="",
        )  # fmt: skip
        yield _Group(as_text, prefix, tuple(members))


def _alike(spec: FieldSpec, prefix: str) -> tuple[DataClass, DataClass | None, Mask, str]:
    mask = Mask.SHOW if spec.data_class is DataClass.IDENTITY else spec.shown_masked
    # The city of an address that is no more is known to nobody.
    return spec.data_class, spec.individual_class, Mask.HIDE if mask is Mask.CITY else mask, prefix


def _listed(texts: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _seen(scope: Scope, value: str, groups: list[_Group]) -> Sql:
    return _by_group(scope, value, groups, Level.MASKED)


def _whole(scope: Scope, value: str, groups: list[_Group]) -> Sql:
    return _by_group(scope, value, groups, Level.FULL)


def _by_group(scope: Scope, value: str, groups: list[_Group], level: Level) -> Sql:
    """«The viewer has that level on the field»."""
    cases = [
        Sql(f" when {number} then ", allowed)
        for number, group in enumerate(groups)
        if (allowed := scope.field_level(group.spec, level)) is not FALSE
    ]
    by_guards = Sql(f"(case {value}.g", *cases, " else false end)") if cases else FALSE
    told = (n for n, group in enumerate(groups) if level is not Level.FULL or group.spec.data_class is not _IDENTITY)
    return disjunction((by_guards, Sql(f"({value}.d and {value}.g in ({', '.join(map(str, told))}))")))


def _shown(scope: Scope, value: str, groups: list[_Group], side: str) -> Sql:
    column = Sql(f"({value}.{side} #>> '{{}}')")
    cases: list[Sql] = []
    for number, group in enumerate(groups):
        shown = Sql(f"'{group.prefix}_' || ", column) if group.prefix else column
        full = disjunction((scope.field_level(group.spec, Level.FULL), Sql(f"{value}.d")))
        rest = masked(group.spec, shown, "nobody")
        cases.append(Sql(f" when {number} then case when ", full, " then ", shown, " else ", rest, " end"))
    return Sql(f"(case {value}.g", join("", cases), " end)")
