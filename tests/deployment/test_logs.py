"""The form of the logs: JSON lines that hold no personal data, our own and those of libraries."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.deployment.compose import ROOT

PROGRAM = """
import logging, structlog
from service.core.logging import configure_all
configure_all({level!r})
try:
    raise ValueError("13812345678 exists already")
except ValueError as error:
    structlog.get_logger().error("ours", exc_info=error)
    structlog.get_logger().exception("ours, too")
    logging.getLogger("library").exception("theirs")
logging.getLogger("library").debug("insert 13812345678")
"""


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_sec_f2_errors_are_logged_by_name_and_place_and_details_of_libraries_not_at_all(level: str) -> None:
    words = [sys.executable, "-c", PROGRAM.format(level=level)]
    done = subprocess.run(words, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines()]
    assert [line["event"] for line in lines] == ["ours", "ours, too", "theirs"]
    for line in lines:
        assert (line["level"], line["error"], line["where"]) == ("error", "ValueError", ["<string>:6"])
        assert line["timestamp"].endswith("Z")
    assert "13812345678" not in done.stdout + done.stderr
