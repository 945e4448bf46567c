from importlib.resources import files

import pytest

from service.rules import packaged
from tests.rules import shared_data

DATA = files("service.rules") / "data"


def test_design8_every_shipped_file_has_its_source_and_licence_in_the_readme() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    shipped = {entry.name for entry in DATA.iterdir()} - {"README.md"}
    assert shipped == {row.split("`")[1] for row in readme.splitlines() if row.startswith("| `")}


def test_d1_more_than_300_common_words_are_known() -> None:
    words = packaged.lines("common_passwords.txt")
    assert len(set(words)) == len(words) > 300
    assert {w for w in words if w != w.lower()} == set()


@pytest.mark.parametrize("name", ["divisions.csv", "mobile_prefixes.csv"])
def test_design8_whole_tables_are_those_of_the_source(name: str) -> None:
    assert [dict(row) for row in packaged.rows(name)] == shared_data.rows(name)


def test_design8_only_sections_and_divisions_of_the_industries_ship() -> None:
    source = shared_data.rows("industries_gbt4754_2017.csv")
    assert [dict(row) for row in packaged.rows("industries_gbt4754_2017.csv")] == [
        row for row in source if row["level"] in ("section", "division")
    ]


def test_design8_all_company_endings_ship() -> None:
    shipped = [row["suffix"] for row in packaged.rows("company_suffixes.csv")]
    assert shipped == [row["suffix"] for row in shared_data.rows("company_suffixes.csv")]
