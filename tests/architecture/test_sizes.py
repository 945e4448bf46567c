"""Style 12: small modules, small functions. What outgrows it becomes a package of the same name."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("service", "schema", "workers", "storage")
LONGEST_MODULE, MEDIAN_MODULE = 400, 150
LONGEST_FUNCTION, NINTH_DECILE_FUNCTION = 60, 35


def _modules() -> list[Path]:
    found = [p for folder in (*FOLDERS, "tests") for p in (ROOT / folder).rglob("*.py")]
    return [p for p in found if "migrations" not in p.parts]


def _functions() -> list[tuple[str, int]]:
    sizes: list[tuple[str, int]] = []
    for module in _modules():
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                sizes.append((f"{module.relative_to(ROOT)}:{node.name}", lines))
    return sizes


def test_modules_are_small() -> None:
    sizes = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in _modules()}
    assert {name: lines for name, lines in sizes.items() if lines > LONGEST_MODULE} == {}
    assert statistics.median(lines for lines in sizes.values() if lines) <= MEDIAN_MODULE


def test_functions_are_small() -> None:
    sizes = _functions()
    assert [(name, lines) for name, lines in sizes if lines > LONGEST_FUNCTION] == []
    assert statistics.quantiles([lines for _, lines in sizes], n=10)[8] <= NINTH_DECILE_FUNCTION


def test_nothing_is_called_after_nothing() -> None:
    nameless = {"utils", "helpers", "common", "misc"}
    assert [str(p) for p in _modules() if p.stem in nameless or nameless & set(p.parts)] == []


def test_no_function_imports_inside_to_dodge_a_circle() -> None:
    inside = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for module in _modules()
        if "tests" not in module.parts
        for function in ast.walk(ast.parse(module.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []
