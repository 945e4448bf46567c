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


class RevenueBand(Labelled):
    """Yearly revenue in CNY, lower bound included (D7)."""

    UNDER_5M = "UNDER_5M", "500万以下", "Under 5 million"
    FROM_5M = "FROM_5M", "500-2000万", "5 to 20 million"
    FROM_20M = "FROM_20M", "2000万-1亿", "20 to 100 million"
    FROM_100M = "FROM_100M", "1亿-4亿", "100 to 400 million"
    FROM_400M = "FROM_400M", "4亿以上", "400 million and more"


class BusinessForm(Labelled):
    """In what form a customer trades (D7)."""

    GUEST_HOUSE = "GUEST_HOUSE", "宾馆", "Guest house"
    HOTEL = "HOTEL", "酒店", "Hotel"
    CATERING = "CATERING", "餐饮", "Catering"
    TOBACCO_AND_GROCERY = "TOBACCO_AND_GROCERY", "烟杂店", "Tobacco and grocery shop"
    SHOPPING_MALL = "SHOPPING_MALL", "综合商场", "Shopping mall"
    SUPERMARKET = "SUPERMARKET", "一般超市", "Supermarket"
    CHAIN_SUPERMARKET = "CHAIN_SUPERMARKET", "连锁超市", "Chain supermarket"
    CONVENIENCE_STORE = "CONVENIENCE_STORE", "便利商店", "Convenience store"
    DEPARTMENT_STORE = "DEPARTMENT_STORE", "百货公司", "Department store"
    LARGE_SUPERMARKET = "LARGE_SUPERMARKET", "大超市", "Large supermarket"
    DISCOUNT_STORE = "DISCOUNT_STORE", "量贩店", "Discount store"
    HYPERMARKET = "HYPERMARKET", "大卖场", "Hypermarket"
    PUBLIC_BODY = "PUBLIC_BODY", "机关单位", "Public body"
    WHOLESALE = "WHOLESALE", "批发", "Wholesale"
    EXCLUSIVE_SHOP = "EXCLUSIVE_SHOP", "专卖店", "Exclusive shop"
    OTHER = "OTHER", "其他", "Other"


class Intent(Labelled):
    """How near the customer is to signing (D14)."""

    A = "A", "A类（可签约）", "A (ready to sign)"
    B = "B", "B类（有一两个问题待解决）", "B (one or two problems left)"
    C = "C", "C类（本人可决定，尚未信服）", "C (decides himself, not yet convinced)"
    D = "D", "D类（不排斥）", "D (not averse)"


class CreditRating(Labelled):
    """How far the customer can be trusted to pay (D14)."""

    AAA = "AAA", "AAA级", "AAA"
    AA = "AA", "AA级", "AA"
    A = "A", "A级", "A"
    B = "B", "B级", "B"
    C = "C", "C级", "C"


class RiskLevel(Labelled):
    """How likely a loss with this customer is (D14)."""

    LOW = "LOW", "低", "Low"
    MEDIUM = "MEDIUM", "中", "Medium"
    HIGH = "HIGH", "高", "High"


class Deduction(Labelled):
    """How deductions are made (D15)."""

    ON_ACCOUNT = "ON_ACCOUNT", "账扣", "On account"
    IN_GOODS = "IN_GOODS", "实物扣", "In goods"


class Packaging(Labelled):
    """How goods are packed (D15)."""

    BAG = "BAG", "袋装", "In bags"
    BULK = "BULK", "散装", "In bulk"
    GIFT_BOX = "GIFT_BOX", "礼盒装", "In gift boxes"
    COMBINATION = "COMBINATION", "组合装", "In combinations"
