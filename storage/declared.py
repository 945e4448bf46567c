"""Database objects that models cannot say, in one list that migrations and `make check` read (design §8).

Partial and expression indexes, operator classes, checks, partitions, grants. `CHECKS` and `INDEXES` give the name and
the definition; a name found in the database and not here, or the reverse, is a complaint of `crm check-migrations`.
`since` is the number of the migration that makes the object, by `made_by`.
"""

# Read as a table, one entry a line or two.
# fmt: off

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.core import enums

FIRST, PROFILE, PEOPLE, TASKS = "0002", "0004", "0005", "0006"
NETWORK, CUSTOM, FILTERS = "0007", "0008", "0009"
EVENTS, REPEATS, WATCH, COUNTS, GRAMS = "0011", "0012", "0013", "0015", "0016"
UPKEEP, CHAIN = "0017", "0019"


@dataclass(frozen=True)
class Index:
    name: str
    definition: str
    unique: bool = False
    since: str = FIRST
    """The migration that makes it."""

    @property
    def sql(self) -> str:
        return f"create {'unique ' if self.unique else ''}index {self.name} on {self.definition}"


@dataclass(frozen=True)
class Check:
    name: str
    table: str
    condition: str
    since: str = FIRST

    @property
    def sql(self) -> str:
        return f"alter table {self.table} add constraint {self.name} check ({self.condition})"


def _codes(table: str, column: str, enum: type[StrEnum], since: str = FIRST) -> Check:
    codes = ", ".join(f"'{member.value}'" for member in enum)
    since = LATER_CODES.get(f"{table}.{column}", since)
    return Check(f"{table}_{column}_code", table, f"{column} in ({codes})", since)


CODE_COLUMNS: dict[str, dict[str, Any]] = {
    "customers": {
        "kind": enums.CustomerKind, "type": enums.CustomerType, "state": enums.CustomerState,
        "enterprise_type": enums.EnterpriseType, "salutation": enums.Salutation, "stage": enums.Stage,
        "grade": enums.Grade, "intent": enums.Intent, "credit_rating": enums.CreditRating,
        "risk_level": enums.RiskLevel, "deduction": enums.Deduction, "submission_evidence": enums.Evidence,
    },
    "contacts": {"salutation": enums.Salutation, "decision_role": enums.DecisionRole},
    "needs": {"priority": enums.NeedPriority, "state": enums.NeedState,
              "expected_purchase": enums.ExpectedPurchase},
    "follow_ups": {"mode": enums.FollowUpMode, "kind": enums.FollowUpKind, "next_plan_mode": enums.FollowUpMode},
    "tasks": {"state": enums.TaskState},
    "stage_moves": {"from_stage": enums.Stage, "to_stage": enums.Stage, "lost_reason": enums.LostReason},
    "policy_cells": {"data_class": enums.DataClass, "level": enums.Level},
}

LATER_CODES = {
    "customers.intent": PROFILE, "customers.credit_rating": PROFILE, "customers.risk_level": PROFILE,
    "customers.deduction": PROFILE, "needs.expected_purchase": PROFILE,
}
"""Columns with codes that came after the first ones, with their migration."""

IN_EFFECT = "('ACTIVE', 'ARCHIVED')"
"""Drafts take no part in uniqueness, nor does what waits for approval: a refusal would tell that it exists (D42)."""

