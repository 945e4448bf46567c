"""Relations between customers (D11)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class CustomerRelationKind(Labelled):
    """What `toCustomer` is to `fromCustomer` (D11)."""

    SUBSIDIARY = "SUBSIDIARY", "子公司", "Subsidiary"
    BRANCH = "BRANCH", "分支机构", "Branch"
    REFERRER = "REFERRER", "转介绍", "Referrer"
    SUPPLIER = "SUPPLIER", "供应商", "Supplier"
    PARTNER = "PARTNER", "合作伙伴", "Partner"
