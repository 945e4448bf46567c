"""The stage of a customer and its legal moves (D24), and the coarse status (D25)."""

from __future__ import annotations

from service.core.enums import CoarseStatus, LostReason, Stage
from service.core.errors import ErrorCode, Invalid
from service.core.stages import COARSE

ORDER = (
    Stage.LEAD,
    Stage.CONTACTED,
    Stage.QUALIFIED,
    Stage.PROPOSAL,
    Stage.NEGOTIATION,
    Stage.WON,
    Stage.AFTER_SALES,
)
"""The way forward. LOST stands beside it."""


def _free(from_: Stage) -> tuple[Stage, ...]:
    """Moves that need no reason: forward, but AFTER_SALES only from WON."""
    if from_ is Stage.LOST:
        return ()
    ahead = ORDER[ORDER.index(from_) + 1 :]
    return tuple(s for s in ahead if s is not Stage.AFTER_SALES or from_ is Stage.WON)


def _with_reason(from_: Stage) -> tuple[Stage, ...]:
    if from_ is Stage.LOST:
        return ORDER[: ORDER.index(Stage.WON)]
    return (*ORDER[: ORDER.index(from_)], Stage.LOST)


def legal(from_: Stage, *, has_reason: bool = True) -> tuple[Stage, ...]:
    """The stages that can follow, in the order of D24, LOST last; without a reason only those that need none."""
    reachable = {*_free(from_), *(_with_reason(from_) if has_reason else ())}
    return tuple(s for s in (*ORDER, Stage.LOST) if s in reachable)


def check(from_: Stage, to: Stage, *, reason: str | None = None, lost_reason: LostReason | None = None) -> None:
    """Refuse a move that D24 does not know. `reason` is free text, `lost_reason` the coded one of a move to LOST.

    Raises SAME_STAGE(stage, legal), ILLEGAL_STAGE_MOVE(from_stage, to_stage, legal), LOST_REASON_REQUIRED(reasons),
    LOST_OTHER_NEEDS_TEXT, LOST_REASON_ONLY_FOR_LOST and REASON_REQUIRED(from_stage, to_stage). `legal` is a list of
    stage codes.
    """
    allowed = legal(from_)
    codes = [s.value for s in allowed]
    if from_ is to:
        raise Invalid(ErrorCode.SAME_STAGE, stage=to.value, legal=codes)
    if to not in allowed:
        raise Invalid(ErrorCode.ILLEGAL_STAGE_MOVE, from_stage=from_.value, to_stage=to.value, legal=codes)
    has_text = bool(reason and reason.strip())
    if to is Stage.LOST:
        _check_lost(lost_reason, has_text=has_text)
        return
    if lost_reason is not None:
        raise Invalid(ErrorCode.LOST_REASON_ONLY_FOR_LOST)
    if to not in _free(from_) and not has_text:
        raise Invalid(ErrorCode.REASON_REQUIRED, from_stage=from_.value, to_stage=to.value)


def _check_lost(lost_reason: LostReason | None, *, has_text: bool) -> None:
    if lost_reason is None:
        raise Invalid(ErrorCode.LOST_REASON_REQUIRED, reasons=[r.value for r in LostReason])
    if lost_reason is LostReason.OTHER and not has_text:
        raise Invalid(ErrorCode.LOST_OTHER_NEEDS_TEXT)


def coarse(stage: Stage) -> CoarseStatus:
    """The four-way status that follows from the stage (D25)."""
    return COARSE[stage]
