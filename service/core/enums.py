"""The words of the business. Codes are stable; the labels are the ones staff read (zh-CN, en)."""

# Read as a table, one entry a line or two.
# fmt: off

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A code with its Chinese and English label."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str, en: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member

    def label(self, locale: str) -> str:
        return self.zh if locale.startswith("zh") else self.en


class Role(Labelled):
    """What a person does in the company (D2)."""

    SALES = "SALES", "销售代表", "Sales representative"
    SALES_MANAGER = "SALES_MANAGER", "部门经理/销售主管", "Sales manager"
    SERVICE = "SERVICE", "客服", "Customer service"
    SERVICE_MANAGER = "SERVICE_MANAGER", "客服主管", "Service manager"
    MARKETING = "MARKETING", "市场", "Marketing"
    EXECUTIVE = "EXECUTIVE", "管理层", "Executive"
    DATA_STEWARD = "DATA_STEWARD", "数据管理员", "Data steward"
    SECURITY = "SECURITY", "信息安全", "Information security"
    HR = "HR", "人力资源", "Human resources"
    AUDITOR = "AUDITOR", "审计", "Auditor"
    ADMIN = "ADMIN", "系统管理员", "Administrator"


class DataClass(Labelled):
    """How sensitive a field is (D42)."""

    BASIC = "BASIC", "基本", "Basic"
    BUSINESS = "BUSINESS", "业务", "Business"
    COMMERCIAL = "COMMERCIAL", "商务", "Commercial"
    CONTACT = "CONTACT", "联系方式", "Contact"
    IDENTITY = "IDENTITY", "身份", "Identity"


class Level(Labelled):
    """How much of a data class a viewer is shown (D42)."""

    NONE = "NONE", "不可见", "None"
    MASKED = "MASKED", "脱敏", "Masked"
    FULL = "FULL", "完整", "Full"

    @property
    def rank(self) -> int:
        return ("NONE", "MASKED", "FULL").index(self.value)


class Relation(Labelled):
    """What a viewer can be to one customer (D42). The order is that of the policy table."""

    OWNER = "OWNER", "负责人", "Owner"
    COLLABORATOR = "COLLABORATOR", "协作人", "Collaborator"
    MANAGER = "MANAGER", "负责人部门或上级部门的经理", "Manager of the owner's department or above"
    TICKET_HANDLER = "TICKET_HANDLER", "未结工单处理人", "Handler of an open ticket"
    SAME_DEPARTMENT = "SAME_DEPARTMENT", "同部门", "Same department as the owner"
    COLLABORATOR_MANAGER = "COLLABORATOR_MANAGER", "协作人的经理", "A collaborator's manager"
    STAFF_TICKET = "STAFF_TICKET", "下属处理工单的客服主管", "Service manager whose staff handle a ticket"
    GRANT_HOLDER = "GRANT_HOLDER", "访问授权持有人", "Holder of an access grant"
    APPROVER = "APPROVER", "待审批申请的审批人", "Approver of a pending request"
    HANDOVER_HR = "HANDOVER_HR", "交接中的人力资源", "HR in a hand-over"
    STAFF = "STAFF", "其他员工", "Any other staff"


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


class Stage(Labelled):
    """Where the customer stands on the way to a deal (D24)."""

    LEAD = "LEAD", "潜在客户", "Lead"
    CONTACTED = "CONTACTED", "初步接触", "Contacted"
    QUALIFIED = "QUALIFIED", "需求确认", "Qualified"
    PROPOSAL = "PROPOSAL", "方案提交", "Proposal"
    NEGOTIATION = "NEGOTIATION", "商务谈判", "Negotiation"
    WON = "WON", "成交", "Won"
    AFTER_SALES = "AFTER_SALES", "售后维护", "After-sales"
    LOST = "LOST", "流失", "Lost"


class CoarseStatus(Labelled):
    """The four-way status, derived from the stage (D25)."""

    POTENTIAL = "POTENTIAL", "潜在", "Potential"
    INTENT = "INTENT", "意向", "Intent"
    DEAL = "DEAL", "成交", "Deal"
    LOST = "LOST", "流失", "Lost"


