"""What people read: every code and every refusal as a sentence in Chinese and in English that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.errors import ErrorCode, Refusal

FALLBACK = "zh-CN"

_C = ErrorCode

_USER: Mapping[ErrorCode, tuple[str, str]] = {
    _C.REQUIRED: ("此项必填，请填写。", "This is required: please fill it in."),
    _C.NOT_FOUND: ("没有找到这条记录，请检查后重选。", "There is no such record: please check and choose again."),
    _C.WRONG_TYPE: ("值的类型不对，请按字段说明填写。", "The value is of the wrong type: see the field's description."),
    _C.TOO_LONG: ("最多 {maximum} 个字符，请缩短。", "At most {maximum} characters: please shorten it."),
    _C.TOO_SHORT: ("至少 {minimum} 个字符，请补全。", "At least {minimum} characters: please complete it."),
    _C.INVALID_CHARACTERS: (
        "含有不允许的字符 {characters}，请删去。",
        "It holds characters that are not allowed ({characters}): please remove them.",
    ),
    _C.OUT_OF_RANGE: (
        "应在 {minimum} 到 {maximum} 之间，请核对。",
        "It lies between {minimum} and {maximum}: please check it.",
    ),
    _C.USCC_LENGTH: (
        "统一社会信用代码应为 18 位，现为 {length} 位，请对照营业执照核对。",
        "A unified social credit code has 18 characters, this one has {length}: please check it with the licence.",
    ),
    _C.USCC_CHARACTER: (
        "统一社会信用代码只含数字和除 I、O、Z、S、V 外的大写字母，"
        "第 3 至 8 位只能是数字；第 {position} 位 {character} 有误，"
        "请对照营业执照核对。",
        "A unified social credit code has digits and letters without I, O, Z, S, V, and digits only from 3 to 8: "
        "{character} at {position} is wrong. Please check it with the licence.",
    ),
    _C.USCC_CHECK: (
        "校验码不符：按前 17 位应为 {expected}，请对照营业执照核对。",
        "The check character does not fit: by the first 17 characters it is {expected}. Please check with the licence.",
    ),
    _C.USCC_TAKEN: (
        "该信用代码已有客户 {number}，负责人 {owner}，请与其联系，不要重复录入。",
        "Customer {number}, owned by {owner}, has this code already: please talk to the owner first.",
    ),
    _C.USCC_ONLY_FOR_ENTERPRISES: (
        "个人客户没有统一社会信用代码，请清空。",
        "An individual has no such code: please leave it empty.",
    ),
    _C.MOBILE_LENGTH: (
        "手机号应为 11 位，现为 {length} 位，请核对。",
        "A mobile has 11 digits, this one has {length}: please check it.",
    ),
    _C.MOBILE_PREFIX: (
        "{prefix} 不是大陆手机号段，请核对。",
        "{prefix} is no mainland mobile prefix: please check it.",
    ),
    _C.MOBILE_IS_LANDLINE: (
        "这是座机号，请填到座机一栏。",
        "This is a landline: please put it into the landline field.",
    ),
    _C.LANDLINE_FORMAT: ("座机格式应如 0571-88886666-123。", "A landline looks like 0571-88886666-123."),
    _C.EMAIL_FORMAT: (
        "邮箱格式不对，应如 name@company.cn。",
        "This is no e-mail address; one looks like name@company.cn.",
    ),
    _C.EMAIL_PERSONAL_NEEDS_NOTE: (
        "这是个人邮箱，请在邮箱说明中写明原因，或改填企业邮箱。",
        "This is a personal mailbox: please say why in the note on the e-mail, or give a company address.",
    ),
    _C.NAME_IS_HONORIFIC: (
        "请填写真实姓名，不能只写称谓。",
        "Please give the real name: an honorific alone is not enough.",
    ),
    _C.NAME_HAS_TITLE: (
        "姓名中带有职务，建议补全真实姓名。",
        "The name holds a job title: the full real name would be better.",
    ),
    _C.NAME_IS_NICKNAME: (
        "这像是昵称，建议填写真实姓名。",
        "This looks like a nickname: the real name would be better.",
    ),
    _C.BIRTHDAY_FORMAT: ("生日应为月-日，如 05-21。", "A birthday is month and day, such as 05-21."),
    _C.ID_NUMBER_LAST_FOUR: (
        "只填写身份证号的后四位，如 123X；完整号码不予保存。",
        "Give only the last four characters of the ID number, such as 123X; the full number is not kept.",
    ),
    _C.REGION_UNKNOWN: (
        "没有这个行政区划代码，请重选地区。",
        "There is no such region code: please choose the region again.",
    ),
    _C.REGION_MISMATCH: (
        "地区代码与名称不符：代码为 {expected}，填写为 {found}，请核对。",
        "Region code and name do not fit: the code says {expected}, the name {found}. Please check.",
    ),
    _C.INDUSTRY_OTHER_NEEDS_TEXT: (
        "行业为“其他”时，请写明行业。",
        "Where the industry is OTHER, please say it in words.",
    ),
    _C.INDUSTRY_UNKNOWN: (
        "没有这个行业代码，请从 GB/T 4754 的门类和大类中选择。",
        "There is no such industry code: please choose a section and division of GB/T 4754.",
    ),
    _C.TAG_UNKNOWN: (
        "没有这个系统标签，请从列表中选择。",
        "There is no such system tag: please choose one from the list.",
    ),
    _C.TAG_IS_LAST_SYSTEM_TAG: (
        "生效客户至少保留一个系统标签，请先添加另一个。",
        "A customer in effect keeps at least one system tag: please add another one first.",
    ),
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
    _C.LAST_ADMINISTRATOR: ("至少保留一位系统管理员。", "At least one administrator must remain."),
    _C.ALREADY_EXISTS: ("已经存在，请勿重复添加。", "It exists already: no need to add it again."),
}

_REFUSALS: Mapping[str, tuple[str, str]] = {
    "UNAUTHENTICATED": ("请先登录。", "Please sign in first."),
    "token_expired": (
        "访问令牌已过期，请用刷新令牌换取新的。",
        "The access token has expired: exchange your refresh token for a new one.",
    ),
    "token_invalid": ("访问令牌无效，请重新登录。", "The access token is not valid: please sign in again."),
    "session_ended": ("登录已失效，请重新登录。", "The session has ended: please sign in again."),
    "PASSWORD_CHANGE_REQUIRED": (
        "首次登录须先修改初始密码（changePassword）。",
        "The initial password has to be changed first (changePassword).",
    ),
    "SIGN_IN_FAILED": ("账号或密码不正确。", "Account or password are wrong."),
    "SIGN_IN_LOCKED": (
        "密码错误次数过多，请在 {seconds} 秒后再试。",
        "Too many wrong passwords: please try again in {seconds} seconds.",
    ),
    "FORBIDDEN": (
        "您没有权限执行此操作，请联系客户负责人或其部门经理。",
        "You may not do this: please ask the customer's owner or manager.",
    ),
    "administrators_only": ("只有系统管理员可以执行此操作。", "Only an administrator may do this: please ask one."),
    "import_only": ("只有导入可以指定过去的时间。", "Only an import may state such a time: please leave it out."),
    "read_only_state": (
        "该客户已归档或在审批中，只能查看。",
        "The customer is archived or waits for approval: it can only be read.",
    ),
    "FIELD_FORBIDDEN": (
        "您无权修改 {field}，请去掉该字段，或联系客户负责人。",
        "You may not set {field}: please leave it out, or ask the customer's owner.",
    ),
    "FIELD_NOT_VISIBLE": (
        "您看不到 {field}，不能按它筛选或排序，请换一个字段。",
        "You are never shown {field}, so you cannot filter or sort by it: please use another field.",
    ),
    "NOT_FOUND": ("没有这条记录，或您无权查看。", "There is no such record for you."),
    "CONFLICT": (
        "记录已被他人修改，请比较 extensions.conflicts 中的原值、当前值和您的值后重试。",
        "The record was changed meanwhile: compare base, current and wanted in extensions.conflicts, then try again.",
    ),
    "BAD_USER_INPUT": ("请求有误，请检查。", "The request is not right: please check it."),
    "id_malformed": (
        "{id} 不是有效的 id，请使用接口返回的 id。",
        "{id} is no id: please use one that the API gave you.",
    ),
    "id_of_another_type": (
        "这是 {given} 的 id，这里需要 {wanted} 的 id。",
        "This is the id of a {given}; a {wanted} is wanted here.",
    ),
    "page_size": ("每页应为 0 到 {largest} 条，现为 {given}。", "A page has 0 to {largest} records, not {given}."),
    "role_or_relation": ("请只填写 role 或 relation 之一。", "Give either a role or a relation, not both."),
    "first_with_last": (
        "first 与 last 不能同时使用，请去掉一个。",
        "first and last cannot be combined: please leave one out.",
    ),
    "cursor_invalid": (
        "游标无效：只能用于同一列表、同一排序和同一用户，请从第一页重新开始。",
        "The cursor is not valid: it serves the same list, order and user only. Please start from the first page.",
    ),
    "null_operand": (
        "{field} 的 {operator} 不能为 null；查空值请用 isNull。",
        "{operator} of {field} cannot be null; to find values that are not set use isNull.",
    ),
}

_INTERNAL = (
    "系统内部错误，请稍后重试；如仍出现，请提供编号 {incident}。",
    "Something failed inside: please try again later, and if it stays, quote {incident}.",
)


def _chosen(pair: tuple[str, str], locale: str, params: Mapping[str, Any]) -> str:
    text = pair[0] if locale.startswith("zh") else pair[1]
    return text.format_map(_Forgiving(params))


class _Forgiving(dict[str, Any]):
    """A parameter that is missing leaves a gap, not an exception in the middle of an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: ErrorCode, locale: str, params: Mapping[str, Any]) -> str:
    """What a user reads about one fault."""
    shown = {k: ", ".join(map(str, v)) if isinstance(v, list | tuple) else v for k, v in params.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return _chosen(_USER[code], locale, shown)


def description(code: ErrorCode) -> str:
    """What the documentation of the API says of a code."""
    return _USER[code][1] if code in _USER else ""


def refusal(refused: Refusal, locale: str) -> str:
    """What a user reads about an operation that did not take place."""
    pair = _REFUSALS.get(refused.detail or "") or _REFUSALS[refused.code]
    return _chosen(pair, locale, refused.params)


def internal(incident: str, locale: str) -> str:
    return _chosen(_INTERNAL, locale, {"incident": incident})