CHECKS: tuple[Check, ...] = (
    *(_codes(table, column, enum) for table, columns in CODE_COLUMNS.items() for column, enum in columns.items()),
    Check("customers_number_iff_effective", "customers", "(state in ('DRAFT', 'PENDING')) = (number is null)"),
    Check("customers_name_in_effect", "customers", "state in ('DRAFT', 'DESTROYED') or name is not null"),
    # D30: what a draft shows to whom follows from its owner, who is its author.
    Check("customers_draft_of_author", "customers", "state <> 'DRAFT' or owner_id = created_by_id"),
    Check("follow_ups_plan_or_reason", "follow_ups",
          "(next_plan_at is not null and next_plan_mode is not null and next_plan_goal is not null)"
          " <> (no_plan_reason is not null)"),
    Check("customers_coordinates_whole", "customers", "(latitude is null) = (longitude is null)", since=PROFILE),
    Check("customers_capital_has_currency", "customers",
          "(registered_capital is null) = (registered_capital_currency is null)", since=PROFILE),
    Check("policy_versions_single", "policy_versions", "id = 1"),
    Check("policy_cells_principal_kind", "policy_cells", "principal_kind in ('ROLE', 'RELATION')"),
    _codes("tasks", "priority", enums.TaskPriority, TASKS),
    _codes("cadences", "status", enums.CoarseStatus, TASKS),
    Check("cadences_days_positive", "cadences", "days > 0", TASKS),
    Check("stage_moves_duration", "stage_moves", "duration_seconds >= 0", TASKS),
    _codes("jobs", "kind", enums.JobKind, PEOPLE),
    _codes("jobs", "upkeep", enums.Upkeep, UPKEEP),
    Check("jobs_upkeep_which", "jobs", "(kind = 'UPKEEP') = (upkeep is not null)", UPKEEP),
    _codes("custom_fields", "type", enums.CustomFieldType, CUSTOM),
    _codes("custom_fields", "kind", enums.CustomerKind, CUSTOM),
    _codes("custom_fields", "index_state", enums.IndexState, CUSTOM),
    # Protected data has columns of its own, which are encrypted (D60).
    Check("custom_fields_data_class", "custom_fields",
          "data_class in ('BASIC', 'BUSINESS', 'COMMERCIAL', 'CONTACT')", CUSTOM),
    # A key stands in the text of statements.
    Check("custom_fields_key", "custom_fields", "key ~ '^[a-z][a-z0-9_]{0,31}$'", CUSTOM),
    Check("custom_fields_required_in_use", "custom_fields",
          "retired_at is null or not (required_of_enterprises or required_of_individuals)", CUSTOM),
    Check("customers_custom_object", "customers", "jsonb_typeof(custom) = 'object'", CUSTOM),
    _codes("jobs", "state", enums.JobState, PEOPLE),
    _codes("hand_overs", "mode", enums.HandOverMode, PEOPLE),
    _codes("branches", "salutation", enums.Salutation, NETWORK),
    _codes("payment_terms", "kind", enums.PaymentTermKind, NETWORK),
    _codes("procedures", "kind", enums.ProcedureKind, NETWORK),
    _codes("customer_relations", "kind", enums.CustomerRelationKind, NETWORK),
    Check("payment_terms_share", "payment_terms", "share > 0 and share <= 100", NETWORK),
    Check("payment_terms_amount_has_currency", "payment_terms", "(amount is null) = (amount_currency is null)",
          NETWORK),
    Check("customer_relations_two", "customer_relations", "from_customer_id <> to_customer_id", NETWORK),
    _codes("saved_filters", "entity", enums.FilterEntity, FILTERS),
    _codes("events", "topic", enums.EventTopic, EVENTS),
)

