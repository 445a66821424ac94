"""Whether a client that is asked to wait counts down to the end of the wait, and offers nothing before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import pairwise

from harness.judging.case import Case, Screen, lines_on
from harness.judging.looks import Look, at_rest, looks
from harness.values.history import Event
from harness.values.result import Finding

CLOSE = 3.0
"""Seconds by which a countdown may differ from what was asked for."""
STEP = 1.5
"""Seconds by which two looks at it may differ from the time between them, beside what its unit hides."""
UNITS = ((3600.0, r"hours?|hrs?|h|時間"), (60.0, r"minutes?|mins?|m|分"), (1.0, r"seconds?|secs?|s|秒"))
OF_NOTHING = re.compile(r"\b(?:in|for|after|wait)\s+0+\s*[a-z]|あと\s*0+\s*[秒分]", re.IGNORECASE)
"""A wait of nothing."""
A_WAIT = re.compile(
    r"\b(?:in|wait|for) (?:about |another )?(?:\d+:\d\d|\d+ ?(?:s|m|h|sec|min|hour)\w*)\b"
    r"|(?:あと|後) ?\d+ ?[秒分]|\d+ ?[秒分](?:間)?(?:後|待|ほど待)",
    re.IGNORECASE,
)
"""How a wait is told that is still to come."""
FIGURES = re.compile(r"\d+")
ASKED_AGAIN = ("send", "retry")


def countdown(case: Case) -> Finding | None:
    """After a reply that asks for a wait the client counts it down, and offers nothing before its end."""
    screen = case.symptom
    if not case.arm.scenario.expect.countdown or screen is None or case.client.lacks("countdown"):
        return None
    limited = [e for e in case.history.where("gateway", "access") if e.data.get("retry_after")]
    asked = wait_asked_for(limited[0]) if limited else None
    shown = seconds_in(str(screen.get("countdown", "")))
    if asked is None:
        return Finding("countdown", None, "no reply on the wire asked for a wait")
    early = _enabled(screen)
    right = shown is not None and fits(shown, asked, _seen_at(case) - limited[0].at, CLOSE) and not early
    says = f"{shown:g} s" if shown is not None else "no countdown"
    enabled = f", with {', '.join(early)} enabled" if early else ""
    sentence = f"expected a countdown of {asked:g} s, shown was {says}{enabled}"
    return (_later(case, asked) or _by_enter(case) if right else None) or Finding("countdown", right, sentence)


def fits(shown: float, left: float, meanwhile: float, close: float) -> bool:
    """Whether a countdown shows what is left; a page's clock also goes on by the real seconds since (`meanwhile`)."""
    return left - max(0.0, meanwhile) - close <= shown <= left + close


def _seen_at(case: Case) -> float:
    return next((look.at for look in reversed(looks(case, "symptom"))), 0.0)


def _enabled(screen: Screen) -> list[str]:
    return [name for name in ASKED_AGAIN if screen.get("controls", {}).get(name) == "enabled"]


def _later(case: Case, asked: float) -> Finding | None:
    """What is wrong with the countdown at a later look in the same page, if anything."""
    first, *rest = [look for look in looks(case) if look.phase not in ("elsewhere", "steady", "moment")]
    still = _stands_still([first, *rest])
    if still:
        return still
    for look in rest:
        if not look.screen["error"]:
            return None
        shown = seconds_in(str(look.screen.get("countdown", "")))
        left, meanwhile = asked - (look.world - first.world), look.at - first.at
        early = _enabled(look.screen)
        running = left - meanwhile > CLOSE + 2 and shown is not None
        if running and shown is not None and not fits(shown, left, meanwhile, CLOSE + 1):
            sentence = f"expected a countdown of {left:.0f} s after the wait, shown was {shown:g} s"
            return Finding("countdown", False, sentence)
        if running and early:
            sentence = f"expected nothing enabled for {left:.0f} s more, enabled were {', '.join(early)}"
            return Finding("countdown", False, sentence)
        if left < -CLOSE and look.phase == "later" and not early:
            return Finding("countdown", False, "expected send or retry to be enabled at the countdown's end, none is")
        if left < -CLOSE and (shown or OF_NOTHING.search(str(look.screen.get("countdown", "")))):
            return Finding("countdown", False, f"expected the countdown to end, shown was {shown or 0:g} s")
    return None


