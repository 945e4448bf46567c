"""What happened to a customer of the demo: stage moves, follow-ups and the tasks that their plans became."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from service.app.demo import texts
from service.app.demo.calendar import Calendar
from service.app.demo.staff import Seller
from service.app.demo.words import Words
from service.core.enums import FollowUpKind, FollowUpMode, Stage
from service.core.ids import new_id
from service.rules import follow_ups as rules
from service.rules import stages

_MODES = (FollowUpMode.PHONE,) * 4 + (FollowUpMode.WECHAT,) * 3 + (FollowUpMode.VISIT, FollowUpMode.VISIT)
_MORE_MODES = (FollowUpMode.EMAIL, FollowUpMode.ONLINE_MEETING, FollowUpMode.MEETING, FollowUpMode.EXHIBITION)
_LATE = 0.1
_PLANNED = 0.7


class Rows(Protocol):
    """The tables that a history goes to."""

    stage_moves: list[dict[str, Any]]
    follow_ups: list[dict[str, Any]]
    tasks: list[dict[str, Any]]


@dataclass(frozen=True)
class Life:
    """A customer in effect, its contacts, its owner, and the stage that it has come to."""

    customer: dict[str, Any]
    contacts: list[UUID]
    seller: Seller
    stage: Stage


def add(rows: Rows, words: Words, calendar: Calendar, life: Life) -> None:
    """Add all of it, and what follows from it on the customer's row."""
    path = _path(words, life.stage)
    times = _times(words, calendar, life.customer["created_at"], len(path) + words.random.randint(0, 2))
    _follow_ups(rows, words, calendar, life, times)
    _moves(rows, words, life, path, times)
    customer = life.customer
    customer["first_contact_at"], customer["last_followed_up_at"] = times[0], times[-1]
    customer["version"] += len(path)
    customer["updated_at"] = max(customer["updated_at"], times[-1])


def _path(words: Words, last: Stage) -> list[Stage]:
    """The stages after LEAD. Some are skipped, AFTER_SALES comes from WON only."""
    if last is Stage.LOST:
        before = words.random.choice(stages.ORDER[:5])
        return [*_path(words, before), Stage.LOST]
    upto = stages.ORDER[1 : stages.ORDER.index(last) + 1]
    return [s for s in upto if s in (last, Stage.WON) or words.random.random() < 0.7]


def _times(words: Words, calendar: Calendar, entered: datetime, moves: int) -> list[datetime]:
    """Times of communications: the first before the customer was entered, the others until yesterday at most."""
    found = [entered - timedelta(hours=words.random.randint(1, 20))]
    days = max((calendar.midnight - entered).days, 0)
    later = sorted(words.random.sample(range(days), min(days, moves)), reverse=True)
    return found + [at for ago in later if (at := calendar.at(ago + 1)) > entered]


def _moves(rows: Rows, words: Words, life: Life, path: list[Stage], times: list[datetime]) -> None:
    before, customer = Stage.LEAD, life.customer
    for place, to in enumerate(path):
        lost = words.random.choice(list(texts.LOST)) if to is Stage.LOST else None
        # Where a customer had fewer communications than moves, the last moves came out of the last one.
        at = max(times[min(place + 1, len(times) - 1)], life.customer["created_at"]) + timedelta(minutes=place + 1)
        rows.stage_moves.append(
            {
                "id": new_id(), "created_at": at, "customer_id": life.customer["id"], "actor_id": life.seller.id,
                "from_stage": before, "to_stage": to, "lost_reason": lost, "reason": lost and texts.LOST[lost],
                "duration_seconds": int((at - customer["stage_since"]).total_seconds()),
            }
        )  # fmt: skip
        before, customer["stage_since"] = to, at


def _follow_ups(rows: Rows, words: Words, calendar: Calendar, life: Life, times: list[datetime]) -> None:
    random = words.random
    for place, at in enumerate(times):
        is_last = place == len(times) - 1
        mode = random.choice(_MODES if random.random() < 0.8 else _MORE_MODES)
        minutes = random.choice((None, 10, 15, 30, 60))
        recorded = min(at + timedelta(hours=60 if random.random() < _LATE else 2), calendar.midnight)
        if place == 0:
            recorded = life.customer["created_at"]
        plan = _plan(words, calendar, at, None if is_last else times[place + 1])
        key = new_id()
        rows.follow_ups.append(
            {
                "id": key, "created_at": recorded, "updated_at": recorded, "version": 1,
                "customer_id": life.customer["id"], "author_id": life.seller.id, "recorded_by_id": life.seller.id,
                "contact_id": random.choice(life.contacts) if life.contacts else None, "occurred_at": at,
                "duration_minutes": minutes, "mode": mode,
                "kind": texts.KINDS.get(life.stage, FollowUpKind.PRE_SALES) if is_last else FollowUpKind.PRE_SALES,
                "content": random.choice(texts.CONTENTS[mode]), "solution": None,
                "feedback": random.choice(texts.FEEDBACK) if random.random() < 0.4 else None, **plan,
                "is_late": rules.is_late(at, timedelta(minutes=minutes) if minutes else None, recorded),
                "removed_at": None,
            }
        )  # fmt: skip
        if plan["next_plan_at"] is not None:
            rows.tasks.append(_task(life, key, plan, recorded, is_open=is_last))


def _plan(words: Words, calendar: Calendar, at: datetime, kept: datetime | None) -> dict[str, Any]:
    """The next plan: kept at the next communication, or still to come; or the reason why there is none."""
    random = words.random
    if random.random() >= _PLANNED:
        reason = random.choice(texts.NO_PLAN)
        return {"next_plan_at": None, "next_plan_mode": None, "next_plan_goal": None, "no_plan_reason": reason}
    # Of the open ones a few are overdue, the most come within two weeks.
    due = kept or calendar.at(random.choice((1, -1, -2, -3, -5, -7, -10, -14)))
    return {
        "next_plan_at": due if due > at else calendar.at(-1), "next_plan_mode": random.choice(_MODES),
        "next_plan_goal": random.choice(texts.GOALS), "no_plan_reason": None,
    }  # fmt: skip


def _task(life: Life, follow_up: UUID, plan: dict[str, Any], at: datetime, *, is_open: bool) -> dict[str, Any]:
    return {
        "id": new_id(), "created_at": at, "updated_at": at, "version": 1, "title": plan["next_plan_goal"],
        "customer_id": life.customer["id"], "assignee_id": life.seller.id, "follow_up_id": follow_up,
        "due_at": plan["next_plan_at"], "state": "OPEN" if is_open else "DONE",
        # What is done needs no reminder; the rest is reminded of by the clock, as always.
        "reminded_at": None if is_open else plan["next_plan_at"],
        "closed_at": None if is_open else plan["next_plan_at"], "closed_by_id": None if is_open else life.seller.id,
    }  # fmt: skip
