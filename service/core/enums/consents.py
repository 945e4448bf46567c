"""What customers have agreed to (D46)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class ConsentPurpose(Labelled):
    """What a customer has agreed to."""

    MARKETING = "MARKETING", "营销联系", "Marketing"
    SHARING = "SHARING", "向外提供", "Sharing outside the company"
    CROSS_BORDER = "CROSS_BORDER", "向境外提供", "Sharing abroad"


class ConsentState(Labelled):
    """Whether it holds."""

    GIVEN = "GIVEN", "有效", "Given"
    WITHDRAWN = "WITHDRAWN", "已撤回", "Withdrawn"
