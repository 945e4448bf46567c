"""`make bench`: `python -m tests.benchmarks [--quick] [--sizes 10000,100000,1000000]`."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from tests.benchmarks import aggregate, lists, masked, nested, paging, report, writing
from tests.benchmarks.databases import Databases

SIZES = "10000,100000,1000000"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="How fast the service is.")
    parser.add_argument("--quick", action="store_true", help="10,000 customers and few short rounds; writes no file")
    parser.add_argument("--sizes", default=SIZES, help=f"numbers of customers ({SIZES})")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each measurement (7)")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of one drive in a round (4)")
    return parser.parse_args()


def _say(sentence: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")


def main() -> None:
    given = _arguments()
    rounds, seconds = (3, 2.0) if given.quick else (given.rounds, given.seconds)
    sizes = [10_000] if given.quick else [int(size) for size in given.sizes.split(",")]
    found = report.Findings()
    # So that the engines' folder, which may hold gigabytes, is removed also when the run is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Databases() as databases:
        for size in sizes:
            _say(f"{size:,} customers: making them")
            database = databases.make(size)
            _say(f"{size:,} customers: the nested list")
            found.nested.append(nested.measure(size, database, rounds=rounds, seconds=seconds))
            _say(f"{size:,} customers: deep pages")
            found.paging.append(paging.measure(size, database, rounds=rounds, seconds=seconds))
            _say(f"{size:,} customers: other lists")
            found.lists += lists.measure(size, database, seconds=seconds / 2)
            _say(f"{size:,} customers: masked fields")
            found.masked += masked.measure(size, database, seconds=seconds / 2)
            _say(f"{size:,} customers: counts and groups")
            found.aggregates += aggregate.measure(size, database, seconds=seconds / 2)
            _say(f"{size:,} customers: create and submit")
            found.writing.append(writing.measure(size, database, rounds=rounds))
            databases.drop(database)
    sys.stdout.write(report.text(found))
    if not given.quick:
        report.write(found)


if __name__ == "__main__":
    main()
