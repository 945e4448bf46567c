"""Who sees what, as the reader takes it: for each data class and level a rule, and the relations as SQL.

A rule is True (always), False (never) or the set of relations any of which is enough for one row. `boundary.access`
makes the guards from the policy; here they become predicates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from service.core.enums import CustomerKind, DataClass, Granted, Level, Relation
from service.core.fields.custom_fields import Definition, Definitions
from service.core.fields.spec import EntitySpec, FieldSpec, Stricter
from storage.reader.sql import FALSE, TRUE, Sql, conjunction, disjunction

Ground = Relation | Granted
"""What something is shown for: what a viewer is to a customer, or a grant that he holds."""
Rule = bool | frozenset[Ground]
RelationSql = Callable[[str], Sql]
"""From the alias of a customer's row to the predicate «the viewer is that to this customer»."""


@dataclass(frozen=True, eq=False)
class Guards:
    """The rights of every viewer with the same rights. `shape` is their name in the plan cache."""

    shape: str
    rules: Mapping[tuple[DataClass, Level], Rule]
    drafts: Rule
    relations: Mapping[Ground, RelationSql]
    per_row: Mapping[RelationSql, RelationSql] = field(default_factory=dict[RelationSql, RelationSql])
    """For a relation that has to look into another table: the form that is cheaper where few rows are asked about."""
    of_many: Mapping[RelationSql, RelationSql] = field(default_factory=dict[RelationSql, RelationSql])
    """The same, for the form that is cheaper where all rows are asked about."""
    opened: RelationSql | None = None
    """The classes that access grants open of a customer, where the viewer holds some: their use is noted (D45)."""
    audits: bool = False
    """Whether the change log is read as such: all of it, and masked at least (D42)."""
    plain: Guards | None = None
    """Of guards for the change log: the ones for everything else."""
    custom: Definitions = field(default_factory=dict[str, Definition])
    """The fields that administrators defined; `shape` names their version too."""

    def for_many(self) -> Self:
        """The same guards, for a statement that asks about all rows."""
        many = {name: self.of_many.get(relation, relation) for name, relation in self.relations.items()}
        return replace(self, relations=many)

    def of_log(self) -> Guards:
        """The guards of what the change log holds."""
        if not self.audits or self.plain is not None:
            return self
        masked: dict[tuple[DataClass, Level], Rule] = {(c, Level.MASKED): True for c in DataClass}
        return replace(self, rules={**self.rules, **masked}, plain=self)

    def rule(self, data_class: DataClass, level: Level) -> Rule:
        # IDENTITY in FULL means: may be revealed one at a time. Everywhere else it shows masked (D42, D44).
        if data_class is DataClass.IDENTITY and level is Level.FULL:
            return False
        return self.rules[data_class, level]


