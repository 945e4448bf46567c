"""Looks at files apart from everything else: `python -m service.boundary.files.apart`, started by `examiner`.

What is needed is read once. Each file then gets a copy of this process (a fork) with limits of memory and time, which
ends with it: a file can break nothing but its own copy. Requests and answers are lines of JSON. Nothing secret is here:
the process has no environment and no connections.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from service.core.enums import FileType, RejectionReason
from service.rules.files import pdf, pictures
from service.rules.files.verdict import Rejected

MEMORY = 240 * 1024 * 1024
"""Bytes that one file may take above what the process has before (SEC-D2)."""
CPU_SECONDS = 20
LARGEST_OUTPUT = 512 * 1024 * 1024
_LONGEST_ANSWER = 65_536
_BY_THE_FILE = {signal.SIGXCPU, signal.SIGXFSZ, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE}
"""What ends a copy because of what it looks at: too much time, or a parser that breaks. Anything else came from
outside, and says nothing about the file."""
Answer = dict[str, Any]


def main() -> None:
    """Answer requests until nobody is there any more."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(orjson.dumps(_apart(orjson.loads(line))) + b"\n")
        sys.stdout.buffer.flush()


def _apart(request: Answer) -> Answer:
    """The answer of a copy of this process; `fault` where it came to grief, which says nothing about the file."""
    reading, writing = os.pipe()
    copy = os.fork()
    if copy == 0:
        os.close(reading)
        _answer(request, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        said = answers.read(_LONGEST_ANSWER)
    _, status, used = os.wait4(copy, 0)
    if os.WIFSIGNALED(status):
        ended_by = signal.Signals(os.WTERMSIG(status))
        if ended_by in _BY_THE_FILE:
            return {"rejected": RejectionReason.TOO_COMPLEX, "detail": ended_by.name}
        return {"fault": ended_by.name}
    return {**orjson.loads(said), "peak_kib": used.ru_maxrss} if said else {"fault": "no answer"}


def _answer(request: Answer, writing: int) -> None:
    """In the copy: limit it, do the work, answer, end."""
    try:
        _limit()
        answer = _WORK[request["do"]](request)
    except Rejected as rejected:
        answer = {"rejected": rejected.reason, "detail": rejected.detail}
    except (MemoryError, RecursionError) as error:
        answer = {"rejected": RejectionReason.TOO_COMPLEX, "detail": type(error).__name__}
    except Exception as error:
        answer = {"fault": type(error).__name__}
    os.write(writing, orjson.dumps(answer))
    os._exit(0)


def _limit() -> None:
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere than on Linux, memory is not limited
        most = int(statm.read_text().split()[0]) * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _examine(request: Answer) -> Answer:
    content, kind = Path(request["file"]).read_bytes(), FileType(request["kind"])
    if kind is FileType.PDF:
        with open(request["opened"], "wb") as opened:
            found = pdf.examined(content, opened)
    else:
        found = pictures.examined(content, kind)
    return {"width": found.width, "height": found.height, "pages": found.pages}


def _thumbnails(request: Answer) -> Answer:
    content, kind = Path(request["file"]).read_bytes(), FileType(request["kind"])
    sizes, into = tuple(request["sizes"]), Path(request["into"])
    if kind is FileType.PDF:
        made = pictures.smaller(pdf.first_page(content, max(sizes)), sizes)
    else:
        made = pictures.thumbnails(content, kind, sizes)
    for size, picture in made.items():
        (into / f"{size}.webp").write_bytes(picture)
    return {"sizes": sorted(made)}


_WORK: dict[str, Callable[[Answer], Answer]] = {"examine": _examine, "thumbnails": _thumbnails}

if __name__ == "__main__":
    main()
