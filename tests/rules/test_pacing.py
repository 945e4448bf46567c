"""Long work in batches: each is as large as keeps others from waiting (D4)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.rules.pacing import AIM, Bounds, adapted

BOUNDS = Bounds(20, 400)


def _after(milliseconds_each: float, batches: int, size: int = 100) -> int:
    for _ in range(batches):
        size = adapted(size, records=size, seconds=size * milliseconds_each / 1000, bounds=BOUNDS)
    return size


@given(st.floats(0.13, 2.4), st.integers(20, 400))
def test_d4_batches_come_to_take_the_time_that_is_aimed_at(milliseconds_each: float, size: int) -> None:
    settled = _after(milliseconds_each, 20, size)
    assert abs(settled - AIM * 1000 / milliseconds_each) <= 1


@given(st.integers(20, 400), st.floats(0, 100), st.integers(1, 400))
def test_d4_a_batch_is_never_smaller_or_larger_than_its_bounds(size: int, seconds: float, records: int) -> None:
    assert 20 <= adapted(size, records=records, seconds=seconds, bounds=BOUNDS) <= 400


def test_d4_one_slow_moment_halves_a_batch_and_one_fast_moment_adds_a_quarter() -> None:
    assert adapted(200, records=200, seconds=60, bounds=BOUNDS) == 100
    assert adapted(200, records=200, seconds=0.0001, bounds=BOUNDS) == 250
