"""`make bench`: `python -m tests.benchmarks [--quick] [--only nested,peer] [--sizes 10000,100000,1000000]`."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import defaultdict
from typing import Any

from tests.benchmarks import report
from tests.benchmarks.databases import Databases
from tests.benchmarks.parts import PARTS, Pace

SIZES = "10000,100000,1000000"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="How fast the service is.")
    parser.add_argument("--quick", action="store_true", help="10,000 customers and few short rounds; writes no file")
    parser.add_argument("--only", default="", help=f"some of: {', '.join(part.name for part in PARTS)}")
    parser.add_argument("--sizes", default=SIZES, help=f"numbers of customers ({SIZES})")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each measurement (7)")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of one drive in a round (4)")
    return parser.parse_args()


def _say(sentence: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")


def main() -> None:
    given = _arguments()
    pace = Pace(3, 2.0) if given.quick else Pace(given.rounds, given.seconds)
    sizes = [10_000] if given.quick else [int(size) for size in given.sizes.split(",")]
    chosen = [part for part in PARTS if not given.only or part.name in given.only.split(",")]
    found: dict[str, list[Any]] = defaultdict(list)
    # So that the engines' folder, which may hold gigabytes, is removed also when the run is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Databases() as databases:
        for size in sizes:
            _say(f"{size:,} customers: making them")
            database = databases.make(size)
            for part in (part for part in chosen if size in (part.sizes or sizes)):
                _say(f"{size:,} customers: {part.title}")
                measured = part.measure(size, database, pace)
                found[part.name] += measured if isinstance(measured, list) else [measured]
                if not given.quick:
                    report.write(report.sections(found))  # after each: a run that is cut off has measured something
            databases.drop(database)
    for title, body in report.sections(found).items():
        sys.stdout.write(f"## {title}\n\n{body}\n\n")


if __name__ == "__main__":
    main()
