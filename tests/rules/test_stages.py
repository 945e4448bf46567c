import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.enums import CoarseStatus, LostReason, Stage
from service.core.errors import ErrorCode
from service.rules import stages
from tests.rules.refusals import refused

ANY = st.sampled_from(Stage)
BEFORE_WON = [Stage.LEAD, Stage.CONTACTED, Stage.QUALIFIED, Stage.PROPOSAL, Stage.NEGOTIATION]


def d24(from_: Stage, to: Stage) -> str:
    """D24 once more, in words of its own: what a move is."""
    way = [*BEFORE_WON, Stage.WON, Stage.AFTER_SALES]
    if from_ is to:
        return "same"
    if to is Stage.LOST:
        return "lost"
    if from_ is Stage.LOST:
        return "back" if to in BEFORE_WON else "illegal"
    if to is Stage.AFTER_SALES:
        return "forward" if from_ is Stage.WON else "illegal"
    return "forward" if way.index(to) > way.index(from_) else "back"


@given(ANY, ANY)
def test_d24_a_move_is_legal_exactly_as_the_rule_says(from_: Stage, to: Stage) -> None:
    kind = d24(from_, to)
    assert (to in stages.legal(from_)) == (kind in ("forward", "back", "lost"))
    assert (to in stages.legal(from_, has_reason=False)) == (kind == "forward")


def refusal(kind: str, has_text: bool, lost_reason: LostReason | None) -> ErrorCode | None:
    """What is wrong with a move of a kind, None if nothing is."""
    if kind in ("same", "illegal"):
        return {"same": ErrorCode.SAME_STAGE, "illegal": ErrorCode.ILLEGAL_STAGE_MOVE}[kind]
    if kind == "lost":
        if lost_reason is None:
            return ErrorCode.LOST_REASON_REQUIRED
        return ErrorCode.LOST_OTHER_NEEDS_TEXT if lost_reason is LostReason.OTHER and not has_text else None
    if lost_reason is not None:
        return ErrorCode.LOST_REASON_ONLY_FOR_LOST
    return ErrorCode.REASON_REQUIRED if kind == "back" and not has_text else None


@given(ANY, ANY, st.sampled_from([None, "", " ", "客户改变计划"]), st.sampled_from([None, *LostReason]))
def test_d24_every_move_is_accepted_or_refused_for_its_own_reason(
    from_: Stage, to: Stage, reason: str | None, lost_reason: LostReason | None
) -> None:
    expected = refusal(d24(from_, to), bool(reason and reason.strip()), lost_reason)
    if expected is None:
        assert stages.check(from_, to, reason=reason, lost_reason=lost_reason) is None
    else:
        refused(expected, stages.check, from_, to, reason=reason, lost_reason=lost_reason)


def test_d24_after_sales_from_lead_lists_the_legal_moves() -> None:
    params = refused(ErrorCode.ILLEGAL_STAGE_MOVE, stages.check, Stage.LEAD, Stage.AFTER_SALES)
    assert params == {
        "from_stage": "LEAD",
        "to_stage": "AFTER_SALES",
        "legal": ["CONTACTED", "QUALIFIED", "PROPOSAL", "NEGOTIATION", "WON", "LOST"],
    }


def test_d24_the_same_stage_lists_the_legal_moves() -> None:
    params = refused(ErrorCode.SAME_STAGE, stages.check, Stage.WON, Stage.WON)
    assert params["legal"] == ["LEAD", "CONTACTED", "QUALIFIED", "PROPOSAL", "NEGOTIATION", "AFTER_SALES", "LOST"]


def test_d24_lost_needs_a_reason() -> None:
    params = refused(ErrorCode.LOST_REASON_REQUIRED, stages.check, Stage.WON, Stage.LOST, reason="太贵")
    assert params == {"reasons": ["PRICE", "COMPETITOR", "NEED_CHANGED", "NO_BUDGET", "NO_CONTACT", "OTHER"]}


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        (Stage.LEAD, CoarseStatus.POTENTIAL),
        (Stage.CONTACTED, CoarseStatus.POTENTIAL),
        (Stage.QUALIFIED, CoarseStatus.INTENT),
        (Stage.PROPOSAL, CoarseStatus.INTENT),
        (Stage.NEGOTIATION, CoarseStatus.INTENT),
        (Stage.WON, CoarseStatus.DEAL),
        (Stage.AFTER_SALES, CoarseStatus.DEAL),
        (Stage.LOST, CoarseStatus.LOST),
    ],
)
def test_d25_the_coarse_status_follows_from_the_stage(stage: Stage, status: CoarseStatus) -> None:
    assert stages.coarse(stage) is status
