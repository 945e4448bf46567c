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
from storage.declared.routines import (
    ATTACHMENT_TRIGGER,
    CHANGE_LOG,
    CHANGE_LOG_CHAIN,
    EVENT_TRIGGERS,
    FUNCTIONS,
    NO_ATTACHMENT_TRIGGER,
    NO_CHANGE_LOG_CHAIN,
    NO_EVENT_TRIGGERS,
    OUTBOX_BELL,
    TRIGGERS,
)

__all__ = [
    "APPLICATION", "ATTACHMENT_TRIGGER", "CHANGE_LOG", "CHANGE_LOG_CHAIN", "CHECKS", "EVENT_TRIGGERS", "FULL_LISTS",
    "FUNCTIONS", "GRANT", "GRANTS", "INDEXES", "NO_ATTACHMENT_TRIGGER", "NO_CHANGE_LOG_CHAIN", "NO_EVENT_TRIGGERS",
    "OUTBOX_BELL", "OWNER", "READ_WRITE", "SHORT_LIST", "SHORT_LISTS", "TRIGGERS", "made_by",
]

FIRST, PROFILE, PEOPLE, TASKS = "0002", "0004", "0005", "0006"
NETWORK, CUSTOM, FILTERS = "0007", "0008", "0009"
EVENTS, REPEATS, WATCH, COUNTS, GRAMS = "0011", "0012", "0013", "0015", "0016"
UPKEEP, CHAIN, LISTS, FILES, VAULT = "0017", "0019", "0020", "0021", "0022"
APPROVALS, ACCESS, COPIES, CONSENTS = "0023", "0024", "0025", "0026"
SHARES = "0027"


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
    # Each protected value in the open: as it is shown, and its digest; the value itself is sealed (D60).
    *(Check(f"customers_{name}_shown", "customers",
            f"({name} is null) = ({name}_digest is null) and ({name} is null or {name} like '****%')", VAULT)
      for name in ("id_number", "bank_account")),
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
    _codes("consents", "purpose", enums.ConsentPurpose, CONSENTS),
    _codes("consents", "state", enums.ConsentState, CONSENTS),
    Check("consents_withdrawn", "consents", "(state = 'WITHDRAWN') = (withdrawn_at is not null)", CONSENTS),
    Check("consents_evidence", "consents", "purpose = 'MARKETING' or evidence_id is not null", CONSENTS),
    _codes("saved_filters", "entity", enums.FilterEntity, FILTERS),
    _codes("events", "topic", enums.EventTopic, EVENTS),
    _codes("attachments", "kind", enums.AttachmentKind, FILES),
    _codes("attachments", "state", enums.AttachmentState, FILES),
    _codes("attachments", "file_type", enums.FileType, FILES),
    _codes("attachments", "rejection", enums.RejectionReason, FILES),
    _codes("file_contents", "file_type", enums.FileType, FILES),
    Check("attachments_size", "attachments", "size > 0 and size <= 10485760", FILES),
    # D40: whatever goes wrong in the code, what is not clean has no content, and nothing is clean without a verdict.
    Check("attachments_clean_has_content", "attachments", "(state = 'CLEAN') = (content_id is not null)", FILES),
    Check("attachments_clean_was_scanned", "attachments",
          "state <> 'CLEAN' or (scanned_by is not null and checked_at is not null)", FILES),
    Check("attachments_rejected_why", "attachments", "(state = 'REJECTED') = (rejection is not null)", FILES),
    _codes("approvals", "kind", enums.ApprovalKind, APPROVALS),
    _codes("approvals", "state", enums.ApprovalState, APPROVALS),
    _codes("approvals", "rule", enums.Decider, APPROVALS),
    _codes("approval_flows", "kind", enums.ApprovalKind, APPROVALS),
    Check("approvals_pending_undecided", "approvals", "(state = 'PENDING') = (decided_at is null)", APPROVALS),
    Check("approvals_decided_by_somebody", "approvals",
          "(state in ('APPROVED', 'REJECTED')) = (decided_by_id is not null)", APPROVALS),
    # Whatever goes wrong in the code: nobody decides on his own request, nor does anybody in his place (D34).
    Check("approvals_not_ones_own", "approvals",
          "decided_by_id <> requester_id and in_place_of_id <> requester_id and requester_id <> all(decided_before)",
          APPROVALS),
    Check("delegations_two", "delegations", "user_id <> delegate_id and begins_at < until", APPROVALS),
    Check("access_grants_data_classes", "access_grants",
          "data_classes <@ array['BUSINESS', 'COMMERCIAL', 'CONTACT'] and cardinality(data_classes) > 0", ACCESS),
    _codes("access_grants", "delivery", enums.AccessDelivery, COPIES),
    Check("access_grants_copied", "access_grants", "copied_at is null or delivery = 'COPY'", COPIES),
    Check("access_grants_period", "access_grants", "begins_at < until", ACCESS),
    # Whatever goes wrong in the code: nobody grants himself anything, and nothing is granted without two people (D45),
    # but for what goes outside with the customers' authorisation (D46).
    Check("access_grants_by_two", "access_grants",
          "case when is_authorised"
          " then recipient is not null and granted_at is not null and granted_by_id is null and checked_by_id is null"
          " else (granted_at is null) = (granted_by_id is null) and granted_by_id <> holder_id"
          " and checked_by_id <> holder_id and (granted_at is null or (checked_by_id is not null"
          " and checked_by_id <> granted_by_id)) end", SHARES),
    Check("access_grants_shared", "access_grants", "recipient is null or delivery = 'COPY'", SHARES),
    Check("attachments_one_subject", "attachments", "contact_id is null or follow_up_id is null", FILES),
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
    Index("consents_of_customer", "consents (customer_id, created_at desc, id desc)", since=CONSENTS),
    Index("consents_given", "consents (customer_id, purpose, coalesce(recipient, '')) where state = 'GIVEN'",
          unique=True, since=CONSENTS),
    Index("consents_of_evidence", "consents (evidence_id) where evidence_id is not null", since=CONSENTS),
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
    Index("attachments_of_customer", "attachments (customer_id, created_at desc, id desc) where removed_at is null",
          since=FILES),
    Index("attachments_of_contact", "attachments (contact_id, created_at desc, id desc)"
          " where contact_id is not null and removed_at is null", since=FILES),
    Index("attachments_of_follow_up", "attachments (follow_up_id, created_at desc, id desc)"
          " where follow_up_id is not null and removed_at is null", since=FILES),
    Index("attachments_newest", "attachments (created_at desc, id desc) where removed_at is null", since=FILES),
    Index("attachments_of_uploader", "attachments (uploaded_by_id) include (size) where removed_at is null",
          since=FILES),
    Index("attachments_waiting", "attachments (created_at, id) where state in ('PENDING_UPLOAD', 'QUARANTINED')",
          since=FILES),
    Index("attachments_rejected", "attachments (checked_at) where state = 'REJECTED'", since=FILES),
    Index("attachments_of_content", "attachments (content_id) where content_id is not null", since=FILES),
    # A phone that lost the answer announces the same file again (D38).
    Index("attachments_announced_once",
          "attachments (uploaded_by_id, customer_id, contact_id, follow_up_id, kind, sha256)"
          " nulls not distinct where state in ('PENDING_UPLOAD', 'QUARANTINED', 'CLEAN') and removed_at is null",
          unique=True, since=FILES),
    Index("file_contents_unused", "file_contents (unused_since) where unused_since is not null", since=FILES),
    # Who has this ID number: by a digest that says nothing without its key (D60).
    Index("customers_id_number_same", "customers (id_number_digest) where id_number_digest is not null", since=VAULT),
    Index("approvals_of_customer", "approvals (customer_id, created_at desc, id desc) where customer_id is not null",
          since=APPROVALS),
    Index("approvals_newest", "approvals (created_at desc, id desc)", since=APPROVALS),
    Index("approvals_of_requester", "approvals (requester_id, created_at desc, id desc)", since=APPROVALS),
    Index("approvals_pending", "approvals (expires_at) where state = 'PENDING'", since=APPROVALS),
    # A draft is submitted once at a time.
    Index("approvals_one_entry", "approvals (customer_id) where kind = 'CUSTOMER_ENTRY' and state = 'PENDING'",
          unique=True, since=APPROVALS),
    Index("approval_flows_one", "approval_flows (kind, department_id) nulls not distinct", unique=True,
          since=APPROVALS),
    Index("approvals_of_subject", "approvals (subject_id) where subject_id is not null", since=ACCESS),
    Index("access_grants_held", "access_grants (holder_id, until) where granted_at is not null and ended_at is null",
          since=ACCESS),
    Index("access_grants_copied", "access_grants (until) where copied_at is not null", since=COPIES),
    Index("access_grants_newest", "access_grants (created_at desc, id desc)", since=ACCESS),
    Index("delegations_of_delegate", "delegations (delegate_id) where ended_at is null", since=APPROVALS),
    Index("customers_bank_account_same", "customers (bank_account_digest) where bank_account_digest is not null",
          since=VAULT),
)

SHORT_LIST = "gin_pending_list_limit=128"
"""Of every GIN index of customers, in kilobytes. What is written waits in a list, and who fills it puts all of it in
its place: with the 4 MB that PostgreSQL takes by itself, an unlucky change took 200 ms, its locks held. The grams of
the search box are many more, and are written with names only: there, long lists are what makes them cheap."""
SHORT_LISTS = "".join(
    f"alter index {i.name} set ({SHORT_LIST});"
    for i in INDEXES if i.definition.startswith("customers using gin ") and i.since <= CHAIN
)
FULL_LISTS = SHORT_LISTS.replace(f"set ({SHORT_LIST})", "reset (gin_pending_list_limit)")

def made_by(migration: str) -> list[tuple[str, str]]:
    """The statements that make the checks and indexes of one migration, each with the one that takes it back."""
    checks = [(c.sql, f"alter table {c.table} drop constraint {c.name}") for c in CHECKS if c.since == migration]
    return checks + [(i.sql, f"drop index {i.name}") for i in INDEXES if i.since == migration]


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
