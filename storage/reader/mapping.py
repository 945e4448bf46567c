"""Where the specified fields and links stand in the database. Names come from the Tortoise models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tortoise.models import MetaInfo, Model

from service.core.enums import CoarseStatus, RejectionReason, Stage, TaskState
from service.core.fields import ENTITIES
from service.core.fields.spec import FieldSpec, FieldType
from service.core.stages import COARSE
from storage import models
from storage.queries.change_log import COLUMNS as CHANGE_LOG_COLUMNS
from storage.reader import approvals, grants
from storage.reader.sql import Sql


@dataclass(frozen=True)
class Declared:
    """A table that `storage.declared` makes, and no model."""

    name: str
    columns: frozenset[str]


@dataclass(frozen=True)
class Table:
    """The table of an entity."""

    model: type[Model] | Declared
    base: str = ""
    """What every row must meet; `{r}` is the row's alias."""
    outside: str = ""
    """What a row must meet besides, where it is not reached through a customer."""

    @property
    def name(self) -> str:
        return self.model.name if isinstance(self.model, Declared) else _meta(self.model).db_table

    @property
    def columns(self) -> set[str]:
        if isinstance(self.model, Declared):
            return set(self.model.columns)
        return set(_meta(self.model).fields_db_projection.values())


def _meta(model: type[Model]) -> MetaInfo:
    return model._meta  # pyright: ignore[reportPrivateUsage] - documented by Tortoise for just this


@dataclass(frozen=True)
class Link:
    """How a link is followed.

    `to_one`: the parent's `column` is the target's key. `children`: the target's `column` is the parent's key.
    `through`: by a table between them. `same_customer`: both ends belong to one customer, so its guards hold for both.
    """

    way: Literal["to_one", "children", "through"]
    column: str
    table: str = ""
    target_column: str = ""
    same_customer: bool = False


TABLES: dict[str, Table] = {
    "Customer": Table(models.Customer),
    "Contact": Table(models.Contact, base="{r}.removed_at is null"),
    "FollowUp": Table(models.FollowUp, base="{r}.removed_at is null"),
    "Need": Table(models.Need),
    "StageMove": Table(models.StageMove),
    "Task": Table(models.Task),
    "Reminder": Table(models.Reminder),
    # A custom tag says something about the customers that bear it: it is reached through them only.
    "Tag": Table(models.Tag, outside="{r}.is_system"),
    "ListValue": Table(models.ListValue),
    "CustomField": Table(models.CustomField),
    "User": Table(models.User),
    "Department": Table(models.Department),
    "Branch": Table(models.Branch, base="{r}.removed_at is null"),
    "PaymentTerm": Table(models.PaymentTerm),
    "Procedure": Table(models.Procedure, base="{r}.removed_at is null"),
    "CustomerRelation": Table(models.CustomerRelation, base="{r}.removed_at is null"),
    "Consent": Table(models.Consent),
    "Attachment": Table(models.Attachment, base="{r}.removed_at is null"),
    "Change": Table(Declared("change_log", frozenset(CHANGE_LOG_COLUMNS))),
    "Approval": Table(models.Approval),
    "AccessGrant": Table(models.AccessGrant),
    "AccessUse": Table(Declared("change_log", frozenset(CHANGE_LOG_COLUMNS)), base="{r}.action = 'access.use'"),
}

