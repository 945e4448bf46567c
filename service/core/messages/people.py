"""What may be wrong with a change of staff, departments or owners (D2, D4)."""

from __future__ import annotations

from collections.abc import Mapping

from service.core.errors import ErrorCode

_C = ErrorCode

PEOPLE: Mapping[ErrorCode, tuple[str, str]] = {
    _C.LAST_ADMINISTRATOR: (
        "至少保留一位在职的系统管理员，请先任命另一位。",
        "At least one active administrator must remain: please make somebody else one first.",
    ),
    _C.NOT_YOURSELF: (
        "不能对自己执行此操作，请由他人办理。",
        "You cannot do this to yourself: please ask a colleague.",
    ),
    _C.NEVER_EDITS: (
        "该员工的角色不能编辑客户，请选择销售或客服人员。",
        "The roles of this member of staff never edit customers: please choose somebody in sales or service.",
    ),
    _C.CANNOT_OWN: (
        "该员工的角色不能负责客户，请选择销售或客服人员。",
        "The roles of this member of staff never own customers: please choose somebody in sales or service.",
    ),
    _C.SAME_OWNER: (
        "交出人与接手人相同，请选择其他接手人。",
        "Both are the same person: please choose another new owner.",
    ),
    _C.OWNER_CHANGED: (
        "该客户的负责人已变更，请刷新后重新选择。",
        "The customer has another owner meanwhile: please reload it and choose again.",
    ),
    _C.NOT_YOURS_TO_HAND_OVER: (
        "该客户不归您管理，请由其部门经理、人力资源或管理员交接。",
        "You do not manage this customer: please ask its department's manager, human resources or an administrator.",
    ),
    _C.TOO_MANY: (
        "一次最多 {maximum} 条，现为 {given} 条，请分批进行。",
        "At most {maximum} at a time, these are {given}: please do it in parts.",
    ),
    _C.NOT_GIVEN_UP: (
        "该后台任务未被放弃：进行中的会自行完成，请等待；已结束的请重新发起。",
        "This work was not given up: while it goes on, please wait; where it has ended, ask for it anew.",
    ),
    _C.JOB_FINISHED: ("任务已结束，无法取消。", "The job has ended: there is nothing left to cancel."),
    _C.JOB_CANNOT_BE_CANCELLED: (
        "该任务不能取消，请等待其完成。",
        "This job cannot be cancelled: please wait until it is done.",
    ),
    _C.DEPARTMENT_CYCLE: (
        "上级部门不能是本部门或其下级，请另选。",
        "A department cannot hang below itself: please choose another one above it.",
    ),
    _C.DEPARTMENT_HAS_STAFF: (
        "部门中还有 {count} 名员工（含已停用），请先调出。",
        "{count} members of staff are still in the department, disabled ones included: please move them first.",
    ),
    _C.DEPARTMENT_HAS_CHILDREN: (
        "部门下还有 {count} 个下级部门，请先移走。",
        "{count} departments still hang below it: please move them first.",
    ),
    _C.DEPARTMENT_HAS_CUSTOMERS: (
        "部门中还有 {count} 个客户，请先交接。",
        "{count} customers still belong to the department: please hand them over first.",
    ),
}
