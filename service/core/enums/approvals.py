"""Approvals (D31–D34, D4)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class ApprovalKind(Labelled):
    """What is asked for. Each kind is a flow, which can be switched on and off."""

    CUSTOMER_ENTRY = "CUSTOMER_ENTRY", "客户录入审批", "Entry of a customer"
    CUSTOMER_CHANGE = "CUSTOMER_CHANGE", "重要信息复核", "Review of high-risk information"
    HAND_OVER = "HAND_OVER", "客户交接", "Hand-over of customers"
    DATA_ACCESS = "DATA_ACCESS", "跨部门数据访问", "Access to data of another department"
    SHARING = "SHARING", "对外提供数据", "Sharing data outside the company"


class ApprovalState(Labelled):
    """What became of a request (D34)."""

    PENDING = "PENDING", "待审批", "Pending"
    APPROVED = "APPROVED", "已通过", "Approved"
    REJECTED = "REJECTED", "已驳回", "Rejected"
    WITHDRAWN = "WITHDRAWN", "已撤回", "Withdrawn"
    EXPIRED = "EXPIRED", "已过期", "Expired"
    SUPERSEDED = "SUPERSEDED", "已被新申请取代", "Superseded"


class Decider(Labelled):
    """By which rule it is found who decides. Administrators always may; nobody on his own request."""

    DEPARTMENT_HEAD = "DEPARTMENT_HEAD", "部门负责人或上级", "Manager of the department or above"
    SUPERVISOR = "SUPERVISOR", "销售或客服主管", "Supervisor of sales or service, or manager of the department or above"
    HR_OR_MANAGER = "HR_OR_MANAGER", "人力资源或部门负责人", "Human resources, or manager of the department or above"
    DATA_STEWARD = "DATA_STEWARD", "数据管理员", "Data steward"
