"""What a caller wants to read, said without GraphQL and without SQL.

The schema makes a tree of these from a document; the reader makes one statement from it. Values that stand in variables
are `Slot`s: the tree, and the statement made from it, serve every request that differs only in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that is known when the request runs: where it stands in the variables."""

    path: tuple[str | int, ...]

    def read(self, variables: dict[str, Any]) -> Any:
        value: Any = variables
        for step in self.path:
            value = value[step]
        return value


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these holds (`and`); nothing in it: always true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """One of these holds (`or`); nothing in it: never true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against a value. `operator` is one of `fields.spec.OPERATORS`."""

    field: str
    operator: str
    value: Any


class FieldKey(str):
    """The key of a field that administrators defined. It stands in the statement: no `Slot` takes its place."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CompareCustom:
    """A field that administrators defined against a value. `operand` is the member that the value was given as; None
    for `isNull` of any type."""

    key: FieldKey
    operand: str | None
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Related:
    """A condition on linked records: `is` for a to-one link, `some` or `none` for a list."""

    relation: str
    quantifier: Literal["is", "some", "none"]
    condition: Condition


Condition = All | Any_ | Not | Compare | CompareCustom | Related

ALWAYS_TRUE = All(())


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field of the record, under the key that the answer gives it; `parts`: what is wanted of an amount of money."""

    key: str
    field: str
    parts: tuple[Leaf | TypeName, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeName:
    key: str


@dataclass(frozen=True, slots=True)
class One:
    """A to-one link."""

    key: str
    relation: str
    target: ObjectSelection


@dataclass(frozen=True, slots=True)
class Many:
    """A list of links, as a connection."""

    key: str
    relation: str
    connection: ConnectionSelection


@dataclass(frozen=True, slots=True)
class Custom:
    """Fields that administrators defined: those with these keys, or all that are in use; `parts` of each."""

    key: str
    keys: tuple[FieldKey, ...] | None
    parts: tuple[Leaf | TypeName, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What the fields of another record were before and after; `parts` of each."""

    key: str
    parts: tuple[Leaf | TypeName, ...]


ObjectItem = Leaf | TypeName | One | Many | Custom | Changed


@dataclass(frozen=True, slots=True)
class ObjectSelection:
    entity: str
    items: tuple[ObjectItem, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """What is wanted of each edge: `cursor` and `__typename` under these keys, `node` as often as it is asked for."""

    items: tuple[Leaf | TypeName | Nodes, ...]


@dataclass(frozen=True, slots=True)
class Nodes:
    key: str
    target: ObjectSelection


@dataclass(frozen=True, slots=True)
class Edges:
    key: str
    edge: Edge


@dataclass(frozen=True, slots=True)
class PageInfo:
    key: str
    items: tuple[Leaf | TypeName, ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    key: str


ConnectionItem = Nodes | Edges | PageInfo | TotalCount | TypeName


@dataclass(frozen=True, slots=True)
class Order:
    field: str
    direction: Direction
    custom: bool = False
    """Whether `field` is the key of a field that administrators defined."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: `size` rows (a number or a Slot) from the front, or from the back."""

    size: Any
    backward: bool = False
    after: Any = None
    before: Any = None


@dataclass(frozen=True, slots=True)
class ConnectionSelection:
    entity: str
    items: tuple[ConnectionItem, ...]
    page: Page
    where: Condition = ALWAYS_TRUE
    order: tuple[Order, ...] = ()
    search: Any = None
    """What was typed into the search box: a text or a Slot. Without `order`, the best matches come first."""


@dataclass(frozen=True, slots=True)
class ById:
    """One record by its key: a UUID, or a Slot that holds an opaque id. Null where it does not exist for the viewer."""

    target: ObjectSelection
    key: Any
    as_of: Any = None
    """A moment of the past, or a Slot that holds one: the record as it was then (D36)."""


@dataclass(frozen=True, slots=True)
class ByIds:
    """Records of any types, in the order of `keys` (UUIDs); `prefixes` says of each which type it is."""

    targets: tuple[ObjectSelection, ...]
    keys: Slot
    prefixes: Slot


@dataclass(frozen=True, slots=True)
class GroupStep:
    """One key that records are grouped by: the name of a `fields.groups.GroupKey`, or the key of an own field."""

    key: str
    custom: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """What is wanted of one number, amount or flag over many records."""

    key: str
    field: str
    parts: tuple[Leaf | TypeName, ...]


@dataclass(frozen=True, slots=True)
class CustomMeasures:
    """The same of fields that administrators defined."""

    key: str
    keys: tuple[FieldKey, ...]
    items: tuple[Leaf | TypeName | Measure, ...]


@dataclass(frozen=True, slots=True)
class CustomKeys:
    """The own fields among the keys of a group."""

    key: str
    parts: tuple[Leaf | TypeName, ...]


@dataclass(frozen=True, slots=True)
class KeysOfGroup:
    key: str
    items: tuple[Leaf | TypeName | One | CustomKeys, ...]


GroupItem = Leaf | TypeName | Measure | CustomMeasures | KeysOfGroup


@dataclass(frozen=True, slots=True)
class Groups:
    key: str
    items: tuple[GroupItem, ...]


AggregateItem = Leaf | TypeName | Measure | CustomMeasures | Groups


@dataclass(frozen=True, slots=True)
class AggregateSelection:
    """Counts, sums and groups over all records that exist for the viewer and meet a condition.

    `size`: how many groups at most (a number or a Slot). `by_key`: in the order of their keys, not by size.
    """

    entity: str
    items: tuple[AggregateItem, ...]
    group_by: tuple[GroupStep, ...]
    size: Any
    by_key: bool = False
    where: Condition = ALWAYS_TRUE


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of all records that exist for the viewer and meet a condition, at most `size`, as a list."""

    entity: str
    where: Condition
    size: int


Selection = ConnectionSelection | ById | ByIds | AggregateSelection | Keys


@dataclass(slots=True)
class Request:
    """What one execution of a plan needs besides the plan."""

    variables: dict[str, Any]
    viewer: dict[str, Any]
    """The viewer's own values that guards compare with: see `Viewer.facts`."""
    memo: dict[Any, Any] = field(default_factory=dict[Any, Any])
