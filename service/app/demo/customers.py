"""The customers of the demo: who they are, where they stand, and what became of them so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from service.app.demo import history, texts
from service.app.demo.calendar import DAYS, Calendar
from service.app.demo.staff import Seller
from service.app.demo.words import Place, Trade, Words
from service.core.enums import (
    CustomerKind,
    CustomerState,
    CustomerType,
    EnterpriseType,
    Evidence,
    Grade,
    NeedKind,
    SizeBand,
    SourceChannel,
    Stage,
)
from service.core.ids import new_id
from service.rules import name_keys, readings

DRAFTS = 60
"""One customer in so many is a draft still."""
INDIVIDUALS = 0.2
_STAGES = (
    (Stage.LEAD, 18), (Stage.CONTACTED, 18), (Stage.QUALIFIED, 16), (Stage.PROPOSAL, 13), (Stage.NEGOTIATION, 9),
    (Stage.WON, 12), (Stage.AFTER_SALES, 8), (Stage.LOST, 6),
)  # fmt: skip
_TYPES = (CustomerType.NEW,) * 6 + (CustomerType.EXISTING,) * 3 + (CustomerType.CHANNEL,)
_SIZES = (SizeBand.UNDER_50,) * 6 + (SizeBand.FROM_50,) * 3 + (SizeBand.FROM_200,) * 2 + (SizeBand.FROM_1000,)
_FORMS = (EnterpriseType.PRIVATE,) * 8 + (EnterpriseType.STATE_OWNED, EnterpriseType.FOREIGN, EnterpriseType.JOINT_VENTURE)
_GRADES = (Grade.A, *(Grade.B,) * 3, *(Grade.C,) * 5, *(Grade.D,) * 3, Grade.E)
_SHOWN_FIRST = 3
"""The newest customers belong to the first sales person, a colleague of his department, and another department."""


@dataclass
class Tables:
    """Rows by table, in the order in which they can be written."""

    customers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    contacts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    needs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    customer_tags: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    collaborators: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    stage_moves: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    follow_ups: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tasks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@dataclass(frozen=True)
class Maker:
    """What customers are made from."""

    words: Words
    calendar: Calendar
    sellers: list[Seller]
    system_tags: list[UUID]
    custom_tags: list[UUID]
    tables: Tables = field(default_factory=Tables)

    def seller(self, place_from_end: int) -> Seller:
        first = self.sellers[0]
        colleagues = [s for s in self.sellers if s.department_id == first.department_id and s is not first]
        others = [s for s in self.sellers if s.department_id != first.department_id]
        shown = (first, colleagues[0], others[0])
        return shown[place_from_end] if place_from_end < _SHOWN_FIRST else self.words.random.choice(self.sellers)

    def days_ago(self, place: int, count: int) -> int:
        """Customers become more with time; the last ones were entered yesterday."""
        age = 1 - (place / count) ** 0.7
        return 1 + int(age * (DAYS - 1))


def make(maker: Maker, place: int, count: int) -> None:
    """Make the `place`-th of `count` customers with everything that belongs to it. Oldest first."""
    random, left = maker.words.random, count - 1 - place
    seller = maker.seller(left)
    shown = left < _SHOWN_FIRST
    ago = maker.days_ago(place, count)
    entered = maker.calendar.evening(10 * left) if shown else maker.calendar.at(ago + 1)
    kind = CustomerKind.INDIVIDUAL if not shown and random.random() < INDIVIDUALS else CustomerKind.ENTERPRISE
    draft = not shown and place % DRAFTS == DRAFTS - 1
    if draft:
        entered = maker.calendar.at(2 + place % 25)
    stage = Stage.LEAD if draft else random.choices([s for s, _ in _STAGES], [w for _, w in _STAGES])[0]
    where = maker.words.place(seller.provinces)
    need = _enterprise_or_individual(maker, kind, where, seller, entered, stage=stage, draft=draft)
    customer = maker.tables.customers[-1]
    contacts = _contacts(maker, customer, where)
    _need(maker, customer, need, stage)
    _tags(maker, customer)
    if not draft:
        history.add(maker.tables, maker.words, maker.calendar, history.Life(customer, contacts, seller, stage))
        _collaborator(maker, customer, seller)


def _enterprise_or_individual(
    maker: Maker, kind: CustomerKind, where: Place, seller: Seller, entered: datetime, *, stage: Stage, draft: bool
) -> str:
    """Add the row of the customer; what it typically needs."""
    random = maker.words.random
    common = _common(maker, kind, where, seller, entered, stage=stage, draft=draft)
    if kind is CustomerKind.ENTERPRISE:
        name, brand, trade = maker.words.company(where)
        common |= _enterprise(maker, where, name, brand, trade)
        need = trade.need
    else:
        name, salutation = maker.words.person()
        common |= {
            "salutation": salutation, "mobile": maker.words.mobile(),
            "id_number_last_four": f"{random.randrange(1000):03d}{random.choice('0123456789X')}",
        }  # fmt: skip
        need = random.choice(texts.INDIVIDUAL_NEEDS)
    person = kind is CustomerKind.INDIVIDUAL
    common |= {"name": name, "name_key": name_keys.key(name), "name_sort": readings.sort_key(name, person=person)}
    maker.tables.customers.append(common)
    return need


def _common(
    maker: Maker, kind: CustomerKind, where: Place, seller: Seller, entered: datetime, *, stage: Stage, draft: bool
) -> dict[str, Any]:
    random = maker.words.random
    return {
        "id": new_id(), "created_at": entered, "updated_at": entered, "version": 1 if draft else 2,
        "number": None, "number_day": None, "number_serial": None, "kind": kind, "type": random.choice(_TYPES),
        "state": CustomerState.DRAFT if draft else CustomerState.ACTIVE, "name": None, "name_key": None,
        "name_sort": None, "short_name": None, "uscc": None, "no_uscc_reason": None, "enterprise_type": None,
        "industry_code": None, "industry_other": None, "size_band": None, "region_code": where.code,
        "address": maker.words.address(where), "website": None, "business_code": None, "salutation": None,
        "mobile": None, "id_number_last_four": None, "source": random.choice(list(SourceChannel)), "stage": stage,
        "grade": random.choice(_GRADES), "notes": random.choice(texts.NOTES) if random.random() < 0.3 else None,
        "first_contact_at": None, "last_followed_up_at": None, "effective_at": None if draft else entered,
        "submission_evidence": None if draft else random.choice(list(Evidence)), "owner_id": seller.id,
        "department_id": seller.department_id, "created_by_id": seller.id, "updated_by_id": seller.id,
    }  # fmt: skip


def _enterprise(maker: Maker, where: Place, name: str, brand: str, trade: Trade) -> dict[str, Any]:
    random = maker.words.random
    return {
        "short_name": brand, "uscc": maker.words.uscc(where), "enterprise_type": random.choice(_FORMS),
        "industry_code": trade.industry, "size_band": random.choice(_SIZES),
        "website": f"https://www.{_domain(brand)}" if random.random() < 0.4 else None,
    }  # fmt: skip


def _domain(brand: str) -> str:
    return f"{readings.full(brand)}.example"


def _contacts(maker: Maker, customer: dict[str, Any], where: Place) -> list[UUID]:
    """Add the contacts; their keys, the primary one's first. An individual has few, and may have none."""
    random = maker.words.random
    enterprise = customer["kind"] is CustomerKind.ENTERPRISE
    count = random.choice((1, 1, 2, 2, 3)) if enterprise else random.choice((0, 0, 0, 1))
    keys: list[UUID] = []
    for place in range(count):
        name, salutation = maker.words.person()
        title, part = random.choice(list(texts.TITLES.items())) if enterprise else ("家属", None)
        mailbox = readings.full(name, person=True)
        keys.append(new_id())
        maker.tables.contacts.append(
            {
                "id": keys[-1], "created_at": customer["created_at"], "updated_at": customer["created_at"], "version": 1,
                "customer_id": customer["id"], "name": name, "name_sort": readings.sort_key(name, person=True),
                "salutation": salutation, "title": title, "department_name": None, "decision_role": part,
                "mobile": maker.words.mobile(), "landline": None,
                "email": f"{mailbox}@{_domain(customer['short_name'])}" if enterprise and random.random() < 0.7 else None,
                "email_note": None, "wechat": f"wx_{mailbox}" if random.random() < 0.3 else None,
                "birthday": f"{random.randint(1, 12):02d}-{random.randint(1, 28):02d}" if random.random() < 0.3 else None,
                "is_primary": place == 0, "removed_at": None,
            }
        )  # fmt: skip
    return keys


