"""Customers (D5–D14, D30, D61)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class CustomerKind(Labelled):
    """An organisation or one person (D5)."""

    ENTERPRISE = "ENTERPRISE", "企业", "Enterprise"
    INDIVIDUAL = "INDIVIDUAL", "个人", "Individual"


class CustomerType(Labelled):
    """How long the company has known the customer (D5)."""

    NEW = "NEW", "新客户", "New"
    EXISTING = "EXISTING", "老客户", "Existing"
    CHANNEL = "CHANNEL", "渠道", "Channel partner"


class CustomerState(Labelled):
    """Where a record stands, from draft to destruction (D30, D61)."""

    DRAFT = "DRAFT", "草稿", "Draft"
    PENDING = "PENDING", "待审批", "Pending approval"
    ACTIVE = "ACTIVE", "生效", "In effect"
    ARCHIVED = "ARCHIVED", "已归档", "Archived"
    MERGED = "MERGED", "已合并", "Merged"
    DESTROYED = "DESTROYED", "已销毁", "Destroyed"


class EnterpriseType(Labelled):
    """Who owns an enterprise (D7)."""

    STATE_OWNED = "STATE_OWNED", "国企", "State-owned"
    PRIVATE = "PRIVATE", "民企", "Private"
    FOREIGN = "FOREIGN", "外企", "Foreign"
    JOINT_VENTURE = "JOINT_VENTURE", "合资", "Joint venture"
    COLLECTIVE = "COLLECTIVE", "集体", "Collective"
    OTHER = "OTHER", "其他", "Other"


class SizeBand(Labelled):
    """Head-count, lower bound included (D7)."""

    UNDER_50 = "UNDER_50", "50人以下", "Fewer than 50"
    FROM_50 = "FROM_50", "50-200人", "50 to 199"
    FROM_200 = "FROM_200", "200-1000人", "200 to 999"
    FROM_1000 = "FROM_1000", "1000人以上", "1,000 and more"


class SourceChannel(Labelled):
    """How the customer came (D9)."""

    EXHIBITION = "EXHIBITION", "展会", "Exhibition"
    REFERRAL = "REFERRAL", "转介绍", "Referral"
    ONLINE_PROMOTION = "ONLINE_PROMOTION", "线上推广", "Online promotion"
    ONLINE_ADS = "ONLINE_ADS", "线上广告", "Online ads"
    PHONE = "PHONE", "电话", "Phone"
    VISIT = "VISIT", "拜访", "Visit"
    OTHER = "OTHER", "其他", "Other"


class Grade(Labelled):
    """How important the customer is (D14)."""

    A = "A", "A级", "Grade A"
    B = "B", "B级", "Grade B"
    C = "C", "C级", "Grade C"
    D = "D", "D级", "Grade D"
    E = "E", "E级", "Grade E"


class Salutation(Labelled):
    """How a person is addressed; decides the masked name (D8, §9)."""

    MR = "MR", "先生", "Mr"
    MS = "MS", "女士", "Ms"


class Evidence(Labelled):
    """What was checked before a submission (D33)."""

    LICENCE = "LICENCE", "营业执照", "Business licence"
    BUSINESS_CARD = "BUSINESS_CARD", "名片", "Business card"
    OTHER = "OTHER", "其他", "Other"
