"""What a rule of the business may find wrong with an input."""

from __future__ import annotations

from collections.abc import Mapping

from service.core.errors import ErrorCode

_C = ErrorCode

BUSINESS: Mapping[ErrorCode, tuple[str, str]] = {
    _C.FIELD_IS_REQUIRED: (
        "必填字段不能停用，请先改为选填。",
        "A required field cannot be retired: please make it optional first.",
    ),
    _C.CUSTOM_FIELD_IN_USE: (
        "已有客户填写了该字段，不能更改类型，请停用后另建一个。",
        "Customers have values in this field, so its type stays: please retire it and create another one.",
    ),
    _C.DATA_CLASS_PROTECTED: (
        "自定义字段不能保存身份类数据，请选择其他数据类别。",
        "A custom field cannot hold protected data: please choose another data class.",
    ),
    _C.CHOICES_NOT_WANTED: (
        "只有单选和多选字段才有选项，请去掉。",
        "Only fields of choices have them: please leave them out.",
    ),
    _C.INDEX_NEEDS_OPERATOR: (
        "后台任务无权建立索引，请运维人员运行 crm index-custom-field，参数为字段标识。",
        "Background work may not build indexes here: please ask an operator to run crm index-custom-field.",
    ),
    _C.INDEX_NOT_BUILT: (
        "索引未能建立，请稍后再试；如仍失败，请查看数据库日志。",
        "The index was not built: please try again later, and if it stays, look at the database's log.",
    ),
    _C.INDEX_BEING_BUILT: (
        "正在为该字段建立索引，请等待其完成。",
        "An index of this field is being built: please wait until that is done.",
    ),
    _C.FIELD_RETIRED: (
        "该字段已停用，请去掉；如仍需要，请联系系统管理员恢复。",
        "This field is retired: please leave it out, or ask an administrator to restore it.",
    ),
    _C.REFERRER_REQUIRED: (
        "来源为“转介绍”时，请填写转介绍的员工或客户。",
        "A referral names the referrer: please give a member of staff or a customer.",
    ),
    _C.REFERRER_ONLY_FOR_REFERRALS: (
        "只有来源为“转介绍”时才填转介绍人，请清空或改来源。",
        "A referrer goes with the source REFERRAL only: please clear it, or change the source.",
    ),
    _C.CONFIRMATION_REQUIRED: (
        "变更关键信息须注明客户方由谁、何时确认（confirmedBy、confirmedAt）。",
        "A change of key information says who at the customer confirmed it and when (confirmedBy, confirmedAt).",
    ),
    _C.SAME_CUSTOMER: ("不能选择客户自己，请另选。", "This is the customer itself: please choose another one."),
    _C.APPROVAL_ENDED: (
        "该申请已结束（{state}），无需再处理；如仍需要，请重新申请。",
        "The request is over ({state}), there is nothing to decide any more: if it is still wanted, please ask anew.",
    ),
    _C.ALWAYS_APPROVED: (
        "该流程始终需要审批，不能关闭。",
        "This always needs approval, and cannot be switched off.",
    ),
    _C.NOT_GRANTABLE: (
        "只能申请业务、商务和联系方式（脱敏）类数据：{given} 不能授权；如需完整联系方式，请成为协作人。",
        "Access is given to BUSINESS, COMMERCIAL and, masked, CONTACT; not to {given}. Who needs contact data in full"
        " becomes a collaborator.",
    ),
    _C.NOT_IN_FORCE: (
        "该授权当前状态为 {state}，无需收回；仍在审批的，请撤回申请。",
        "This grant is {state}, there is nothing to withdraw: a request that is not decided yet is withdrawn itself.",
    ),
    _C.NOBODY_RESPONSIBLE: (
        "该客户没有在职的负责人、部门经理或系统管理员，请联系人力资源。",
        "No owner, manager or administrator of this customer is there any more: please tell human resources.",
    ),
    _C.NOT_REVERSIBLE: (
        "该变更无法撤销：只能撤销客户或联系人的字段修改，且须能看到修改的内容。请直接修改该记录。",
        "This change cannot be rolled back: only changed fields of a customer or a contact that you are shown can."
        " Please change the record itself.",
    ),
    _C.PERIOD_PAST: ("结束时间已经过去，请选择以后的时间。", "The end has passed already: please choose a later one."),
    _C.PERIOD_TOO_LONG: (
        "最长 {days} 天，请缩短；到期后可以再次设置。",
        "It lasts {days} days at most: please shorten it, and set it again when it is over.",
    ),
    _C.PERIOD_REVERSED: (
        "结束日期不能早于开始日期，请核对。",
        "The end lies before the start: please check both days.",
    ),
    _C.PURCHASE_TIME_INCOMPLETE: (
        "选择“具体日期”或“季度”时须填写日期，选择“紧急”时不填。",
        "A day or a quarter needs a date, an urgent need has none: please make the two fit.",
    ),
    _C.NOT_CONSENTED: (
        "客户没有同意营销联系，不能列入；请先记录其同意，或去掉该客户。",
        "The customer has not agreed to marketing: record its consent first, or leave it out.",
    ),
    _C.CONSENT_WITHDRAWN: (
        "客户已撤回该同意，记录不再改变；如客户再次同意，请新建一条。",
        "The customer has taken this consent back, and it stays so: record a new one if it agrees again.",
    ),
    _C.NEED_CLOSED: (
        "该需求已关闭，不能再修改；请新建需求。",
        "This need is closed and stays as it is: please create a new one.",
    ),
    _C.SEVERAL_PRIMARY_CONTACTS: (
        "只能有一位主要联系人，请只标记一位。",
        "There is one primary contact: please mark just one.",
    ),
    _C.SHARES_NOT_WHOLE: (
        "各付款条件的比例合计须为 100%，现为 {total}%，请调整。",
        "The shares of all terms come to 100 percent, these to {total}: please adjust them.",
    ),
    _C.SUPERFLUOUS_FOR_TERM: (
        "该结算方式不需要此项，请清空。",
        "This kind of term takes no such value: please leave it out.",
    ),
    _C.RELATION_CYCLE: (
        "上级客户不能是本客户或其下级，请核对两家的关系。",
        "A parent cannot be the customer itself nor stand below it: please check which is which.",
    ),
    _C.HAS_PARENT: (
        "该客户已有上级客户，请先移除原有关系。",
        "This customer has a parent already: please remove that relation first.",
    ),
    _C.FORBIDDEN: (
        "您不能修改该客户，或该客户只能查看，请联系其负责人。",
        "You may not change this customer, or it can only be read: please ask its owner.",
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
    _C.RESULT_ONLY_FOR_RETURN_VISIT: (
        "只有回访才填回访结果，请清空，或将跟进类型改为回访。",
        "A result goes with a return visit only: please leave it out, or make the kind RETURN_VISIT.",
    ),
    _C.LAST_FOLLOW_UP: (
        "生效客户至少保留一条跟进记录，请先补录另一条。",
        "A customer in effect keeps at least one follow-up: please record another one first.",
    ),
    _C.DUE_IN_PAST: ("到期时间不能早于现在，请核对。", "The due time is past already: please choose a later one."),
    _C.TASK_CLOSED: (
        "该任务已完成或取消，请另建任务。",
        "The task is done or cancelled already: please create another one.",
    ),
    _C.ASSIGNEE_CANNOT_SEE: (
        "该员工看不到此客户的任务，请先将其加为协作人，或选择其他员工。",
        "This member of staff cannot see tasks of the customer: please make him a collaborator, or choose another one.",
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
