"""Playing changes in both databases, and what must be the same of the answers.

What a change creates has new ids and times in each database. Before the answers are compared, new ids are numbered by
their first appearance; times since the play began become one word, because two databases do not share a second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from service.core import clock
from service.core.fields import ENTITIES
from tests.security.twin.change import Change, Right
from tests.security.twin.editing import REFUSALS, Editing
from tests.security.twin.pair import Answer, Pair
from tests.security.twin.performance import Leak
from tests.security.twin.pools import Pools
from tests.security.twin.probes import leaves, root

_ID = re.compile(rb"[a-z]{3}_[0-9a-f]{8}-[0-9a-f-]{27}")
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def renumbered(body: bytes, known: set[bytes], since: datetime) -> bytes:
    """The answer with new ids numbered by their first appearance, and times at or after `since` replaced."""
    numbers: dict[bytes, bytes] = {}

    def number(match: re.Match[bytes]) -> bytes:
        return match[0] if match[0] in known else numbers.setdefault(match[0], b"#%d" % len(numbers))

    def time(match: re.Match[bytes]) -> bytes:
        return b"#now" if datetime.fromisoformat(match[0].decode()) >= since else match[0]

    return _TIME.sub(time, _ID.sub(number, body))


@dataclass
class Play:
    """One viewer's changes in both databases. Raises Leak where they can be told apart, or a rule is not kept."""

    pair: Pair
    token: str
    known: set[bytes]
    editing: Editing
    began: datetime = field(default_factory=clock.now)
    outcomes: Counter[str] = field(default_factory=Counter[str])
    turned: set[Any] = field(default_factory=set[Any])
    """Records on which the viewer has other rights by now than at the beginning."""

    def perform(self, changes: Iterable[Change]) -> None:
        for change in changes:
            variables = {"input": change.given | {"clientMutationId": str(uuid4())}}
            answer = self.ask(change.document, variables)
            outcome = self._outcome(answer, change)
            self.outcomes[outcome] += 1
            if outcome == "done" and self.ask(change.document, variables).without_cost != answer.without_cost:
                raise Leak(f"{change} answers otherwise where it is called again")
            self._keep_to_the_rules(change, outcome, answer)
            if change.about and change.turns and outcome == "done":
                self.turned |= {change.about[1]}
                if change.right in (Right.DECIDE, Right.WITHDRAW):
                    self.turned.add(self.editing.customer_key(change))

    def ask(self, document: str, variables: dict[str, Any]) -> Answer:
        return self.same(*self.pair.ask(self.token, document, variables), (document, variables))

    def same(self, first: Answer, second: Answer, what: object) -> Answer:
        one, other = (renumbered(answer.body, self.known, self.began) for answer in (first, second))
        internal = {"INTERNAL"} & {*first.codes, *second.codes}
        said = f"\nA said: {self.pair.first.said()}\nB said: {self.pair.second.said()}" if internal else ""
        if (first.status, one) != (second.status, other):
            raise Leak(f"{what}\nA: {one.decode()}\nB: {other.decode()}{said}")
        assert not internal, (what, first.body, said)
        return first

    def compare_lists(self) -> None:
        """What is seen afterwards."""
        for entity in ("Customer", "Contact", "FollowUp"):
            document = f"{{ {root(entity, 'first: 100')} {{ totalCount nodes {{ {leaves(ENTITIES[entity])} }} }} }}"
            self.ask(document, {})

    def _outcome(self, answer: Answer, change: Change) -> str:
        if answer.codes:
            return answer.codes[0]
        assert answer.data is not None
        return "faults" if answer.data[change.mutation].get("userErrors") else "done"

    def _keep_to_the_rules(self, change: Change, outcome: str, answer: Answer) -> None:
        """Two databases can answer a change the same that the viewer has no right to."""
        if self.editing.concerned(change) & self.turned or change.right is Right.WHATEVER:
            return
        expected = self.editing.refusal(change)
        if (outcome if outcome in REFUSALS else None) != expected:
            raise Leak(f"{change} is to be answered with {expected}, and was with {outcome}: {answer.body.decode()}")
        if outcome == "done" and not self.editing.may_refer(change):
            raise Leak(f"{change} names a record that does not exist for the viewer")


def known_ids(pools: Pools) -> set[bytes]:
    """The ids that both databases know from the beginning."""
    return {key.encode() for entity in ENTITIES if entity in pools.ids for key in pools.global_ids(entity)}
