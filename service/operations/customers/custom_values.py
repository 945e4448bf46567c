"""Values of fields that administrators defined, on one customer (D10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.boundary import catalogue
from service.boundary.access.record import Access
from service.boundary.catalogue import Catalogue
from service.core.enums import CustomerKind, CustomFieldType
from service.core.errors import ErrorCode, Path
from service.core.fields.custom_fields import MEMBERS, Definition, Definitions, list_name, logged_name
from service.operations.choices import codes
from service.operations.faults import Faults
from service.rules import custom_fields as rules
from service.rules import texts
from storage.queries import catalogue as queries

INPUT = "custom_fields"


@dataclass(frozen=True)
class Given:
    """What an input says of one field: its members, null included."""

    key: str
    members: Mapping[str, Any]

    @property
    def value(self) -> Any:
        """The value, where just one is given."""
        return next(iter(self.members.values()), None)


@dataclass(frozen=True)
class _Check:
    """One value on its way in."""

    definition: Definition
    value: Any
    present: Any
    path: Path
    faults: Faults
    catalogue: Catalogue

    def text(self) -> Any:
        return self.faults.text(self.path, self.value, maximum=rules.LONGEST_TEXT)

    def number(self) -> Any:
        return self.faults.tried(self.path, rules.number, self.value)

    def day(self) -> Any:
        return self.faults.tried(self.path, rules.day, self.value)

    def boolean(self) -> Any:
        return self.value

    def choice(self) -> Any:
        return self._offered(self.value, self.path, [self.present])

    def choices(self) -> Any:
        """At least one; none is no value."""
        given = enumerate(codes(self.value))
        found = [self._offered(code, (*self.path, str(n)), self.present or ()) for n, code in given]
        return [code for code in found if code is not None] or None

    def money(self) -> Any:
        return self.faults.tried(self.path, rules.amount, self.value["amount"], self.value["currency"])

    def _offered(self, code: str, path: Path, kept: Sequence[Any]) -> str | None:
        """What the customer has already may stay, although it is retired."""
        name = list_name(self.definition.key)
        return code if code in kept else self.faults.tried(path, self.catalogue.check_listed, name, code)


_CHECKS: dict[CustomFieldType, Callable[[_Check], Any]] = {
    CustomFieldType.TEXT: _Check.text,
    CustomFieldType.NUMBER: _Check.number,
    CustomFieldType.DATE: _Check.day,
    CustomFieldType.BOOLEAN: _Check.boolean,
    CustomFieldType.CHOICE: _Check.choice,
    CustomFieldType.MULTI_CHOICE: _Check.choices,
    CustomFieldType.MONEY: _Check.money,
}


async def held(given: Sequence[Given]) -> Definitions:
    """The definitions of these fields as they are now; their types stay until the transaction ends."""
    keys = sorted({one.key for one in given})
    return catalogue.definitions(await queries.held_custom_fields(keys)) if keys else {}


def checked(
    given: Sequence[Given],
    kind: CustomerKind,
    faults: Faults,
    known: tuple[Definitions, Catalogue],
    present: Mapping[str, Any],
) -> dict[str, Any]:
    """All values of the customer as they would be. Faults of all fields are noted together; null clears a field."""
    definitions, listed = known
    values = dict(present)
    seen: set[str] = set()
    for place, one in enumerate(given):
        path = (INPUT, str(place))
        definition = definitions.get(one.key)
        if definition is None:
            faults.add(ErrorCode.NOT_FOUND, *path, "key")
        elif one.key in seen:
            faults.add(ErrorCode.GIVEN_TWICE, *path, "key")
        elif len(one.members) != 1:
            faults.add(ErrorCode.ONE_VALUE_ONLY, *path)
        elif texts.is_blank(one.value):
            values.pop(one.key, None)
        elif _may_be_set(definition, one, kind, path, faults):
            member = MEMBERS[definition.type]
            check = _Check(definition, one.value, present.get(one.key), (*path, member), faults, listed)
            values[one.key] = _CHECKS[definition.type](check)
        seen.add(one.key)
    return {key: value for key, value in values.items() if value is not None}


def _may_be_set(definition: Definition, one: Given, kind: CustomerKind, path: Path, faults: Faults) -> bool:
    """Whether the field goes with this kind of customer, is in use, and holds values of this type."""
    member = next(iter(one.members))
    if definition.kind not in (None, kind):
        faults.add(ErrorCode.NOT_FOR_THIS_KIND, *path)
    elif definition.retired:
        faults.add(ErrorCode.FIELD_RETIRED, *path)
    elif member != MEMBERS[definition.type]:
        faults.add(ErrorCode.WRONG_TYPE, *path, member)
    else:
        return True
    return False


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Before and after of each value that changes, under the names of the change log."""
    keys = [*before, *(key for key in after if key not in before)]
    pairs = {key: (before.get(key), after.get(key)) for key in keys}
    return {logged_name(key): pair for key, pair in pairs.items() if pair[0] != pair[1]}


def shown_whole(access: Access, given: Sequence[Given], definitions: Definitions) -> dict[str, Any]:
    """What is wanted of the fields that the viewer is shown in full, under the names of the change log."""
    return {
        logged_name(one.key): one.value
        for one in given
        if one.key in definitions and definitions[one.key].data_class in access.full
    }
