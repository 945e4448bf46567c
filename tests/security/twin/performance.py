"""Asking one viewer's probes of both databases, with a count of what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.security.twin.completion import recompleted
from tests.security.twin.pair import Answer, Pair
from tests.security.twin.probes import Cell, Probe


class Leak(AssertionError):
    """The twins can be told apart."""


@dataclass
class Tally:
    """What was asked and what came of it."""

    answers: int = 0
    """Root fields that were answered."""
    not_empty: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    cells: set[Cell] = field(default_factory=set[Cell])
    """(field, channel) pairs that an answer covers."""
    full_cells: set[Cell] = field(default_factory=set[Cell])
    """Those with an answer that was not empty."""

    def note(self, probe: Probe, answer: Answer) -> None:
        self.cells.update(probe.cells)
        if answer.data is None:
            self.refused.update(answer.codes)
            return
        full = [has_something(value) for value in answer.data.values()]
        self.answers += len(full)
        self.not_empty += sum(full)
        if len(full) == len(probe.cells) and len(full) > 1:
            self.full_cells.update(cell for cell, some in zip(probe.cells, full, strict=True) if some)
        elif any(full):
            self.full_cells.update(probe.cells)


def has_something(value: Any) -> bool:
    """Whether a root field holds a record, or the count of some."""
    if isinstance(value, dict) and ("nodes" in value or "edges" in value):
        return bool(value.get("nodes") or value.get("edges"))
    if isinstance(value, dict) and "count" in value:
        return bool(value["count"])
    return any(value) if isinstance(value, list) else bool(value)


def perform(pair: Pair, token: str, probes: Iterable[Probe], tally: Tally, *, complete: bool = True) -> None:
    """Ask everything, and what follows from the answers. Raises Leak at the first answer that differs."""
    waiting = iter(probes)
    stack = [waiting]
    while stack:
        probe = next(stack[-1], None)
        if probe is None:
            stack.pop()
            continue
        answer = ask(pair, token, probe)
        tally.note(probe, answer)
        if answer.data is None:
            if probe.singly:
                stack.append(probe.singly())
            continue
        if complete:
            assert recompleted(probe.document, probe.variables, answer.data) == answer.data, probe.document
        if probe.follow:
            stack.append(probe.follow(answer.data))


def ask(pair: Pair, token: str, probe: Probe) -> Answer:
    first, second = pair.ask(token, probe.document, probe.variables)
    if first != second:
        raise Leak(f"{probe.document}\n{probe.variables}\nA: {_around(first, second)}\nB: {_around(second, first)}")
    assert "INTERNAL" not in first.codes, (probe, first.body, pair.first.said())
    return first


def _around(one: Answer, other: Answer) -> str:
    """The answer near the first byte that differs."""
    place = next((n for n, (a, b) in enumerate(zip(one.body, other.body, strict=False)) if a != b), 0)
    return f"{one.status} …{one.body[max(0, place - 200) : place + 200].decode(errors='replace')}"
