"""Made-up people and customers for a first look.

Here are constants only: the welcome reads them, without what makes the demo.
"""

from __future__ import annotations

DEMO_PASSWORD = "Mingce#demo-7391"
"""Of every demo person. `crm demo` refuses outside development, so it opens nothing that matters."""

DEMO_SIGN_INS: list[tuple[str, str]] = [
    ("SALES", "2101"),
    ("SALES_MANAGER", "2100"),
    ("SERVICE", "3101"),
    ("SERVICE_MANAGER", "3100"),
    ("MARKETING", "4101"),
    ("EXECUTIVE", "1001"),
    ("DATA_STEWARD", "5101"),
    ("SECURITY", "5102"),
    ("HR", "6101"),
    ("AUDITOR", "7101"),
    ("ADMIN", "5100"),
]
"""One person for each role: role and staff number. The first one signs in in the welcome."""
