"""Tables as an XLSX file. Every cell is a text: nothing that somebody typed is ever a formula or a link (D52)."""

# xlsxwriter has no stubs for what it returns.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

LONGEST_CELL = 32_767
"""Characters, as Excel has it."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Row = Sequence[str | None]


@dataclass(frozen=True)
class Sheet:
    """A table with its headings; the rows come one after the other."""

    name: str
    head: Row
    rows: AsyncIterator[Row]


async def write(file: Path, sheets: Sequence[Sheet]) -> int:
    """Write them; how many rows there were in all. Memory does not grow with their number."""
    count = 0
    with xlsxwriter.Workbook(str(file), {**_OPTIONS, "tmpdir": str(file.parent)}) as book:
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for column, text in enumerate(sheet.head):
                page.write_string(0, column, text or "", bold)
            line = 0
            async for row in sheet.rows:
                line += 1
                for column, text in enumerate(row):
                    if text:
                        page.write_string(line, column, text[:LONGEST_CELL])
            count += line
    return count
