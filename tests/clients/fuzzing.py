"""Requests that schemathesis draws from the schema."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

LEAVING = {"signOut", "signOutEverywhere", "changePassword"}
"""What ends the session that asks."""

_SCALARS = {
    "DateTime": st.datetimes().map(lambda at: nodes.String(f"{at.isoformat()}Z")),
    "Date": st.dates().map(lambda day: nodes.String(day.isoformat())),
    "Decimal": st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: nodes.String(str(number))),
    "JSON": st.text().map(nodes.String) | st.integers().map(lambda number: nodes.Int(str(number))),
}


def cases(schema: str, url: str) -> st.SearchStrategy[Any]:
    """Requests of every root field of the schema, valid by their types."""
    for name, values in _SCALARS.items():
        schemathesis.graphql.scalar(name, values)
    loaded = schemathesis.graphql.from_file(schema)
    loaded.config.update(base_url=url)
    found = [operation.ok() for operation in loaded.get_all_operations()]
    wanted = [one for one in found if one.definition.field_name not in LEAVING]
    assert len(wanted) > 100
    return st.sampled_from(wanted).flatmap(lambda one: one.as_strategy())
