"""People and their rights (D2, D42)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


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


class ProtectedField(Labelled):
    """A value that is kept encrypted, and shown one at a time (D44, D60)."""

    ID_NUMBER = "ID_NUMBER", "身份证号", "ID number"
    BANK_ACCOUNT = "BANK_ACCOUNT", "银行账号", "Bank account"

    @property
    def column(self) -> str:
        return self.value.lower()


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
