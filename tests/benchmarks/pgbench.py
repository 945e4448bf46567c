"""The very same prepared statement, with the same parameters, run by pgbench: the ceiling that PostgreSQL sets."""

from __future__ import annotations

import re
import subprocess
import tempfile
from typing import Any
from urllib.parse import urlsplit

from service.app.stack.postgres import INSTALLED
from tests.benchmarks.statements import Statement


def per_second(url: str, statement: Statement, *, clients: int, seconds: float) -> float:
    """Runs of the statement in a second."""
    parts = urlsplit(url)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(re.sub(r"\$(\d+)", r":p\1", statement.text) + ";\n")
        script.flush()
        words = [str(INSTALLED / "bin" / "pgbench"), "-n", "-M", "prepared", "-f", script.name, "-c", str(clients)]
        words += ["-j", "1", "-T", str(max(1, round(seconds))), "-h", str(parts.hostname), "-p", str(parts.port)]
        for number, value in enumerate(statement.values, 1):
            words += ["-D", f"p{number}={_text(value)}"]
        words += ["-U", str(parts.username), parts.path.lstrip("/")]
        environment = {"PGPASSWORD": parts.password or "", "LC_ALL": "C"}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
    return float(found[1])


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "{" + ",".join(_text(item) for item in value) + "}"
    return str(value)
