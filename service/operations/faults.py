"""All field errors of an input come together: each rule is tried, each fault noted with the path of its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from service.core.errors import ErrorCode, FieldError, Invalid, Path, UserErrors
from service.core.text import camel
from service.rules import identity, texts
from service.rules.checked import Checked

V = TypeVar("V")


class Faults:
    """Collects what is wrong with an input, and what is worth a warning."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []
        self.warnings: list[FieldError] = []

    def add(self, code: ErrorCode, *path: str, **params: Any) -> None:
        self.errors.append(FieldError(code, _api(path), params))

    def warn(self, code: ErrorCode, *path: str, **params: Any) -> None:
        self.warnings.append(FieldError(code, _api(path), params))

    def extend(self, errors: list[FieldError]) -> None:
        self.errors += [FieldError(e.code, _api(e.field), e.params) for e in errors]

    def tried(self, path: Path, rule: Callable[..., V], *values: Any, **named: Any) -> V | None:
        """What the rule makes of the values; None, and a fault noted, where it refuses them."""
        try:
            return rule(*values, **named)
        except Invalid as fault:
            self.errors.append(FieldError(fault.code, _api(path), fault.params))
            return None

    def name(self, path: Path, rule: Callable[[str], Checked], value: str) -> str | None:
        """Like `tried`, for a rule that may accept with warnings."""
        checked = self.tried(path, rule, value)
        if checked is None:
            return None
        self.warnings += [FieldError(code, _api(path)) for code in checked.warnings]
        return checked.value

    def text(self, path: Path, value: str, *, maximum: int, required: bool = False) -> str | None:
        """Like `tried`, for a free text: a mobile number in it is worth a warning (D60)."""
        found = self.tried(path, texts.text, value, maximum=maximum, required=required)
        if found is not None and identity.holds_mobile(found):
            self.warn(ErrorCode.MOBILE_IN_TEXT, *path)
        return found

    def settle(self) -> None:
        """Refuse the input where anything is wrong with it."""
        if self.errors:
            raise UserErrors(self.errors)


def _api(path: Path) -> Path:
    return tuple(camel(step) for step in path)
