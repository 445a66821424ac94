"""Which waits an error names, and whether they are those that a reply asked for or that its advice is known to give."""

from __future__ import annotations

import re

from harness.judging.case import Case
from harness.judging.countdown import wait_asked_for

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
SIZES = {"second": 1.0, "sec": 1.0, "minute": MINUTE, "min": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}
NAMED = re.compile(
    r"(?P<number>\d+|\b(?:an?|one))\s*(?P<unit>second|sec|minute|min|hour|day|week)s?\b"
    r"|(?P<figure>\d+)\s*(?P<kanji>秒|分|時間|日|週間)(?!前)",
    re.IGNORECASE,
)
KANJI = {"秒": 1.0, "分": MINUTE, "時間": HOUR, "日": DAY, "週間": 7 * DAY}
TOMORROW = re.compile(r"\btomorrow\b|\bnext week\b|明日|翌日|来週", re.IGNORECASE)
ALIKE = 2.5
"""So many times longer or shorter two waits may be and still be one."""

MUCH = 10
"""So many times shorter is no wait that anybody can have meant."""
TOLD = re.compile(
    r"\b(?:wait|leave|(?:try|send|ask)(?: \w+)? again (?:in|after))\b|間をあけ|待っ|お待ち|後に", re.IGNORECASE
)
"""How somebody is told to wait; that something is tried again by itself soon, or took a while, is no advice."""


def waits_in(line: str) -> list[float]:
    """The waits that a line names, in seconds: `1 to 2 minutes` → 120, `tomorrow` → a day."""
    found = [
        KANJI[one["kanji"]] * float(one["figure"])
        if one["kanji"]
        else SIZES[one["unit"].lower()] * (float(one["number"]) if one["number"].isdigit() else 1.0)
        for one in NAMED.finditer(line)
    ]
    return found + [DAY] * bool(TOMORROW.search(line))


def another_wait(case: Case, line: str, advice: tuple[str, ...], counting: str) -> str:
    """What is wrong about a wait that a line of an error names, or empty. `counting`: the text of its countdown."""
    if line == counting or line in advice:
        return ""
    replies = [event for event in case.history.where("gateway", "access") if event.data.get("retry_after")]
    asked = [wait for event in replies if (wait := wait_asked_for(event)) is not None]
    known = [wait for text in advice for wait in waits_in(text)] + asked
    if not known:
        return ""
    strange = [one for one in waits_in(line) if not any(one <= wait * ALIKE and wait <= one * ALIKE for wait in known)]
    longer = any(one > max(known) for one in strange)
    shorter = TOLD.search(line) and any(one * MUCH < min(known) for one in strange)
    return "another wait than the one that helps" if longer or shorter else ""
