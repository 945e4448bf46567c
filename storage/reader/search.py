"""The search box in SQL: which customers a term finds, and how well (D48).

Each document of a customer is looked into only where the viewer is shown its class in full (D43). By rank, a page
is made of up to six branches, rank by rank and document by document; each walks the newest customers or asks the index,
as PostgreSQL reckons for this term and this viewer, and is looked at only where those before it do not fill the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.core.enums import DataClass, Level
from storage.reader.guards import Scope
from storage.reader.ordering import CursorContext, Key, cursor_values
from storage.reader.sql import FALSE, Sql, conjunction, disjunction, join, param
from storage.reader.terms import Rank, Transform, grams, like, reading, reading_grams

DOCUMENTS = {"open_text": DataClass.BASIC, "personal_text": DataClass.CONTACT}
"""Each document with the class of the fields that it is made of."""
GRAMS = {"open_text": "open_grams", "personal_text": "personal_grams"}
"""Each document with the column of its grams, which is what the index holds."""

Place = tuple[Rank, str]
"""A rank, and the document in which a term is found at it."""


def shown(scope: Scope, data_class: DataClass) -> Sql:
    """«The viewer is shown this class of this customer in full»."""
    return scope.level(data_class, Level.FULL)


@dataclass(frozen=True)
class Search:
    """A term over the customers under `scope`, whose documents are the row `keys`."""

    term: Any
    scope: Scope
    keys: str

    @property
    def joined(self) -> Sql:
        return Sql(f" join {self._documents} on {self._own}")

    @property
    def _documents(self) -> str:
        return f"customer_search {self.keys}"

    @property
    def _own(self) -> str:
        return f"{self.keys}.customer_id = {self.scope.customer}.id"

    def found(self) -> Sql:
        """«The term stands somewhere in what the viewer is shown of this customer»."""
        where = disjunction(self.at(place) for place in self.places() if place[0] is Rank.SUBSTRING)
        return Sql(f"exists (select 1 from {self._documents} where ", conjunction((Sql(self._own), where)), ")")

    def rank(self) -> Key:
        """The best rank at which the term is found."""
        cases = join("", (Sql(" when ", self.at(place), f" then {place[0].value}") for place in self.places()))
        value = Sql("(case", cases, " end)") if cases.parts else Sql("null::int")
        return Key(Sql("(select ", value, f" from {self._documents} where {self._own})"), "int", False, nullable=False)

    def places(self) -> list[Place]:
        """Where the viewer can ever find anything, the best rank first."""
        visible = [name for name, data_class in DOCUMENTS.items() if shown(self.scope, data_class) is not FALSE]
        return [(rank, name) for rank in Rank for name in visible]

    def at(self, place: Place) -> Sql:
        """«The viewer is shown that document, and the term stands in it at that rank»."""
        rank, document = place
        visible, stored = shown(self.scope, DOCUMENTS[document]), f"{self.keys}.{GRAMS[document]}"
        index = Sql(
            f"({stored} @> search_asked(", self._param(grams, rank, "text[]"),
            f") or {stored} @> search_asked(", self._param(reading_grams, rank, "text[]"), "))",
        )  # fmt: skip
        return conjunction((visible, index, self._matches(rank, document)))

    def _shown_at(self, rank: Rank, document: str) -> Sql:
        return conjunction((shown(self.scope, DOCUMENTS[document]), self._matches(rank, document)))

    def _matches(self, rank: Rank, document: str) -> Sql:
        # «Is not null» of a CASE, for PostgreSQL takes that to hold always: the grams have said already how many it is.
        column = f"{self.keys}.{document}"
        return Sql(
            f"(case when {column} like ", self._param(like, rank, "text"),
            f" or {column} ~ ", self._param(reading, rank, "text"), " then true end is not null)",
        )  # fmt: skip

    def _param(self, make: Any, rank: Rank, cast: str) -> Any:
        return param(self.term, cast, Transform(make, rank))

    def only_at(self, place: Place) -> Sql:
        """`at`, and at no better place."""
        rank, document = place
        better = [p for p in self.places() if p < place and (p[0] is rank or p[0] == rank - 1)]
        better = [p for p in better if p[1] != document or p[0] is not rank]
        # At a better rank in a document means at every lower one too: of each document the nearest place is enough.
        nearest = {p[1]: p for p in better}.values()
        without = (Sql("(case when ", self._shown_at(r, d), " then true end is null)") for r, d in nearest)
        return conjunction((self.at(place), *without))


@dataclass(frozen=True)
class RankedPage:
    """A page in the order of rank and, within it, of `keys`: the first of them is the rank, the last the id."""

    search: Search
    names: list[str]
    """An alias for each branch."""
    row: str
    source: Sql
    conditions: list[Sql]
    keys: list[Key]
    size: int

    def sql(self, after: Any, context: CursorContext) -> Sql:
        places = self.search.places()
        if not places:
            return self._branch((Rank.SUBSTRING, "open_text"), [FALSE])
        parts: list[Sql] = []
        for number, place in enumerate(places):
            behind = [] if after is None else [self._behind(place, cursor_values(self.keys, after, context))]
            body = self._branch(place, [self.search.only_at(place), *behind])
            if before := [self.names[n] for n, (rank, _) in enumerate(places[:number]) if rank < place[0]]:
                # A condition on no row, looked at before the first is read. As a LIMIT it would let PostgreSQL hope to
                # be through after the first few rows. Both documents of one rank are asked, and sorted together.
                filled = " + ".join(f"(select count(*) from {name})" for name in before)
                body = Sql("select * from (", body, f") z where {filled} < {self.size}")
            parts.append(Sql(f"{self.names[number]} as materialized (", body, ")"))
        every = join(" union all ", (Sql(f"select * from {name}") for name in self.names[: len(places)]))
        columns = [f"k{n}" for n in range(len(self.keys) - 1)]
        order = [f"{c}{' desc' if k.descending else ''}" for c, k in zip([*columns, "id"], self.keys, strict=True)]
        return Sql(
            "with ", join(", ", parts), " select * from (", every, f") u order by {', '.join(order)} limit {self.size}"
        )  # fmt: skip

    def _branch(self, place: Place, conditions: list[Sql]) -> Sql:
        within = self.keys[1:]
        shown_keys = join("", (Sql(", ", key.value, f" as k{n}") for n, key in enumerate(within[:-1], start=1)))
        found = Sql(
            f"select {self.row}.*, {place[0].value} as k0", shown_keys, " from ", self.source, self.search.joined,
            " where ", conjunction((*self.conditions, *conditions)),
        )  # fmt: skip
        order = join(", ", (key.order(backward=False) for key in within))
        return Sql(found, " order by ", order, f" limit {self.size}")

    def _behind(self, place: Place, cursor: list[Sql]) -> Sql:
        rank, *values = cursor
        own = Sql("(", join(", ", (key.value for key in self.keys[1:])), ")")
        comparison = "<" if self.keys[1].descending else ">"
        here = Sql(own, f" {comparison} (", join(", ", values), ")")
        return Sql("(", rank, f" < {place[0].value} or (", rank, f" = {place[0].value} and ", here, "))")


def applies(keys: list[Key], *, backward: bool, before: Any) -> bool:
    """Forwards, where the order within a rank is the same for every key and hides nothing. Others are sorted whole."""
    within = keys[1:]
    plain = not any(key.nullable for key in within) and len({key.descending for key in within}) == 1
    return plain and not backward and before is None
