"""What may be wrong with one value."""

from __future__ import annotations

from collections.abc import Mapping

from service.core.errors import ErrorCode

_C = ErrorCode

VALUES: Mapping[ErrorCode, tuple[str, str]] = {
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
    _C.TOO_MANY_PLACES: (
        "最多 {maximum} 位小数，请改正。",
        "At most {maximum} places after the point: please correct it.",
    ),
    _C.CURRENCY_UNKNOWN: (
        "没有币种 {currency}，请用 ISO 4217 的三位代码，如 CNY。",
        "There is no currency {currency}: please use three letters of ISO 4217, such as CNY.",
    ),
    _C.CODE_FORMAT: (
        "代码以大写字母开头，只含大写字母、数字和下划线，如 TRADE_FAIR。",
        "A code begins with a capital and has capitals, digits and underscores, such as TRADE_FAIR.",
    ),
    _C.KEY_FORMAT: (
        "标识以小写字母开头，只含小写字母、数字和下划线，如 shelf_life。",
        "A key begins with a small letter and has small letters, digits and underscores, such as shelf_life.",
    ),
    _C.ONE_VALUE_ONLY: (
        "每个自定义字段请只填一个值，或填 null 以清空。",
        "Give just one value for a custom field, or null to clear it.",
    ),
    _C.GIVEN_TWICE: (
        "同一项填写了两次，请去掉一个。",
        "This is given twice: please leave one out.",
    ),
    _C.LAST_VALUE: (
        "列表至少保留一个可选值，请先添加另一个。",
        "A list offers at least one value: please add another one first.",
    ),
    _C.VALUE_NOT_OFFERED: ("列表中没有这个值，可选：{offered}。", "The list does not offer this. Possible: {offered}."),
    _C.FILTER_INVALID: (
        "筛选条件无效（{message}），请改正。",
        "The filter is not valid ({message}): please correct it.",
    ),
    _C.NOT_YOUR_DEPARTMENT: (
        "只能共享给自己所在或管理的部门，请另选部门。",
        "A filter is shared with a department that you belong to or manage: please choose another one.",
    ),
    _C.URL_FORMAT: (
        "网址格式不对，应如 https://www.company.cn。",
        "This is no web address; one looks like https://www.company.cn.",
    ),
    _C.IDENTITY_IN_TEXT: (
        "文字中含有身份证号或银行卡号，请删去；这类号码只能填在专用字段。",
        "The text holds an ID number or a bank card number: please take it out; such numbers have fields of their own.",
    ),
    _C.MOBILE_IN_TEXT: (
        "文字中含有手机号，建议填到联系人的手机一栏。",
        "The text holds a mobile number: the contact's mobile field would be the better place.",
    ),
    _C.ADDRESS_TOO_EXACT: (
        "个人客户的地址只填到街道，请去掉门牌号。",
        "An individual's address ends at the street: please leave out the house number.",
    ),
    _C.COORDINATES_INCOMPLETE: (
        "经度和纬度须同时填写或同时清空。",
        "Latitude and longitude go together: please give both or clear both.",
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
        "只填写身份证号的后四位，如 123X；完整号码请填在身份证号一栏。",
        "Give only the last four characters of the ID number, such as 123X; the full number has a field of its own.",
    ),
    _C.ID_NUMBER_CHECK: (
        "身份证号校验不通过：应为 18 位，含有效的地区、出生日期和校验码，请核对。",
        "This is no valid ID number: 18 characters with a region, a day of birth and a check character. Please check.",
    ),
    _C.BANK_ACCOUNT_FORMAT: (
        "银行账号应为 8 至 30 位数字，请核对。",
        "A bank account has 8 to 30 digits: please check it.",
    ),
    _C.ENCRYPTION_OFF: (
        "未启用字段加密，不能保存该号码；请联系系统管理员配置 CRM_VAULT_KEYS。",
        "The number is not kept while there is no encryption: please ask the operator to set CRM_VAULT_KEYS.",
    ),
    _C.NOTHING_KEPT: (
        "该客户没有登记此号码，无可查看；请先填写。",
        "The customer has no such number: there is nothing to show before one is entered.",
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
}
