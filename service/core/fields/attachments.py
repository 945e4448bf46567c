"""Attachments of customers, contacts and follow-ups (D38–D41)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, Mask, RelationSpec, Stricter

BUSINESS = DataClass.BUSINESS
ENUM, DATETIME, INT, LINK = FieldType.ENUM, FieldType.DATETIME, FieldType.INT, FieldType.LINK

ATTACHMENT = EntitySpec(
    name="Attachment",
    prefix="att",
    row_class=BUSINESS,
    stricter=(
        Stricter("kind", enums.AttachmentKind.CONTRACT, DataClass.COMMERCIAL),
        Stricter("contact_id", None, DataClass.CONTACT),
    ),
    zh="附件",
    en="Attachment",
    doc="A file of a customer, a contact or a follow-up. It can be downloaded once it was found clean (D38, D40).",
    fields=(
        FieldSpec(name="kind", type=ENUM, enum=enums.AttachmentKind, data_class=BUSINESS, nullable=False, sortable=True,
                  settable=True, zh="附件类型", en="Kind", doc="What the file is for (D38)."),
        FieldSpec(name="display_name", data_class=BUSINESS, settable=True, sortable=True, zh="显示名称",
                  en="Display name", doc="The name under which people find it, such as 公司营业执照-2024年 (D38)."),
        FieldSpec(name="file_name", data_class=BUSINESS, zh="文件名", en="File name",
                  doc="The name that it had on the device."),
        FieldSpec(name="file_type", type=ENUM, enum=enums.FileType, data_class=BUSINESS, nullable=False, zh="文件类型",
                  en="Type", doc="What it was declared as; of a clean file, what it is (D39)."),
        FieldSpec(name="size", type=INT, data_class=BUSINESS, nullable=False, sortable=True, zh="大小（字节）",
                  en="Size", doc="In bytes, at most 10,485,760 (D39)."),
        FieldSpec(name="sha256", data_class=BUSINESS, filterable=False, zh="校验值", en="SHA-256",
                  doc="Of the content that was declared, in 64 hexadecimal digits."),
        FieldSpec(name="state", type=ENUM, enum=enums.AttachmentState, data_class=BUSINESS, nullable=False,
                  zh="状态", en="State", doc="How far it is; only CLEAN can be downloaded (D40)."),
        FieldSpec(name="rejection", type=ENUM, enum=enums.RejectionReason, data_class=BUSINESS, zh="拒绝原因",
                  en="Rejection", doc="Why it was rejected (D40)."),
        FieldSpec(name="rejection_zh", data_class=BUSINESS, mask=Mask.SHOW, filterable=False, zh="拒绝说明（中文）",
                  en="Rejection in Chinese", doc="The same in words, in Chinese, with what to do."),
        FieldSpec(name="rejection_en", data_class=BUSINESS, mask=Mask.SHOW, filterable=False, zh="拒绝说明（英文）",
                  en="Rejection in English", doc="The same in words, in English, with what to do."),
        FieldSpec(name="scanned_by", data_class=BUSINESS, mask=Mask.SHOW, filterable=False, zh="扫描引擎",
                  en="Scanned by", doc="The scanner that gave the last verdict, and its signatures (D40)."),
        FieldSpec(name="checked_at", type=DATETIME, data_class=BUSINESS, zh="检查时间", en="Checked",
                  doc="When the last verdict was given."),
        FieldSpec(name="width", type=INT, data_class=BUSINESS, measured=False, zh="宽（像素）", en="Width",
                  doc="Of a picture, in pixels."),
        FieldSpec(name="height", type=INT, data_class=BUSINESS, measured=False, zh="高（像素）", en="Height",
                  doc="Of a picture, in pixels."),
        FieldSpec(name="pages", type=INT, data_class=BUSINESS, measured=False, zh="页数", en="Pages",
                  doc="Of a PDF."),
        FieldSpec(name="created_at", type=DATETIME, data_class=BUSINESS, nullable=False, sortable=True,
                  zh="创建时间", en="Created", doc="When it was announced."),
        FieldSpec(name="completed_at", type=DATETIME, data_class=BUSINESS, zh="上传完成时间", en="Completed",
                  doc="When its content had arrived."),
        FieldSpec(name="version", type=INT, data_class=BUSINESS, nullable=False, filterable=False, zh="版本",
                  en="Version", doc="Sent back with a change, so that a stale one is refused."),
        FieldSpec(name="download", type=LINK, data_class=BUSINESS, filterable=False, zh="下载链接", en="Download",
                  doc="A link to the content, for five minutes; null unless it is CLEAN. Asking is logged (D40)."),
        FieldSpec(name="thumbnail", type=LINK, data_class=BUSINESS, filterable=False, zh="缩略图", en="Thumbnail",
                  doc="A link to a WebP of at most 256 pixels, of a PDF's first page; null where there is none (D41)."),
        FieldSpec(name="preview", type=LINK, data_class=BUSINESS, filterable=False, zh="预览图", en="Preview",
                  doc="The same with at most 1,024 pixels; asking is logged (D41)."),
    ),
    relations=(
        RelationSpec(name="customer", target="Customer", nullable=False, doc="Whose it is."),
        RelationSpec(name="contact", target="Contact", doc="The contact that it is attached to."),
        RelationSpec(name="follow_up", target="FollowUp", doc="The follow-up that it is attached to."),
        RelationSpec(name="uploaded_by", target="User", nullable=False, doc="Who announced and uploaded it."),
    ),
)
