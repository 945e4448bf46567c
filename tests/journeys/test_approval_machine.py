"""Requests for approval against a model of them: whatever people do in whatever order, both agree (D34)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from service.core import clock
from service.core.enums import ApprovalKind, CustomerKind, Role
from service.core.errors import Conflict, Forbidden, NotFound, UserErrors
from service.operations.approvals import deciding, due
from service.operations.customers import drafts
from service.operations.reasons import Confirmation
from storage.models import Approval, Customer, Delegation, User
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys.approvals import House, house
from tests.journeys.conftest import SignIn
from tests.journeys.viewers import viewer_of

R = TypeVar("R")
ENDED, OWN, NOT_YOURS, NONE, CONFLICT, DONE = "ENDED", "OWN", "NOT_YOURS", "NONE", "CONFLICT", "DONE"
VALUES = {"name": ("杭州甲有限公司", "杭州乙有限公司", "杭州丙有限公司"), "credit_rating": ("A", "B", "C")}
ASKING, EVERYBODY = ("seller", "boss"), ("seller", "boss", "chief", "deputy", "admin")


@dataclass
class Wanted:
    """A request as the model has it."""

    id: UUID
    requester: str
    field: str
    base: Any
    after: Any
    state: str = "PENDING"
    version: int = 1
    decided_by: str | None = None


class Requests(RuleBasedStateMachine):
    """One customer, two who ask, and five who try to decide."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    people: ClassVar[dict[str, User]]
    office: ClassVar[House]
    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[UUID, Wanted] = {}
        self.stands_in = False
        self.values: dict[str, Any] = {"name": VALUES["name"][0], "credit_rating": None}
        self.customer = self.run(self._new_customer())

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def _new_customer(self) -> Customer:
        await Delegation.all().delete()
        own = {"department_id": self.office.department.id, "name": VALUES["name"][0], "no_uscc_reason": "新设"}
        return await make_customer(owner=self.people["seller"], kind=CustomerKind.ENTERPRISE, **own)

    @rule(target=made, who=st.sampled_from(ASKING), field=st.sampled_from(sorted(VALUES)), place=st.integers(0, 2))
    def ask(self, who: str, field: str, place: int) -> Any:
        after = VALUES[field][place]
        key = self.run(self._ask(who, field, after))
        if after == self.values[field]:
            assert key is None
            return multiple()
        assert key is not None
        for older in self.model.values():
            if (older.requester, older.field, older.state) == (who, field, "PENDING"):
                older.state, older.version = "SUPERSEDED", older.version + 1
        self.model[key] = Wanted(key, who, field, self.values[field], after)
        return key

    async def _ask(self, who: str, field: str, after: Any) -> UUID | None:
        viewer = await viewer_of(self.people[who])
        version = (await Customer.get(id=self.customer.id)).version
        told = Confirmation("王伟", clock.now())
        saved = await drafts.update(
            viewer, self.customer.id, version, {field: after}, reason="来函", confirmation=told
        )  # fmt: skip
        return saved.approval_id

    @rule(key=made, who=st.sampled_from(EVERYBODY), yes=st.booleans(), stale=st.sampled_from((0, 0, 0, 1)))
    def decide(self, key: UUID, who: str, yes: bool, stale: int) -> None:
        wanted = self.model[key]
        expected = self._expected(wanted, who, stale)
        if expected == DONE and yes and wanted.base != self.values[wanted.field]:
            expected = CONFLICT
        decided = deciding.approve if yes else deciding.reject
        assert self.run(self._outcome(decided, who, key, wanted.version + stale, "已核对")) == expected
        if expected == DONE:
            wanted.state, wanted.version = "APPROVED" if yes else "REJECTED", wanted.version + 1
            wanted.decided_by = who
            if yes:
                self.values[wanted.field] = wanted.after

    @rule(key=made, who=st.sampled_from(EVERYBODY))
    def withdraw(self, key: UUID, who: str) -> None:
        wanted = self.model[key]
        expected = NONE if not self._exists(wanted, who) else NOT_YOURS
        if who == wanted.requester:
            expected = DONE if wanted.state == "PENDING" else ENDED
        assert self.run(self._outcome(deciding.withdraw, who, key, wanted.version)) == expected
        if expected == DONE:
            wanted.state, wanted.version = "WITHDRAWN", wanted.version + 1

    @rule(key=made)
    def expire(self, key: UUID) -> None:
        wanted = self.model[key]
        self.run(self._expire(key))
        if wanted.state == "PENDING":
            wanted.state, wanted.version = "EXPIRED", wanted.version + 1

    async def _expire(self, key: UUID) -> None:
        await Approval.filter(id=key, state="PENDING").update(expires_at=clock.now() - timedelta(seconds=1))
        await due.due()

    @rule()
    def leave_or_return(self) -> None:
        """The manager goes away, and leaves his decisions to somebody; or he is back."""
        self.stands_in = not self.stands_in
        self.run(self._leave_or_return())

    async def _leave_or_return(self) -> None:
        if self.stands_in:
            own = {"user_id": self.people["boss"].id, "delegate_id": self.people["deputy"].id}
            hour = timedelta(hours=1)
            await Delegation.create(**own, begins_at=clock.now() - hour, until=clock.now() + hour)
        else:
            await Delegation.all().delete()

    def _entitled(self, wanted: Wanted, who: str) -> bool:
        if who in (wanted.requester, "seller"):
            return False
        return who != "deputy" or (self.stands_in and wanted.requester != "boss")

    def _exists(self, wanted: Wanted, who: str) -> bool:
        if who in ("boss", "chief", "admin", wanted.requester, wanted.decided_by):
            return True
        return wanted.state == "PENDING" and self._entitled(wanted, who)

    def _expected(self, wanted: Wanted, who: str, stale: int) -> str:
        if not self._exists(wanted, who):
            return NONE
        if who == wanted.requester:
            return OWN
        if not self._entitled(wanted, who):
            return NOT_YOURS
        if wanted.state != "PENDING":
            return ENDED
        return CONFLICT if stale else DONE

    async def _outcome(self, operation: Any, who: str, *arguments: Any) -> str:
        try:
            await operation(await viewer_of(self.people[who]), *arguments)
        except NotFound:
            return NONE
        except Conflict:
            return CONFLICT
        except Forbidden as refused:
            return OWN if refused.detail == "own_request" else NOT_YOURS
        except UserErrors as refused:
            return ENDED if [e.code for e in refused.errors] == ["APPROVAL_ENDED"] else repr(refused)
        return DONE

    @invariant()
    def both_agree(self) -> None:
        self.run(self._compare())

    async def _compare(self) -> None:
        found = {row.id: row for row in await Approval.filter(customer_id=self.customer.id)}
        assert {key: (w.state, w.version) for key, w in self.model.items()} == {
            key: (row.state, row.version) for key, row in found.items()
        }
        customer = await Customer.get(id=self.customer.id)
        assert {name: getattr(customer, name) for name in self.values} == self.values


async def _play(sign_in: SignIn, examples: int, steps: int) -> None:
    office = await house(sign_in, ApprovalKind.CUSTOMER_CHANGE)
    Requests.loop, Requests.office = asyncio.get_running_loop(), office
    Requests.people = office.people | {
        "deputy": await people.make_user(Role.SERVICE), "admin": await people.make_user(Role.ADMIN),
    }  # fmt: skip
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        derandomize=False, database=None,
    )  # fmt: skip
    # In a thread of its own: its steps come back to this loop, where the connections are.
    await asyncio.to_thread(run_state_machine_as_test, Requests, settings=chosen)


async def test_d34_requests_behave_like_their_model(sign_in: SignIn) -> None:
    await _play(sign_in, 12, 25)


@pytest.mark.deep
async def test_d34_requests_behave_like_their_model_for_long(sign_in: SignIn) -> None:
    await _play(sign_in, 150, 50)