INDEXES: tuple[Index, ...] = (
    Index("customers_newest", "customers (created_at desc, id desc)"),
    Index("customers_number_order", "customers (number_day, number_serial)"),
    Index("customers_owner_newest", "customers (owner_id, created_at desc, id desc)"),
    Index("customers_department_newest", "customers (department_id, created_at desc, id desc)"),
    Index("customers_stage_newest", "customers (stage, created_at desc, id desc)"),
    Index("customers_name_order", "customers (name_sort, id)"),
    Index("customers_last_followed", "customers (last_followed_up_at desc nulls last, id desc)"),
    Index("customers_uscc_taken", f"customers (uscc) where state in {IN_EFFECT}", unique=True),
    Index("customers_name_words", "customers using gin (lower(name) gin_trgm_ops)"),
    Index("customers_name_same", "customers (name_key)"),
    Index("customers_mobile_same", "customers (mobile, id) where mobile is not null"),
    Index("customers_drafts", "customers (created_by_id) where state = 'DRAFT'"),
    Index("customers_of_referrer", "customers (referrer_customer_id) where referrer_customer_id is not null",
          since=PROFILE),
    Index("contacts_of_customer", "contacts (customer_id, created_at, id) where removed_at is null"),
    Index("contacts_newest", "contacts (created_at, id) where removed_at is null"),
    Index("contacts_one_primary", "contacts (customer_id) where is_primary and removed_at is null", unique=True),
    Index("contacts_mobile_same", "contacts (mobile) where mobile is not null"),
    Index("follow_ups_of_customer", "follow_ups (customer_id, occurred_at desc, id desc) where removed_at is null"),
    Index("follow_ups_newest", "follow_ups (occurred_at desc, id desc) where removed_at is null"),
    Index("follow_ups_of_author", "follow_ups (author_id, occurred_at desc, id desc)"),
    Index("tasks_of_customer", "tasks (customer_id, due_at, id)"),
    Index("tasks_of_assignee", "tasks (assignee_id, due_at, id)"),
    Index("tasks_due", "tasks (due_at) where state = 'OPEN' and reminded_at is null"),
    Index("outbox_waiting",
          "outbox_messages (available_at, id) where sent_at is null and done_at is null and dead_at is null"),
    Index("outbox_in_flight",
          "outbox_messages (sent_at) where sent_at is not null and done_at is null and dead_at is null"),
    Index("outbox_dead", "outbox_messages (dead_at desc, id desc) where dead_at is not null", since=WATCH),
    Index("outbox_done", "outbox_messages (done_at) where done_at is not null"),
    Index("customers_stage_since", "customers (stage_since, id)", since=TASKS),
    Index("tasks_open_of_assignee", "tasks (assignee_id, due_at, id) where state = 'OPEN'", since=TASKS),
    Index("jobs_of_requester", "jobs (requested_by_id, created_at desc, id desc)", since=PEOPLE),
    Index("jobs_newest", "jobs (created_at desc, id desc)", since=PEOPLE),
    Index("branches_of_customer", "branches (customer_id, created_at, id) where removed_at is null", since=NETWORK),
    Index("branches_oldest", "branches (created_at, id) where removed_at is null", since=NETWORK),
    Index("payment_terms_of_customer", "payment_terms (customer_id, position)", unique=True, since=NETWORK),
    Index("procedures_of_customer", "procedures (customer_id, created_at, id) where removed_at is null",
          since=NETWORK),
    Index("procedures_of_contact", "procedures (contact_id) where contact_id is not null", since=NETWORK),
    Index("customer_relations_out", "customer_relations (from_customer_id, to_customer_id, kind)"
          " where removed_at is null", unique=True, since=NETWORK),
    Index("customer_relations_in", "customer_relations (to_customer_id, from_customer_id) where removed_at is null",
          since=NETWORK),
    # A partner is one either way round, and a customer has one parent at most (D11).
    Index("customer_relations_partners", "customer_relations (least(from_customer_id, to_customer_id),"
          " greatest(from_customer_id, to_customer_id)) where kind = 'PARTNER' and removed_at is null", unique=True,
          since=NETWORK),
    Index("customer_relations_one_parent", "customer_relations (to_customer_id)"
          " where kind in ('SUBSIDIARY', 'BRANCH') and removed_at is null", unique=True, since=NETWORK),
    Index("customers_changed", "customers (updated_at desc)", since=FILTERS),
    Index("customer_search_open_grams", "customer_search using gin (open_grams)", since=GRAMS),
    Index("customer_search_personal_grams", "customer_search using gin (personal_grams)", since=GRAMS),
    # What is counted, grouped by and guarded most: a third of what the rows themselves are.
    Index("customers_counted", "customers (state, stage) include (id, owner_id, department_id, kind, type, grade,"
          " source, industry_code, region_code, created_at)", since=COUNTS),
    Index("follow_ups_counted", "follow_ups (customer_id) include (author_id, is_late, mode, kind, occurred_at)"
          " where removed_at is null", since=COUNTS),
    Index("contacts_name_order", "contacts (name_sort, id) where removed_at is null", since=COUNTS),
    Index("contacts_mobile_order", "contacts (mobile, id) where removed_at is null", since=COUNTS),
    Index("contacts_email_order", "contacts (email, id) where removed_at is null", since=COUNTS),
    Index("contacts_mobile_start", 'contacts (lower(mobile) collate "C", id) where removed_at is null', since=COUNTS),
    Index("contacts_email_start", 'contacts (lower(email) collate "C", id) where removed_at is null', since=COUNTS),
    Index("customers_mobile_start", 'customers (lower(mobile) collate "C", id) where mobile is not null', since=COUNTS),
    Index("saved_filters_of_department", "saved_filters (department_id) where department_id is not null",
          since=FILTERS),
    Index("idempotency_keys_oldest", "idempotency_keys (created_at)", since=REPEATS),
    Index("change_log_newest", "change_log (at, id)", since=CHAIN),
    Index("change_log_of_actor", "change_log (actor_id, at, id)", since=CHAIN),
    Index("change_log_segments_of_month", "change_log_segments (month)", since=CHAIN),
    Index("events_unnumbered", "events (id) where sequence is null", since=EVENTS),
    Index("events_of_key", "events (topic, key, sequence)", since=EVENTS),
    Index("events_oldest", "events (created_at)", since=EVENTS),
)