@dataclass
class Scope:
    """The customer under whose guards rows stand, and where its predicates are computed.

    Before the page is cut, predicates stand in the WHERE itself, where the planner can use indexes for them. After it,
    each is computed once a row in a lateral sub-select (`flags`) and read from there.
    """

    guards: Guards
    customer: str
    flags: str | None = None
    few: bool = False
    """Whether few rows are asked about, known by their keys."""
    used: dict[Rule, str] = field(default_factory=dict[Rule, str])
    holding: frozenset[Rule] = frozenset()
    """What holds of every row that is left: it need not be asked again of each value."""

    def given(self, data_class: DataClass, level: Level) -> Self:
        """The same customer, for rows that are there only if the viewer has `level` on `data_class`."""
        return replace(self, holding=self.holding | {self.guards.rule(data_class, level)})

    def of_log(self) -> Scope:
        """The same customer, for rows of the change log."""
        return replace(self, guards=self.guards.of_log())

    def ordinary(self) -> Scope:
        """The same customer, for what a row of the change log leads to."""
        return replace(self, guards=self.guards.plain or self.guards)

    def _holds(self, rule: frozenset[Ground]) -> bool:
        return any(not isinstance(known, bool) and known <= rule for known in self.holding)

    def predicate(self, rule: Rule) -> Sql:
        if isinstance(rule, bool):
            return TRUE if rule else FALSE
        if self._holds(rule):
            return TRUE
        if self.flags is None:
            return self._compute(rule)
        name = self.used.setdefault(rule, f"f{len(self.used)}")
        return Sql(f"{self.flags}.{name}")

    def _compute(self, rule: frozenset[Ground]) -> Sql:
        if self.flags is not None and self.guards.opened is not None and not rule.isdisjoint(Granted):
            # Looked up once a row, for all classes.
            classes = ", ".join(f"'{one.data_class}'" for one in Granted if one in rule)
            others = rule - frozenset(Granted)
            by_grant = Sql(f"{self.flags}o.opened && array[{classes}]")
            return disjunction((self._compute(others), by_grant)) if others else by_grant
        relations = [sql for ground, sql in self.guards.relations.items() if ground in rule]
        if self.flags is not None or self.few:
            # What stands in the row itself comes first: mostly it decides, and nothing has to be looked up.
            relations.sort(key=self.guards.per_row.__contains__)
            relations = [self.guards.per_row.get(relation, relation) for relation in relations]
        return disjunction(relation(self.customer) for relation in relations)

    def relation(self, relation: Ground) -> Sql:
        """«The viewer is that to this customer»."""
        return self._compute(frozenset({relation}))

    def flags_join(self) -> Sql:
        """The lateral sub-select with every flag that was asked for; empty if none was."""
        if not self.used:
            return Sql("")
        columns: list[Sql | str] = []
        for rule, name in self.used.items():
            assert not isinstance(rule, bool)
            columns += [", " if columns else "", self._compute(rule), f" as {name}"]
        # `offset 0` keeps the planner from copying each expression to every place that reads it.
        flags = Sql(" cross join lateral (select ", *columns, f" offset 0) {self.flags}")
        by_grant = any(not isinstance(rule, bool) and not rule.isdisjoint(Granted) for rule in self.used)
        if self.guards.opened is None or not by_grant:
            return flags
        opened = self.guards.opened(self.customer)
        return Sql(" cross join lateral (select ", opened, f" as opened offset 0) {self.flags}o", flags)

    def level(self, data_class: DataClass, level: Level) -> Sql:
        return self.predicate(self.guards.rule(data_class, level))

    def field_level(self, spec: FieldSpec, level: Level) -> Sql:
        """«The viewer has at least `level` on this field of this row»."""
        if spec.individual_class is None or spec.individual_class == spec.data_class:
            return self.level(spec.data_class, level)
        individual = Sql(f"{self.customer}.kind = '{CustomerKind.INDIVIDUAL}'")
        enterprise = Sql(f"{self.customer}.kind = '{CustomerKind.ENTERPRISE}'")
        return disjunction(
            (
                conjunction((enterprise, self.level(spec.data_class, level))),
                conjunction((individual, self.level(spec.individual_class, level))),
            )
        )

    def row_exists(self) -> Sql:
        """«This customer exists for the viewer» (D30, D42)."""
        return conjunction(
            (
                self.level(DataClass.BASIC, Level.MASKED),
                disjunction(
                    (Sql(f"{self.customer}.state not in ('DRAFT', 'PENDING')"), self.predicate(self.guards.drafts))
                ),
            )
        )


def can_ever(guards: Guards, spec: FieldSpec, level: Level) -> bool:
    """Whether there can be a row on which the viewer has that level on the field."""
    classes = {spec.data_class, spec.individual_class or spec.data_class}
    return any(guards.rule(c, level) is not False for c in classes)


def stricter(scope: Scope, spec: EntitySpec, row: str) -> list[Sql]:
    """«This row asks for no further class, or the viewer has FULL on it»."""
    return [disjunction((_is_another(one, row), scope.level(one.data_class, Level.FULL))) for one in spec.stricter]


def _is_another(one: Stricter, row: str) -> Sql:
    column = f"{row}.{one.column}"
    return Sql(f"{column} is null" if one.value is None else f"{column} <> '{one.value.value}'")
