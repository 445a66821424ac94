"""Names for what is new: random, so that none comes twice, also after a restart. They are no secrets."""

from __future__ import annotations

import random

_chance = random.Random()


def new_id(prefix: str, digits: int = 16) -> str:
    """The prefix, and so many hexadecimal digits."""
    return f"{prefix}{_chance.getrandbits(4 * digits):0{digits}x}"
