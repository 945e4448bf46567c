"""The coarse status of each stage (D25). Reads and rules both need it."""

from service.core.enums import CoarseStatus, Stage

COARSE: dict[Stage, CoarseStatus] = {
    Stage.LEAD: CoarseStatus.POTENTIAL,
    Stage.CONTACTED: CoarseStatus.POTENTIAL,
    Stage.QUALIFIED: CoarseStatus.INTENT,
    Stage.PROPOSAL: CoarseStatus.INTENT,
    Stage.NEGOTIATION: CoarseStatus.INTENT,
    Stage.WON: CoarseStatus.DEAL,
    Stage.AFTER_SALES: CoarseStatus.DEAL,
    Stage.LOST: CoarseStatus.LOST,
}
