"""What a rule of the business may find wrong with an input."""

from __future__ import annotations

from collections.abc import Mapping

from service.core.errors import ErrorCode

_C = ErrorCode

BUSINESS: Mapping[ErrorCode, tuple[str, str]] = {
    _C.SAME_STAGE: (
        "客户已处于该阶段，请选择其他阶段。",
        "The customer is at this stage already: please choose another one.",
    ),
    _C.ILLEGAL_STAGE_MOVE: ("不能这样变更阶段，可选：{legal}。", "The stage cannot move there. Possible: {legal}."),
    _C.REASON_REQUIRED: ("请填写原因。", "Please give a reason."),
    _C.LOST_REASON_REQUIRED: ("客户流失必须选择流失原因。", "A loss always wants a reason: please choose one."),
    _C.LOST_OTHER_NEEDS_TEXT: (
        "流失原因为“其他”时，请写明原因。",
        "Where the reason is OTHER, please say it in words.",
    ),
    _C.LOST_REASON_ONLY_FOR_LOST: (
        "只有流失时才填流失原因，请清空。",
        "A reason for the loss goes with LOST only: please leave it out.",
    ),
    _C.TIME_IN_FUTURE: ("时间不能晚于现在，请核对。", "The time is in the future: please check it."),
    _C.TIME_IN_PAST: ("时间不能早于本次跟进，请核对。", "The time is before this follow-up: please check it."),
    _C.NEXT_PLAN_REQUIRED: (
        "请填写下次跟进的时间、方式和目标，或说明没有计划的原因。",
        "Please give time, mode and goal of the next step, or the reason why there is none.",
    ),
    _C.NEXT_PLAN_CONTRADICTS: (
        "下次计划与“无计划原因”只能填一种。",
        "Give either a next plan or the reason why there is none, not both.",
    ),
    _C.NOT_A_DRAFT: ("该客户已不是草稿，请刷新后查看。", "The customer is no draft any more: please reload it."),
    _C.NOT_IN_EFFECT: ("该客户尚未生效，请先提交。", "The customer is not in effect yet: please submit it first."),
    _C.SYSTEM_TAG_REQUIRED: ("至少选择一个系统标签。", "Please choose at least one system tag."),
    _C.PRIMARY_CONTACT_REQUIRED: (
        "请指定一位主要联系人，并填写姓名、职务和手机。",
        "Please name a primary contact with name, title and mobile.",
    ),
    _C.LAST_CONTACT: (
        "企业客户至少保留一位联系人，请先添加另一位。",
        "An enterprise keeps at least one contact: please add another first.",
    ),
    _C.COMMUNICATION_REQUIRED: (
        "请填写一次沟通的时间和方式。",
        "Please give the time and mode of one communication.",
    ),
    _C.USER_DISABLED: (
        "该员工已停用，请选择在职员工。",
        "This member of staff is disabled: please choose one who is not.",
    ),
    _C.NOT_FOR_THIS_KIND: (
        "该字段不适用于此类客户，请清空。",
        "This field does not go with this kind of customer: please leave it empty.",
    ),
    _C.PASSWORD_WEAK: (
        "密码至少 8 位，须含字母、数字和特殊字符。",
        "A password has at least 8 characters with letters, digits and special characters.",
    ),
    _C.PASSWORD_CONTAINS_ACCOUNT: (
        "密码不能包含工号或邮箱名，请换一个。",
        "The password must not hold your staff number or mailbox name: please choose another one.",
    ),
    _C.PASSWORD_COMMON: ("该密码过于常见，请换一个。", "This password is too common: please choose another one."),
    _C.PASSWORD_SAME: ("新密码不能与当前密码相同。", "The new password must differ from the current one."),
    _C.SIGN_IN_FAILED: ("当前密码不正确，请重新输入。", "The current password is wrong: please enter it again."),
    _C.SIGN_IN_LOCKED: ("尝试次数过多，请稍后再试。", "Too many attempts: please try again later."),
    _C.SESSION_ENDED: ("登录已失效，请重新登录。", "The session has ended: please sign in again."),
    _C.ALREADY_EXISTS: ("已经存在，请勿重复添加。", "It exists already: no need to add it again."),
}
