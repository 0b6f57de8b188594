"""How fast mails are handed in: mail providers cut off, or defer for hours, whoever sends a season in one go."""

import time
from collections.abc import Callable


class Pace:
    """Lets through at most ``per_second`` mails a second, evenly; 0 lets everything through.

    >>> pace = Pace(per_second=50)
    >>> pace.wait()  # before every mail; the first goes at once
    """

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._clock, self._sleep = clock, sleep
        self._next = 0.0

    def wait(self) -> None:
        """Sleep until the next mail may go."""
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._interval
