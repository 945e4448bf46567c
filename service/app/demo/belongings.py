"""What belongs to a customer of the demo besides its history: contacts, a need, tags, collaborators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.app.demo import texts
from service.app.demo.making import Maker
from service.app.demo.staff import Seller
from service.core.enums import CustomerKind, NeedKind, Stage
from service.core.ids import new_id
from service.rules import readings


def domain(brand: str) -> str:
    return f"{readings.full(brand)}.example"


def contacts(maker: Maker, customer: dict[str, Any]) -> list[UUID]:
    """Add the contacts; their keys, the primary one's first. An individual has few, and may have none."""
    random = maker.words.random
    enterprise = customer["kind"] is CustomerKind.ENTERPRISE
    count = random.choice((1, 1, 2, 2, 3)) if enterprise else random.choice((0, 0, 0, 1))
    keys: list[UUID] = []
    for place in range(count):
        name, salutation = maker.words.person()
        title, part = random.choice(list(texts.TITLES.items())) if enterprise else ("家属", None)
        mailbox = readings.full(name, person=True)
        email = f"{mailbox}@{domain(customer['short_name'] or '')}" if enterprise and random.random() < 0.7 else None
        birthday = f"{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
        keys.append(new_id())
        maker.tables.contacts.append(
            {
                "id": keys[-1], "version": 1, "customer_id": customer["id"],
                "created_at": customer["created_at"], "updated_at": customer["created_at"], "name": name,
                "name_sort": readings.sort_key(name, person=True), "salutation": salutation, "title": title,
                "department_name": None, "decision_role": part, "mobile": maker.words.mobile(), "landline": None,
                "email": email, "email_note": None, "email_is_personal": None if email is None else False,
                "wechat": f"wx_{mailbox}" if random.random() < 0.3 else None,
                "birthday": birthday if random.random() < 0.3 else None,
                "is_primary": place == 0, "removed_at": None,
            }
        )  # fmt: skip
    return keys


def need(maker: Maker, customer: dict[str, Any], wanted: str, stage: Stage) -> None:
    random, at = maker.words.random, customer["created_at"]
    state = {Stage.WON: "MET", Stage.AFTER_SALES: "MET", Stage.LOST: "DROPPED"}.get(stage, "OPEN")
    priority = "HIGH" if stage in (Stage.NEGOTIATION, Stage.WON) else random.choice(("MEDIUM", "LOW"))
    kinds = random.sample(list(NeedKind), 2 if random.random() < 0.2 else 1)
    maker.tables.needs.append(
        {
            "id": new_id(), "created_at": at, "updated_at": at, "version": 1, "customer_id": customer["id"],
            "kinds": [kind.value for kind in kinds], "priority": priority, "state": state, "current_need": wanted,
            "pain_points": random.choice(texts.PAIN_POINTS) if random.random() < 0.5 else None,
            "budget_band": random.choice((None, "UNDER_10K", "FROM_10K", "FROM_50K", "FROM_100K")),
            "expected_purchase_on": None,
        }
    )  # fmt: skip


def tags(maker: Maker, customer: dict[str, Any]) -> None:
    random = maker.words.random
    chosen = random.sample(maker.system_tags, random.choice((1, 1, 2)))
    chosen += random.sample(maker.custom_tags, random.choice((0, 0, 1)))
    maker.tables.customer_tags += [
        {"id": new_id(), "created_at": customer["created_at"], "customer_id": customer["id"], "tag_id": tag}
        for tag in chosen
    ]


def collaborator(maker: Maker, customer: dict[str, Any], seller: Seller) -> None:
    if maker.words.random.random() >= 0.12:
        return
    other = maker.words.random.choice([s for s in maker.sellers if s.id != seller.id])
    maker.tables.collaborators.append(
        {"id": new_id(), "created_at": customer["created_at"], "customer_id": customer["id"], "user_id": other.id}
    )
