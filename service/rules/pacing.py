"""How much of a long piece of work is done in one transaction, so that nobody waits long for what it locks (D4)."""

from __future__ import annotations

from dataclasses import dataclass

AIM = 0.05
"""Seconds for which records should stay locked: half of what nobody may wait longer than."""


@dataclass(frozen=True)
class Bounds:
    """The fewest and the most records of one batch."""

    fewest: int
    most: int


def adapted(size: int, *, records: int, seconds: float, bounds: Bounds) -> int:
    """The size of the next batch, after one that kept so many records locked for so long.

    It falls to half at most and grows by a quarter at most: one slow moment is no reason to crawl, and one fast moment
    none to lock what cannot be done in time.
    """
    wanted = records * AIM / seconds if seconds > 0 else bounds.most
    bounded = min(max(wanted, size / 2), size * 1.25)
    return int(min(max(bounded, bounds.fewest), bounds.most))
