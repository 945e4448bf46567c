"""The three types that are accepted, told by how their content begins (D39)."""

from __future__ import annotations

import hashlib

from service.core.enums import FileType

LARGEST = 10 * 1024 * 1024
"""Bytes of one file, inclusive (D39)."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of tables that the service itself writes."""

_BEGINNINGS: dict[FileType, bytes] = {
    FileType.PDF: b"%PDF-",
    FileType.JPEG: b"\xff\xd8\xff",
    FileType.PNG: b"\x89PNG\r\n\x1a\n",
}
_MEDIA_TYPES = {FileType.PDF: "application/pdf", FileType.JPEG: "image/jpeg", FileType.PNG: "image/png"}
_EXTENSIONS: dict[FileType, tuple[str, ...]] = {
    FileType.PDF: ("pdf",),
    FileType.JPEG: ("jpg", "jpeg"),
    FileType.PNG: ("png",),
}


def sniffed(beginning: bytes) -> FileType | None:
    """The type that a content with this beginning has; None where it is none of the three."""
    return next((kind for kind, start in _BEGINNINGS.items() if beginning.startswith(start)), None)


def of_media_type(media_type: str) -> FileType | None:
    """The type that a client declares, parameters aside; None where it is none of the three."""
    plain = media_type.split(";", maxsplit=1)[0].strip().lower()
    plain = "image/jpeg" if plain == "image/jpg" else plain  # not registered, but what some phones send
    return next((kind for kind, name in _MEDIA_TYPES.items() if name == plain), None)


def of_extension(extension: str) -> FileType | None:
    """The type that a name with this extension has, without its dot, in any case."""
    return next((kind for kind, known in _EXTENSIONS.items() if extension.lower() in known), None)


def media_type(kind: FileType) -> str:
    """As it is served."""
    return _MEDIA_TYPES[kind]


def extension(kind: FileType) -> str:
    """Without its dot."""
    return _EXTENSIONS[kind][0]


def sha256_of(content: bytes) -> str:
    """In hexadecimal digits, as attachments have it."""
    return hashlib.sha256(content).hexdigest()