LINKS: dict[tuple[str, str], Link] = {
    ("Customer", "owner"): Link("to_one", "owner_id"),
    ("Customer", "department"): Link("to_one", "department_id"),
    ("Customer", "created_by"): Link("to_one", "created_by_id"),
    ("Customer", "updated_by"): Link("to_one", "updated_by_id"),
    ("Customer", "referrer_user"): Link("to_one", "referrer_user_id"),
    ("Customer", "referrer_customer"): Link("to_one", "referrer_customer_id"),
    ("Customer", "assessed_by"): Link("to_one", "assessed_by_id"),
    ("Customer", "collaborators"): Link("through", "customer_id", "collaborators", "user_id"),
    ("Customer", "editors"): Link("through", "customer_id", "edit_permissions", "user_id"),
    ("Customer", "tags"): Link("through", "customer_id", "customer_tags", "tag_id"),
    ("Customer", "contacts"): Link("children", "customer_id", same_customer=True),
    ("Customer", "follow_ups"): Link("children", "customer_id", same_customer=True),
    ("Customer", "needs"): Link("children", "customer_id", same_customer=True),
    ("Customer", "stage_moves"): Link("children", "customer_id", same_customer=True),
    ("Customer", "tasks"): Link("children", "customer_id", same_customer=True),
    ("Contact", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("FollowUp", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("FollowUp", "contact"): Link("to_one", "contact_id", same_customer=True),
    ("FollowUp", "author"): Link("to_one", "author_id"),
    ("FollowUp", "recorded_by"): Link("to_one", "recorded_by_id"),
    ("FollowUp", "companions"): Link("through", "follow_up_id", "follow_up_companions", "user_id"),
    ("Need", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("StageMove", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("StageMove", "actor"): Link("to_one", "actor_id"),
    ("Task", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("Task", "assignee"): Link("to_one", "assignee_id"),
    ("Task", "created_by"): Link("to_one", "created_by_id"),
    ("Task", "closed_by"): Link("to_one", "closed_by_id"),
    ("Task", "follow_up"): Link("to_one", "follow_up_id", same_customer=True),
    ("Reminder", "task"): Link("to_one", "task_id", same_customer=True),
    ("Reminder", "recipient"): Link("to_one", "recipient_id"),
    ("User", "department"): Link("to_one", "department_id"),
    ("Department", "parent"): Link("to_one", "parent_id"),
    ("Department", "manager"): Link("to_one", "manager_id"),
    ("Customer", "branches"): Link("children", "customer_id", same_customer=True),
    ("Customer", "payment_terms"): Link("children", "customer_id", same_customer=True),
    ("Customer", "procedures"): Link("children", "customer_id", same_customer=True),
    ("Customer", "relations_out"): Link("children", "from_customer_id", same_customer=True),
    # What is shown of a relation follows from the customer that it comes from: another one than here.
    ("Customer", "relations_in"): Link("children", "to_customer_id"),
    ("Branch", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("PaymentTerm", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("Procedure", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("Procedure", "contact"): Link("to_one", "contact_id", same_customer=True),
    ("CustomerRelation", "from_customer"): Link("to_one", "from_customer_id", same_customer=True),
    ("CustomerRelation", "to_customer"): Link("to_one", "to_customer_id"),
    ("Customer", "consents"): Link("children", "customer_id", same_customer=True),
    ("Consent", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("Consent", "evidence"): Link("to_one", "evidence_id", same_customer=True),
    ("Consent", "recorded_by"): Link("to_one", "recorded_by_id"),
    ("Customer", "attachments"): Link("children", "customer_id", same_customer=True),
    ("Contact", "attachments"): Link("children", "contact_id", same_customer=True),
    ("FollowUp", "attachments"): Link("children", "follow_up_id", same_customer=True),
    ("Attachment", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("Attachment", "contact"): Link("to_one", "contact_id", same_customer=True),
    ("Attachment", "follow_up"): Link("to_one", "follow_up_id", same_customer=True),
    ("Attachment", "uploaded_by"): Link("to_one", "uploaded_by_id"),
    ("Change", "actor"): Link("to_one", "actor_id"),
    ("Change", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("Customer", "changes"): Link("children", "customer_id", same_customer=True),
    ("Contact", "changes"): Link("children", "subject_id", same_customer=True),
    ("Approval", "requester"): Link("to_one", "requester_id"),
    ("Approval", "decided_by"): Link("to_one", "decided_by_id"),
    ("Approval", "in_place_of"): Link("to_one", "in_place_of_id"),
    ("Approval", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("AccessGrant", "holder"): Link("to_one", "holder_id"),
    ("AccessGrant", "department"): Link("to_one", "department_id"),
    ("AccessGrant", "checked_by"): Link("to_one", "checked_by_id"),
    ("AccessGrant", "granted_by"): Link("to_one", "granted_by_id"),
    ("AccessGrant", "ended_by"): Link("to_one", "ended_by_id"),
    ("AccessGrant", "customers"): Link("through", "grant_id", "access_grant_customers", "customer_id"),
    ("AccessGrant", "uses"): Link("children", "subject_id"),
    ("AccessUse", "grant"): Link("to_one", "subject_id", same_customer=True),
    ("AccessUse", "actor"): Link("to_one", "actor_id"),
    ("AccessUse", "customer"): Link("to_one", "customer_id", same_customer=True),
    ("Customer", "access_grants"): Link(
        "through", "customer_id", "access_grant_customers", "grant_id", same_customer=True
    ),
    ("Customer", "approvals"): Link("children", "customer_id", same_customer=True),
}

CUSTOMER_OF: dict[str, str] = {
    # A reminder belongs to the customer of its task.
    "Reminder": "(select t.customer_id from tasks t where t.id = {r}.task_id)",
    "CustomerRelation": "{r}.from_customer_id",
    # A grant is about many: of none of them is it a record.
    "AccessGrant": "null::uuid",
}
"""The key of the customer that a row belongs to, where it is not the column `customer_id`."""

JOINS: defaultdict[str, str] = defaultdict(
    lambda: "join", {name: "left join" for name, spec in ENTITIES.items() if spec.apart}
)
"""How a row's customer is joined: some records may be about none."""

OTHER_END: dict[str, str] = {"CustomerRelation": "{r}.to_customer_id"}
"""The key of another customer that has to exist for the viewer as well, or the row does not."""

_PREFIXES = " ".join(f"when '{spec.name}' then '{spec.prefix}_'" for spec in ENTITIES.values())
_COARSE = " ".join(
    f"when {{r}}.stage in ({', '.join(repr(s.value) for s in Stage if COARSE[s] is status)}) then '{status}'"
    for status in CoarseStatus
)
_LINK = "json_build_array({{r}}.id, {{r}}.customer_id, {{r}}.content_id, {{r}}.file_type, {{r}}.display_name, '{0}')"
_PICTURE = (
    f"(select {_LINK} from file_contents content where content.sha256 = {{{{r}}}}.content_id"
    " and {1} = any(content.thumbnails) and {{r}}.state = 'CLEAN')"
)
"""What a link is made of: attachment, customer, content, type, name, and which of its files is meant."""


def _reasons(locale: str) -> str:
    words = " ".join(f"when '{reason.value}' then '{reason.label(locale)}'" for reason in RejectionReason)
    return f"(case {{r}}.rejection {words} end)"


COMPUTED: dict[tuple[str, str], str] = {
    ("Attachment", "download"): f"(case when {{r}}.state = 'CLEAN' then {_LINK.format('download')} end)",
    ("Attachment", "thumbnail"): _PICTURE.format("thumbnail", 256),
    ("Attachment", "preview"): _PICTURE.format("preview", 1024),
    ("Attachment", "rejection_zh"): _reasons("zh"),
    ("Attachment", "rejection_en"): _reasons("en"),
    ("Customer", "coarse_status"): f"(case {_COARSE} end)",
    # LOST has no cadence. Outside of ACTIVE nothing is proposed.
    ("Customer", "proposed_next_follow_up_at"): (
        "(select coalesce({r}.last_followed_up_at, {r}.effective_at) + make_interval(days => cadence.days)"
        f" from cadences cadence where cadence.status = case {_COARSE} end and {{r}}.state = 'ACTIVE')"
    ),
    ("CustomField", "list"): "(case when {r}.type in ('CHOICE', 'MULTI_CHOICE') then 'custom.' || {r}.key end)",
    ("AccessGrant", "state"): grants.STATE,
    ("Approval", "subject_id"): f"(case {{r}}.subject_type {_PREFIXES} end || {{r}}.subject_id)",
    ("Change", "subject_id"): f"(case {{r}}.subject_type {_PREFIXES} end || {{r}}.subject_id)",
    # A statement of why, and the codes of a refusal, stand in one column.
    ("Change", "reason"): "(case when {r}.outcome = 'DONE' then {r}.reason end)",
    ("Change", "refusal"): "(case when {r}.outcome = 'REFUSED' then {r}.reason end)",
    ("Task", "is_overdue"): f"({{r}}.state = '{TaskState.OPEN}' and {{r}}.due_at < now())",
}
"""Fields that are no column."""

OF_VALUES = {("Change", "changed_fields"), ("Approval", "changed_fields")}
"""Fields that are made from values before and after, under guards of their own: see `reader.changes`."""

OF_VIEWER: dict[tuple[str, str], Callable[[str], Sql]] = {
    ("Approval", "awaits_you"): approvals.may_decide,
    ("AccessGrant", "can_withdraw"): grants.may_withdraw,
    ("AccessGrant", "copy"): grants.copy,
}
"""Fields that depend on who asks."""

SORT_KEYS: dict[tuple[str, str], tuple[tuple[str, FieldType], ...]] = {
    ("Customer", "name"): (("{r}.name_sort", FieldType.STRING),),
    ("Contact", "name"): (("{r}.name_sort", FieldType.STRING),),
    ("Customer", "number"): (("{r}.number_day", FieldType.DATE), ("{r}.number_serial", FieldType.INT)),
}
"""What a list is sorted by, where it is not the field's own value."""

CASTS: dict[FieldType, str] = {
    FieldType.ID: "uuid",
    FieldType.STRING: "text",
    FieldType.INT: "int",
    FieldType.BOOLEAN: "bool",
    FieldType.DECIMAL: "numeric",
    FieldType.MONEY: "numeric",
    FieldType.DATE: "date",
    FieldType.DATETIME: "timestamptz",
    FieldType.ENUM: "text",
    FieldType.ENUM_LIST: "text",
    FieldType.CHOICE: "text",
    FieldType.CHOICE_LIST: "text",
}

_POSITION = "(select v.position from list_values v where v.list = '{list}' and v.code = {column})"


def currency(spec: FieldSpec, row: str) -> Sql:
    """The currency of an amount of money."""
    return Sql(f"{row}.{spec.name}_currency")


def column(entity: str, spec: FieldSpec, row: str) -> Sql:
    """The value of a field, unguarded."""
    if (entity, spec.name) in OF_VIEWER:
        return OF_VIEWER[entity, spec.name](row)
    computed = COMPUTED.get((entity, spec.name))
    return Sql(computed.format(r=row)) if computed else Sql(f"{row}.{spec.name}")


def sort_keys(entity: str, spec: FieldSpec, row: str) -> list[tuple[Sql, FieldType]]:
    """What sorting by a field compares, unguarded. Choices sort in the order of the business, not of their codes."""
    if own := SORT_KEYS.get((entity, spec.name)):
        return [(Sql(text.format(r=row)), kind) for text, kind in own]
    value = column(entity, spec, row)
    place = position(spec, value)
    return [(value, spec.type) if place is None else (place, FieldType.INT)]


def position(spec: FieldSpec, value: Sql) -> Sql | None:
    """Where a choice stands in the order of the business; None for other values."""
    if spec.enum is None:
        return None
    if spec.type is FieldType.ENUM:
        codes = ", ".join(f"'{member.value}'" for member in spec.enum)
        return Sql(f"array_position(array[{codes}], ", value, "::text)")
    if spec.type is FieldType.CHOICE:
        (text,) = value.parts
        return Sql(_POSITION.format(list=spec.enum.__name__, column=text))
    return None


def customer_of(entity: str, row: str) -> str:
    """The key of the customer under whose guards a row stands."""
    return CUSTOMER_OF.get(entity, "{r}.customer_id").format(r=row)


def other_end(entity: str, row: str) -> str | None:
    """The key of the second customer that a row belongs to, where it belongs to two."""
    column = OTHER_END.get(entity)
    return column and column.format(r=row)


def mismatches() -> list[str]:
    """Where specifications, models and links do not agree. Empty when the house is in order."""
    wrong: list[str] = []
    for name, spec in ENTITIES.items():
        if name not in TABLES:
            wrong.append(f"{name} has no table")
            continue
        for f in spec.fields:
            if (name, f.name) not in {*COMPUTED, *OF_VALUES, *OF_VIEWER} and f.name not in TABLES[name].columns:
                wrong.append(f"{name}.{f.name} has no column")
            if f.type is FieldType.MONEY and f"{f.name}_currency" not in TABLES[name].columns:
                wrong.append(f"{name}.{f.name} has no currency")
        wrong += [f"{name}.{r.name} has no link" for r in spec.relations if (name, r.name) not in LINKS]
    return wrong
