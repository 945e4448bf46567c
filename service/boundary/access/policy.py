"""The policy of one moment, and the guards that follow from it for a set of roles (D42)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.boundary.access.relations import (
    NOT_YET,
    OF_DECIDERS,
    OF_HOLDERS,
    OF_MANAGERS,
    OF_MANY,
    PER_ROW,
    RELATIONS,
)
from service.core.enums import DataClass, Granted, Level, Relation, Role
from storage.reader import grants
from storage.reader.guards import Ground, Guards, Rule

Cells = Mapping[tuple[Role | Relation, DataClass], Level]
_Rights = tuple[frozenset[Role], bool, bool, bool]

# A relation that needs a role besides: a customer's manager is whoever manages, whatever his title.
_ONLY_FOR = {Relation.STAFF_TICKET: Role.SERVICE_MANAGER}


_DRAFTS = frozenset({Relation.OWNER, Relation.MANAGER, Relation.APPROVER})
"""For whom a draft exists, and what waits for approval: of a draft there is no approver (D30)."""

MOST_OF_HOLDERS = {DataClass.CONTACT: Level.MASKED, DataClass.IDENTITY: Level.NONE}
"""What holding an access grant shows at most, whatever the cell says: who needs more becomes a collaborator (D45)."""

READS_LOG = frozenset({Role.AUDITOR, Role.SECURITY, Role.ADMIN})
"""Who reads the whole change log, masked where he sees no more (D42)."""


@dataclass
class Policy:
    """Every cell of the policy table, with its version."""

    version: int
    cells: Cells
    _guards: dict[_Rights, Guards] = field(default_factory=dict[_Rights, Guards])

    def guards(
        self, roles: frozenset[Role], *, manages: bool = True, decides: bool = True, holds: bool = True
    ) -> Guards:
        """The guards of everybody who has just these roles, manages some department or none, decides about requests by
        another way than managing or by none, and holds access grants or none."""
        key = (roles, manages, decides, holds)
        if key not in self._guards:
            left_out = ((manages, OF_MANAGERS), (decides, OF_DECIDERS), (holds, OF_HOLDERS))
            without: frozenset[Ground] = NOT_YET.union(*(grounds for has, grounds in left_out if not has))
            self._guards[key] = self._make(roles, without)
        return self._guards[key]

    def with_cell(self, principal: Role | Relation, data_class: DataClass, level: Level) -> Policy:
        """The policy as it would be with one cell changed."""
        return Policy(self.version, {**self.cells, (principal, data_class): level})

    def level(self, roles: frozenset[Role], relation: Relation, data_class: DataClass) -> Level:
        """What somebody with these roles, who is that to a customer and no more, sees of a class: from the guards."""
        rules = self.guards(roles).rules
        for level in (Level.FULL, Level.MASKED):
            rule = rules[data_class, level]
            if rule is True or (rule is not False and relation in rule):
                return level
        return Level.NONE

    def highest(self, data_class: DataClass) -> Level:
        """The most that anybody is shown of a class, where records are read (D42, D44)."""
        everybody = self.guards(frozenset(Role))
        return next(
            (lv for lv in (Level.FULL, Level.MASKED) if everybody.rule(data_class, lv) is not False), Level.NONE
        )

    def enough(self, data_class: DataClass, level: Level) -> list[Role | Relation]:
        """Roles and relations each of which alone shows a class at that level; without those that nobody can have."""
        can_be: list[Role | Relation] = [relation for relation in Relation if relation not in NOT_YET]
        found = [one for one in (*can_be, *Role) if self._level(one, data_class).rank >= level.rank]
        grantable = any(one.data_class is data_class and one.level.rank >= level.rank for one in Granted)
        return [*found, Relation.GRANT_HOLDER] if grantable and Relation.GRANT_HOLDER not in found else found

    def _make(self, roles: frozenset[Role], without: frozenset[Ground]) -> Guards:
        rules: dict[tuple[DataClass, Level], Rule] = {}
        for data_class in DataClass:
            for level in (Level.MASKED, Level.FULL):
                rules[data_class, level] = self._rule(roles, data_class, level, without)
        drafts: Rule = True if Role.ADMIN in roles else _DRAFTS - without
        named = ",".join(f"{c}.{lv}={_named(rule)}" for (c, lv), rule in rules.items())
        audits = not roles.isdisjoint(READS_LOG)
        holds = not without >= OF_HOLDERS
        shape = f"{named};drafts={_named(drafts)};audits={audits};grants={holds}"
        opened = grants.classes_of if holds else None
        return Guards(shape, rules, drafts, RELATIONS, PER_ROW, OF_MANY, opened=opened, audits=audits)

    def _rule(self, roles: frozenset[Role], data_class: DataClass, level: Level, without: frozenset[Ground]) -> Rule:
        """The maximum over all roles and relations counts: whatever alone is enough for `level`."""
        always: Iterable[Role | Relation] = (*roles, Relation.STAFF)
        if any(self._level(principal, data_class).rank >= level.rank for principal in always):
            return True
        enough: frozenset[Ground] = frozenset(
            relation
            for relation in Relation
            if relation not in without
            and relation is not Relation.STAFF
            and (relation not in _ONLY_FOR or _ONLY_FOR[relation] in roles)
            and self._level(relation, data_class).rank >= level.rank
        )
        by_grant = (one for one in Granted if one.data_class is data_class and one.level.rank >= level.rank)
        enough |= {one for one in by_grant if one not in without}
        return enough or False

    def _level(self, principal: Role | Relation, data_class: DataClass) -> Level:
        found = self.cells.get((principal, data_class), Level.NONE)
        most = MOST_OF_HOLDERS.get(data_class) if principal is Relation.GRANT_HOLDER else None
        return found if most is None or found.rank <= most.rank else most


def _named(rule: Rule) -> str:
    return str(rule) if isinstance(rule, bool) else "|".join(sorted(rule))
