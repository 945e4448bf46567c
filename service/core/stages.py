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

DEFINITIONS: dict[Stage, tuple[str, str]] = {
    Stage.LEAD: ("已有线索，尚未有过沟通。", "A lead; nobody has talked with the customer yet."),
    Stage.CONTACTED: (
        "已有首次沟通，需求尚不明确。",
        "There was a first talk; what the customer needs is not clear yet.",
    ),
    Stage.QUALIFIED: ("需求、预算和决策人已确认。", "Need, budget and decider are confirmed."),
    Stage.PROPOSAL: ("方案或报价已提交给客户。", "A proposal or an offer was handed over."),
    Stage.NEGOTIATION: ("正在就价格和条款谈判。", "Price and terms are being negotiated."),
    Stage.WON: ("合同已签或首单已下。", "A contract was signed or a first order placed."),
    Stage.AFTER_SALES: ("已交付，进入售后维护。", "Delivered; the customer is being looked after."),
    Stage.LOST: (
        "客户已明确放弃或失去联系，并注明原因。",
        "Given up by the customer or lost from sight, for a stated reason.",
    ),
}
"""What each stage means, in Chinese and in English (S1: every stage has a definition)."""
