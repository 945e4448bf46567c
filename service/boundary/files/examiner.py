"""Has files looked at in the process beside (`apart`), which is started when it is first needed and after it died."""

from __future__ import annotations

import atexit
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import orjson

from service.core.enums import FileType, RejectionReason
from service.rules.files import keys
from service.rules.files.verdict import Findings, Rejected

PATIENCE = 90.0
"""Seconds after which a process that does not answer is ended. Its own limit of processor time is far below."""


class ExaminerFault(Exception):
    """Nothing was found out about the file: it waits, and is looked at again."""


class Examiner:
    """One process beside this one; a file at a time."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def examine(self, file: Path, kind: FileType, opened: Path) -> Findings:
        """Raises Rejected with the reason, ExaminerFault where it could not be told.

        `opened` gets what the streams of a PDF hold, unpacked.
        """
        answer = self._ask({"do": "examine", "file": str(file), "kind": kind.value, "opened": str(opened)})
        return Findings(answer["width"], answer["height"], answer["pages"])

    def thumbnails(self, file: Path, kind: FileType, into: Path) -> dict[int, Path]:
        """Pictures by their longer side; fewer or none where the file takes too much. Raises ExaminerFault."""
        try:
            wanted = {"kind": kind.value, "sizes": keys.SIZES, "into": str(into)}
            answer = self._ask({"do": "thumbnails", "file": str(file), **wanted})
        except Rejected:
            return {}
        return {size: into / f"{size}.webp" for size in answer["sizes"]}

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._turn:
            try:
                answer = self._answer(request)
            except (OSError, ValueError) as error:
                self._end()
                raise ExaminerFault(type(error).__name__) from error
        if "fault" in answer:
            raise ExaminerFault(str(answer["fault"]))
        if "rejected" in answer:
            raise Rejected(RejectionReason(answer["rejected"]), str(answer["detail"]))
        return answer

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(orjson.dumps(request) + b"\n")
        process.stdin.flush()
        answers, said = process.stdout.fileno(), b""
        deadline = time.monotonic() + self._patience
        while not said.endswith(b"\n"):
            ready, _, _ = select.select([answers], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(answers, 65_536) if ready else b""
            if not piece:
                raise TimeoutError if not ready else BrokenPipeError
            said += piece
        return orjson.loads(said)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            words = [sys.executable, "-m", "service.boundary.files.apart"]
            pipe = subprocess.PIPE
            # No environment: what breaks out of the checks finds no key and no password there.
            self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, env={}, start_new_session=True)
            atexit.register(self.close)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for end in (process.stdin, process.stdout):
            if end is not None:
                end.close()
