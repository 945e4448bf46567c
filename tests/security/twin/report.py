"""What the twin tests asked, printed at the end of a run: a proof that asked nothing would be green as well."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each viewer, in whichever worker he was."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    lines = [value for report in reports for name, value in report.user_properties if name == "twin"]
    if lines:
        terminalreporter.section("twin databases")
        for line in lines:
            terminalreporter.write_line(line)
