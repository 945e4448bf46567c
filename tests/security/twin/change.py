"""One mutation for the twins, with what the rules need to know to say how it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from uuid import UUID

from service.core.fields import ENTITIES

ERRORS = "userErrors { code field message } warnings { code field }"


class Right(Enum):
    """What a change takes."""

    EDIT = auto()
    ANSWER = auto()
    """To edit, and not by permission."""
    PERMIT = auto()
    GIVE_AWAY = auto()
    """To change the owner."""
    DELETE = auto()
    CORRECT = auto()
    WORK = auto()
    """To do a task."""
    RECEIVE = auto()
    REPORT = auto()
    """Nothing but that the customer exists."""
    UPLOAD = auto()
    """To edit, and to have announced the file."""
    DECIDE = auto()
    WITHDRAW = auto()
    ENTER = auto()
    HAND_OVER = auto()
    END = auto()
    """To hold the grant, or to answer for its customers."""
    REVEAL = auto()
    """FULL on the field, in an own draft as well."""
    ADMINISTER = auto()
    WHATEVER = auto()
    """What is asked of another change: only that both databases answer the same."""
    ASK = auto()
    """Nothing: what is refused is said in the answer."""


@dataclass(frozen=True)
class Change:
    """One mutation of one record."""

    mutation: str
    given: dict[str, Any]
    selection: str
    about: tuple[str, UUID] | None
    """Table and key of the record."""
    sets: tuple[tuple[str, str], ...] = ()
    """Table and column of each field that it sets."""
    right: Right = Right.EDIT
    refers: tuple[str, UUID] | None = None
    """Another record that it names: a contact of the same customer, or a customer that is in effect."""
    makes: str | None = None
    """The table of a new record: such records of the customer must exist for the viewer."""
    turns: bool = False
    """Where it is done, the viewer has other rights on the record than before, or it is gone."""
    input: str | None = None
    """The type of its input, where it is not named like the mutation."""

    @property
    def document(self) -> str:
        kind = self.input or f"{self.mutation[0].upper()}{self.mutation[1:]}Input"
        return f"mutation($input: {kind}!) {{ {self.mutation}(input: $input) {{ {self.selection} }} }}"


def global_id(entity: str, key: Any) -> str:
    return f"{ENTITIES[entity].prefix}_{key}"
