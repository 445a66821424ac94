"""How many requests an account may make of the API: a bucket that fills up again as time goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..chat.clock import Clock


@dataclass(eq=False, slots=True)
class _Bucket:
    level: float
    at: float


class Left(NamedTuple):
    """What an account has left: `limit` requests a minute at most, `remaining` now, all again after `reset` seconds;
    `wait`: seconds until the next one may come, 0.0 if that is now."""

    limit: int
    remaining: int
    reset: float
    wait: float = 0.0

    def headers(self) -> dict[str, str]:
        """As the API's clients read it."""
        return {
            "x-ratelimit-limit-requests": str(self.limit),
            "x-ratelimit-remaining-requests": str(self.remaining),
            "x-ratelimit-reset-requests": _duration(self.reset),
        }


class Quota:
    """Every account's bucket."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock, self._most = clock, per_minute
        self._buckets: dict[str, _Bucket] = {}

    def take(self, account: str) -> Left:
        """One request more. With a `wait` it is one too many, and was not counted."""
        now, rate = self._clock.now(), self._most / 60
        bucket = self._buckets.get(account)
        if bucket is None:
            bucket = self._buckets[account] = _Bucket(self._most, now)
        bucket.level = min(self._most, bucket.level + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.level < 1:
            return Left(self._most, 0, (self._most - bucket.level) / rate, (1 - bucket.level) / rate)
        bucket.level -= 1
        return Left(self._most, int(bucket.level), (self._most - bucket.level) / rate)

    def forget(self) -> None:
        """Everybody has all of it."""
        self._buckets.clear()


def _duration(seconds: float) -> str:
    """As the API writes it: `6ms`, `1.5s`, `2m3s`."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}m{round(rest)}s" if minutes else f"{round(rest, 3):g}s"
