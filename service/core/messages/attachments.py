"""What may be wrong with a file, in the same words before it is uploaded and after it was checked."""

from __future__ import annotations

from collections.abc import Mapping

from service.core.enums import RejectionReason
from service.core.errors import ErrorCode

_C = ErrorCode
_BOTH = (_C.EMPTY, _C.TOO_LARGE, _C.SIZE_MISMATCH, _C.HASH_MISMATCH, _C.TYPE_NOT_ACCEPTED, _C.TYPE_MISMATCH, _C.VIRUS)

ATTACHMENTS: Mapping[ErrorCode, tuple[str, str]] = {
    **{code: (RejectionReason(code.value).zh, RejectionReason(code.value).en) for code in _BOTH},
    _C.SHA256_FORMAT: (
        "校验值应为文件内容的 SHA-256，64 位十六进制数字，请核对。",
        "This takes the SHA-256 of the content, in 64 hexadecimal digits: please check it.",
    ),
    _C.NOT_UPLOADED: (
        "还没有收到文件内容，请先按返回的地址上传，再确认完成。",
        "The content has not arrived: please send it to the address that you were given, then complete it.",
    ),
    _C.UPLOAD_EXPIRED: (
        "上传超过一天未完成，已过期，请重新创建附件。",
        "The upload was not completed within a day and has expired: please create the attachment anew.",
    ),
    _C.QUOTA_OF_USER: (
        "您上传的文件总量已达 {maximum} MB，请先删除不需要的附件。",
        "Your files come to {maximum} MiB, which is all that you may have: please remove some first.",
    ),
    _C.QUOTA_OF_CUSTOMER: (
        "该客户的附件总量已达 {maximum} MB，请先删除不需要的附件。",
        "The files of this customer come to {maximum} MiB, which is all there may be: please remove some first.",
    ),
    _C.EXTENSION_UNKNOWN: (
        "文件名应以 .pdf、.jpg、.jpeg 或 .png 结尾，请修改。",
        "The name of the file ends in .pdf, .jpg, .jpeg or .png: please change it.",
    ),
    _C.EXTENSION_DOUBLE: (
        "文件名中还有另一个扩展名 .{extension}，请去掉。",
        "The name of the file has another extension in it, .{extension}: please take it out.",
    ),
}
