"""Why a whole operation is refused: by code, or by the key of a more exact sentence."""

from __future__ import annotations

from collections.abc import Mapping

OPERATIONS: Mapping[str, tuple[str, str]] = {
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
    "administrators_and_hr_only": (
        "只有系统管理员或人力资源可以执行此操作，管理员账号只能由管理员处理。",
        "Only an administrator or human resources may do this, and to an administrator only another one.",
    ),
    "hand_over_only_by": (
        "只有部门经理、人力资源或系统管理员可以交接客户。",
        "Only a department's manager, human resources or an administrator hand over customers: please ask one.",
    ),
    "customers_or_person": (
        "请只填写 customerIds 或 fromUserId 之一。",
        "Give either customerIds or fromUserId, not both.",
    ),
    "own_request": (
        "不能审批自己提交的申请，请由其他有权限的人处理。",
        "Nobody decides on his own request: please ask another one who may.",
    ),
    "not_your_decision": (
        "该申请不由您审批，请联系部门负责人。",
        "This is not yours to decide: please ask the manager of the department.",
    ),
    "not_your_request": (
        "只有申请人可以撤回申请，请联系申请人。",
        "Only who made a request withdraws it: please ask that person.",
    ),
    "not_your_grant": (
        "只有持有人、客户所属部门的经理或数据管理员可以收回该授权。",
        "Only its holder, a manager of the customers' department or a data steward withdraws this: please ask one.",
    ),
    "grants_stay_masked": (
        "访问授权持有人的联系方式最多脱敏，身份类不可见，请选择更低的级别。",
        "Who holds an access grant is never shown more than masked contact data, and no identity data: please choose a"
        " lower level.",
    ),
    "customers_or_filter": (
        "请只填写 customerIds 或 filterId 之一。",
        "Give either customerIds or filterId, not both.",
    ),
    "import_only": ("只有导入可以指定过去的时间。", "Only an import may state such a time: please leave it out."),
    "correction_period": (
        "跟进记录仅作者可在录入后 24 小时内更正，之后请联系部门经理。",
        "A follow-up is corrected by its author within 24 hours of recording: please ask a manager now.",
    ),
    "not_your_reminder": ("这是他人的提醒，只有本人可以关闭。", "Only the person whom a reminder is for puts it away."),
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
    "IDEMPOTENCY_KEY_REUSED": (
        "该幂等键 24 小时内已用于另一个请求，请为新的请求换一个键。",
        "This key was used for another request within 24 hours: please take a new key for a new request.",
    ),
    "idempotency_key_format": (
        "幂等键应为 1 到 200 个字符，请换一个。",
        "A key has 1 to 200 characters: please choose another one.",
    ),
    "idempotency_key_for_one": (
        "请求头 Idempotency-Key 只用于单个变更；多个变更请各自填写 clientMutationId。",
        "The header Idempotency-Key goes with one mutation: of several, give each its clientMutationId.",
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
    "as_of_lists": (
        "asOf 只显示记录本身当时的内容，请去掉列表字段（联系人、跟进等），另行查询。",
        "asOf shows the record itself as it was: please ask for its lists (contacts, follow-ups …) without it.",
    ),
    "page_size": ("每页应为 0 到 {largest} 条，现为 {given}。", "A page has 0 to {largest} records, not {given}."),
    "search_empty": (
        "搜索内容为空：请输入名称、拼音、编号或手机号；不搜索时请省略 search 或传 null。",
        "The search is empty: please give a name, its pinyin, a number or a mobile, or leave search out.",
    ),
    "search_too_long": (
        "搜索内容最多 {longest} 个字符，现为 {length} 个，请缩短。",
        "A search has at most {longest} characters, not {length}: please shorten it.",
    ),
    "network_depth": (
        "depth 应为 1 到 {largest}，现为 {given}。",
        "A network is 1 to {largest} steps deep, not {given}.",
    ),
    "role_or_relation": ("请只填写 role 或 relation 之一。", "Give either a role or a relation, not both."),
    "group_by_too_many": (
        "groupBy 与 groupByCustomFields 合计最多 {most} 项，现为 {given} 项，请减少。",
        "At most {most} keys together in groupBy and groupByCustomFields, not {given}: please name fewer.",
    ),
    "custom_field_not_grouped": (
        "自定义字段 {key} 不能用于分组，请选择类型为 CHOICE 或 BOOLEAN 的字段。",
        "Nothing is grouped by the custom field {key}: please name one of type CHOICE or BOOLEAN.",
    ),
    "custom_field_not_measured": (
        "自定义字段 {key} 不能汇总，请选择类型为 NUMBER、MONEY 或 BOOLEAN 的字段。",
        "The custom field {key} is not summed up: please name one of type NUMBER, MONEY or BOOLEAN.",
    ),
    "first_with_last": (
        "first 与 last 不能同时使用，请去掉一个。",
        "first and last cannot be combined: please leave one out.",
    ),
    "cursor_invalid": (
        "游标无效：只能用于同一列表、同一排序和同一用户，请从第一页重新开始。",
        "The cursor is not valid: it serves the same list, order and user only. Please start from the first page.",
    ),
    "custom_field_unknown": (
        "没有标识为 {key} 的自定义字段，请查看 customFields。",
        "There is no custom field with the key {key}: please look into customFields.",
    ),
    "custom_field_operand": (
        "自定义字段 {key} 请在 {operand} 下比较，可用：{operators}。",
        "The custom field {key} is compared under {operand}, by: {operators}.",
    ),
    "custom_field_condition": (
        "每个自定义字段条件请给出 key 以及恰好一个比较。",
        "A condition on a custom field has its key and just one comparison: please give one.",
    ),
    "custom_field_not_sortable": (
        "多选字段 {key} 不能用于排序，请换一个。",
        "The field {key} holds several values, so nothing is sorted by it: please use another one.",
    ),
    "order_field_or_custom": (
        "排序的每一步请只填 field 或 customField 之一。",
        "Each step of an order has either field or customField: please give one of them.",
    ),
    "no_record_of_customers": (
        "这里需要客户或其联系人、跟进、需求、任务、提醒、阶段变更的 id。",
        "This wants the id of a customer, or of a contact, follow-up, need, task, reminder or stage move.",
    ),
    "field_unknown": (
        "{entity} 没有字段 {field}，请查看 fieldDefinitions。",
        "{entity} has no field {field}: see fieldDefinitions.",
    ),
    "filter_of_another_list": (
        "该筛选器不适用于此列表，请另选。",
        "This saved filter is for another list: please choose one of this list.",
    ),
    "filter_invalid": (
        "已保存的筛选条件不再有效（{fault}），请由其所有者改正。",
        "The saved filter is not valid any more ({fault}): please have its owner correct it.",
    ),
    "not_your_filter": (
        "只有创建者可以修改或删除该筛选器；如需改动，请另存一份。",
        "Only its owner changes a saved filter: please save one of your own.",
    ),
    "null_operand": (
        "{field} 的 {operator} 不能为 null；查空值请用 isNull。",
        "{operator} of {field} cannot be null; to find values that are not set use isNull.",
    ),
    "not_your_upload": (
        "文件内容由创建附件的人上传，请由其完成或另建附件。",
        "The content of a file is sent by who has announced it: please let them, or create an attachment of your own.",
    ),
    "STORE_UNAVAILABLE": (
        "文件存储暂时无法访问，请稍后重试。",
        "The object store does not answer: please try again in a moment.",
    ),
    "VALUES_ERASED": (
        "该客户的身份信息已永久删除，无法读取或重新保存；如确需登记，请另建客户。",
        "The protected values of this customer were erased for good: they cannot be read or kept again. If they must "
        "be, please enter the customer anew.",
    ),
    "UPLOAD_STALLED": (
        "文件内容传输中断，请重新上传。",
        "The content stopped coming: please send it again.",
    ),
    "EVENTS_GONE": (
        "此 sequence 之后的事件已不再保留，请重新读取数据，并在不带 after 的情况下重新订阅。",
        "The events after this sequence are not kept any more: please read anew, and subscribe without `after`.",
    ),
    "TOO_MANY_SUBSCRIPTIONS": (
        "打开的订阅过多（最多 {most} 个），请先结束一些。",
        "Too many subscriptions are open, {most} at most: please end some first.",
    ),
    "sequence_invalid": (
        "after 无效：只能使用同一订阅先前收到的 sequence。",
        "`after` is not valid: it takes a sequence that this very subscription gave to you.",
    ),
    "subscriptions_only": (
        "此处只接受订阅；查询和变更请发送到 POST /graphql。",
        "Only subscriptions are served here: please send queries and mutations to POST /graphql.",
    ),
}
