"""Access grants and their use, as they are read (D45)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, Mask, RelationSpec

BASIC = DataClass.BASIC
ENUM, DATETIME = FieldType.ENUM, FieldType.DATETIME

ACCESS_GRANT = EntitySpec(
    name="AccessGrant",
    prefix="agr",
    row_class=BASIC,
    apart=True,
    zh="访问授权",
    en="Access grant",
    doc="Access to fields of customers of another department: asked for, granted for a time, withdrawn, expired (D45)."
        " It exists for who asked, for who decides or has decided, for the owners of its customers and the managers of"
        " their department, for data stewards, and for who reads the change log as such.",
    fields=(
        FieldSpec(name="state", type=ENUM, enum=enums.AccessState, data_class=BASIC, nullable=False, grouped_by=(),
                  zh="状态", en="State", doc="What has become of it, at this moment; only ACTIVE opens anything."),
        FieldSpec(name="delivery", type=ENUM, enum=enums.AccessDelivery, data_class=BASIC, nullable=False,
                  grouped_by=(), zh="交付方式", en="Delivery", doc="Whether it opens fields here, or is a file."),
        FieldSpec(name="data_classes", type=FieldType.ENUM_LIST, enum=enums.DataClass, data_class=BASIC, nullable=False,
                  zh="数据类别", en="Data classes",
                  doc="The fields of which classes it opens: CONTACT masked, the others in full."),
        FieldSpec(name="recipient", data_class=BASIC, mask=Mask.SHOW, filterable=False, zh="接收方", en="Recipient",
                  doc="Who outside the company is given the file; null: nobody (D46)."),
        FieldSpec(name="for_marketing", type=FieldType.BOOLEAN, data_class=BASIC, nullable=False, grouped_by=(),
                  zh="用于营销", en="For marketing",
                  doc="Whether only customers are in it that have agreed to marketing (D46)."),
        FieldSpec(name="is_authorised", type=FieldType.BOOLEAN, data_class=BASIC, nullable=False, grouped_by=(),
                  zh="客户已书面授权", en="Authorised",
                  doc="Whether its customers have authorised it in writing, so that nobody had to approve (D46)."),
        FieldSpec(name="purpose", data_class=BASIC, nullable=False, mask=Mask.SHOW, filterable=False, zh="用途",
                  en="Purpose", doc="What the data is needed for, as it was asked for."),
        FieldSpec(name="customer_count", type=FieldType.INT, data_class=BASIC, nullable=False, measured=False,
                  zh="客户数", en="Customers", doc="How many customers it is about."),
        FieldSpec(name="begins_at", type=DATETIME, data_class=BASIC, nullable=False, grouped_by=(), zh="生效时间",
                  en="Begins", doc="From when on it opens them, once it is granted."),
        FieldSpec(name="until", type=DATETIME, data_class=BASIC, nullable=False, sortable=True, grouped_by=(),
                  zh="到期时间", en="Until", doc="When it ends by itself."),
        FieldSpec(name="copied_at", type=DATETIME, data_class=BASIC, grouped_by=(), zh="副本生成时间", en="Copied",
                  doc="When the file was written; null while there is none, or none any more."),
        FieldSpec(name="copy", type=FieldType.LINK, data_class=BASIC, filterable=False, zh="副本", en="Copy",
                  doc="Where its holder downloads the file, as long as it is in force."),
        FieldSpec(name="granted_at", type=DATETIME, data_class=BASIC, sortable=True, grouped_by=(), zh="授权时间",
                  en="Granted", doc="When the last approval was given."),
        FieldSpec(name="ended_at", type=DATETIME, data_class=BASIC, grouped_by=(), zh="终止时间", en="Ended",
                  doc="When it was withdrawn, or not granted."),
        FieldSpec(name="end_reason", data_class=BASIC, mask=Mask.SHOW, filterable=False, zh="收回原因",
                  en="Reason of its end", doc="Why it was withdrawn."),
        FieldSpec(name="can_withdraw", type=FieldType.BOOLEAN, data_class=BASIC, nullable=False, filterable=False,
                  grouped_by=(), zh="可收回", en="Can be withdrawn",
                  doc="Whether you may withdraw it now: its holder gives it back, who answers for the data takes it."),
        FieldSpec(name="created_at", type=DATETIME, data_class=BASIC, nullable=False, sortable=True, grouped_by=(),
                  zh="申请时间", en="Asked", doc="When it was asked for."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  measured=False, zh="版本", en="Version", doc="Sent back with a withdrawal: a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="holder", target="User", nullable=False, doc="Who asked, and may use it."),
        RelationSpec(name="department", target="Department", doc="The department of its customers."),
        RelationSpec(name="checked_by", target="User", doc="Who of that department has checked who asks, and agreed."),
        RelationSpec(name="granted_by", target="User", doc="The data steward who has granted it."),
        RelationSpec(name="ended_by", target="User", doc="Who has withdrawn it."),
        RelationSpec(name="customers", target="Customer", many=True,
                     doc="The customers that it is about, as far as they exist for you."),
        RelationSpec(name="uses", target="AccessUse", many=True, doc="When it was used, the newest first."),
    ),
)

ACCESS_USE = EntitySpec(
    name="AccessUse",
    prefix="acu",
    row_class=BASIC,
    apart=True,
    zh="授权使用记录",
    en="Use of an access grant",
    doc="That fields which a grant opens were shown to its holder: once an hour for each customer (D45). It exists for"
        " those for whom the grant does, and the customer.",
    fields=(
        FieldSpec(name="at", type=DATETIME, data_class=BASIC, nullable=False, sortable=True, grouped_by=(), zh="时间",
                  en="Time", doc="When they were shown."),
        FieldSpec(name="request_id", data_class=BASIC, mask=Mask.SHOW, filterable=False, zh="请求编号", en="Request id",
                  doc="The request in which they were, as the server's logs have it."),
    ),
    relations=(
        RelationSpec(name="grant", target="AccessGrant", doc="The grant that was used."),
        RelationSpec(name="actor", target="User", doc="Who has used it."),
        RelationSpec(name="customer", target="Customer",
                     doc="The customer; null where many were counted or summed up, and none was shown by itself."),
    ),
    default_order=(("at", True),),
)
