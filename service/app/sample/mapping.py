"""What a row of the files means here. Nothing is checked that the operations check; what is made up is noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from service.app.sample.files import Entry, Row
from service.core.enums import (
    CustomerKind,
    DecisionRole,
    Evidence,
    FollowUpMode,
    Grade,
    Labelled,
    LostReason,
    NeedKind,
    NeedPriority,
    Salutation,
    SizeBand,
    SourceChannel,
    Stage,
)
from service.core.errors import ErrorCode, FieldError, Invalid, UserErrors
from service.operations.customers.drafts import Draft
from service.operations.imports import Record, Talk
from service.rules import addresses, emails
from service.rules.characters import fold, without_blanks
from service.rules.industries import OTHER

HISTORICAL = "历史数据"
E = TypeVar("E", bound=Labelled)

_KINDS = {"enterprise": CustomerKind.ENTERPRISE, "individual": CustomerKind.INDIVIDUAL}
_GENDERS = {"男": Salutation.MR, "女": Salutation.MS}
_PROMISING = (Stage.QUALIFIED, Stage.PROPOSAL, Stage.NEGOTIATION)
_NINE = time(9)


class Notice(StrEnum):
    """What was made up, moved or left out of a customer that was taken over."""

    ID_NUMBER_DROPPED = "ID_NUMBER_DROPPED"
    ADDRESS_SHORTENED = "ADDRESS_SHORTENED"
    REFERRER_ASSUMED = "REFERRER_ASSUMED"
    NEED_ASSUMED = "NEED_ASSUMED"
    LOST_REASON_ASSUMED = "LOST_REASON_ASSUMED"
    INDUSTRY_ASSUMED = "INDUSTRY_ASSUMED"
    COMMUNICATION_ASSUMED = "COMMUNICATION_ASSUMED"
    NO_PLAN_ASSUMED = "NO_PLAN_ASSUMED"
    MAILBOX_NOTE_ADDED = "MAILBOX_NOTE_ADDED"
    LANDLINE_TO_CONTACT = "LANDLINE_TO_CONTACT"
    CONTACT_LEFT_OUT = "CONTACT_LEFT_OUT"
    FOLLOW_UP_LEFT_OUT = "FOLLOW_UP_LEFT_OUT"


NOTICES = {
    Notice.ID_NUMBER_DROPPED: "full ID numbers are not kept, their last four characters are",
    Notice.ADDRESS_SHORTENED: "an individual's address ends at the street",
    Notice.REFERRER_ASSUMED: "the files name no referrer: the owner",
    Notice.NEED_ASSUMED: "the files have no need: PURCHASE, priority MEDIUM from 需求确认 to 商务谈判, else LOW",
    Notice.LOST_REASON_ASSUMED: f"lost without a reason: OTHER, {HISTORICAL}",
    Notice.INDUSTRY_ASSUMED: f"an enterprise without industry: OTHER, {HISTORICAL}",
    Notice.COMMUNICATION_ASSUMED: "no follow-up: a phone call when the customer was entered",
    Notice.NO_PLAN_ASSUMED: f"a follow-up without next plan: {HISTORICAL} as the reason",
    Notice.MAILBOX_NOTE_ADDED: f"a personal mailbox: {HISTORICAL} as its note",
    Notice.LANDLINE_TO_CONTACT: "a customer's landline: now the primary contact's",
    Notice.CONTACT_LEFT_OUT: "contacts that were refused while their customer was not",
    Notice.FOLLOW_UP_LEFT_OUT: "follow-ups that were refused while their customer was not",
}
"""What each notice says to the person who loads."""


@dataclass
class Mapped:
    """A customer as the operations take it, and what had to be made up for it."""

    record: Record
    notices: Counter[Notice] = field(default_factory=Counter[Notice])


@dataclass(frozen=True)
class Mapping:
    """Turns rows into records. `owners` by staff number; `system_tags` by name."""

    zone: ZoneInfo
    owners: dict[str, UUID]
    system_tags: frozenset[str]

    def record(self, entry: Entry) -> Mapped:
        """Raises UserErrors for what cannot even be read: unknown labels, times that are none."""
        made = _Reading(self, entry)
        record = made.record()
        if made.errors:
            raise UserErrors(made.errors)
        return Mapped(record, made.notices)


class _Reading:
    """One entry while it is read."""

    def __init__(self, mapping: Mapping, entry: Entry) -> None:
        self._of, self._entry, self._row = mapping, entry, entry.row
        self.errors: list[FieldError] = []
        self.notices: Counter[Notice] = Counter()

    def record(self) -> Record:
        row = self._row
        kind = _KINDS.get(row["customer_type"])
        if kind is None:
            self._wrong("customer_type")
        entered = self._time(row["created_at"], "created_at")
        stage = self._code(Stage, row["stage"], "stage") or Stage.LEAD
        lost = None
        if stage is Stage.LOST:
            lost = (LostReason.OTHER, HISTORICAL)
            self.notices[Notice.LOST_REASON_ASSUMED] += 1
        draft = Draft(
            kind=kind or CustomerKind.ENTERPRISE, values=self._values(kind), contacts=self._contacts(),
            need=self._need(stage), entered_at=entered, owner_id=self._of.owners[staff_number(row["owner"])],
            **self._tags(),
        )  # fmt: skip
        return Record(draft, self._talks(entered), stage, lost, Evidence.OTHER)

    def _values(self, kind: CustomerKind | None) -> dict[str, Any]:
        row = self._row
        values: dict[str, Any] = {
            "business_code": row["customer_id"], "name": row["name"], "short_name": row["short_name"],
            "region_code": row["division_code"], "address": self._address(kind),
            **self._source(),
            "grade": self._code(Grade, row["grade"], "grade"),
            **self._industry(kind),
        }  # fmt: skip
        if kind is CustomerKind.INDIVIDUAL:
            return values | self._individual()
        return values | {"uscc": row["uscc"], "size_band": self._code(SizeBand, row["size_band"], "size_band")}

    def _address(self, kind: CustomerKind | None) -> str:
        address = self._row["address"]
        if kind is not CustomerKind.INDIVIDUAL:
            return address
        street = addresses.up_to_street(address)
        if street != address:
            self.notices[Notice.ADDRESS_SHORTENED] += 1
        return street

    def _source(self) -> dict[str, Any]:
        """The channel; of a referral the owner as the referrer, because the files name none."""
        source = self._code(SourceChannel, self._row["source_channel"], "source_channel")
        if source is not SourceChannel.REFERRAL:
            return {"source": source}
        self.notices[Notice.REFERRER_ASSUMED] += 1
        return {"source": source, "referrer_user_id": self._of.owners[staff_number(self._row["owner"])]}

    def _industry(self, kind: CustomerKind | None) -> dict[str, Any]:
        code = self._row["industry_code"]
        if code.strip() or kind is CustomerKind.INDIVIDUAL:
            return {"industry_code": code}
        self.notices[Notice.INDUSTRY_ASSUMED] += 1
        return {"industry_code": OTHER, "industry_other": HISTORICAL}

    def _individual(self) -> dict[str, Any]:
        """The first contact of an individual is the person: mobile and form of address stand there."""
        person = self._entry.contacts[0] if self._entry.contacts else Row()
        number = without_blanks(fold(self._row["id_number"])).replace("-", "")
        if number:
            self.notices[Notice.ID_NUMBER_DROPPED] += 1
        return {
            "mobile": person.get("mobile"), "salutation": _GENDERS.get(person.get("gender", "")),
            "id_number_last_four": number[-4:],
        }  # fmt: skip

    def _contacts(self) -> list[dict[str, Any]]:
        people = [self._contact(row, place) for place, row in enumerate(self._entry.contacts)]
        if people and self._row["phone"].strip():
            people[0]["landline"] = self._row["phone"]
            self.notices[Notice.LANDLINE_TO_CONTACT] += 1
        return people

    def _contact(self, row: Row, place: int) -> dict[str, Any]:
        person: dict[str, Any] = {
            "name": row["name"], "title": row["title"], "mobile": row["mobile"], "email": row["email"],
            "salutation": _GENDERS.get(row["gender"]), "is_primary": place == 0 and row["is_primary"] == "1",
            "decision_role": self._code(DecisionRole, row["role"], "contacts", at=(str(place), "role")),
        }  # fmt: skip
        if _is_personal(row["email"]):
            person["email_note"] = HISTORICAL
            self.notices[Notice.MAILBOX_NOTE_ADDED] += 1
        return person

    def _need(self, stage: Stage) -> dict[str, Any]:
        self.notices[Notice.NEED_ASSUMED] += 1
        priority = NeedPriority.MEDIUM if stage in _PROMISING else NeedPriority.LOW
        return {"kinds": [NeedKind.PURCHASE], "priority": priority}

    def _tags(self) -> dict[str, Any]:
        """Names of system tags are those, all others custom tags. Without a system tag the submission is refused."""
        names = [tag for tag in self._row["tags"].split(";") if tag.strip()]
        known = self._of.system_tags
        return {"system_tags": [n for n in names if n in known], "custom_tags": [n for n in names if n not in known]}

    def _talks(self, entered: datetime | None) -> list[Talk]:
        people = {row["contact_id"]: place for place, row in enumerate(self._entry.contacts)}
        talks = [self._talk(row, people.get(row["contact_id"])) for row in self._entry.follow_ups]
        if talks or entered is None:
            return talks
        self.notices[Notice.COMMUNICATION_ASSUMED] += 1
        call = {"occurred_at": entered, "mode": FollowUpMode.PHONE, "content": HISTORICAL, "no_plan_reason": HISTORICAL}
        return [Talk(call, 0 if people else None)]

    def _talk(self, row: Row, contact: int | None) -> Talk:
        mode = self._code(FollowUpMode, row["channel"], "follow_ups", at=(row["follow_up_id"], "channel"))
        given: dict[str, Any] = {
            "occurred_at": self._time(row["time"], "follow_ups", row["follow_up_id"], "time"), "mode": mode,
            "content": row["summary"],
        }  # fmt: skip
        if row["next_plan"].strip() and row["next_time"].strip():
            due = self._time(row["next_time"], "follow_ups", row["follow_up_id"], "next_time")
            if due and due.timetz().replace(tzinfo=None) == time():
                due = datetime.combine(due, _NINE, self._of.zone)
            given["next_plan"] = {"at": due, "mode": mode, "goal": row["next_plan"]}
        else:
            given["no_plan_reason"] = HISTORICAL
            self.notices[Notice.NO_PLAN_ASSUMED] += 1
        return Talk(given, contact)

    def _time(self, text: str, *path: str) -> datetime | None:
        """A time in the company's zone; a day alone is its midnight."""
        try:
            found = datetime.fromisoformat(text.strip())
        except ValueError:
            self._wrong(*path)
            return None
        return found if found.tzinfo else found.replace(tzinfo=self._of.zone)

    def _code(self, enum: type[E], label: str, *path: str, at: Iterable[str] = ()) -> E | None:
        text = label.strip()
        if not text:
            return None
        for member in enum:
            if text in (member.zh, member.value):
                return member
        self._wrong(*path, *at)
        return None

    def _wrong(self, *path: str) -> None:
        self.errors.append(FieldError(ErrorCode.WRONG_TYPE, path))


def staff_number(text: str) -> str:
    """A staff number as accounts bear it."""
    return text.strip().casefold()


def _is_personal(email: str) -> bool:
    try:
        return bool(email.strip()) and emails.is_personal(emails.check(email))
    except Invalid:
        return False  # the operation says what is wrong with it