class LostReason(Labelled):
    """Why a customer was lost (D24)."""

    PRICE = "PRICE", "价格", "Price"
    COMPETITOR = "COMPETITOR", "竞争对手", "Competitor"
    NEED_CHANGED = "NEED_CHANGED", "需求变化", "Need changed"
    NO_BUDGET = "NO_BUDGET", "没有预算", "No budget"
    NO_CONTACT = "NO_CONTACT", "联系不上", "No contact"
    OTHER = "OTHER", "其他", "Other"


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


class DecisionRole(Labelled):
    """What a contact does in the customer's decision (D16)."""

    DECIDER = "DECIDER", "决策者", "Decider"
    INFLUENCER = "INFLUENCER", "影响者", "Influencer"
    USER = "USER", "使用者", "User"
    PURCHASING = "PURCHASING", "采购", "Purchasing"
    TECHNICAL = "TECHNICAL", "技术对接", "Technical"


class NeedKind(Labelled):
    """What the customer is after (D18)."""

    PURCHASE = "PURCHASE", "产品购买", "Purchase"
    CONSULTING = "CONSULTING", "服务咨询", "Consulting"
    COOPERATION = "COOPERATION", "合作洽谈", "Cooperation"
    AFTER_SALES = "AFTER_SALES", "售后支持", "After-sales support"


class NeedPriority(Labelled):
    """How soon a deal is likely (D18)."""

    HIGH = "HIGH", "高（1个月内）", "High (within 1 month)"
    MEDIUM = "MEDIUM", "中（1-3个月）", "Medium (1 to 3 months)"
    LOW = "LOW", "低（3个月以上）", "Low (more than 3 months)"


class NeedState(Labelled):
    """What became of a need (D18)."""

    OPEN = "OPEN", "进行中", "Open"
    MET = "MET", "已满足", "Met"
    DROPPED = "DROPPED", "已放弃", "Dropped"


class BudgetBand(Labelled):
    """The customer's budget in CNY, lower bound included (D18)."""

    UNDER_10K = "UNDER_10K", "1万以下", "Under 10k"
    FROM_10K = "FROM_10K", "1-5万", "10k to 50k"
    FROM_50K = "FROM_50K", "5-10万", "50k to 100k"
    FROM_100K = "FROM_100K", "10万以上", "100k and more"


class FollowUpMode(Labelled):
    """How the communication took place (D20)."""

    PHONE = "PHONE", "电话", "Phone"
    VISIT = "VISIT", "拜访", "Visit"
    FACE_TO_FACE = "FACE_TO_FACE", "面谈", "Face to face"
    ONLINE_MEETING = "ONLINE_MEETING", "线上会议", "Online meeting"
    EMAIL = "EMAIL", "邮件", "E-mail"
    MEETING = "MEETING", "会议", "Meeting"
    EXHIBITION = "EXHIBITION", "展会", "Exhibition"
    REFERRAL = "REFERRAL", "转介绍", "Referral"
    WECHAT = "WECHAT", "微信", "WeChat"
    SOCIAL_MEDIA = "SOCIAL_MEDIA", "社交媒体", "Social media"


class FollowUpKind(Labelled):
    """What the communication was for (D20)."""

    PRE_SALES = "PRE_SALES", "售前", "Pre-sales"
    SALES = "SALES", "售中", "Sales"
    COMPLAINT = "COMPLAINT", "投诉", "Complaint"
    RETURN_VISIT = "RETURN_VISIT", "回访", "Return visit"


class Evidence(Labelled):
    """What was checked before a submission (D33)."""

    LICENCE = "LICENCE", "营业执照", "Business licence"
    BUSINESS_CARD = "BUSINESS_CARD", "名片", "Business card"
    OTHER = "OTHER", "其他", "Other"


class TaskState(Labelled):
    """What became of a task (D59)."""

    OPEN = "OPEN", "待办", "Open"
    DONE = "DONE", "已完成", "Done"
    CANCELLED = "CANCELLED", "已取消", "Cancelled"


class Channel(Labelled):
    """The way by which a change came in (D35)."""

    API = "API", "接口", "API"
    IMPORT = "IMPORT", "导入", "Import"
    MERGE = "MERGE", "合并", "Merge"
    JOB = "JOB", "后台任务", "Job"
    CLI = "CLI", "命令行", "Command line"
