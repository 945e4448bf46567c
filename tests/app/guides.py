"""The examples of a guide: each GraphQL block with its variables, in their order."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from service.core import clock

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"```graphql\n(.*?)```(?:\n```json variables\n(.*?)```)?", re.DOTALL)
_FROM_NOW = re.compile(r"\{\{now([+-]\d+)h\}\}")
_FORMER = re.compile(r"\{\{([\w.]+)\}\}")


@dataclass(frozen=True)
class Example:
    """One request of a guide."""

    document: str
    variables: str

    @property
    def name(self) -> str:
        """The operation's name, by which later examples refer to its answer."""
        found = re.match(r"(?:query|mutation) (\w+)", self.document)
        assert found is not None, self.document
        return found[1]

    def given(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The variables, with what they take from former answers and from the clock."""
        values: dict[str, Any] = json.loads(self.variables or "{}")
        return {name: _resolved(value, answers) for name, value in values.items()}


def _resolved(value: Any, answers: dict[str, Any]) -> Any:
    if isinstance(value, str) and (hours := _FROM_NOW.fullmatch(value)):
        return (clock.now() + timedelta(hours=int(hours[1]))).isoformat()
    match = _FORMER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    found: Any = answers
    for step in match[1].split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


def examples(page: str) -> list[Example]:
    text = (DOCS / page).read_text()
    found = [Example(document, variables) for document, variables in _BLOCK.findall(text)]
    assert len(found) == text.count("```graphql")
    assert sum(bool(one.variables) for one in found) == text.count("```json variables")
    return found
