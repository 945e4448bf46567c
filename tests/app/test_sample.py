"""The sample with known truth, taken over by `crm load-sample`; skipped, with the reason, where it is not."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from pathlib import Path

import pytest

from service.rules import uscc
from tests.app.commands import Base
from tests.rules import shared_data

FILES = ("customers.csv", "contacts.csv", "follow_ups.csv")
WRONG_CODE = {"USCC_CHECK", "USCC_LENGTH", "USCC_CHARACTER"}
OTHERS = 100
Row = dict[str, str]


def _subset() -> set[str]:
    """All duplicates, what they derive from, and some others."""
    truth = shared_data.rows("sample/truth.csv")
    duplicates = [row for row in truth if row["record_kind"] == "duplicate"]
    chosen = {row["customer_id"] for row in duplicates} | {row["derived_from"] for row in duplicates}
    others = [row["customer_id"] for row in truth if row["customer_id"] not in chosen]
    return chosen | set(random.Random(1).sample(others, OTHERS))


def _write(folder: Path, chosen: set[str]) -> None:
    for name in FILES:
        rows = [row for row in shared_data.rows(f"sample/{name}") if row["customer_id"] in chosen]
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


async def _load(base: Base, folder: Path, tmp_path: Path) -> dict[str, set[str]]:
    """Load a folder; the codes of each customer that was refused."""
    made = base.crm(
        "create-admin", "--name", "王伟", "--staff-number", "a001", "--email", "", CRM_ADMIN_PASSWORD="Zebra#4711-kite"
    )
    assert made.returncode == 0, made.stderr
    loaded = base.crm("load-sample", str(folder), "--as", "A001", "--report", str(tmp_path / "refused.jsonl"))
    assert loaded.returncode == 0, loaded.stderr
    refused: dict[str, set[str]] = defaultdict(set)
    for line in (tmp_path / "refused.jsonl").read_text().splitlines():
        fault = json.loads(line)
        if not fault["record"]:
            refused[fault["customer_id"]].add(fault["code"])
    return refused


def _expected(row: Row, truth: Row, honorifics: set[str]) -> set[str]:
    """The codes of which a duplicate is refused with at least one; none where it is to be accepted."""
    if row["customer_id"] in honorifics:
        return {"NAME_IS_HONORIFIC"}
    if row["customer_type"] == "individual":
        return set()
    if not row["uscc"].strip():
        return {"REQUIRED"}
    return WRONG_CODE if "uscc_typo" in truth["corruption"].split(";") else {"USCC_TAKEN"}


def _honorifics() -> set[str]:
    """Customers whose name, or whose primary contact's, is a form of address: 王女士, not 孙淑芳女士 or 王总 (D8)."""
    rows = [row for row in shared_data.rows("sample/contacts.csv") if row["is_primary"] == "1"]
    rows += [row for row in shared_data.rows("sample/customers.csv") if row["customer_type"] == "individual"]
    return {row["customer_id"] for row in rows if len(row["name"]) == 3 and row["name"].endswith(("先生", "女士"))}


def _expect_the_truth(refused: dict[str, set[str]], chosen: set[str]) -> None:
    honorifics = _honorifics()
    truth = {row["customer_id"]: row for row in shared_data.rows("sample/truth.csv")}
    seen: set[str] = set()
    for row in shared_data.rows("sample/customers.csv"):
        key = row["customer_id"]
        if key not in chosen:
            continue
        codes = refused.get(key, set())
        if truth[key]["record_kind"] == "original":
            assert not codes, (key, codes)
            continue
        wanted = _expected(row, truth[key], honorifics)
        assert bool(codes) == bool(wanted), (key, codes, wanted)
        assert not wanted or codes & wanted, (key, codes, wanted)
        seen |= codes
    assert seen >= {"USCC_TAKEN", "USCC_CHECK", "USCC_CHARACTER", "REQUIRED", "NAME_IS_HONORIFIC"}


async def _expect_a_clean_base(base: Base, refused: dict[str, set[str]], chosen: set[str]) -> None:
    stored = {key for (key,) in await base.rows("select business_code from customers where business_code is not null")}
    assert stored == chosen - set(refused)
    assert await base.value("select count(*) from customers where state <> 'ACTIVE'") == 0
    assert await base.rows("select distinct channel from change_log where customer_id is not null") == [("IMPORT",)]
    assert await base.value("select count(*) from outbox_messages") == 0  # plans of back then are nobody's tasks
    lost = await base.rows("select distinct lost_reason, reason from stage_moves where to_stage = 'LOST'")
    assert lost == [("OTHER", "历史数据")]


