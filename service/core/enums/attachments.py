"""Attachments (D38–D41)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class AttachmentKind(Labelled):
    """What a file is for (D38)."""

    QUALIFICATION = "QUALIFICATION", "资质文件", "Qualification"
    CONTRACT = "CONTRACT", "合同扫描件", "Contract scan"
    MINUTES = "MINUTES", "会议纪要", "Meeting minutes"
    OTHER = "OTHER", "其他", "Other"


class AttachmentState(Labelled):
    """How far a file is: only one that is clean is ever given out (D40)."""

    PENDING_UPLOAD = "PENDING_UPLOAD", "待上传", "Waiting for its content"
    QUARANTINED = "QUARANTINED", "检查中", "Being checked"
    CLEAN = "CLEAN", "已通过", "Clean"
    REJECTED = "REJECTED", "已拒绝", "Rejected"
    EXPIRED = "EXPIRED", "已过期", "Expired"


class FileType(Labelled):
    """The types of files that are accepted, by their content (D39)."""

    PDF = "PDF", "PDF 文档", "PDF"
    JPEG = "JPEG", "JPG 图片", "JPEG"
    PNG = "PNG", "PNG 图片", "PNG"


class RejectionReason(Labelled):
    """Why a file is not accepted, and what to do about it (D40)."""

    EMPTY = "EMPTY", "文件为空，请重新选择文件上传。", "The file is empty: please choose it again."
    TOO_LARGE = "TOO_LARGE", "文件超过 10 MB，请压缩后重新上传。", "The file is over 10 MiB: please make it smaller."
    SIZE_MISMATCH = ("SIZE_MISMATCH", "收到的大小与声明的不一致，请重新上传。",
                     "What arrived has another size than was declared: please upload it again.")
    HASH_MISMATCH = ("HASH_MISMATCH", "收到的内容与声明的校验值不一致，请重新上传。",
                     "What arrived has another SHA-256 than was declared: please upload it again.")
    TYPE_NOT_ACCEPTED = ("TYPE_NOT_ACCEPTED", "只接受 PDF、JPG 和 PNG 文件，请转换后重新上传。",
                         "Only PDF, JPEG and PNG are accepted: please convert it.")
    TYPE_MISMATCH = ("TYPE_MISMATCH", "内容与声明的类型或扩展名不符，请用正确的类型重新上传。",
                     "The content is of another type than was declared: please upload it as what it is.")
    DAMAGED = ("DAMAGED", "文件已损坏或不完整，请重新拍摄或另存后上传。",
               "The file is damaged or not whole: please take or save it again.")
    TOO_MANY_PIXELS = ("TOO_MANY_PIXELS", "图片超过 1.2 亿像素，请缩小后重新上传。",
                       "The picture has over 120 million pixels: please make it smaller.")
    TOO_COMPLEX = ("TOO_COMPLEX", "文件过于复杂，无法检查，请另存为普通文件后上传。",
                   "The file is too complex to be checked: please save it in a plainer way.")
    ENCRYPTED = "ENCRYPTED", "PDF 已加密，请去除密码后上传。", "The PDF is encrypted: please remove its password."
    ACTIVE_CONTENT = ("ACTIVE_CONTENT", "PDF 含有脚本或会自动执行的动作，请打印为普通 PDF 后上传。",
                      "The PDF holds scripts or actions: please print it to a plain PDF.")
    EMBEDDED_FILES = ("EMBEDDED_FILES", "PDF 内嵌了其他文件，请去除后上传。",
                      "The PDF holds other files: please take them out.")
    POLYGLOT = ("POLYGLOT", "文件中夹带了其他类型的内容，请另存后上传。",
                "The file holds content of another type: please save it again and upload that.")
    VIRUS = ("VIRUS", "文件含有病毒或恶意代码，未被接受；请检查该设备。",
             "The file holds a virus or malicious code: please have the device checked.")
