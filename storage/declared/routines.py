"""What the database does by itself: functions and triggers, and the tables of the change log that they keep."""

# Read as a table, one entry a line or two.
# fmt: off

from __future__ import annotations

TRIGGERS = frozenset((
    "attachments.attachments_changed", "change_log.change_log_waits", "contacts.contacts_searched",
    "contacts.contacts_searched_anew",
    "customers.customers_searched", "customers.customers_searched_anew", "jobs.jobs_changed",
    "outbox_messages.ring_outbox", "reminders.reminders_given", "reminders.reminders_passed_on",
))
FUNCTIONS = frozenset((
    "await_seal", "drop_change_log_month", "ensure_change_log_partition", "iso_date", "ring_outbox", "search_asked",
    "search_document", "search_grams", "search_hashes", "search_keep", "search_key", "search_name",
    "tell_of_attachment", "tell_of_job", "tell_of_reminder",
))
"""Every trigger and every function that there is, those of extensions aside."""

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

ATTACHMENT_TRIGGER = """
create function tell_of_attachment() returns trigger language plpgsql as $$
begin
    insert into events (created_at, topic, key) values (now(), 'ATTACHMENT', new.id);
    return null;
end $$;
create trigger attachments_changed after update on attachments for each row
    when ((old.state, old.version) is distinct from (new.state, new.version)) execute function tell_of_attachment();
alter table events drop constraint events_topic_code;
alter table events add constraint events_topic_code check (topic in ('CUSTOMER', 'REMINDER', 'JOB', 'ATTACHMENT'));
"""
NO_ATTACHMENT_TRIGGER = """
drop trigger attachments_changed on attachments;
drop function tell_of_attachment();
delete from events where topic = 'ATTACHMENT';
alter table events drop constraint events_topic_code;
alter table events add constraint events_topic_code check (topic in ('CUSTOMER', 'REMINDER', 'JOB'));
"""

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
