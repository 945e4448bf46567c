"""Staff, departments, sessions (D1, D2)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from storage.models.base import Record, Versioned


class Department(Versioned):
    """A node of the tree of departments."""

    name = fields.CharField(max_length=100)
    parent: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "mingce.Department", related_name="children", null=True, on_delete=fields.RESTRICT
    )
    manager: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="manages", null=True, on_delete=fields.RESTRICT
    )
    parent_id: UUID | None
    manager_id: UUID | None

    class Meta:
        table = "departments"


class User(Versioned):
    """A member of staff. Never deleted: names stay on what people did (D4)."""

    staff_number = fields.CharField(max_length=32, unique=True)
    email = fields.CharField(max_length=254, unique=True, null=True)
    name = fields.CharField(max_length=50)
    roles: fields.Field[list[str]] = ArrayField("text")
    department: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "mingce.Department", related_name="staff", null=True, on_delete=fields.RESTRICT
    )
    department_id: UUID | None
    password_hash = fields.CharField(max_length=200)
    must_change_password = fields.BooleanField(default=True)
    session_epoch = fields.IntField(default=1)
    """Raised when every session of the person ends at once; an access token of an older epoch is void."""
    disabled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "users"


class Session(Record):
    """A family of refresh tokens: one sign-in on one device (SEC-A2)."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="sessions", on_delete=fields.CASCADE
    )
    user_id: UUID
    token_digest = fields.CharField(max_length=64, unique=True)
    """SHA-256 of the only refresh token that is good now."""
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sessions"


class SpentToken(Record):
    """A refresh token that was exchanged already. Its re-use ends the family (SEC-A2)."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "mingce.Session", related_name="spent", on_delete=fields.CASCADE
    )
    session_id: UUID
    token_digest = fields.CharField(max_length=64, unique=True)

    class Meta:
        table = "spent_tokens"


class SignInAttempt(Record):
    """Failures of one normalised account name, whether it exists or not (SEC-A5)."""

    account = fields.CharField(max_length=64, unique=True)
    """A keyed digest of the account: what people mistype into this field is often a password."""
    failures = fields.IntField(default=0)
    locked_until = fields.DatetimeField(null=True)
    last_failed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sign_in_attempts"