def made_by(migration: str) -> list[tuple[str, str]]:
    """The statements that make the checks and indexes of one migration, each with the one that takes it back."""
    checks = [(c.sql, f"alter table {c.table} drop constraint {c.name}") for c in CHECKS if c.since == migration]
    return checks + [(i.sql, f"drop index {i.name}") for i in INDEXES if i.since == migration]


EVENT_TRIGGERS = """
create sequence events_sequence;
create function tell_of_reminder() returns trigger language plpgsql as $$
begin
    insert into events (created_at, topic, key, record_id) values (now(), 'REMINDER', new.recipient_id, new.id);
    return null;
end $$;
create trigger reminders_given after insert on reminders for each row execute function tell_of_reminder();
create trigger reminders_passed_on after update of recipient_id on reminders for each row
    when (old.recipient_id is distinct from new.recipient_id) execute function tell_of_reminder();
create function tell_of_job() returns trigger language plpgsql as $$
begin
    insert into events (created_at, topic, key) values (now(), 'JOB', new.id);
    return null;
end $$;
create trigger jobs_changed after update on jobs for each row
    when ((old.state, old.total, old.done, old.failed) is distinct from (new.state, new.total, new.done, new.failed))
    execute function tell_of_job();
"""
NO_EVENT_TRIGGERS = """
drop trigger jobs_changed on jobs;
drop trigger reminders_passed_on on reminders;
drop trigger reminders_given on reminders;
drop function tell_of_job();
drop function tell_of_reminder();
drop sequence events_sequence;
"""
"""Reminders and jobs are written in several places, some of them in bulk: the tables themselves tell of them."""

OWNER, APPLICATION = "crm_owner", "crm_app"

READ_WRITE = "select, insert, update, delete"
GRANTS: dict[str, str] = {
    # The application's own role can add to the log and read it, and nothing else (SEC-G3).
    "change_log": "select, insert",
    "change_values": "select, insert",
    # What waits is put there by the insertion itself; the application takes it off when it seals.
    "change_log_unsealed": "select, delete",
    "change_log_segments": "select, insert",
    "change_log_drops": "select, insert",
}
"""What `crm_app` may do to a table. A table that is not named here gets READ_WRITE."""

