"""`where` as SQL, under D43: a value that the viewer is not shown never decides about a row.

NOT is pushed down to the leaves; each leaf on a guarded field becomes «visible AND comparison». So a row whose value is
hidden never matches, in either polarity, and the comparison still uses its index. A value that is not set differs from
every value: among the rows whose value is shown, NOT is the exact complement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.core import ids
from service.core.enums import Level
from service.core.errors import BadRequest, FieldNotVisible
from service.core.fields import ACCESS_GRANT, ACCESS_USE, APPROVAL, ENTITIES
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec
from service.core.selection import All, Any_, Compare, CompareCustom, Condition, Not, Related
from service.core.text import camel
from storage.reader import approvals, changes, custom, grants, mapping
from storage.reader.guards import Guards, Scope, can_ever, stricter
from storage.reader.sql import FALSE, TRUE, Sql, conjunction, disjunction, param

_ORDERED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_ID = "id"


@dataclass
class Aliases:
    """Fresh names for the tables of one statement, in the order in which they come up."""

    count: int = 0

    def new(self) -> str:
        self.count += 1
        return f"t{self.count}"


def compile_condition(
    condition: Condition, entity: str, row: str, scope: Scope | None, aliases: Aliases, *, negated: bool = False
) -> Sql:
    """The predicate on `row`. `scope` is the customer under whose guards the row stands; None for people and tags."""
    match condition:
        case Not(part):
            return compile_condition(part, entity, row, scope, aliases, negated=not negated)
        case All(parts) | Any_(parts):
            compiled = (compile_condition(p, entity, row, scope, aliases, negated=negated) for p in parts)
            return (conjunction if isinstance(condition, All) != negated else disjunction)(compiled)
        case Compare():
            return _leaf(condition, entity, row, scope, aliases, negated=negated)
        case CompareCustom():
            return _custom_leaf(condition, entity, row, scope, negated=negated)
        case Related():
            return _related(condition, entity, row, scope, aliases, negated=negated)


def _leaf(leaf: Compare, entity: str, row: str, scope: Scope | None, aliases: Aliases, *, negated: bool) -> Sql:
    spec = ENTITIES[entity]
    if leaf.field == _ID:
        comparison = _compare_id(leaf, spec, row)
        return Sql("not ", comparison) if negated else comparison
    field = spec.by_name[leaf.field]
    wanted = Level.MASKED if leaf.operator == "isNull" else Level.FULL
    visible = visibility(field, scope, wanted, spec)
    comparison = _compare(leaf, _compared(leaf, entity, row, scope, aliases), field)
    # «is not true» and not «not»: a value that is not set has to count as different.
    return conjunction((visible, Sql("(", comparison, ") is not true") if negated else comparison))


def _compared(leaf: Compare, entity: str, row: str, scope: Scope | None, aliases: Aliases) -> Sql:
    """What a comparison is with, unguarded."""
    field = ENTITIES[entity].by_name[leaf.field]
    if (entity, leaf.field) in mapping.OF_VALUES:
        assert scope is not None
        return changes.names(entity, scope, row, aliases)
    return Sql(f"{row}.{field.name}") if field.type is FieldType.ID else mapping.column(entity, field, row)


def _custom_leaf(leaf: CompareCustom, entity: str, row: str, scope: Scope | None, *, negated: bool) -> Sql:
    assert scope is not None
    definition = custom.compared(scope.guards.custom, leaf)
    wanted = Level.MASKED if leaf.operator == "isNull" else Level.FULL
    visible = visibility(definition.spec, scope, wanted, ENTITIES[entity])
    column = custom.value(definition, row)
    if leaf.operator == "contains" and definition.spec.type.is_list:
        comparison = Sql("(", column, " @> to_jsonb(", param(leaf.value, "text", _plain), "))")
    else:
        comparison = _compare(Compare(leaf.key, leaf.operator, leaf.value), column, definition.spec)
    return conjunction((visible, Sql("(", comparison, ") is not true") if negated else comparison))


def visibility(field: FieldSpec, scope: Scope | None, level: Level, spec: EntitySpec) -> Sql:
    """«The viewer is shown this field of this row». A field that he can never see is refused by name."""
    if scope is None:
        return TRUE
    refuse_never(scope.guards, field, level, spec)
    return scope.field_level(field, level)


def refuse_never(guards: Guards, field: FieldSpec, level: Level, spec: EntitySpec) -> None:
    if not can_ever(guards, field, level):
        name = field.name if "." in field.name else camel(field.name)  # the key of a custom field stays as it is
        raise FieldNotVisible("field_not_visible", field=f"{spec.name}.{name}")


def _compare_id(leaf: Compare, spec: EntitySpec, row: str) -> Sql:
    def key(text: Any) -> Any:
        return ids.from_global(text, spec.prefix)[1]

    def keys(texts: Any) -> Any:
        return [key(text) for text in texts]

    match leaf.operator:
        case "eq":
            return Sql(f"({row}.id = ", param(leaf.value, "uuid", key), ")")
        case "ne":
            return Sql(f"({row}.id <> ", param(leaf.value, "uuid", key), ")")
        case _:
            return Sql(f"({row}.id = any(", param(leaf.value, "uuid[]", keys), "))")


def _compare(leaf: Compare, column: Sql, field: FieldSpec) -> Sql:
    cast = mapping.CASTS[field.type]
    if leaf.operator == "isNull":
        return Sql("(", column, " is null)" if leaf.value else " is not null)")
    if leaf.operator in _ORDERED:
        return Sql("(", column, f" {_ORDERED[leaf.operator]} ", param(leaf.value, cast), ")")
    return _EQUALITIES[leaf.operator](column, leaf.value, cast, field)


def _equal(column: Sql, value: Any, cast: str, field: FieldSpec) -> Sql:
    return Sql("(", column, " = ", param(value, cast, _way(field)[0]), ")")


def _different(column: Sql, value: Any, cast: str, field: FieldSpec) -> Sql:
    return Sql("(", column, " is distinct from ", param(value, cast, _way(field)[0]), ")")


def _one_of(column: Sql, value: Any, cast: str, field: FieldSpec) -> Sql:
    return Sql("(", column, " = any(", param(value, f"{cast}[]", _way(field)[1]), "))")


def _contains(column: Sql, value: Any, _cast: str, field: FieldSpec) -> Sql:
    if field.type.is_list:
        return Sql("(", column, " @> array[", param(value, "text", _plain), "])")
    return Sql("(lower(", column, ") like lower(", param(value, "text", _anywhere), "))")


def _starts_with(column: Sql, value: Any, _cast: str, _field: FieldSpec) -> Sql:
    # As a range besides: of a pattern that is a parameter PostgreSQL does not know that an index would serve it. No
    # character comes behind U+10FFFF.
    text, start = Sql("lower(", column, ")"), Sql("lower(", param(value, "text"), ")")
    return Sql(
        "(", text, " like lower(", param(value, "text", _at_start), ") and ", text, ' collate "C" >= ', start,
        " and ", text, ' collate "C" < ', start, " || chr(1114111))",
    )  # fmt: skip


_EQUALITIES: dict[str, Callable[[Sql, Any, str, FieldSpec], Sql]] = {
    "eq": _equal,
    "ne": _different,
    "in": _one_of,
    "contains": _contains,
    "startsWith": _starts_with,
}


def _plain(value: Any) -> Any:
    """Enumerations travel as their codes."""
    return getattr(value, "value", value)


def _plain_list(values: Any) -> Any:
    return [_plain(value) for value in values]


def _key(value: Any) -> Any:
    return ids.from_global(value)[1]


def _key_list(values: Any) -> Any:
    return [_key(value) for value in values]


def _way(field: FieldSpec) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """What makes parameters of operands, and of lists of them."""
    return (_key, _key_list) if field.type is FieldType.ID else (_plain, _plain_list)


def _literal(text: str) -> str:
    """Wildcards and backslashes are taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _anywhere(text: str) -> str:
    return f"%{_literal(text)}%"


