"""Why somebody is shown less than everything, and what he can do about it (D42)."""

from __future__ import annotations

from collections.abc import Mapping

HINTS: Mapping[str, tuple[str, str]] = {
    "shown_whole": (
        "您可以看到 {field} 的完整内容。",
        "You are shown {field} in full.",
    ),
    "shown_masked_only": (
        "{field} 属于“{data_class}”类，对任何人都只显示脱敏内容。",
        "{field} is of the class {data_class}, which is shown masked to everybody.",
    ),
    "shown_masked": (
        "{field} 属于“{data_class}”类，您只能看到脱敏内容。如需完整内容，请联系：{ask}。",
        "{field} is of the class {data_class}, which you are shown masked. For all of it please ask: {ask}.",
    ),
    "not_shown": (
        "{field} 属于“{data_class}”类，您不能查看。如需查看，请联系：{ask}。",
        "{field} is of the class {data_class}, which you are not shown. To see it please ask: {ask}.",
    ),
    "an_administrator": ("系统管理员", "an administrator"),
}
