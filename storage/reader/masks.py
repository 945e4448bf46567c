"""Masks in SQL (§9), by the definitions of `service.rules.masks`; a property test holds both equal."""

from __future__ import annotations

from service.core.fields.spec import FieldSpec, FieldType, Mask
from service.core.surnames import COMPOUND
from storage.reader.sql import Sql

_SURNAMES = ", ".join(f"'{surname}'" for surname in COMPOUND)

# {0} is the column, {row} the alias of its row.
_TEMPLATES: dict[Mask, str] = {
    Mask.MOBILE: "case when length({0}) >= 11 then left({0}, 3) || '****' || right({0}, 4)"
    " when {0} is not null then '****' end",
    Mask.LANDLINE: "case when strpos({0}, '-') > 0"
    " then split_part({0}, '-', 1) || '-****' || right(split_part({0}, '-', 2), 2)"
    " when {0} is not null then '****' end",
    Mask.EMAIL: "case strpos({0}, '@') when 0 then '***' when 1 then '***' || {0}"
    " when 2 then '***' || substr({0}, 2) else left({0}, 1) || '***' || substr({0}, strpos({0}, '@')) end",
    Mask.LAST_FOUR: "case when length({0}) >= 8 then '****' || right({0}, 4) when {0} is not null then '****' end",
    # Each street address stands beside its city: `registered_address` beside `registered_city`.
    Mask.CITY: "case when {0} is not null then {row}.{city} end",
    Mask.PERSON_NAME: "case when {0} is null then null when length({0}) <= 1 then '**'"
    " when ascii({0}) < 11904 or strpos({0}, '·') > 0 then left({0}, 1) || '**'"
    f" else case when length({{0}}) > 2 and left({{0}}, 2) in ({_SURNAMES}) then left({{0}}, 2) else left({{0}}, 1) end"
    " || case {row}.salutation when 'MR' then '先生' when 'MS' then '女士' else '**' end end",
}


def masked(spec: FieldSpec, column: Sql, row: str) -> Sql:
    """The column as MASKED shows it. Columns are plain SQL without parameters, so they can stand in a template."""
    match spec.shown_masked:
        case Mask.SHOW:
            return column
        case Mask.HIDE:
            return Sql("null::json" if spec.type in (FieldType.MONEY, FieldType.LINK) else "null::text")
        case mask:
            text, params = column.render()
            assert not params
            city = spec.name.replace("address", "city")
            return Sql("(", _TEMPLATES[mask].format(text, row=row, city=city), ")")
