"""The guards of the write path, each with the way in which it is taken out. For the test that tests the twin test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from service.boundary.access import record
from service.core.enums import CustomerState, DataClass, Relation
from service.core.errors import Forbidden
from service.operations import (
    access_grants,
    administration,
    cadences,
    catalogue,
    contacts,
    corrections,
    custom_fields,
    follow_ups,
    hand_over,
    policy,
    tasks,
)
from service.operations.approvals import deciding
from service.operations.attachments import subjects
from service.operations.customers import drafts, editors, ownership, protected, referrers
from storage.queries import customers as queries
from tests.security.twin import sites
from tests.security.twin.taking_out import Removal, everywhere, replaced, rights_on_any_row, without, yes


@dataclass(frozen=True)
class Guard:
    """What refuses a change."""

    within: str
    """The function that it stands in: of `record`, or of the operations."""
    removed: Removal
    strict: bool = True
    """Whether it shows under the strict policy; else under the default one."""
    viewer: str = "owner"
    """Whom it shows to first."""
    among_drafts: bool = False
    """Whether it shows by drafts that are made for it."""


async def _whatever_the_child(viewer: Any, customer_id: Any, _child: Any = None) -> Any:
    return await record.editable(viewer, customer_id)


async def _whatever_the_state(viewer: Any, customer_id: Any, child: Any = None) -> Any:
    try:
        return await record.editable(viewer, customer_id, child)
    except Forbidden as refused:
        if refused.detail != "read_only_state":
            raise
        return await record.access_to(viewer, customer_id)


async def _as_owner(viewer: Any, customer_id: Any) -> Any:
    return replace(await record.access_to(viewer, customer_id), relations=frozenset({Relation.OWNER}))


def _draft_by(rule: Callable[[Any], bool]) -> Removal:
    return replaced(record.Access, "is_draft_of_viewer", property(rule))


async def _any_row(_viewer: Any, customer_id: Any) -> bool:
    return await contacts.Customer.exists(id=customer_id)


async def _any_contact_as_heir(_contact: Any, heir_id: Any, _faults: Any) -> Any:
    return None if heir_id is None else await contacts.Contact.get_or_none(id=heir_id)


async def _of_any_customer(access: Any, contact_id: Any) -> bool:
    return "CONTACT" in access.masked and await follow_ups.Contact.exists(id=contact_id, removed_at=None)


async def _seen_or_not(access: Any, contact_id: Any) -> bool:
    return await follow_ups.Contact.exists(id=contact_id, customer_id=access.customer_id, removed_at=None)


def _any_administrator(operations: Any) -> Removal:
    return replaced(operations, "administration", SimpleNamespace(admit=yes))


_kept_find = contacts.Contact.get_or_none


def _removed_or_not(**named: Any) -> Any:
    return _kept_find(id=named["id"]) if "id" in named else _kept_find(**named)


OF_THE_RECORD: dict[str, Guard] = {
    "record: it exists": Guard("access_to", replaced(record, "rights", rights_on_any_row)),
    "record: each of several exists": Guard("accesses", replaced(record, "rights", rights_on_any_row)),
    "record: its rows exist": Guard("editable", everywhere(_whatever_the_child)),
    "record: who edits": Guard(
        "require_editable", replaced(record, "editing", SimpleNamespace(may_edit=yes)), strict=False, viewer="marketing"
    ),
    "record: read-only states": Guard("require_editable", everywhere(_whatever_the_state)),
    "record: FULL on each field": Guard("Access.require_full", replaced(record.Access, "require_full", yes)),
    "record: an own draft, own": Guard(
        "Access.is_draft_of_viewer", _draft_by(lambda access: access.state is CustomerState.DRAFT), viewer="manager"
    ),
    "record: an own draft, a draft": Guard(
        "Access.is_draft_of_viewer", _draft_by(lambda access: Relation.OWNER in access.relations)
    ),
    "record: what others may refer to": Guard("is_in_effect_for", replaced(referrers, "is_in_effect_for", _any_row)),
    "record: rows that ask for more": Guard(
        "row_exists", everywhere(yes, "row_exists"), strict=False, viewer="marketing"
    ),
    "record: conflicts over what is seen": Guard(
        "Access.shown_whole", replaced(record.Access, "shown_whole", lambda _self, _spec, values: values)
    ),
}
OF_OPERATIONS: dict[str, Guard] = {
    "contacts: removed ones": Guard(
        "contacts._find", replaced(contacts.Contact, "get_or_none", _removed_or_not), strict=False
    ),
    "contacts: an heir of the same customer": Guard(
        "contacts._heir", replaced(contacts, "_heir", _any_contact_as_heir), strict=False
    ),
    "follow-ups: a contact of the same customer": Guard(
        "follow_ups.has_contact", replaced(follow_ups, "has_contact", _of_any_customer), strict=False
    ),
    "follow-ups: a contact that is seen": Guard(
        "follow_ups.has_contact", replaced(follow_ups, "has_contact", _seen_or_not), viewer="collaborator"
    ),
    "who enters": Guard(
        "customers.drafts.admit",
        replaced(drafts, "admit", yes),
        strict=False,
        viewer="marketing",
    ),
    "who deletes a draft": Guard(
        "customers.drafts.admit_deletion", replaced(drafts, "access_to", _as_owner), viewer="manager"
    ),
    "who changes the owner": Guard(
        "customers.ownership.admit_change",
        replaced(ownership, "admit_change", yes),
    ),
    "who keeps lists and fields": Guard("catalogue.add_value", _any_administrator(catalogue)),
    "who changes the policy": Guard("policy.change", _any_administrator(policy)),
    "who sets cadences": Guard("cadences.set_cadence", _any_administrator(cadences)),
    "who defines fields": Guard("custom_fields.create", _any_administrator(custom_fields)),
    "who administers staff": Guard("administration.admit", replaced(administration, "admit", yes)),
    "who hands over": Guard("hand_over.admit", replaced(hand_over, "admit", yes)),
    "who gives edit permissions": Guard("customers.editors.admit", replaced(editors, "admit", yes)),
    "who lets others in": Guard(
        "customers.ownership.admit_letting_in",
        replaced(ownership, "admit_letting_in", yes),
        strict=False,
        viewer="collaborator",
    ),
    "who corrects a follow-up": Guard("corrections.admit", replaced(corrections, "admit", yes), strict=False),
    "who does a task": Guard("tasks.admit", replaced(tasks, "admit", yes), strict=False),
    "tasks: rows that exist": Guard(
        "tasks._find", replaced(tasks, "TASK", replace(tasks.TASK, row_class=DataClass.BASIC)), strict=False
    ),
    "reminders: rows that exist": Guard(
        "tasks.dismiss", replaced(tasks, "REMINDER", replace(tasks.REMINDER, row_class=DataClass.BASIC)), strict=False
    ),
    "whose a reminder is": Guard("tasks.admit_recipient", replaced(tasks, "admit_recipient", yes), strict=False),
    "files: of contacts that are seen": Guard(
        "attachments.subjects.attachable",
        replaced(subjects, "CONTACT", replace(subjects.CONTACT, row_class=DataClass.BASIC)),
        strict=False,
        viewer="marketing",
    ),
    "files: contracts, and those of contacts": Guard(
        "attachments.subjects.require_stricter",
        replaced(subjects, "require_stricter", yes),
        strict=False,
        viewer="colleague",
    ),
    "files: who sends the content": Guard(
        "attachments.subjects.admit_uploader", replaced(subjects, "admit_uploader", yes), strict=False
    ),
    "protected: who reveals": Guard(
        "customers.protected.admit_reveal", replaced(protected, "admit_reveal", yes), strict=False
    ),
    "protected: who erases": Guard(
        "customers.protected.admit_erasure", replaced(protected, "admit_erasure", yes), strict=False
    ),
    "who decides about a request": Guard("approvals.deciding.admit", replaced(deciding, "admit", yes), strict=False),
    "who ends a grant": Guard("access_grants.admit", replaced(access_grants, "admit", yes), strict=False),
    "who takes a request back": Guard(
        "approvals.deciding.admit_requester", replaced(deciding, "admit_requester", yes), strict=False, viewer="manager"
    ),
    "drafts take no part in uniqueness": Guard(
        "customers.requirements.check_uscc_is_free",
        replaced(
            queries,
            "_TAKEN",
            queries._TAKEN.replace("'ACTIVE', 'ARCHIVED'", "'ACTIVE', 'ARCHIVED', 'DRAFT', 'PENDING'"),
        ),
        among_drafts=True,
    ),
}
FOR_IMPORTS_ONLY = {
    "customers.drafts.moment", "customers.drafts._owner", "follow_ups.record", "stages.move", "imports.customer",
}  # fmt: skip
"""Functions whose own refusal is about the channel IMPORT, which no request can name."""

OF_WHAT_IS_NOT_THERE = {
    "approvals.flows.preview",
    "rolling_back.roll_back",
    "rolling_back._record",
    "attachments.subjects.place_of", "attachments.subjects.found", "branches._find", "catalogue._value",
    "consents._find",
    "corrections._find", "custom_fields.one", "customer_relations._find", "departments._found", "departments.remove",
    "needs._find", "procedures._find", "staff._found", "system_tags._find", "upkeep.retry", "upkeep.retry_of_job",
}  # fmt: skip
"""Functions whose own refusal is that there is no such row at all."""
OF_THE_CALLER = {
    "approvals.delegations.end",
    "jobs.cancel", "staff._admit", "saved_filters.one", "saved_filters._locked", "saved_filters.update",
    "saved_filters.delete", "attachments.announcing.upload_of",
}  # fmt: skip
"""Whose job or filter it is, and that human resources leave administrators alone: no record of a customer."""
OF_QUERIES = {"permissions.hidden.explain", "events.following.record"}
"""Functions that refuse to answer, and change nothing."""
NOTHING_TO_SHOW = {
    "access_to in rolling_back.roll_back",
    "access_to in tasks._check_assignee",
    "require_full(Contact) in corrections.require_fields",
}
"""Is asked again by the update that follows; asks for another person, about a customer that everybody sees; and what a
manager under the strict policy does not come to, because he lacks FULL on the follow-up itself."""

CHANGE_GUARDS: dict[str, Guard] = {
    **OF_THE_RECORD,
    **{
        str(site): Guard(f"{sites.short(site.module)}.{site.function}", without(site))
        for site in sites.sites()
        if str(site) not in NOTHING_TO_SHOW
    },
    **OF_OPERATIONS,
}
