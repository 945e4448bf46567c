"""Taking over records of another system: what a person would do one by one, with the times and owners of back then.

Whoever imports acts in his own name under the channel IMPORT; the change log says so. Each record goes through the
operations for drafts, submissions, stages and follow-ups, all in one transaction: it is taken over with all that
belongs to it, or leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from service.boundary.work import operation
from service.core.enums import Channel, Evidence, LostReason, Role, Stage
from service.core.errors import FieldError, Forbidden, UserErrors
from service.core.viewer import Viewer
from service.operations import follow_ups, stages
from service.operations.customers import drafts, submission
from service.operations.customers.drafts import Draft
from service.operations.customers.submission import Submission
from storage.models import Contact

_CONTACTS = "contacts"
_ENTERED, _IN_EFFECT = 1, 2
"""The version of a customer as a draft, and after its submission."""


@dataclass(frozen=True)
class Talk:
    """A communication of back then. `contact` is the place of the contact in the draft."""

    given: dict[str, Any]
    contact: int | None = None

    @property
    def at(self) -> datetime:
        return self.given["occurred_at"]


@dataclass(frozen=True)
class Record:
    """A customer of another system. The first talk is the communication of its submission (D13)."""

    draft: Draft
    talks: list[Talk]
    stage: Stage = Stage.LEAD
    lost: tuple[LostReason, str] | None = None
    """Why it was lost, where that is its stage."""
    evidence: Evidence = Evidence.OTHER


@dataclass
class Taken:
    """What became of a record."""

    customer_id: UUID
    contacts_left_out: dict[int, list[FieldError]] = field(default_factory=dict[int, list[FieldError]])
    """The faults of each contact that was left out, by its place. Never the first: without it nothing is taken."""
    talks_left_out: dict[int, list[FieldError]] = field(default_factory=dict[int, list[FieldError]])


@operation("import.customer")
async def customer(viewer: Viewer, record: Record) -> Taken:
    """Take over one customer. UserErrors, all at once, where it is refused."""
    if viewer.channel is not Channel.IMPORT or Role.ADMIN not in viewer.roles:
        raise Forbidden("administrators_only")
    taken = await _enter(viewer, record.draft)
    people = await _people(taken, len(record.draft.contacts))
    owner_id = record.draft.owner_id
    first = record.talks[0] if record.talks else None
    await submission.submit(
        viewer,
        taken.customer_id,
        Submission(
            version=_ENTERED, evidence=record.evidence, communication=first and first.given,
            effective_at=record.draft.entered_at, contact_id=first and _contact(people, first), author_id=owner_id,
            recorded_at=first and first.at,
        ),
    )  # fmt: skip
    await _move(viewer, taken.customer_id, record)
    for place, talk in enumerate(record.talks[1:], start=1):
        try:
            await follow_ups.record(
                viewer,
                taken.customer_id,
                talk.given,
                contact_id=_contact(people, talk),
                author_id=owner_id,
                recorded_at=talk.at,
            )
        except UserErrors as refused:
            taken.talks_left_out[place] = refused.errors
    return taken


async def _enter(viewer: Viewer, draft: Draft) -> Taken:
    """Save the draft. Where nothing is wrong but with contacts besides the first one, without those."""
    try:
        return Taken((await drafts.create(viewer, draft)).customer_id)
    except UserErrors as refused:
        wrong = _wrong_contacts(refused)
        if not wrong:
            raise
        kept = [contact for place, contact in enumerate(draft.contacts) if place not in wrong]
        return Taken((await drafts.create(viewer, replace(draft, contacts=kept))).customer_id, wrong)


def _wrong_contacts(refused: UserErrors) -> dict[int, list[FieldError]]:
    """The faults by contact; none where anything else is wrong too."""
    found: dict[int, list[FieldError]] = {}
    for error in refused.errors:
        if len(error.field) < 2 or error.field[0] != _CONTACTS or error.field[1] == "0":
            return {}
        found.setdefault(int(error.field[1]), []).append(FieldError(error.code, error.field[2:], error.params))
    return found


async def _people(taken: Taken, count: int) -> dict[int, UUID]:
    """The keys of the contacts by their place in the record. Their keys ascend as they were entered."""
    keys = [contact.id for contact in await Contact.filter(customer_id=taken.customer_id).order_by("id")]
    places = [place for place in range(count) if place not in taken.contacts_left_out]
    return dict(zip(places, keys, strict=True))


def _contact(people: dict[int, UUID], talk: Talk) -> UUID | None:
    return None if talk.contact is None else people.get(talk.contact)


async def _move(viewer: Viewer, customer_id: UUID, record: Record) -> None:
    """Bring it to its stage, at the time of the last talk: when it came there is not known."""
    steps = [Stage.WON, Stage.AFTER_SALES] if record.stage is Stage.AFTER_SALES else [record.stage]
    entered = record.draft.entered_at
    times = [talk.at for talk in record.talks] + ([entered] if entered else [])
    version = _IN_EFFECT
    for to in steps:
        if to is Stage.LEAD:
            continue
        lost, reason = record.lost if to is Stage.LOST and record.lost else (None, None)
        moved_at = max(times, default=None)
        await stages.move(viewer, customer_id, version, to, reason=reason, lost_reason=lost, moved_at=moved_at)
        version += 1
