"""Every rule that is built has a test that names it."""

from __future__ import annotations

import pytest

from tests import rule_list


@pytest.mark.parametrize("rule", rule_list.RULES)
def test_each_rule_has_a_proof(rule: str) -> None:
    assert rule_list.by_rule()[rule], f"no test names {rule}: test_{rule.lower()}_…"


def test_the_list_of_proofs_is_up_to_date() -> None:
    assert rule_list.TARGET.read_text(encoding="utf-8") == rule_list.page(), "run `make rules`"
