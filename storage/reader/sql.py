"""Fragments of SQL: text and parameters, never a value inside text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from service.core.selection import Request, Slot

Read = Callable[[Request], Any]


@dataclass(frozen=True, eq=False, slots=True)
class Param:
    """A value of the statement. Two with the same `identity` share a number."""

    read: Read
    cast: str
    identity: Any


Part = str | Param


class Sql:
    """An immutable piece of a statement."""

    __slots__ = ("parts",)

    def __init__(self, *parts: Sql | Part) -> None:
        flat: list[Part] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, Sql) else (part,))
        self.parts: tuple[Part, ...] = tuple(flat)

    def render(self) -> tuple[str, list[Param]]:
        """The text with `$1 …` and the parameters in their order."""
        numbers: dict[Any, int] = {}
        params: list[Param] = []
        text: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                text.append(part)
                continue
            identity = (part.identity, part.cast)
            if identity not in numbers:
                params.append(part)
                numbers[identity] = len(params)
            text.append(f"${numbers[identity]}::{part.cast}")
        return "".join(text), params


TRUE, FALSE = Sql("true"), Sql("false")


def join(separator: str, parts: Iterable[Sql]) -> Sql:
    pieces: list[Sql | Part] = []
    for part in parts:
        if pieces:
            pieces.append(separator)
        pieces.append(part)
    return Sql(*pieces)


def conjunction(parts: Iterable[Sql]) -> Sql:
    """`and` over the parts; what is always true is left out."""
    kept = [p for p in parts if p is not TRUE]
    if any(p is FALSE for p in kept):
        return FALSE
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else Sql("(", join(" and ", kept), ")")


def disjunction(parts: Iterable[Sql]) -> Sql:
    """`or` over the parts; what is never true is left out."""
    kept = [p for p in parts if p is not FALSE]
    if any(p is TRUE for p in kept):
        return TRUE
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Sql("(", join(" or ", kept), ")")


def param(value: Any, cast: str, transform: Callable[[Any], Any] | None = None) -> Param:
    """A parameter from a constant of the document or from a `Slot`."""
    name = getattr(transform, "identity", transform)
    if isinstance(value, Slot):
        slot = value
        if transform is None:
            return Param(lambda request: slot.read(request.variables), cast, ("slot", slot.path, None))
        return Param(lambda request: transform(slot.read(request.variables)), cast, ("slot", slot.path, name))
    constant: Any = transform(value) if transform else value
    identity = repr(constant)  # a list has no hash
    return Param(lambda _request: constant, cast, ("constant", identity))


def viewer(attribute: str, cast: str) -> Param:
    """A value of the viewer: the statement serves everybody with the same rights."""
    return Param(lambda request: request.viewer[attribute], cast, ("viewer", attribute))


def quoted(key: str) -> str:
    """A response key as an identifier. GraphQL names have no quotes, so nothing needs doubling."""
    return f'"{key}"'