def _by_enter(case: Case) -> Finding | None:
    """Something was sent by Enter although the client offered no sending yet."""
    held, over = case.history.last("run", "held_back"), case.history.step("afterwards")
    end = over.at if over else float("inf")
    if held is None or not case.history.where("browser", "sent", after=held.at, before=end):
        return None
    return Finding(
        "countdown", False, "expected nothing to be sent before the countdown's end, Enter sent the question"
    )


def counts_down(case: Case) -> Finding | None:
    """A wait that is told gets shorter while nobody acts, wherever it is told."""
    told = False
    for before, after in at_rest(case):
        failed = case.history.where("browser", "response", "request_failed", after=before.at, before=after.at)
        if any(int(one.data.get("status", 400)) >= 400 for one in failed):  # which may ask for another wait
            continue
        for was, now in _waits(before, after):
            told = True
            if now > was + STEP:
                sentence = f"expected a wait that is told to get shorter ({after.phase})"
                return Finding("counts_down", False, f"{sentence}, it went from {was:g} s to {now:g} s")
    return Finding("counts_down", True, "what is told of a wait gets shorter") if told else None


def _waits(before: Look, after: Look) -> Iterator[tuple[float, float]]:
    """Seconds of each wait that is told in the same words at two looks."""
    there = [{FIGURES.sub("0", line): line for line in _lines(look)} for look in (before, after)]
    for shape, line in there[0].items():
        was, now = (seconds_in(text) if text else None for text in (_wait_in(line), _wait_in(there[1].get(shape, ""))))
        if was is not None and now is not None:
            yield was, now


def _lines(look: Look) -> list[str]:
    return [*lines_on(look.screen), *look.screen.get("others", ())]


def _wait_in(line: str) -> str:
    found = A_WAIT.search(line)
    return found[0] if found else ""


def _stands_still(seen: list[Look]) -> Finding | None:
    """A countdown that does not go down as time goes by, by as much as its unit lets one see."""
    for before, after in pairwise(seen):
        texts = [str(one.screen.get("countdown", "")) for one in (before, after)]
        was, now = (seconds_in(text) for text in texts)
        if was is None or not now or not after.screen["error"]:
            continue
        passed = after.world - before.world
        if not fits(now, was - passed, after.at - before.at, STEP + max(map(grain, texts))):
            sentence = f"expected the countdown to go down by {passed:.0f} s, it went from {was:g} s to {now:g} s"
            return Finding("countdown", False, sentence, f"{was - passed:.0f} s", f"{now:g} s")
    return None


def grain(text: str) -> float:
    """Seconds by which the text of a countdown may be off for want of a smaller unit: `2 min` → 60, `1:30` → 1."""
    if re.search(r"\d+:\d\d", text):
        return 1.0
    told = [size for size, unit in UNITS if re.search(rf"\d\s*(?:{unit})(?![A-Za-z])", text, re.IGNORECASE)]
    return min(told, default=1.0)


def wait_asked_for(reply: Event) -> float | None:
    """Retry-After of a reply in seconds from then, be it a number or an HTTP date (RFC 9110, 10.2.3)."""
    text = str(reply.data.get("retry_after") or "")
    if text.isdigit() or not text:
        return float(text) if text else None
    return parsedate_to_datetime(text).timestamp() - reply.at


def seconds_in(text: str) -> float | None:
    """`57`, `57 s`, `0:57`, `1:30`, `2 h` or `1分30秒` → seconds; None when there is no number."""
    clock = re.search(r"(\d+):(\d\d)(?::(\d\d))?", text)
    if clock:
        parts = [int(part) for part in clock.groups() if part]
        return float(sum(part * 60**place for place, part in enumerate(reversed(parts))))
    found = [(size, re.search(rf"(\d+)\s*(?:{unit})(?![A-Za-z])", text, re.IGNORECASE)) for size, unit in UNITS]
    told = [size * int(match[1]) for size, match in found if match]
    number = re.search(r"\d+", text)
    return sum(told) if told else float(number[0]) if number else None
