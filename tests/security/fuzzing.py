"""Broken and strange requests: the ways in which a client can be wrong, mixed at random."""

from __future__ import annotations

import random
import string

STRANGE = (
    '"\\u0000"', '"' + "张" * 300 + '"', "99999999999999999999", "-1", "1e400", "null", "[]", "{}", '"%"', '"\\\\"',
    "\"' or 1=1 --\"", '"usr_x"', '"cus_00000000-0000-0000-0000-000000000000"', '"\\ud800"', "$v", "TRUE", '"{0}"',
    '"9999-12-31T23:59:59-23:00"', '"0001-01-01T00:00:00+23:00"', '"2025-02-30"', '"{r.__class__}"', "[[[1]]]",
)  # fmt: skip
NAMES = (
    "customer", "custmers", "passwordHash", "password_hash", "sessionEpoch", "nodez", "tokenDigest", "ownr", "mobil",
    "__typenam", "internal", "policyCells", "contactz", "idNumber", "stages", "totalCoun", "where",
)  # fmt: skip
ARGUMENTS = ("first", "after", "before", "last", "where", "orderBy", "states", "id", "ids", "frist", "wher")
MEMBERS = (
    "name",
    "mobile",
    "createdAt",
    "id",
    "and",
    "not",
    "or",
    "contacts",
    "stage",
    "nam",
    "grade",
    "owner",
    "version",
)
OPERATORS = ("eq", "ne", "in", "gt", "contains", "startsWith", "isNull", "some", "is", "like", "equals")
ROOTS = ("customers", "contacts", "followUps", "node", "nodes", "me", "users", "customer", "tasks", "tags")
BODIES = (
    "nodes { id name }",
    "totalCount",
    "nodes { id } edges { cursor }",
    "pageInfo { endCursor }",
    "id",
    "__typename",
)


TEXTS = (
    "name", "uscc", "industryCode", "industryOther", "regionCode", "address", "mobile", "idNumberLastFour", "notes",
    "website", "source", "salutation",
)  # fmt: skip
NESTED = (
    "systemTags: [{0}]", "customTags: [{0}]", "contacts: [{{name: {0}, email: {0}, birthday: {0}}}]",
    "need: {{currentNeed: {0}, expectedPurchaseOn: {0}}}", "contacts: {0}",
)  # fmt: skip


class Fuzzer:
    """Makes one broken document after the other."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def document(self) -> str:
        rng = self.rng
        made = f"{{ {rng.choice(ROOTS)}({self._arguments()}) {{ {self._body()} }} }}"
        if rng.random() < 0.2:
            made = self._mutation()
        if rng.random() < 0.25:
            made = self._damaged(made)
        return made

    def _arguments(self) -> str:
        return ", ".join(f"{self.rng.choice(ARGUMENTS)}: {self._value(2)}" for _ in range(self.rng.choice((1, 1, 2))))

    def _value(self, depth: int) -> str:
        if depth and self.rng.random() < 0.6:
            key = self.rng.choice(MEMBERS if depth > 1 else OPERATORS)
            return f"{{{key}: {self._value(depth - 1)}}}"
        return self.rng.choice(STRANGE)

    def _body(self) -> str:
        return self.rng.choice(BODIES) if self.rng.random() < 0.6 else self.rng.choice(NAMES)

    def _mutation(self) -> str:
        return self._draft() if self.rng.random() < 0.4 else self._session()

    def _draft(self) -> str:
        """A draft, because it takes the input of everything that belongs to a customer."""
        values = [f"{name}: {self.rng.choice(STRANGE)}" for name in self.rng.sample(TEXTS, self.rng.choice((0, 1, 2)))]
        values.append(self.rng.choice(NESTED).format(self.rng.choice(STRANGE)))
        given = ", ".join([f"kind: {self.rng.choice(('ENTERPRISE', 'INDIVIDUAL'))}", *values])
        return f"mutation {{ createCustomerDraft(input: {{{given}}}) {{ customer {{ id }} userErrors {{ code }} }} }}"

    def _session(self) -> str:
        name = self.rng.choice(("signIn", "signInn", "refreshSession", "changePassword", "createUser"))
        given = ", ".join(
            f"{self.rng.choice(('account', 'password', 'refreshToken', 'role'))}: {self._value(0)}" for _ in "ab"
        )
        return f"mutation {{ {name}(input: {{{given}}}) {{ {self._body()} userErrors {{ code }} }} }}"

    def _damaged(self, text: str) -> str:
        place = self.rng.randrange(len(text))
        return (
            text[:place]
            + self.rng.choice((*string.punctuation, "", "é", "\u2028", "...", "fragment"))
            + text[place + 1 :]
        )
