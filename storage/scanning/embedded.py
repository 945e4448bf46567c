"""The scanner of `make up`: rules that ship here, and no virus signatures. It says so wherever it is named."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import yara_x

from storage.scanning.verdict import Engine, ScannerFault, Verdict

NAME = "built-in rules 1"
_RULES = Path(__file__).with_name("rules.yar")
_SECONDS = 20


@cache
def _rules() -> yara_x.Rules:
    return yara_x.compile(_RULES.read_text())


class Embedded:
    """The rules in `rules.yar`, over the file and over what was packed in it."""

    async def engine(self) -> Engine:
        return Engine(NAME)

    async def scan(self, file: Path, opened: Path | None = None) -> Verdict:
        """Raises ScannerFault where it took too long."""
        files = [one for one in (file, opened) if one is not None and one.exists()]
        try:
            found = await asyncio.to_thread(_matches, files)
        except (yara_x.ScanError, yara_x.TimeoutError, OSError) as error:
            raise ScannerFault(f"the built-in rules gave no verdict: {type(error).__name__}") from error
        return Verdict(Engine(NAME), found)


def _matches(files: list[Path]) -> str | None:
    """The name of the first rule that finds something."""
    scanner = yara_x.Scanner(_rules())
    scanner.set_timeout(_SECONDS)
    for file in files:
        if file.stat().st_size:
            for rule in scanner.scan_file(str(file)).matching_rules:
                return str(rule.identifier)
    return None
