"""Systematic questions: every field over every channel, as this viewer.

A probe is one request. `cells` names the (field, channel) pairs that it covers. `follow` makes the next probes from its
answer: the pages behind a cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from service.core.enums import DataClass
from service.core.fields import ENTITIES
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec
from service.rules import readings
from tests.security.twin import own_fields
from tests.security.twin.pools import Pools, camel

Cell = tuple[str, str]
Json = dict[str, Any]

ROOTS = {
    "Customer": "customers", "Contact": "contacts", "FollowUp": "followUps", "Task": "tasks", "Reminder": "reminders",
    "Tag": "tags", "User": "users", "Department": "departments",
    "ListValue": "listValues", "Branch": "branches", "Attachment": "attachments",
    "CustomField": "customFields", "Change": "changeLog", "Approval": "approvals",
    "AccessGrant": "accessGrants", "AccessUse": "accessUses",
}  # fmt: skip
STATES = "states: [DRAFT, PENDING, ACTIVE, ARCHIVED]"
"""Drafts and archived customers are outside the default list."""
THROUGH_CUSTOMERS = {
    "Need": "needs", "StageMove": "stageMoves", "PaymentTerm": "paymentTerms", "Procedure": "procedures",
    "CustomerRelation": "relationsOut", "Consent": "consents",
}  # fmt: skip
"""Types without a list of their own."""
BATCH = 12
"""Aliases of one request: below the limit of SEC-C1."""


@dataclass
class Probe:
    """One request and what it covers."""

    document: str
    variables: Json = field(default_factory=dict[str, Any])
    cells: tuple[Cell, ...] = ()
    follow: Callable[[Json], Iterator[Probe]] | None = None
    singly: Callable[[], Iterator[Probe]] | None = None
    """The parts of a request that was refused as a whole."""


def root(entity: str, arguments: str) -> str:
    extra = f", {STATES}" if entity == "Customer" else ""
    return f"{ROOTS[entity]}({arguments}{extra})"


def leaves(spec: EntitySpec) -> str:
    own = [own_fields.SELECTION] if spec.extensible else []
    own += ["fields { __typename field before after isMasked }"] if spec.holds_changes else []
    return " ".join(["__typename id", *(leaf(f) for f in spec.fields if f.type is not FieldType.LINK), *own])


def leaf(spec: FieldSpec) -> str:
    """A field with what is selected of it."""
    parts = {FieldType.MONEY: " { __typename amount currency }", FieldType.LINK: " { __typename url expiresAt }"}
    return camel(spec.name) + parts.get(spec.type, "")


def record(spec: EntitySpec, depth: int) -> str:
    """All fields, and behind each link again, down to `depth`."""
    parts = [leaves(spec)]
    for relation in spec.relations if depth else ():
        inner = record(ENTITIES[relation.target], depth - 1)
        parts.append(f"{camel(relation.name)} {{ {'totalCount nodes ' if relation.many else ''}{{ {inner} }} }}"
                     if relation.many else f"{camel(relation.name)} {{ {inner} }}")  # fmt: skip
    return " ".join(parts)


def cells_of(spec: EntitySpec, channel: str) -> tuple[Cell, ...]:
    own = (own.key for own in own_fields.FIELDS if spec.extensible)
    return tuple((f"{spec.name}.{name}", channel) for name in (*(f.name for f in spec.fields), *own))


def selects(depth: int) -> Iterator[Probe]:
    """Whole records in lists, with what hangs on them; as edges; under other names."""
    for entity in ROOTS:
        spec = ENTITIES[entity]
        yield Probe(f"{{ {root(entity, 'first: 100')} {{ totalCount nodes {{ {leaves(spec)} }} }} }}",
                    cells=cells_of(spec, "select"))  # fmt: skip
        nested = tuple(c for r in spec.relations for c in cells_of(ENTITIES[r.target], "nested select"))
        yield Probe(f"{{ {root(entity, 'first: 50')} {{ nodes {{ {record(spec, depth)} }} }} }}", cells=nested)
        aliased = " ".join(f"a{n}: {leaf(f)}" for n, f in enumerate(spec.fields[:14]))
        edges = f"edges {{ cursor node {{ __typename {aliased} }} }} pageInfo {{ startCursor endCursor hasNextPage }}"
        yield Probe(f"{{ l: {root(entity, 'last: 30')} {{ {edges} }} }}", cells=cells_of(spec, "alias")[:14])


def by_ids(pools: Pools) -> Iterator[Probe]:
    """Every record of both databases by its id, hidden or not."""
    for entity, spec in ENTITIES.items():
        ids = pools.rng.sample(pools.global_ids(entity), len(pools.ids[entity]))
        for start in range(0, len(ids), 100):
            wanted = f"__typename id ... on {entity} {{ {leaves(spec)} }}"
            document = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {wanted} }} }}"
            yield Probe(document, {"ids": ids[start : start + 100]}, cells_of(spec, "node"))
        one = f"query($id: ID!) {{ node(id: $id) {{ __typename id ... on {entity} {{ {leaves(spec)} }} }} }}"
        for key in ids[:2]:
            yield Probe(one, {"id": key}, cells_of(spec, "node"))


def networks(pools: Pools) -> Iterator[Probe]:
    """The network around every customer of both databases, hidden or not."""
    spec, relation = ENTITIES["Customer"], ENTITIES["CustomerRelation"]
    shown = (
        f"isTruncated nodes {{ customerId depth }} customers {{ {leaves(spec)} }} relations {{ {leaves(relation)} }}"
    )
    document = f"query($id: ID!, $depth: Int!) {{ customerNetwork(id: $id, depth: $depth) {{ {shown} }} }}"
    cells = cells_of(relation, "network")
    for place, key in enumerate(pools.global_ids("Customer")):
        yield Probe(document, {"id": key, "depth": place % 4 + 1}, cells)


def histories(pools: Pools) -> Iterator[Probe]:
    """Every customer and contact of both databases, hidden or not, as it was at some moment."""
    for entity, root_field in (("Customer", "customer"), ("Contact", "contact")):
        spec = ENTITIES[entity]
        linked = (f"{camel(r.name)} {{ {leaves(ENTITIES[r.target])} }}" for r in spec.relations if not r.many)
        shown = f"{leaves(spec)} {' '.join(linked)}"
        document = f"query($id: ID!, $at: DateTime) {{ {root_field}(id: $id, asOf: $at) {{ {shown} }} }}"
        for key in pools.global_ids(entity):
            at = pools.rng.choice(pools.moments)
            yield Probe(document, {"id": key, "at": at}, cells_of(spec, "as of"))


def operands(spec: FieldSpec, operator: str, values: list[Any]) -> list[Any]:
    """Operands that a leak would answer to differently."""
    match operator:
        case "isNull":
            return [True, False]
        case "in":
            return [values] if values else []
        case "contains" if spec.type.is_list:
            return [value[0] for value in values]
        case "contains":
            return [value[len(value) // 2 :] for value in values]
        case "startsWith":
            return [value[: max(1, len(value) * 2 // 3)] for value in values]
        case _:
            return values


POLARITIES: dict[str, Callable[[Json], Json]] = {
    "": lambda leaf: leaf,
    "not ": lambda leaf: {"not": leaf},
    "or ": lambda leaf: {"or": [leaf, {"not": {"not": leaf}}]},
    "and ": lambda leaf: {"and": [leaf, {"not": {"and": [{"not": leaf}]}}]},
}


def conditions(pools: Pools, entity: str, spec: FieldSpec, *, every: bool) -> list[tuple[str, Json]]:
    """Conditions on one field with their channel: each operator in every polarity, or each in one.

    The choice is the same for every viewer: those with the same rights share the prepared statements.
    """
    found: list[tuple[str, Json]] = []
    values = pools.values(entity, spec)
    whole = every or _guarded(entity, spec)
    operators = spec.operators if whole else ("eq", "isNull")
    for place, operator in enumerate(o for o in operators if o in spec.operators):
        names = list(POLARITIES) if every else [list(POLARITIES)[(place + len(spec.name)) % len(POLARITIES)]]
        chosen = operands(spec, operator, values)[: None if whole else 1]
        for operand in chosen if every or operator in ("eq", "isNull") else chosen[place % 2 :][:1]:
            leaf = {camel(spec.name): {operator: operand}}
            found += [(f"{name}{operator}", POLARITIES[name](leaf)) for name in names]
    return found


def _guarded(entity: str, spec: FieldSpec) -> bool:
    """Whether there is more to hide than whole rows."""
    classes = {spec.data_class, spec.individual_class or spec.data_class}
    return entity == "Tag" or (ENTITIES[entity].guarded and classes != {DataClass.BASIC})


Where = tuple[Cell, Json]
"""A condition with what it covers."""


def _filter_batches(target: str, wheres: list[Where], size: int = BATCH) -> Iterator[Probe]:
    """Requests with one list for each condition. Where one condition is refused all are: they are asked singly then."""
    for start in range(0, len(wheres), size):
        batch = wheres[start : start + size]
        names = [f"$w{n}: {target}Where" for n in range(len(batch))]
        lists = [f"a{n}: {root(target, f'first: 50, where: $w{n}')} {{ totalCount nodes {{ __typename id }} }}"
                 for n in range(len(batch))]  # fmt: skip
        yield Probe(
            f"query({', '.join(names)}) {{ {' '.join(lists)} }}",
            {f"w{n}": where for n, (_, where) in enumerate(batch)},
            tuple(cell for cell, _ in batch),
            singly=partial(_filter_batches, target, batch, 1) if len(batch) > 1 else None,
        )


def filters(pools: Pools, *, every: bool) -> Iterator[Probe]:
    """Every filterable field of every type, by itself and through links."""
    asked: dict[str, list[Where]] = {entity: [] for entity in ROOTS}
    for entity, spec in ENTITIES.items():
        for one in (f for f in spec.fields if f.filterable):
            label = f"{entity}.{one.name}"
            found = conditions(pools, entity, one, every=every)
            if entity in ROOTS:
                asked[entity] += [((label, channel), where) for channel, where in found]
            for source, wheres in _through(entity, found, label, every=every):
                asked[source] += wheres
    asked["Customer"] += list(_own(pools, every=every))
    for entity, wheres in asked.items():
        yield from _filter_batches(entity, wheres)


def _own(pools: Pools, *, every: bool) -> Iterator[Where]:
    """Conditions on fields that administrators defined, in each polarity or in one."""
    for own in own_fields.FIELDS:
        found = list(own_fields.conditions(pools, own))
        for place, (operator, condition) in enumerate(found if every else found[::2]):
            names = list(POLARITIES) if every else [list(POLARITIES)[place % len(POLARITIES)]]
            for name in names:
                where = POLARITIES[name]({"customFields": [condition]})
                yield (f"Customer.{own.key}", f"{name}{operator}"), where


def _through(
    entity: str, found: list[tuple[str, Json]], label: str, *, every: bool
) -> Iterator[tuple[str, list[Where]]]:
    """The same conditions on linked records: some, none, is."""
    for source, relation in LINKS_TO[entity]:
        wheres: list[Where] = []
        for place, (channel, where) in enumerate(found if every else _few(found)):
            for way in ("some", "none") if relation.many else ("is",):
                inner = {camel(relation.name): {way: where} if relation.many else where}
                wheres.append(((label, f"{way} {channel}"), {"not": inner} if place % 2 else inner))
        yield source, wheres


def _few(found: list[tuple[str, Json]]) -> list[tuple[str, Json]]:
    return found[:: max(1, len(found) // 2)][: 2 if len(found) > 2 else 1]


LINKS_TO: dict[str, list[tuple[str, RelationSpec]]] = {
    target: [
        (source, relation)
        for source in ROOTS
        for relation in ENTITIES[source].relations
        if relation.target == target and ENTITIES[source].guarded and (ENTITIES[target].guarded or target == "Tag")
    ]
    for target in ENTITIES
}


def nested_filters(pools: Pools, *, every: bool) -> Iterator[Probe]:
    """Conditions and orders on the lists inside of records."""
    for relation in (r for r in ENTITIES["Customer"].relations if r.many and ENTITIES[r.target].guarded):
        target = ENTITIES[relation.target]
        for place, one in enumerate(f for f in target.fields if f.filterable):
            found = conditions(pools, target.name, one, every=every)
            for channel, where in found if every else found[place % len(found) :][:1]:
                inner = f"{camel(relation.name)}(first: 5, where: $w) {{ totalCount nodes {{ __typename id }} }}"
                outer = f"{root('Customer', 'first: 50')} {{ nodes {{ __typename id {inner} }} }}"
                yield Probe(f"query($w: {target.name}Where) {{ {outer} }}", {"w": where},
                            ((f"{target.name}.{one.name}", f"nested {channel}"),))  # fmt: skip


SEARCHED = (("Customer", "name"), ("Customer", "short_name"), ("Customer", "number"), ("Customer", "uscc"),
            ("Customer", "mobile"), ("Contact", "name"), ("Contact", "mobile"))  # fmt: skip


def searches(pools: Pools) -> Iterator[Probe]:
    """The search box with whole values, beginnings, fragments and readings of both databases, by rank and by name."""
    for entity, name in SEARCHED:
        spec = ENTITIES[entity].by_name[name]
        for value in pools.values(entity, spec):
            terms = (value, value[:1], value[:3], value[len(value) // 2 :], readings.initials(value, person=True))
            for place, term in enumerate(term for term in dict.fromkeys(terms) if term):
                # One list in a request: a search that is counted is half of what a request may cost.
                order = ", orderBy: [{field: NAME}]" if place % 3 == 2 else ""
                way = "last" if place % 2 else "first"
                found = root("Customer", f"{way}: 40, search: $t{order}")
                shown = "{ totalCount nodes { __typename id } pageInfo { hasNextPage endCursor } }"
                yield Probe(f"query($t: String) {{ a: {found} {shown} }}", {"t": term},
                            ((f"{entity}.{name}", "search"),))  # fmt: skip
