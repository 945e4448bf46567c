"""Names of files: checked as they come in, and safe as they go out (D38, SEC-D1)."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from service.core.enums import FileType
from service.core.errors import ErrorCode, Invalid
from service.rules import texts
from service.rules.characters import limit, refuse, single_blanks
from service.rules.files import types

LONGEST_FILE_NAME = 255
LONGEST_DISPLAY_NAME = 100
_DIRECTING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of writing: with them, `exe.pdf` is read as `fdp.exe`."""
_NOT_IN_NAMES = '/\\:*?"<>|' + _DIRECTING
_RUN_BY_SYSTEMS = frozenset(
    [
        "apk",
        "app",
        "bat",
        "bin",
        "cgi",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "docm",
        "exe",
        "hta",
        "htm",
        "html",
        "iso",
        "jar",
        "js",
        "jse",
        "jsp",
        "lnk",
        "mht",
        "mhtml",
        "msi",
        "php",
        "pif",
        "ps1",
        "py",
        "reg",
        "scr",
        "sh",
        "svg",
        "swf",
        "vb",
        "vbe",
        "vbs",
        "wsf",
        "xhtml",
        "xlsm",
        "zip",
        "rar",
        "7z",
    ]
)


def checked_file_name(value: str) -> tuple[str, FileType]:
    """The name that a file has on the device, and the type that its extension says.

    Raises REQUIRED, TOO_LONG(maximum, length); INVALID_CHARACTERS(characters) for folders, control characters and what
    turns the direction of writing; EXTENSION_UNKNOWN where it is not that of a PDF, JPEG or PNG;
    EXTENSION_DOUBLE where there is one of another type before it.
    """
    controls = (c for c in value if unicodedata.category(c) in ("Cc", "Cs") or c in _NOT_IN_NAMES)
    refuse("".join(controls))
    name = single_blanks(unicodedata.normalize("NFC", value))
    limit(name, minimum=1, maximum=LONGEST_FILE_NAME)
    stem, dot, extension = name.rpartition(".")
    kind = types.of_extension(extension) if dot and stem.strip(". ") else None
    if kind is None:
        raise Invalid(ErrorCode.EXTENSION_UNKNOWN)
    inner = stem.rpartition(".")[2].lower() if "." in stem else ""
    if inner in _RUN_BY_SYSTEMS or types.of_extension(inner) not in (None, kind):
        raise Invalid(ErrorCode.EXTENSION_DOUBLE, extension=inner)
    return name, kind


def checked_display_name(value: str) -> str:
    """The name under which people find a file, such as 公司营业执照-2024年. Raises as `texts.line`, and
    INVALID_CHARACTERS(characters) for what turns the direction of writing."""
    refuse("".join(c for c in value if c in _DIRECTING))
    return texts.line(value, maximum=LONGEST_DISPLAY_NAME)


def download_name(display_name: str, kind: FileType) -> str:
    """The name under which a file is saved: its display name, with the extension of what it truly is."""
    stem = "".join("-" if c in _NOT_IN_NAMES or unicodedata.category(c) in ("Cc", "Cs") else c for c in display_name)
    stem = stem.strip(". ") or "file"
    own = types.of_extension(stem.rpartition(".")[2]) if "." in stem else None
    stem = stem.rpartition(".")[0] if own is not None else stem
    return f"{stem or 'file'}.{types.extension(kind)}"


def disposition(name: str) -> str:
    """`Content-Disposition` of a download with that name (RFC 6266): in ASCII for old clients, and whole."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
