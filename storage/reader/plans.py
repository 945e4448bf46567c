"""Plans: a statement that is ready to run, and the cache of them.

A plan serves every request that has the same document, the same shape of variables, the same page sizes and the same
rights: values and the viewer's own id are parameters.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import orjson

from service.core import ids
from service.core.fields import ENTITIES
from service.core.selection import (
    AggregateSelection,
    ById,
    ByIds,
    ConnectionSelection,
    Keys,
    Leaf,
    Request,
    Selection,
    Slot,
    TotalCount,
    TypeName,
)
from storage import db
from storage.crypto import Sealer
from storage.reader import grants
from storage.reader.aggregates import AggregateMaker
from storage.reader.guards import Guards
from storage.reader.objects import Compiler
from storage.reader.ordering import CursorContext
from storage.reader.sql import Param, Sql, param

_NONCE = Param(lambda request: request.memo["nonce"], "text", "nonce")


_FETCHES = {
    (False, False): db.fetch_row,
    (False, True): db.fetch_row_planned,
    (True, False): db.fetch_counted,
    (True, True): db.fetch_counted_planned,
}
"""By whether it counts, and whether it is planned anew."""


@dataclass(frozen=True)
class Plan:
    """One statement with its parameters, and the contexts of the cursors in its answer."""

    text: str
    params: list[Param]
    contexts: list[CursorContext]
    links: list[tuple[Leaf | TypeName, ...]] = field(default_factory=list[tuple["Leaf | TypeName", ...]])
    """What is wanted of each link in it."""
    sizes: tuple[Slot, ...] = ()
    """Page sizes stand in the text: the variables that they came from."""
    marks: bool = False
    """Whether the answer says in which of its objects a grant has opened something."""
    sums_grants: bool = False
    """Whether a count or a sum in it depends on grants."""
    counts: bool = False
    """Whether it reads more than it gives out."""
    planned_anew: bool = False
    """Whether PostgreSQL is to plan the statement for the values of each request."""

    @property
    def asks_grants(self) -> bool:
        """Whether it is to be noted what of the answer was shown because of a grant."""
        return self.marks or self.sums_grants

    async def run(self, request: Request) -> bytes:
        """The answer as JSON bytes. `null` where the record does not exist for the viewer.

        Where it `marks`, the request's memo has under `opened` the customers of which a grant has opened something.
        """
        if self.contexts or self.links:
            # A word that no value in the database can hold: it marks the places where cursors go.
            request.memo["nonce"] = secrets.token_hex(12)
        fetch = _FETCHES[self.counts, self.planned_anew]
        row = await fetch(self.text, *[p.read(request) for p in self.params])
        if row is None or row[0] is None:
            return b"null"
        answer: bytes = row[0]
        if self.marks:
            answer, request.memo["opened"] = grants.taken_out(answer)
        answer = self._sealed(answer, request) if self.contexts else answer
        return self._linked(answer, request) if self.links else answer

    def _sealed(self, answer: bytes, request: Request) -> bytes:
        def seal(match: re.Match[bytes]) -> bytes:
            return self.contexts[int(match[1])].seal(bytes.fromhex(match[2].decode()), request).encode()

        return re.sub(request.memo["nonce"].encode() + rb"(\d+)\.([0-9a-f]*)", seal, answer)

    def _linked(self, answer: bytes, request: Request) -> bytes:
        """With the links that the request makes: `link` in its memo, from what each is made of to its members."""

        def link(match: re.Match[bytes]) -> bytes:
            members = request.memo["link"](orjson.loads(bytes.fromhex(match[2].decode())))
            parts = self.links[int(match[1])]
            return orjson.dumps(
                {part.key: "Link" if isinstance(part, TypeName) else members[part.field] for part in parts}
            )

        return re.sub(b'"' + request.memo["nonce"].encode() + rb'@(\d+)\.([0-9a-f]*)"', link, answer)


def compile_plan(selection: Selection, guards: Guards, sealer: Sealer, variables: dict[str, Any]) -> Plan:
    """The plan of one root field, for every request that has the page sizes of `variables`."""
    of_many = isinstance(selection, AggregateSelection)
    compiler = Compiler(guards.for_many() if of_many else guards, sealer, _NONCE, variables)
    match selection:
        case ById(target, key, as_of):
            prefix = ENTITIES[target.entity].prefix
            wanted = Sql(param(key, "uuid", lambda text: ids.from_global(text, prefix)[1]))
            statement = compiler.root_record(target, wanted, at=None if as_of is None else param(as_of, "timestamptz"))
        case ByIds():
            statement = compiler.root_records(selection)
        case ConnectionSelection():
            statement = compiler.root_list(selection)
        case AggregateSelection():
            statement = AggregateMaker(compiler, selection).sql()
            compiler.sums_grants = grants.asks(statement)
        case Keys(entity, where, size):
            statement = compiler.root_keys(entity, where, size)
    # As bytes: they go to the body as they are, so nothing is won by making a str of them on the way.
    text, params = Sql("select json_send(j) from (", statement, ") q").render()
    sizes = tuple(dict.fromkeys(compiler.sizes))
    return Plan(
        text, params, compiler.contexts, compiler.links, sizes, marks=compiler.marks, sums_grants=compiler.sums_grants,
        counts=_counts(selection), planned_anew=compiler.is_search,
    )  # fmt: skip


def _counts(selection: Selection) -> bool:
    if isinstance(selection, ConnectionSelection):
        return any(isinstance(item, TotalCount) for item in selection.items)
    return isinstance(selection, AggregateSelection)


class PlanCache:
    """The plans used last. `keep` holds what the key's identities refer to, so that they stay unique."""

    def __init__(self, size: int = 1000, characters: int = 8_000_000) -> None:
        self.size, self.characters, self.hits, self.misses = size, characters, 0, 0
        self.held = 0
        """Characters of the statements. What else a plan holds, and the document that it keeps alive, grow with it."""
        self._plans: OrderedDict[tuple[Hashable, tuple[Any, ...]], tuple[Plan, Any]] = OrderedDict()
        self._sizes: OrderedDict[Hashable, tuple[tuple[Slot, ...], Any]] = OrderedDict()

    def get(self, key: Hashable, variables: dict[str, Any]) -> Plan | None:
        sizes = self._sizes.get(key)
        found = None if sizes is None else self._plans.get((key, _read(sizes[0], variables)))
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._sizes.move_to_end(key)
        self._plans.move_to_end((key, _read(found[0].sizes, variables)))
        return found[0]

    def put(self, key: Hashable, variables: dict[str, Any], plan: Plan, keep: Any) -> None:
        self._sizes[key] = (plan.sizes, keep)
        place = (key, _read(plan.sizes, variables))
        if place in self._plans:
            self.held -= len(self._plans.pop(place)[0].text)
        self._plans[place] = (plan, keep)
        self.held += len(plan.text)
        while len(self._plans) > self.size or self.held > self.characters:
            (gone, _), (old, _) = self._plans.popitem(last=False)
            self.held -= len(old.text)
            self._sizes.pop(gone, None)  # where other sizes of it are kept, they are found anew by the next `put`

    def __len__(self) -> int:
        return len(self._plans)


def _read(sizes: tuple[Slot, ...], variables: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(size.read(variables) for size in sizes)
