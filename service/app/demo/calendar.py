"""Times of the demo: counted back from the midnight of today, so that two runs of one day make the same ones."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.core import clock

DAYS = 540
"""How far back the demo goes."""
_OPENS, _CLOSES = 9 * 60, 18 * 60
_MINUTES = (0, 5, 10, 15, 20, 30, 35, 40, 45, 50)


@dataclass(frozen=True)
class Calendar:
    """The business days around one midnight."""

    midnight: datetime
    random: random.Random

    @classmethod
    def around(cls, now: datetime, zone: ZoneInfo, source: random.Random) -> Calendar:
        return cls(datetime.combine(clock.business_day(now, zone), time(), zone), source)

    def at(self, days_ago: int) -> datetime:
        """A time within office hours of that day; days to come are negative."""
        # The hours of the calendar, not of the clock: where a day has 23 hours, an office still opens at nine.
        minutes = self.random.randrange(_OPENS // 60, _CLOSES // 60) * 60 + self.random.choice(_MINUTES)
        return self.midnight + timedelta(days=-days_ago, minutes=minutes)

    def evening(self, minutes: int) -> datetime:
        """So long before six o'clock of yesterday."""
        return self.midnight - timedelta(hours=6, minutes=minutes)

    def start(self) -> datetime:
        """When the house was set up."""
        return self.midnight - timedelta(days=DAYS + 30) + timedelta(minutes=_OPENS)
