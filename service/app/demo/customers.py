"""The customers of the demo: who they are, where they stand, and what became of them so far."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from service.app.demo import belongings, history, texts
from service.app.demo.making import SHOWN_FIRST, Maker
from service.app.demo.staff import Seller
from service.app.demo.words import Place, Trade
from service.core.enums import (
    CreditRating,
    CustomerKind,
    CustomerState,
    CustomerType,
    EnterpriseType,
    Evidence,
    Grade,
    Intent,
    RevenueBand,
    RiskLevel,
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
_REVENUES = (
    None,
    *(RevenueBand.UNDER_5M,) * 3,
    *(RevenueBand.FROM_5M,) * 3,
    RevenueBand.FROM_20M,
    RevenueBand.FROM_100M,
)
_CAPITALS = (50, 100, 200, 500, 1000, 5000)
"""In 10,000 CNY."""
_FORMS = (EnterpriseType.PRIVATE,) * 8 + (
    EnterpriseType.STATE_OWNED,
    EnterpriseType.FOREIGN,
    EnterpriseType.JOINT_VENTURE,
)
_GRADES = (Grade.A, *(Grade.B,) * 3, *(Grade.C,) * 5, *(Grade.D,) * 3, Grade.E)


def make(maker: Maker, place: int, count: int) -> None:
    """Make the `place`-th of `count` customers with everything that belongs to it. Oldest first."""
    random, left = maker.words.random, count - 1 - place
    seller = maker.seller(left)
    shown = left < SHOWN_FIRST
    ago = maker.days_ago(place, count)
    entered = maker.calendar.evening(10 * left) if shown else maker.calendar.at(ago + 1)
    kind = CustomerKind.INDIVIDUAL if not shown and random.random() < INDIVIDUALS else CustomerKind.ENTERPRISE
    draft = not shown and place % DRAFTS == DRAFTS - 1
    if draft:
        entered = maker.calendar.at(2 + place % 25)
    stage = Stage.LEAD if draft else random.choices([s for s, _ in _STAGES], [w for _, w in _STAGES])[0]
    where = maker.words.place(seller.provinces)
    customer = _common(maker, kind, where, seller, entered, stage=stage, draft=draft)
    need = _named(maker, customer, where)
    _assess(maker, customer, seller, stage)
    maker.tables.customers.append(customer)
    contacts = belongings.contacts(maker, customer)
    belongings.need(maker, customer, need, stage)
    belongings.tags(maker, customer)
    if not draft:
        history.add(maker.tables, maker.words, maker.calendar, history.Life(customer, contacts, seller, stage))
        belongings.collaborator(maker, customer, seller)


def _named(maker: Maker, customer: dict[str, Any], where: Place) -> str:
    """Say who the customer is; what it typically needs."""
    random = maker.words.random
    if customer["kind"] is CustomerKind.ENTERPRISE:
        name, brand, trade = maker.words.company(where)
        customer |= _enterprise(maker, where, brand, trade)
        need = trade.need
    else:
        name, customer["salutation"] = maker.words.person()
        customer["mobile"] = maker.words.mobile()
        customer["address"] = maker.words.street(where)
        customer["id_number_last_four"] = f"{random.randrange(1000):03d}{random.choice('0123456789X')}"
        need = random.choice(texts.INDIVIDUAL_NEEDS)
    person = customer["kind"] is CustomerKind.INDIVIDUAL
    customer |= {"name": name, "name_key": name_keys.key(name), "name_sort": readings.sort_key(name, person=person)}
    return need


def _common(
    maker: Maker, kind: CustomerKind, where: Place, seller: Seller, entered: datetime, *, stage: Stage, draft: bool
) -> dict[str, Any]:
    random = maker.words.random
    return {
        "id": new_id(), "created_at": entered, "updated_at": entered, "version": 1 if draft else 2,
        "number": None, "number_day": None, "number_serial": None, "kind": kind, "type": random.choice(_TYPES),
        "state": CustomerState.DRAFT if draft else CustomerState.ACTIVE, "name": None, "name_key": None,
        "name_sort": None, "short_name": None, "short_name_sort": None, "uscc": None, "no_uscc_reason": None,
        "enterprise_type": None,
        "industry_code": None, "industry_other": None, "size_band": None, "region_code": where.code, "city": where.city,
        "address": maker.words.address(where), "website": None, "business_code": None, "salutation": None,
        "mobile": None, "id_number_last_four": None, **_source(maker, seller), "stage": stage,
        "intent": None, "revenue_band": None, "founded_on": None, "registered_capital": None,
        "registered_capital_currency": None, "legal_representative": None, "main_business": None, "credit_rating": None,
        "risk_level": None, "assessed_on": None, "assessed_by_id": None,
        "grade": random.choice(_GRADES), "notes": random.choice(texts.NOTES) if random.random() < 0.3 else None,
        "first_contact_at": None, "last_followed_up_at": None, "effective_at": None if draft else entered,
        "stage_since": None if draft else entered,
        "submission_evidence": None if draft else random.choice(list(Evidence)), "owner_id": seller.id,
        "department_id": seller.department_id, "created_by_id": seller.id, "updated_by_id": seller.id,
    }  # fmt: skip


def _source(maker: Maker, seller: Seller) -> dict[str, Any]:
    """How the customer came; a referral names the referrer (D9)."""
    source = maker.words.random.choice(list(SourceChannel))
    return {"source": source, "referrer_user_id": seller.id if source is SourceChannel.REFERRAL else None}


def _enterprise(maker: Maker, where: Place, brand: str, trade: Trade) -> dict[str, Any]:
    random = maker.words.random
    return {
        "short_name": brand, "short_name_sort": readings.sort_key(brand), "uscc": maker.words.uscc(where),
        "enterprise_type": random.choice(_FORMS), "industry_code": trade.industry, "size_band": random.choice(_SIZES),
        "website": f"https://www.{belongings.domain(brand)}" if random.random() < 0.4 else None,
        "revenue_band": random.choice(_REVENUES),
        "founded_on": date(random.randint(1992, 2023), random.randint(1, 12), 18),
        "registered_capital": Decimal(random.choice(_CAPITALS)) * 10_000, "registered_capital_currency": "CNY",
        "legal_representative": maker.words.person()[0], "main_business": trade.need,
    }  # fmt: skip


def _assess(maker: Maker, customer: dict[str, Any], seller: Seller, stage: Stage) -> None:
    """Intent while a deal is being talked about; credit and risk of important customers (D14)."""
    random = maker.words.random
    if stage in (Stage.QUALIFIED, Stage.PROPOSAL, Stage.NEGOTIATION):
        customer["intent"] = random.choice(list(Intent))
    if customer["grade"] in (Grade.A, Grade.B) and stage in (Stage.WON, Stage.AFTER_SALES):
        customer |= {
            "credit_rating": random.choice(list(CreditRating)), "risk_level": random.choice(list(RiskLevel)),
            "assessed_on": customer["created_at"].date(), "assessed_by_id": seller.id,
        }  # fmt: skip