GRANT = f"""
do $$
declare t text;
begin
    for t in select c.relname from pg_class c
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
               and c.relname not in ('tortoise_migrations', {", ".join(repr(table) for table in GRANTS)})
    loop
        execute format('grant {READ_WRITE} on %I to {APPLICATION}', t);
    end loop;
end $$;
"""
"""Gives the application its rights on every table that `GRANTS` does not name: whoever makes tables runs it."""

CHANGE_LOG = """
create table change_log (
    id uuid not null,
    at timestamptz not null,
    actor_id uuid,
    action varchar(64) not null,
    outcome varchar(16) not null default 'DONE' check (outcome in ('DONE', 'REFUSED')),
    subject_type varchar(32),
    subject_id uuid,
    customer_id uuid,
    reason text,
    request_id varchar(64),
    channel varchar(16) not null,
    digests json not null,
    primary key (id, at)
) partition by range (at);
create table change_log_default partition of change_log default;
create index change_log_of_customer on change_log (customer_id, at);
create index change_log_of_subject on change_log (subject_id, at);
create table change_values (
    change_id uuid not null,
    field varchar(64) not null,
    before json,
    after json,
    primary key (change_id, field)
);
create function ensure_change_log_partition(month date) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    first date := date_trunc('month', month);
    name text := 'change_log_' || to_char(first, 'YYYY_MM');
begin
    if to_regclass(name) is null then
        execute format('create table %I partition of change_log for values from (%L) to (%L)',
                       name, first::timestamp at time zone 'UTC', (first + interval '1 month') at time zone 'UTC');
    end if;
end $$;
"""

CHANGE_LOG_CHAIN = """
create table change_log_unsealed (change_id uuid primary key, at timestamptz not null);
create table change_log_segments (
    number bigint primary key,
    sealed_at timestamptz not null,
    month date not null,
    members uuid[] not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    content bytea not null,
    previous bytea not null unique,
    hash bytea not null,
    signature bytea not null
);
create table change_log_drops (
    month date primary key,
    dropped_at timestamptz not null,
    last_number bigint not null,
    signature bytea not null
);
create function await_seal() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into change_log_unsealed (change_id, at) select id, at from added;
    return null;
end $$;
create trigger change_log_waits after insert on change_log referencing new table as added
    for each statement execute function await_seal();
create function drop_change_log_month(month date, most int) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    first timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
    behind timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
    name text := 'change_log_' || to_char(month, 'YYYY_MM');
    erased int;
begin
    if behind > now() - interval '190 days' then
        raise exception 'the change log is kept for 190 days at least';
    end if;
    if exists (select from change_log_unsealed u where u.at >= first and u.at < behind) then
        raise exception 'rows of this month are not sealed yet';
    end if;
    delete from change_values where (change_id, field) in (
        select v.change_id, v.field from change_values v join change_log l on l.id = v.change_id
        where l.at >= first and l.at < behind limit most
    );
    get diagnostics erased = row_count;
    if erased >= most then
        return false;
    end if;
    execute format('drop table if exists %I', name);
    delete from change_log where at >= first and at < behind;
    return true;
end $$;
revoke all on function drop_change_log_month(date, int) from public;
grant execute on function drop_change_log_month(date, int) to crm_app;
"""
NO_CHANGE_LOG_CHAIN = """
drop function drop_change_log_month(date, int);
drop trigger change_log_waits on change_log;
drop function await_seal();
drop table change_log_drops;
drop table change_log_segments;
drop table change_log_unsealed;
"""
"""Whatever gets into the log waits to be sealed, from the same transaction on. The application takes nothing out of it
but whole months, sealed and older than the law wants them kept (SEC-G1, SEC-G3)."""

OUTBOX_BELL = """
create function ring_outbox() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox', '');
    return null;
end $$;
create trigger ring_outbox after insert on outbox_messages for each statement execute function ring_outbox();
"""
"""Whoever commits work wakes the relays. A lost call costs half a second: they look by themselves, too."""
