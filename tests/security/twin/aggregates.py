"""Questions about many records at once: every key of groups, every sum, under conditions of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from service.core.fields import ENTITIES
from service.core.fields.groups import group_keys, measures
from service.core.fields.spec import FieldSpec, FieldType, RelationSpec
from tests.security.twin import own_fields, probes
from tests.security.twin.pools import Pools, camel
from tests.security.twin.probes import BATCH, STATES, Cell, Json, Probe

ROOTS = {
    "Customer": "customersAggregate", "Contact": "contactsAggregate", "FollowUp": "followUpsAggregate",
    "Attachment": "attachmentsAggregate",
}  # fmt: skip
WHOLE = "groupCount omittedGroups omittedCount"
_NUMBER = "{ __typename count sum min max avg }"
_FLAG = "{ __typename count trueCount share }"
_MONEY = "{ __typename currency count sum min max avg }"
OWN_KEYS = [own for own in own_fields.FIELDS if own.type in ("CHOICE", "BOOLEAN")]
OWN_MEASURES = [own for own in own_fields.FIELDS if own.type in ("NUMBER", "MONEY", "BOOLEAN")]

Asked = tuple[Cell, str, Json | None]
"""One aggregate: what it covers, its arguments and selection, its condition."""


def measured(entity: str) -> str:
    """Everything that is summed up of the fields of the specification."""
    of = {FieldType.MONEY: _MONEY, FieldType.BOOLEAN: _FLAG}
    return " ".join(f"{camel(f.name)} {of.get(f.type, _NUMBER)}" for f in measures(ENTITIES[entity]))


def own_measured(keys: list[str]) -> str:
    of = " ".join(f'"{key}"' for key in keys)
    return f"customFields(keys: [{of}]) {{ __typename key number {_NUMBER} money {_MONEY} boolean {_FLAG} }}"


def shown_key(entity: str, name: str) -> str:
    """A key of a group with what is selected of it."""
    source = group_keys(entity)[name].source
    return camel(name) + (" { __typename id name }" if isinstance(source, RelationSpec) else "")


def _by(entity: str, names: tuple[str, ...], extra: str = "") -> tuple[str, str]:
    """Arguments and selection of an aggregate by these keys."""
    keys = " ".join(shown_key(entity, name) for name in names)
    by = ", ".join(name.upper() for name in names)
    sums = f"{measured(entity)} {extra}"
    return f"groupBy: [{by}]", f"{WHOLE} {sums} groups {{ __typename count key {{ __typename {keys} }} {sums} }}"


def _by_own(key: str, other: str | None = None) -> tuple[str, str]:
    by = f", groupBy: [{other}], orderBy: KEY" if other else ""
    shown = "customFields { __typename key code boolean }"
    return f'groupByCustomFields: ["{key}"]{by}', f"{WHOLE} groups {{ count key {{ {shown} }} }}"


def asked(pools: Pools, *, every: bool) -> Iterator[Probe]:
    """Every key by itself and with another, every sum, and sums under conditions on hidden values."""
    for entity in ROOTS:
        yield from _batches(entity, [*_keys(entity, every=every), *_conditioned(pools, entity, every=every)])
    own: list[Asked] = []
    for place, one in enumerate(OWN_KEYS):
        args, shown = _by_own(one.key, ("STAGE", "OWNER")[place % 2])
        own += [((f"Customer.{one.key}", "group by"), text, None) for text in (f"{args}|{shown}",)]
    for one in OWN_MEASURES:
        sums = own_measured([one.key])
        own.append(((f"Customer.{one.key}", "sum"), f"groupBy: [GRADE]|{sums} groups {{ count {sums} }}", None))
    yield from _batches("Customer", own)


def _keys(entity: str, *, every: bool) -> Iterator[Asked]:
    """Each key by itself, or two at a time."""
    names = list(group_keys(entity))
    for place in range(0, len(names), 1 if every else 2):
        some = tuple(names[place : place + 1 if every else place + 2])
        args, shown = _by(entity, some)
        page = ", first: 3, orderBy: KEY" if place % 4 else ""
        yield (f"{entity}.{some[0]}", "group by"), f"{args}{page}|{shown}", None


def _conditioned(pools: Pools, entity: str, *, every: bool) -> Iterator[Asked]:
    """Sums and groups of the records that a condition leaves, of its own fields and through links."""
    names = list(group_keys(entity))
    fields = [f for f in ENTITIES[entity].fields if f.filterable]
    for place, field in enumerate(fields if every else fields[len(fields) % 4 :: 4]):
        found = probes.conditions(pools, entity, field, every=every)
        for channel, where in found if every else _one(found, place):
            yield from _under(entity, names[place % len(names)], field, channel, where)
    for source, field, where in _linked(pools, entity, every=every):
        yield from _under(entity, names[0], field, f"through {source}", where)


def _one(found: list[tuple[str, Json]], place: int) -> list[tuple[str, Json]]:
    return found[place % len(found) :][:1] if found else []


def _linked(pools: Pools, entity: str, *, every: bool) -> Iterator[tuple[str, FieldSpec, Json]]:
    relations = [r for r in ENTITIES[entity].relations if ENTITIES[r.target].guarded]
    relations = relations if every else relations[::3]
    for place, relation in enumerate(relations):
        fields = [f for f in ENTITIES[relation.target].fields if f.filterable]
        for field in fields if every else fields[place % len(fields) :][:1]:
            for _, where in _one(probes.conditions(pools, relation.target, field, every=False), place):
                inner = {("some", "none")[place % 2]: where} if relation.many else where
                yield relation.name, field, {camel(relation.name): inner}


def _under(entity: str, key: str, field: FieldSpec, channel: str, where: Json) -> Iterator[Asked]:
    args, shown = _by(entity, (key,))
    yield (f"{entity}.{field.name}", f"aggregate {channel}"), f"{args}|{shown}", where


def _batches(entity: str, wanted: list[Asked], size: int = BATCH) -> Iterator[Probe]:
    """Requests with several aggregates. Where one is refused all are: they are asked singly then."""
    for start in range(0, len(wanted), size):
        batch = wanted[start : start + size]
        variables = {f"w{n}": where for n, (_, _, where) in enumerate(batch) if where is not None}
        names = "".join(f"${name}: {entity}Where, " for name in variables)
        roots: list[str] = []
        for n, (_, text, where) in enumerate(batch):
            args, shown = text.split("|")
            args += f", where: $w{n}" if where is not None else ""
            args += f", {STATES}" if entity == "Customer" else ""
            roots.append(f"a{n}: {ROOTS[entity]}({args}) {{ __typename count {shown} }}")
        yield Probe(
            f"query Q{f'({names})' if names else ''} {{ {' '.join(roots)} }}",
            variables,
            tuple(cell for cell, _, _ in batch),
            singly=partial(_batches, entity, batch, 1) if len(batch) > 1 else None,
        )
