"""The access policy as a table for people to read (D42)."""

from __future__ import annotations

from collections.abc import Iterable

from service.boundary.access.policy import Policy
from service.boundary.access.relations import NOT_YET
from service.boundary.access.snapshot import read_policy
from service.core.enums import DataClass, Level, Relation, Role


async def printed(*, markdown: bool) -> str:
    """The policy that is in force, relations first."""
    policy = await read_policy()
    rows = [_row(policy, one) for one in (*Relation, *Role)]
    head = ("relation or role", *(data_class.value for data_class in DataClass))
    return _markdown(head, rows) if markdown else _plain(head, rows)


def _row(policy: Policy, one: Relation | Role) -> tuple[str, ...]:
    later = " (nobody yet)" if one in NOT_YET else ""
    name = f"{one.value}: {one.en} {one.zh}{later}"
    return (name, *(policy.cells.get((one, data_class), Level.NONE).value for data_class in DataClass))


def _markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _plain(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    # The name comes last: Chinese characters are wider than others.
    return "".join("".join(f"{cell:12}" for cell in cells[1:]) + f"{cells[0]}\n" for cells in (head, *rows))