def _at_start(text: str) -> str:
    return f"{_literal(text)}%"


def _related(part: Related, entity: str, row: str, scope: Scope | None, aliases: Aliases, *, negated: bool) -> Sql:
    relation = ENTITIES[entity].relation_by_name[part.relation]
    link = mapping.LINKS[entity, part.relation]
    target, alias = relation.target, aliases.new()
    source, linked, inner = follow(entity, row, link, target, alias, scope, aliases)
    # NOT of a condition on a to-one link holds for the linked record: one that does not exist matches in no polarity.
    inside = part.quantifier == "is" and negated
    if relation.data_class is not None and scope is not None:
        linked.append(_link_visible(relation, scope, ENTITIES[entity]))
    condition = compile_condition(part.condition, target, alias, inner, aliases, negated=inside)
    found = Sql("exists (select 1 from ", source, " where ", conjunction((*linked, condition)), ")")
    if part.quantifier == "is":
        return found
    return Sql("not ", found) if (part.quantifier == "none") != negated else found


def _link_visible(relation: RelationSpec, scope: Scope, spec: EntitySpec) -> Sql:
    """«The viewer is shown in FULL where this link leads to». A link that he can never see is refused by name."""
    assert relation.data_class is not None
    visible = scope.level(relation.data_class, Level.FULL)
    if visible is FALSE:
        raise FieldNotVisible("field_not_visible", field=f"{spec.name}.{camel(relation.name)}")
    return visible


