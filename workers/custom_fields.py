"""Indexes of fields that administrators defined (D10)."""

from __future__ import annotations

from uuid import UUID

from service.operations import custom_field_indexes
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="custom_field.index")
def index(message: str) -> bool:
    """Have an index built, and note how far it is."""
    return bool(RUNTIME.run(custom_field_indexes.run(UUID(message))))
