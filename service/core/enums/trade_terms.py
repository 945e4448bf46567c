"""Trade terms (D15)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class PaymentTermKind(Labelled):
    """When a customer pays (D15)."""

    PREPAID = "PREPAID", "款到发货", "Prepaid"
    ON_DELIVERY = "ON_DELIVERY", "货到结现", "Cash on delivery"
    MONTHLY_CASH = "MONTHLY_CASH", "月结现金", "Cash on a day of the month"
    AFTER_MONTH_END = "AFTER_MONTH_END", "月结N天票", "Days after the end of the month"
    AFTER_INVOICE = "AFTER_INVOICE", "票到N天", "Days after the invoice"
    AFTER_DELIVERY = "AFTER_DELIVERY", "货到N天", "Days after the delivery"
    PREVIOUS_BATCH = "PREVIOUS_BATCH", "押前批", "Previous batch before the next"
    STANDING_AMOUNT = "STANDING_AMOUNT", "铺底", "Standing amount, the excess in cash"


class ProcedureKind(Labelled):
    """What a procedure between the customer and the company is about (D15)."""

    ORDERING = "ORDERING", "下单", "Ordering"
    RECONCILING = "RECONCILING", "对账", "Reconciling"
    SETTLING = "SETTLING", "结算", "Settling"
    OTHER = "OTHER", "其他", "Other"