def follow(
    entity: str, row: str, link: mapping.Link, target: str, alias: str, scope: Scope | None, aliases: Aliases
) -> tuple[Sql, list[Sql], Scope | None]:
    """The FROM and the conditions that lead from `row` to its linked rows, and the scope under which these stand."""
    table = mapping.TABLES[target]
    if scope is not None and ENTITIES[entity].holds_changes:
        scope = scope.ordinary()
    source = Sql(f"{table.name} {alias}")
    conditions: list[Sql] = [Sql(table.base.format(r=alias))] if table.base else []
    if link.way == "to_one":
        conditions.append(Sql(f"{alias}.id = {row}.{link.column}"))
    elif link.way == "children":
        conditions.append(Sql(f"{alias}.{link.column} = {row}.id"))
    else:
        between = aliases.new()
        source = Sql(f"{link.table} {between} join {table.name} {alias} on {alias}.id = {between}.{link.target_column}")
        conditions.append(Sql(f"{between}.{link.column} = {row}.id"))
    joined, inner = _scope_of(target, alias, link, scope, aliases)
    if inner is not None and target == "Customer" and not link.same_customer:
        conditions.append(inner.row_exists())
    if inner is not None and target != "Customer":
        if inner is not scope and not ENTITIES[target].apart:
            conditions.append(inner.row_exists())
        if ENTITIES[target].holds_changes:
            inner = inner.of_log()
        conditions += child_exists(inner, target, alias, aliases)
        inner = inner.given(ENTITIES[target].row_class, Level.MASKED)
    return Sql(source, joined), conditions, inner


def _scope_of(
    target: str, alias: str, link: mapping.Link, scope: Scope | None, aliases: Aliases
) -> tuple[str, Scope | None]:
    """The scope under which linked rows stand, and the join that brings its customer in where it is another one."""
    if not ENTITIES[target].guarded:
        return "", None
    if scope is None:
        raise BadRequest("unsupported_link")
    if link.same_customer:
        return "", scope
    if target == "Customer":
        return "", Scope(scope.guards, alias)
    customer = aliases.new()
    join = f" {mapping.JOINS[target]} customers {customer} on {customer}.id = {mapping.customer_of(target, alias)}"
    return join, Scope(scope.guards, customer)


def child_exists(scope: Scope, entity: str, row: str, aliases: Aliases) -> list[Sql]:
    """«This row of a customer that exists does so too»; the question about the class of its type comes last."""
    if entity == APPROVAL.name:
        return [approvals.row_exists(scope, row)]
    if entity == ACCESS_GRANT.name:
        return [grants.row_exists(row)]
    if entity == ACCESS_USE.name:
        return [grants.use_exists(scope, row, aliases.new())]
    if ENTITIES[entity].holds_changes:
        return [changes.row_exists(scope, row, aliases)]
    ends = other_end_exists(scope.guards, entity, row, aliases)
    return [*ends, *stricter(scope, ENTITIES[entity], row), scope.level(ENTITIES[entity].row_class, Level.MASKED)]


def other_end_exists(guards: Guards, entity: str, row: str, aliases: Aliases) -> list[Sql]:
    """«The second customer that this row belongs to exists for the viewer»; nothing where it belongs to one."""
    key = mapping.other_end(entity, row)
    if key is None:
        return []
    other = aliases.new()
    exists = Scope(guards, other).row_exists()
    return [Sql(f"exists (select 1 from customers {other} where {other}.id = {key} and ", exists, ")")]
