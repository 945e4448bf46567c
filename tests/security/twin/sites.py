"""Where the service asks for rights before a change: found in its source, so that no place is forgotten."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from service import operations
from service.boundary.access import record

REFUSALS = ("NotFound", "Forbidden", "FieldForbidden")
ASKS = ("editable", "access_to", "require_full")


@dataclass(frozen=True)
class Site:
    """One question about rights in one operation."""

    module: str
    function: str
    asks: str
    spec: str | None = None
    """Of `require_full`: the type whose fields are concerned."""

    def __str__(self) -> str:
        what = f"{self.asks}({self.spec})" if self.spec else self.asks
        return f"{what} in {short(self.module)}.{self.function}"


def short(module: str) -> str:
    return module.removeprefix(operations.__name__ + ".")


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the operations."""
    found = pkgutil.walk_packages(operations.__path__, operations.__name__ + ".")
    return tuple(import_module(module.name) for module in found)


def functions(module: ModuleType) -> Iterator[tuple[str, ast.AST]]:
    """The functions of a module and the methods of its classes, by their qualified names."""
    tree = ast.parse(inspect.getsource(module))
    for holder, prefix in ((tree, ""), *((c, f"{c.name}.") for c in tree.body if isinstance(c, ast.ClassDef))):
        for node in holder.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + node.name, node


def sites() -> Iterator[Site]:
    """Every call of one of `ASKS` in the operations."""
    for module in modules():
        for name, function in functions(module):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and (asks := _called(node)) in ASKS:
                    spec = getattr(module, ast.unparse(node.args[0])).name if asks == "require_full" else None
                    yield Site(module.__name__, name, asks, spec)


def refusing() -> set[str]:
    """The functions that refuse by themselves: `module.function`."""
    return {
        f"{short(module.__name__)}.{name}"
        for module in modules()
        for name, function in functions(module)
        if any(isinstance(node, ast.Raise) and _raised(node) in REFUSALS for node in ast.walk(function))
    }


def of_the_record() -> set[str]:
    """The functions of the access to a record."""
    return {name for name, _ in functions(record)}


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _raised(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return getattr(raised, "id", "")
