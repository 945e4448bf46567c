"""Systematic questions about order: every sortable field, page by page, with the cursors of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from service.core.fields import ENTITIES
from tests.security.twin import own_fields
from tests.security.twin.pools import camel
from tests.security.twin.probes import ROOTS, Json, Probe, root


@dataclass(frozen=True)
class Walk:
    """One way through one list."""

    entity: str
    field: str
    direction: str
    backward: bool
    left: int
    """How many more pages to open."""
    cursor: str | None = None
    own: bool = False
    """Whether administrators defined the field."""

    @property
    def order(self) -> str:
        name = f'customField: "{self.field}"' if self.own else f"field: {self.field.upper()}"
        return f"orderBy: [{{{name}, direction: {self.direction}}}]"

    def probe(self) -> Probe:
        edge, more = ("startCursor", "hasPreviousPage") if self.backward else ("endCursor", "hasNextPage")
        page = "last: 12, before: $c" if self.backward else "first: 12, after: $c"
        body = f"edges {{ cursor node {{ __typename id }} }} pageInfo {{ {edge} {more} }}"

        def follow(data: Json) -> Iterator[Probe]:
            info = data["l"]["pageInfo"]
            if info[more] and self.left:
                yield replace(self, left=self.left - 1, cursor=info[edge]).probe()

        name = f"{self.entity}.{self.field}"
        return Probe(
            f"query($c: String) {{ l: {root(self.entity, f'{self.order}, {page}')} {{ {body} }} }}",
            {"c": self.cursor} if self.cursor else {},
            ((name, f"sort {self.direction.lower()}"), (name, f"page {'backward' if self.backward else 'forward'}")),
            follow,
        )


def orders(pages: int, *, every: bool) -> Iterator[Probe]:
    """Every sortable field, up and down, page by page to the front and to the back: each with each, or once each."""
    for entity in ROOTS:
        for place, one in enumerate(f for f in ENTITIES[entity].fields if f.sortable):
            for direction, backward in product(("ASC", "DESC"), (False, True)):
                if every or backward is ((direction == "DESC") is (place % 2 == 0)):
                    yield Walk(entity, one.name, direction, backward, pages).probe()
    for own in (own for own in own_fields.FIELDS if own.type != "MULTI_CHOICE"):
        for direction, backward in (("DESC", False), ("ASC", True)):
            yield Walk("Customer", own.key, direction, backward, pages // 2, own=True).probe()
    yield from _nested()


def _nested() -> Iterator[Probe]:
    for relation in (r for r in ENTITIES["Customer"].relations if r.many):
        for one in (f for f in ENTITIES[relation.target].fields if f.sortable):
            order = f"orderBy: [{{field: {one.name.upper()}, direction: DESC}}]"
            inner = f"{camel(relation.name)}({order}, first: 2) {{ edges {{ cursor node {{ __typename id }} }} }}"
            document = f"{{ {root('Customer', 'first: 50')} {{ nodes {{ __typename id {inner} }} }} }}"
            yield Probe(document, cells=((f"{relation.target}.{one.name}", "nested sort"),))
