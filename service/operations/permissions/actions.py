"""Every mutation with the checks that it makes before it looks at its input: the very functions, not their like.

A check raises what the mutation would be refused with: a `Refusal`, or an `Invalid` of the record as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from service.boundary.access.held import Held
from service.boundary.access.record import Access, require_editable
from service.boundary.access.standing import Standing
from service.core.enums import ConsentState, NeedState, Role, TaskState
from service.core.fields import (
    ACCESS_GRANT,
    APPROVAL,
    ATTACHMENT,
    BRANCH,
    CONSENT,
    CONTACT,
    CUSTOMER,
    CUSTOMER_RELATION,
    FOLLOW_UP,
    NEED,
    PAYMENT_TERM,
    PROCEDURE,
    REMINDER,
    STAGE_MOVE,
    TASK,
)
from service.core.fields.spec import EntitySpec
from service.core.viewer import Viewer
from service.operations import (
    access_grants,
    administration,
    branches,
    consents,
    contacts,
    corrections,
    customer_relations,
    follow_ups,
    hand_over,
    needs,
    payment_terms,
    procedures,
    stages,
    tasks,
)
from service.operations.approvals import deciding
from service.operations.attachments import subjects
from service.operations.customers import drafts, editors, ownership, protected
from service.rules import consents as consent_rules
from service.rules import editing
from service.rules import follow_ups as follow_up_rules
from service.rules import needs as need_rules
from service.rules import tasks as task_rules


@dataclass(frozen=True)
class Subject:
    """A record that exists for the viewer, with what the checks look at."""

    viewer: Viewer
    access: Access
    record: Any
    """The row, as the model has it."""
    others: int = 0
    """Of a contact or a follow-up: how many more the customer has."""
    owner_left: bool = False
    """Of a customer: whether its owner is disabled."""
    standing: Standing | None = None
    """Of a request for approval: what the viewer is to it."""
    held: Held | None = None
    """The same of an access grant."""


Check = Callable[[Subject], None]


def _edits(s: Subject) -> None:
    require_editable(s.viewer, s.access)


def _edits_child(spec: EntitySpec, s: Subject) -> None:
    require_editable(s.viewer, s.access, spec)


def _is_draft(s: Subject) -> None:
    editing.check_draft(s.access.state)


def _is_in_effect(s: Subject) -> None:
    editing.check_in_effect(s.access.state)


def _is_enterprise(s: Subject) -> None:
    editing.check_enterprise(s.access.kind)


def _deletes(s: Subject) -> None:
    drafts.admit_deletion(s.viewer, s.access, owner_left=s.owner_left)


def _changes_owner(s: Subject) -> None:
    ownership.admit_change(s.viewer, s.access)


def _lets_in(s: Subject) -> None:
    ownership.admit_letting_in(s.viewer, s.access)


def _erases(s: Subject) -> None:
    protected.admit_erasure(s.viewer)


def _permits(s: Subject) -> None:
    editors.admit(s.viewer, s.access)


def _of(check: Callable[[Access], None]) -> Check:
    return lambda s: check(s.access)


def _has_other_contacts(s: Subject) -> None:
    contacts.check_removal(s.access, s.record, others=s.others, names_another=True)


def _corrects(s: Subject) -> None:
    corrections.admit(s.viewer, s.access, s.record)


def _has_other_follow_ups(s: Subject) -> None:
    follow_up_rules.check_removal(others=s.others)


def _need_is_open(s: Subject) -> None:
    need_rules.check_open(NeedState(s.record.state))


def _works_on(s: Subject) -> None:
    tasks.admit(s.viewer, s.access, s.record)


def _task_is_open(s: Subject) -> None:
    task_rules.check_open(TaskState(s.record.state))


def _is_recipient(s: Subject) -> None:
    tasks.admit_recipient(s.viewer, s.record)


def _is_uploader(s: Subject) -> None:
    subjects.admit_uploader(s.viewer, s.record)


def _standing(s: Subject) -> Standing:
    assert s.standing is not None
    return s.standing


def _decides(s: Subject) -> None:
    deciding.admit(s.viewer, _standing(s))


def _has_asked(s: Subject) -> None:
    deciding.admit_requester(s.viewer, _standing(s))


def _held(s: Subject) -> Held:
    assert s.held is not None
    return s.held


def _answers_for_grant(s: Subject) -> None:
    access_grants.admit(_held(s))


def _grant_is_in_force(s: Subject) -> None:
    access_grants.check_in_force(_held(s))


def _is_undecided(s: Subject) -> None:
    deciding.check_open(_standing(s))


def _consent_holds(s: Subject) -> None:
    consent_rules.check_given(ConsentState(s.record.state))


_BRANCH, _TERM, _PROCEDURE, _RELATION, _FILE, _CONSENT = (
    partial(_edits_child, spec) for spec in (BRANCH, PAYMENT_TERM, PROCEDURE, CUSTOMER_RELATION, ATTACHMENT, CONSENT)
)
_CONTACT, _FOLLOW_UP, _NEED = (partial(_edits_child, spec) for spec in (CONTACT, FOLLOW_UP, NEED))
_ATTACHES: tuple[Check, ...] = (_FILE, _of(subjects.admit))
_TASK: tuple[Check, ...] = (_works_on, _of(tasks.admit_any), _task_is_open)

OF_RECORDS: Mapping[str, Mapping[str, tuple[Check, ...]]] = {
    CUSTOMER.name: {
        "updateCustomer": (_edits,),
        "submitCustomer": (_edits, _is_draft),
        "deleteCustomerDraft": (_deletes,),
        "changeCustomerOwner": (_changes_owner, _is_in_effect),
        "addCollaborator": (_edits, _lets_in),
        "removeCollaborator": (_edits, _lets_in),
        "grantEditPermission": (_permits,),
        "withdrawEditPermission": (_permits,),
        "moveCustomerStage": (_edits, _of(stages.admit), _is_in_effect),
        "addTags": (_edits,),
        "removeTags": (_edits,),
        "createContact": (_edits, _of(contacts.admit_any)),
        "createNeed": (_NEED, _of(needs.admit_new)),
        "recordFollowUp": (_edits, _of(follow_ups.admit), _is_in_effect),
        "createTask": (_edits, _of(tasks.admit_any), _is_in_effect),
        "reportInformationChange": (_is_in_effect,),
        "createBranch": (_BRANCH, _of(branches.admit), _is_enterprise),
        "setPaymentTerms": (_TERM, _of(payment_terms.admit)),
        "createProcedure": (_PROCEDURE, _of(procedures.admit)),
        "addCustomerRelation": (_RELATION, _of(customer_relations.admit), _is_in_effect),
        "createAttachmentUpload": _ATTACHES,
        "recordConsent": (_CONSENT, _of(consents.admit)),
        "revealField": (_of(protected.admit_reveal),),
        "eraseProtectedValues": (_erases,),
    },
    CONTACT.name: {
        "createAttachmentUpload": (*_ATTACHES, _of(subjects.require_contact)),
        "updateContact": (_CONTACT,),
        "removeContact": (_CONTACT, _of(contacts.admit_any), _has_other_contacts),
    },
    FOLLOW_UP.name: {
        "correctFollowUp": (_FOLLOW_UP, _corrects, _of(follow_ups.admit)),
        "removeFollowUp": (_FOLLOW_UP, _corrects, _of(follow_ups.admit), _has_other_follow_ups),
        "createAttachmentUpload": _ATTACHES,
    },
    NEED.name: {
        "updateNeed": (_NEED, _need_is_open),
        "closeNeed": (_NEED, _of(needs.admit_closing)),
    },
    TASK.name: dict.fromkeys(("updateTask", "reassignTask", "completeTask", "cancelTask"), _TASK),
    REMINDER.name: {"dismissReminder": (_is_recipient,)},
    STAGE_MOVE.name: {},
    BRANCH.name: dict.fromkeys(("updateBranch", "removeBranch"), (_BRANCH, _of(branches.admit))),
    PAYMENT_TERM.name: {},
    PROCEDURE.name: dict.fromkeys(("updateProcedure", "removeProcedure"), (_PROCEDURE, _of(procedures.admit))),
    CUSTOMER_RELATION.name: {"removeCustomerRelation": (_RELATION, _of(customer_relations.admit))},
    CONSENT.name: {"withdrawConsent": (_CONSENT, _of(consents.admit), _consent_holds)},
    ATTACHMENT.name: {
        "updateAttachment": _ATTACHES,
        **dict.fromkeys(
            ("renewAttachmentUpload", "completeAttachmentUpload"), (_FILE, _is_uploader, _of(subjects.admit))
        ),
        "removeAttachment": _ATTACHES,
    },
    APPROVAL.name: {
        **dict.fromkeys(("approve", "reject"), (_decides, _is_undecided)),
        "withdraw": (_has_asked, _is_undecided),
    },
    ACCESS_GRANT.name: {"withdrawAccess": (_answers_for_grant, _grant_is_in_force)},
}
"""By type of record and mutation, in the order in which the mutation asks."""

UPDATES: Mapping[str, str] = {
    CUSTOMER.name: "updateCustomer",
    CONTACT.name: "updateContact",
    FOLLOW_UP.name: "correctFollowUp",
    NEED.name: "updateNeed",
    TASK.name: "updateTask",
    BRANCH.name: "updateBranch",
    PROCEDURE.name: "updateProcedure",
    ATTACHMENT.name: "updateAttachment",
}
"""The mutation that sets fields."""

LINKS: Mapping[str, Mapping[str, Callable[[Access, Collection[str]], None]]] = {
    CUSTOMER.name: dict.fromkeys(("referrer_user_id", "referrer_customer_id"), drafts.require_fields),
    FOLLOW_UP.name: dict.fromkeys(("contact_id", "author_id", "companion_ids"), corrections.require_fields),
    PROCEDURE.name: {"contact_id": procedures.require_fields},
}
"""What the update asks before it sets a link to another record."""

_BY_ADMINISTRATORS = (
    "createUser", "updateUser", "setUserRoles", "resetPassword", "unlockUser", "createDepartment", "renameDepartment",
    "moveDepartment", "appointManager", "removeDepartment", "createSystemTag", "renameSystemTag", "retireSystemTag",
    "addListValue", "updateListValue", "retireListValue", "requireField", "retireField", "createCustomField",
    "updateCustomField", "retireCustomField", "buildCustomFieldIndex", "changePolicy", "setCadence", "retryJob",
    "runJob", "rescanAttachments", "setApprovalFlow",
)  # fmt: skip
_BY_HUMAN_RESOURCES_TOO = ("moveUser", "disableUser", "enableUser")


def _or_human_resources(viewer: Viewer) -> None:
    administration.admit(viewer, Role.HR)


OF_VIEWERS: Mapping[str, Callable[[Viewer], None]] = {
    "createCustomerDraft": drafts.admit,
    "handOverCustomers": hand_over.admit,
    **dict.fromkeys(_BY_ADMINISTRATORS, administration.admit),
    **dict.fromkeys(_BY_HUMAN_RESOURCES_TOO, _or_human_resources),
}
"""Mutations that are about no customer. Some refuse single people besides: an administrator is one's own business."""
