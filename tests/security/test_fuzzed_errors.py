"""SEC-B7: no error shows SQL, a stack, a path, or the name of something that was not asked for."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.security.fuzzing import Fuzzer
from tests.security.twin.stage import Stage

INSIDE = re.compile(
    r"select .+ from |left join|asyncpg|tortoise|psycopg|relation \"|column \"|syntax error at|traceback|file \"|"
    r"\.py\b|site-packages|/usr/|/root|/home/|(?-i:Did you mean)|object at 0x|strawberry\.|graphql\.error|service\.",
    re.IGNORECASE,
)
CODES = {
    "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "SIGN_IN_FAILED", "SIGN_IN_LOCKED", "UNAUTHENTICATED", "FORBIDDEN",
    "FIELD_NOT_VISIBLE", "BODY_MALFORMED", "OPERATION_UNKNOWN",
}  # fmt: skip
"""INTERNAL is not among them: whatever a client sends, it is the client's error."""


@pytest.mark.parametrize("viewer", ["stranger", "admin"])
def test_sec_b7_fuzzed_errors_show_nothing_of_the_inside(changing: Stage, viewer: str) -> None:
    _fuzz(changing, viewer, 250)


@pytest.mark.deep
@pytest.mark.parametrize("viewer", ["stranger", "admin"])
def test_sec_b7_ten_thousand_fuzzed_errors_show_nothing_of_the_inside(changing: Stage, viewer: str) -> None:
    _fuzz(changing, viewer, 6_000)


def test_sec_b7_an_account_that_is_longer_than_any_fails_like_a_wrong_one(changing: Stage) -> None:
    for account in ("x" * 33, "x" * 300 + "@mingce.example"):
        document = f'mutation {{ signIn(input: {{account: "{account}", password: "p"}}) {{ accessToken }} }}'
        assert changing.pair().ask("", document, {})[0].codes == ["SIGN_IN_FAILED"]


def _fuzz(stage: Stage, viewer: str, count: int) -> None:
    fuzzer, codes, wrong = Fuzzer(count + len(viewer)), Counter[str](), list[str]()
    api, token = stage.pair(), stage.token(viewer)
    for _ in range(count):
        document = fuzzer.document()
        answer = api.ask(token, document, {"v": 1})[0]
        found = answer.codes if answer.body[:1] == b"{" else [f"plain {answer.status}"]
        codes.update(found)
        shown = answer.body.decode().replace(document, "")
        if INSIDE.search(shown) or any(code not in CODES for code in found):
            inside = api.first.said()[-1_500:] if "INTERNAL" in found else ""
            wrong.append(f"{document[:200]!r} -> {answer.status} {shown[:300]}\n{inside}")
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n".join(wrong[:12])
    assert sum(codes.values()) > count * 0.7, codes
