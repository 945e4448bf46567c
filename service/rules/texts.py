"""Free texts and single lines (D10)."""

from __future__ import annotations

import unicodedata

from service.core.errors import ErrorCode, Invalid
from service.rules import identity
from service.rules.characters import limit, refuse, single_blanks

NOTE_MAXIMUM = 500


def is_blank(value: object) -> bool:
    """Whether an input clears a field: null, or a text of nothing but blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def text(value: str, *, maximum: int, required: bool = False) -> str:
    """A text of several lines: LF as line end, composed form (NFC), no blanks at its end, full-width signs kept.

    The length is counted in code points after that. Raises REQUIRED, TOO_LONG(maximum, length), IDENTITY_IN_TEXT, and
    INVALID_CHARACTERS(characters) for NUL, lone surrogates and control characters other than tab and line end.
    """
    refuse("".join(c for c in value if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r"))
    unified = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
    if required and not unified.strip():
        raise Invalid(ErrorCode.REQUIRED)
    limit(unified, minimum=0, maximum=maximum)
    _refuse_identity(unified)
    return unified


def note(value: str) -> str:
    """Notes of at most 500 characters (D10). Raises as `text`."""
    return text(value, maximum=NOTE_MAXIMUM)


def line(value: str, *, maximum: int, required: bool = True) -> str:
    """One line, blanks singled. Raises as `text`; a tab or a line end is a blank."""
    refuse("".join(c for c in value if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r"))
    unified = single_blanks(unicodedata.normalize("NFC", value))
    limit(unified, minimum=1 if required else 0, maximum=maximum)
    _refuse_identity(unified)
    return unified


def _refuse_identity(value: str) -> None:
    """ID numbers and bank card numbers have fields of their own, which are encrypted (D60)."""
    if identity.holds_number(value):
        raise Invalid(ErrorCode.IDENTITY_IN_TEXT)