def _need(maker: Maker, customer: dict[str, Any], need: str, stage: Stage) -> None:
    random, at = maker.words.random, customer["created_at"]
    state = {Stage.WON: "MET", Stage.AFTER_SALES: "MET", Stage.LOST: "DROPPED"}.get(stage, "OPEN")
    priority = "HIGH" if stage in (Stage.NEGOTIATION, Stage.WON) else random.choice(("MEDIUM", "LOW"))
    kinds = random.sample(list(NeedKind), 2 if random.random() < 0.2 else 1)
    maker.tables.needs.append(
        {
            "id": new_id(), "created_at": at, "updated_at": at, "version": 1, "customer_id": customer["id"],
            "kinds": [kind.value for kind in kinds], "priority": priority, "state": state, "current_need": need,
            "pain_points": random.choice(texts.PAIN_POINTS) if random.random() < 0.5 else None,
            "budget_band": random.choice((None, "UNDER_10K", "FROM_10K", "FROM_50K", "FROM_100K")),
            "expected_purchase_on": None,
        }
    )  # fmt: skip


def _tags(maker: Maker, customer: dict[str, Any]) -> None:
    random = maker.words.random
    chosen = random.sample(maker.system_tags, random.choice((1, 1, 2)))
    chosen += random.sample(maker.custom_tags, random.choice((0, 0, 1)))
    maker.tables.customer_tags += [
        {"id": new_id(), "created_at": customer["created_at"], "customer_id": customer["id"], "tag_id": tag}
        for tag in chosen
    ]


def _collaborator(maker: Maker, customer: dict[str, Any], seller: Seller) -> None:
    if maker.words.random.random() >= 0.12:
        return
    other = maker.words.random.choice([s for s in maker.sellers if s.id != seller.id])
    maker.tables.collaborators.append(
        {"id": new_id(), "created_at": customer["created_at"], "customer_id": customer["id"], "user_id": other.id}
    )
