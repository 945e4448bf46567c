"""Masks exist twice, in SQL for reads and in Python for logs; both show the same (§9, design §8)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.enums import DataClass, Salutation
from service.core.fields.spec import FieldSpec, Mask
from service.core.surnames import COMPOUND
from service.rules import masks as rules
from storage.reader.masks import masked
from storage.reader.sql import Sql
from tests.engines import WorkerEngines

# What PostgreSQL can hold as text: no NUL, no lone surrogates.
ANY = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=24)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=4)
NAMES = st.one_of(
    HAN,
    st.tuples(st.sampled_from(COMPOUND), HAN).map("".join),
    st.tuples(HAN, st.just("·"), HAN).map("".join),
    st.sampled_from(
        ["", " ", "王", "·", "欧阳", "J", "John Smith", "O'Neil", "Ñ", "⺀部", "⹿", "𠮷田一", "阿依古丽·买买提"]
    ),
    ANY,
)
EMAILS = st.one_of(
    st.emails(),
    st.sampled_from(["", "@", "a@", "@b", "ab", "a@b", "ab@c", "a@b@c", "@@", "李@corp.cn", "𠮷𠮷@corp.cn"]),
    ANY,
)
DIGITS = st.text(st.sampled_from("0123456789-+ 转"), max_size=20)
LANDLINES = st.one_of(
    DIGITS,
    st.sampled_from(["0571-88886666", "0571-88886666-123", "-", "--", "0571-", "-66", "400-820-8820", "95588", ""]),
    ANY,
)
VALUES = {
    Mask.PERSON_NAME: NAMES,
    Mask.EMAIL: EMAILS,
    Mask.LANDLINE: LANDLINES,
    Mask.MOBILE: st.one_of(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), DIGITS, ANY),
    Mask.LAST_FOUR: st.one_of(DIGITS, ANY),
    Mask.CITY: ANY,
    Mask.HIDE: ANY,
    Mask.SHOW: ANY,
}
CITY = "杭州市"
Row = tuple[str | None, Salutation | None]


def _spec(mask: Mask) -> FieldSpec:
    return FieldSpec(name="address", data_class=DataClass.CONTACT, mask=mask, zh="值", en="Value", doc="A value.")


def _in_sql(engines: WorkerEngines, mask: Mask, rows: Sequence[Row]) -> list[str | None]:
    text, params = masked(_spec(mask), Sql("r.value"), "r").render()
    assert not params
    statement = (
        f"select {text} from (select *, value as address, '{CITY}' as city from unnest($1::text[], $2::text[])"
        " with ordinality as v (value, salutation, place)) r"
        " order by r.place"
    )

    async def ask() -> list[str | None]:
        connection = await asyncpg.connect(engines.database.app_url)
        try:
            found = await connection.fetch(statement, [v for v, _ in rows], [s and s.value for _, s in rows])
        finally:
            await connection.close()
        return [row[0] for row in found]

    return asyncio.run(ask())


@pytest.mark.parametrize("mask", Mask)
def test_s9_sql_and_python_show_the_same_of_every_value(engines: WorkerEngines, mask: Mask) -> None:
    value = st.one_of(st.none(), VALUES[mask])
    # In batches: one statement masks hundreds of values.
    rows = st.lists(st.tuples(value, st.sampled_from([None, *Salutation])), min_size=200, max_size=300)

    @settings(max_examples=5, deadline=None, database=None)
    @given(rows)
    def same(batch: list[Row]) -> None:
        expected = [rules.shown(mask, text, salutation, CITY) for text, salutation in batch]
        found = _in_sql(engines, mask, batch)
        assert [(b, f) for b, f, e in zip(batch, found, expected, strict=True) if f != e] == []

    same()


def test_s9_the_property_sees_a_mask_that_differs(engines: WorkerEngines) -> None:
    mobiles: list[Row] = [("13812345678", None)]
    assert _in_sql(engines, Mask.LAST_FOUR, mobiles) != [rules.shown(Mask.MOBILE, "13812345678")]