async def _expect_times_owners_and_codes(base: Base) -> None:
    rows = {row["customer_id"]: row for row in shared_data.rows("sample/customers.csv")}
    kept = await base.rows(
        "select business_code, to_char(c.created_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'),"
        " u.staff_number, c.uscc, to_char(c.number_day, 'YYYY-MM-DD')"
        " from customers c join users u on u.id = c.owner_id"
    )
    for key, created, owner, code, day in kept:
        row = rows[key]
        assert (created, owner, day) == (row["created_at"], row["owner"].casefold(), row["created_at"][:10])
        assert code == (uscc.normalise(row["uscc"]) or None)
    talks = {row["follow_up_id"]: row for row in shared_data.rows("sample/follow_ups.csv")}.values()
    imported = {key for key, *_ in kept}
    times = sorted(row["time"] for row in talks if row["customer_id"] in imported)
    stored = await base.rows(
        "select to_char(occurred_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') from follow_ups"
        " where content <> '历史数据' and not is_late and created_at = occurred_at order by 1"
    )
    assert [time for (time,) in stored] == times


async def _expect_no_id_numbers(base: Base, chosen: set[str]) -> None:
    rows = [row for row in shared_data.rows("sample/customers.csv") if row["customer_id"] in chosen]
    numbers = [row["id_number"].strip() for row in rows if row["id_number"].strip()]
    tables = await base.rows(
        "select format('%I.%I', table_schema, table_name) from information_schema.tables"
        " where table_schema = 'public' and table_type = 'BASE TABLE'"
    )
    planted = f"(select 'name {numbers[0]}, etc.' as text)"
    for table, expected in [(planted, 1), *((table, 0) for (table,) in tables)]:
        found = f"select count(*) from {table} t, regexp_matches(t::text, $1, 'g') m where m[1] = any($2)"
        assert await base.value(found, "[0-9]{17}[0-9Xx]", numbers) == expected, table
    kept = dict(await base.rows("select business_code, id_number_last_four from customers where kind = 'INDIVIDUAL'"))
    clean = [row for row in rows if row["customer_id"] in kept and row["id_number"].strip().isalnum()]
    clean = [row for row in clean if row["id_number"].isascii()]
    assert clean
    assert all(kept[row["customer_id"]] == row["id_number"].strip()[-4:].upper() for row in clean)


async def _expect_all(base: Base, folder: Path, tmp_path: Path, chosen: set[str]) -> None:
    refused = await _load(base, folder, tmp_path)
    _expect_the_truth(refused, chosen)
    await _expect_a_clean_base(base, refused, chosen)
    await _expect_times_owners_and_codes(base)
    await _expect_no_id_numbers(base, chosen)


async def test_the_sample_is_taken_over_as_its_truth_says_and_again_is_skipped(base: Base, tmp_path: Path) -> None:
    chosen = _subset()
    _write(tmp_path, chosen)
    await _expect_all(base, tmp_path, tmp_path, chosen)

    before = await base.value("select count(*) from customers")
    again = base.crm("load-sample", str(tmp_path))
    assert f"{before} were there already" in " ".join(again.stdout.split())
    assert await base.value("select count(*) from customers") == before


@pytest.mark.deep
async def test_the_whole_sample_is_taken_over_as_its_truth_says(base: Base, tmp_path: Path) -> None:
    chosen = {row["customer_id"] for row in shared_data.rows("sample/customers.csv")}
    await _expect_all(base, shared_data.FOLDER / "sample", tmp_path, chosen)


def test_a_folder_without_the_files_and_a_base_without_administrator_are_said_in_one_sentence(
    base: Base, tmp_path: Path
) -> None:
    refused = base.crm("load-sample", str(tmp_path))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert ".csv is missing: name a folder that holds customers.csv" in refused.stderr
    _write(tmp_path, {"R00000001"})
    refused = base.crm("load-sample", str(tmp_path))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "crm create-admin" in refused.stderr
