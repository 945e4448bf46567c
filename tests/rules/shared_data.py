"""The sample with known truth that lies beside the repository; where it is absent, the test says so and is skipped."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2].parent / "shared" / "data"


def rows(name: str) -> list[dict[str, str]]:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"../shared/data/{name} is not here: the rule was not tried on the sample.")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def records_with(corruption: str) -> set[str]:
    """Ids of the records of the sample that bear a corruption, by the truth."""
    return {r["customer_id"] for r in rows("sample/truth.csv") if corruption in r["corruption"].split(";")}


def originals() -> set[str]:
    return {r["customer_id"] for r in rows("sample/truth.csv") if r["record_kind"] == "original"}
