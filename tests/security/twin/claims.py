"""What bytes alone do not show: cursors that serve one viewer and one order only, fields that are refused by name."""

from __future__ import annotations

from tests.security.twin import policies
from tests.security.twin.pair import Pair
from tests.security.twin.performance import Leak, ask
from tests.security.twin.probes import Probe, root
from tests.security.twin.stage import Stage

SEED = 2
"""Of the twin in which the search for holes begins as well: it is written once for all guards."""
BY_MOBILE = "orderBy: [{field: MOBILE, direction: ASC}]"
BY_NAME = "orderBy: [{field: NAME, direction: ASC}]"


def _page(order: str) -> str:
    return (
        f"query($c: String) {{ l: {root('Customer', f'first: 5, after: $c, {order}')} {{ pageInfo {{ endCursor }} }} }}"
    )


def _cursor(pair: Pair, token: str) -> str:
    data = ask(pair, token, Probe(_page(BY_NAME))).data
    assert data is not None
    return data["l"]["pageInfo"]["endCursor"]


def _refused(pair: Pair, token: str, probe: Probe, code: str) -> None:
    codes = ask(pair, token, probe).codes
    if codes != [code]:
        raise Leak(f"{probe.document} was answered, with {codes}")


def cursors_are_personal(stage: Stage, pair: Pair) -> None:
    """A cursor holds what its viewer was shown: nobody else can use it."""
    stage.hold("stranger", SEED)
    cursor = _cursor_in_a(stage, pair)
    _refused(pair, stage.token("stranger"), Probe(_page(BY_NAME), {"c": cursor}), "BAD_USER_INPUT")


def _cursor_in_a(stage: Stage, pair: Pair) -> str:
    """A cursor of the administrator; what he sees differs in B."""
    first, _ = pair.ask(stage.token("admin"), _page(BY_NAME), {})
    assert first.data is not None
    return first.data["l"]["pageInfo"]["endCursor"]


def cursors_keep_to_their_order(stage: Stage, pair: Pair) -> None:
    """A cursor of one order says nothing in another."""
    stage.hold("stranger", SEED)
    token = stage.token("stranger")
    _refused(pair, token, Probe(_page(BY_MOBILE), {"c": _cursor(pair, token)}), "BAD_USER_INPUT")


def the_never_visible_is_refused(stage: Stage, pair: Pair) -> None:
    """Where the policy shows a class to nobody but the administrator, the others are told so by the field's name."""
    stage.hold("stranger", SEED)
    token = stage.token("owner")
    built_in, own = '{needs: {some: {budgetBand: {eq: "FROM_10K"}}}}', '{key: "commercial_number", number: {gt: 0}}'
    with policies.in_force(stage, policies.COMMERCIAL_FOR_THE_ADMINISTRATOR_ONLY):
        for where in (built_in, f"{{customFields: [{own}]}}"):
            document = f"{{ customers(where: {where}) {{ totalCount }} }}"
            _refused(pair, token, Probe(document), "FIELD_NOT_VISIBLE")
        sums = 'customFields(keys: ["commercial_money"]) { key money { sum } }'
        for asked in (
            "(groupBy: [CREDIT_RATING]) { count }",
            "(groupBy: [ASSESSED_BY]) { count }",
            '(groupByCustomFields: ["commercial_choice"]) { count }',
            f"{{ {sums} }}",
        ):
            _refused(pair, token, Probe(f"{{ customersAggregate{asked} }}"), "FIELD_NOT_VISIBLE")


CLAIMS = (cursors_are_personal, cursors_keep_to_their_order, the_never_visible_is_refused)
