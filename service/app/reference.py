"""The settings as a table, made from the code that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from service.core.settings import Settings

HEAD = """\
# Settings

Made by `make settings` from `service/core/settings.py`; `make check` compares. Every setting is an environment
variable, read once when a process starts; a wrong or missing one stops the start with a sentence that names it. A
secret is never logged or printed: it belongs into the environment or a secret store, never into a committed file.

| name | value | default | secret | meaning |
|---|---|---|---|---|
"""

TAIL = """
Two more are not read by the service itself: `CRM_HOME` names the folder for the little that a process writes to
the disk (`.crm` where it runs; the state of the embedded engines, the signs of life that health checks look at), and
`CRM_ADMIN_PASSWORD` hands `crm create-admin` the initial password without a question.
"""

_PLAIN = {str: "text", int: "whole number", SecretStr: "text", bool: "`true` or `false`", Path: "path"}


def markdown() -> str:
    """The whole page `docs/settings.md`."""
    return HEAD + "".join(_rows()) + TAIL


def _rows() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        cells = (
            f"`CRM_{name.upper()}`",
            _value(field),
            _default(field),
            "yes" if _kind(field) is SecretStr else "",
            " ".join((field.description or "").split()).replace("|", "\\|"),
        )
        yield f"| {' | '.join(cells)} |\n"


def _kind(field: FieldInfo) -> Any:
    """The type of a value, without the possibility that there is none."""
    members = [member for member in get_args(field.annotation) if member is not NoneType]
    return members[0] if len(members) == 1 and get_origin(field.annotation) is not Literal else field.annotation


def _value(field: FieldInfo) -> str:
    kind = _kind(field)
    if get_origin(kind) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    low = next((str(m.ge) for m in field.metadata if isinstance(m, Ge)), None)
    high = next((str(m.le) for m in field.metadata if isinstance(m, Le)), None)
    return f"{low} to {high}" if low and high else _PLAIN[kind]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    return "none" if field.default is None else f"`{field.default}`"
