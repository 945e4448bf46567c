"""What the search box looks through (D48); `storage.search` says how it is kept."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import SqlDefault
from tortoise.models import Model


class CustomerSearch(Model):
    """The keys of one customer, by the class of the fields that they come from. Written by triggers alone."""

    customer_id = fields.UUIDField(primary_key=True)
    """A foreign key too (`storage.search`): Tortoise's migrations cannot say one that is the primary key."""
    open_text = fields.TextField()
    """Of BASIC fields: number, code, short name, the name of an enterprise."""
    personal_text = fields.TextField()
    """Of CONTACT fields: names of contacts and of individuals, mobiles."""
    open_grams: fields.Field[list[int]] = ArrayField("int", db_default=SqlDefault("'{}'"))
    personal_grams: fields.Field[list[int]] = ArrayField("int", db_default=SqlDefault("'{}'"))
    """Hashes of what stands in each document: what the index holds."""

    class Meta:
        table = "customer_search"
