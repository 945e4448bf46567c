"""What people write down, as the demo has it."""

from __future__ import annotations

from service.core.enums import FollowUpKind, FollowUpMode, LostReason, Stage

TITLES = {
    "总经理": "DECIDER", "副总经理": "DECIDER", "采购经理": "PURCHASING", "采购主管": "PURCHASING",
    "技术总监": "TECHNICAL",
    "技术经理": "TECHNICAL", "运营总监": "INFLUENCER", "财务经理": "INFLUENCER", "行政主管": "USER", "生产主管": "USER",
}  # fmt: skip
"""Titles of contacts, and the part that each usually has in a decision."""

CUSTOM_TAGS = (
    "展会获客",
    "年框客户",
    "账期长",
    "需开专票",
    "异地客户",
    "决策快",
    "有定制需求",
    "出口型",
    "老带新",
    "季节性采购",
)

INDIVIDUAL_NEEDS = ("个人工作室设备采购", "家庭装修材料咨询", "会员续费和权益说明", "小批量代购", "课程报名咨询")
PAIN_POINTS = (
    "现有供应商交期不稳",
    "人工登记容易出错",
    "库存周转偏慢",
    "售后响应慢",
    "多系统之间数据不通",
    "成本上涨较快",
)
NOTES = ("偏好上午联系", "年底集中付款", "对交期要求严格", "与总部共用采购系统", "需提供样品后再议价", "由区域代理介绍")

CONTENTS = {
    FollowUpMode.PHONE: (
        "电话介绍了产品方案，对方愿意继续了解。",
        "电话确认了需求清单和预算区间。",
        "电话未能谈到价格，约好再联系。",
    ),
    FollowUpMode.WECHAT: ("微信发送了产品资料，对方已读并提问。", "微信确认了拜访时间和参会人员。"),
    FollowUpMode.VISIT: ("上门拜访，参观了现场并确认了使用场景。", "上门演示样品，技术负责人表示认可。"),
    FollowUpMode.EMAIL: ("邮件发送了报价单和方案说明。", "邮件回复了对方关于付款方式的问题。"),
    FollowUpMode.ONLINE_MEETING: ("线上会议讲解方案，记录了三项修改意见。", "线上会议讨论实施计划和验收标准。"),
    FollowUpMode.MEETING: ("会议确定了技术规格，待法务审核合同。", "季度会议回顾合作情况，客户基本满意。"),
    FollowUpMode.EXHIBITION: ("在展会上交换了名片，客户对新品感兴趣。",),
}
FEEDBACK = ("价格略高，希望再优化", "对方案整体满意", "需要内部讨论后答复", "希望先试用一个月")
GOALS = ("确认报价", "安排样品试用", "约见决策人", "发送合同草案", "跟进付款", "回访使用情况", "确认实施时间")
NO_PLAN = ("等待客户内部审批", "客户要求暂不联系", "本阶段工作已完成")

KINDS = {
    Stage.WON: FollowUpKind.SALES, Stage.AFTER_SALES: FollowUpKind.RETURN_VISIT, Stage.NEGOTIATION: FollowUpKind.SALES,
}  # fmt: skip
"""What the last communication at a stage was for; before, PRE_SALES."""

LOST = {
    LostReason.PRICE: "报价高于对方预算", LostReason.COMPETITOR: "选择了本地供应商",
    LostReason.NEED_CHANGED: "项目取消",
    LostReason.NO_BUDGET: "本年度预算用完", LostReason.NO_CONTACT: "多次联系无人应答",
}  # fmt: skip
