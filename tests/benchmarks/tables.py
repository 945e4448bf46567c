"""What the tables of the report are made of."""

from __future__ import annotations

from collections.abc import Iterable


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def against(value: str, met: bool) -> str:
    """The value; one that misses its target says so."""
    return value if met else f"**{value}, missed**"
