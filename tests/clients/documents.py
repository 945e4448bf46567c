"""The documents of `docs/examples`, which a front end begins with, and the requests that try them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast, separate_operations

from service.core import clock

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
_FORMER = re.compile(r"\{\{([\w.]+)\}\}")
_FROM_NOW = re.compile(r"\{\{now([+-]\d+)h\}\}")


@dataclass(frozen=True)
class Request:
    """One request of `requests.json`: which operation, signed in as whom, with which variables."""

    operation: str
    account: str
    variables: dict[str, Any]

    def given(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The variables, with what they take from former answers and from the clock."""
        return cast("dict[str, Any]", _resolved(self.variables, answers))


def sources() -> list[Path]:
    return sorted(EXAMPLES.glob("*.graphql"))


def document() -> DocumentNode:
    """All examples as one document."""
    return parse("\n".join(path.read_text() for path in sources()))


def operations() -> dict[str, str]:
    """Every operation by its name, with the fragments that it uses."""
    return {name: print_ast(one) for name, one in separate_operations(document()).items()}


def definitions() -> dict[str, str]:
    """Operations and fragments one by one, as components of a front end have them."""
    kinds = (OperationDefinitionNode, FragmentDefinitionNode)
    found = [one for one in document().definitions if isinstance(one, kinds)]
    return {one.name.value: print_ast(one) for one in found if one.name}


def requests() -> list[Request]:
    read = json.loads((EXAMPLES / "requests.json").read_text())
    return [Request(one["operation"], one["as"], one.get("variables", {})) for one in read]


def _resolved(value: Any, answers: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _resolved(one, answers) for name, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_resolved(one, answers) for one in cast("list[Any]", value)]
    if not isinstance(value, str):
        return value
    if hours := _FROM_NOW.fullmatch(value):
        return (clock.now() + timedelta(hours=int(hours[1]))).isoformat()
    former = _FORMER.fullmatch(value)
    return _former(former[1], answers) if former else value


def _former(path: str, answers: Any) -> Any:
    for step in path.split("."):
        answers = answers[int(step)] if isinstance(answers, list) else answers[step]
    return answers
