"""Whether an error stays as long as it holds, and stays the same."""

from __future__ import annotations

import re

from harness.judging.case import Case, answered_whole, lines_on, quoted
from harness.judging.looks import Look, at_rest, came_since, left_alone, looks, shape
from harness.judging.wording import RECOVERED
from harness.values.result import Finding
from harness.values.situation import Moment

COUNTED = re.compile(r"\brequests?\b|\buntil\b")
"""How long a fault lasts of which no clock says when it is over."""
ASKS_OTHERS = ("support", "status_page", "developer_tools")
"""Remedies by which somebody only asks: a client that has not asked again itself knows nothing better after them."""
ASKS = ("request", "request_failed", "response", "reply", "websocket_made", "websocket_closed", "websocket_refused")
"""What the browser tells of a page that learns something."""
A_WAIT = re.compile(r"\d ?(s|sec|seconds?|min|minutes?|h|hours?|秒|分|時間?)(?![a-z])|\d:\d\d", re.IGNORECASE)
"""What a line has that goes on by itself: a wait that gets shorter, or the time since."""


def stays(case: Case) -> Finding | None:
    """An error stays until somebody does something, or the question has its answer."""
    for before, after in [*at_rest(case), *_beside_the_page(case)]:
        if not _is_gone(case, before, after):
            continue
        seconds = (after.world - before.world) or (after.at - before.at)
        shown = quoted(lines_on(before.screen)[:1])
        sentence = f"expected the error {shown} to stay while nothing works, it was gone after {seconds:.0f} s"
        return Finding("stays", False, sentence, shown, "nothing")
    if wrong := _another_reason(case) or _all_well(case):
        return Finding("stays", False, wrong)
    return Finding("stays", True, "errors stay as long as they hold")


def _beside_the_page(case: Case) -> list[tuple[Look, Look]]:
    """What was shown before and after somebody asked others about the failure, and did nothing to the page."""
    if case.arm.remedy not in ASKS_OTHERS or case.arm.scenario.moment is not Moment.SEND:
        return []
    pairs = zip(looks(case, "symptom")[-1:], looks(case, "remedy")[:1], strict=False)
    return [pair for pair in pairs if left_alone(case, *pair)]


def _all_well(case: Case) -> str:
    """What says that all works again while a fault is still there and the question has no answer, in words."""
    begun = case.history.where("fault", "armed")
    # Of a fault that is for so many requests, or until something happens, only its place knows when it is over.
    timed = (event for event in begun if not COUNTED.search(str(event.data.get("lasts"))))
    armed = {event.data["fault"]: event.at for event in timed}
    lifted = {event.data["fault"]: event.at for event in case.history.where("fault", "lifted")}
    for look in looks(case):
        holds = any(at < look.at < lifted.get(fault, float("inf")) for fault, at in armed.items())
        if not holds or answered_whole(case, look.screen):
            continue
        for line in [*lines_on(look.screen), *came_since(case, look.screen)]:
            if RECOVERED.search(line):
                return f"expected nothing to say that all works while it doesn't ({look.phase}), it says {quoted(line)}"
    return ""


def _is_gone(case: Case, before: Look, after: Look) -> bool:
    both = before.screen["client"] and after.screen["client"] and not after.screen["login"]
    gone = both and before.screen["error"] and not after.screen["error"]
    return bool(gone) and not after.screen["busy"] and not answered_whole(case, after.screen)


def _another_reason(case: Case) -> str:
    """An error whose words became others by themselves, although its question had been refused once and for all."""
    asked = case.history.last("run", "asked")
    for before, after in at_rest(case):
        told = [(look.screen["error"] or {}).get("lines", ())[:1] for look in (before, after)]
        if not all(told) or before.screen["busy"] or after.screen["busy"] or not left_alone(case, before, after):
            continue
        (one,), (other,) = told
        goes_on = A_WAIT.search(" ".join(lines_on(before.screen))) or case.history.where(
            "browser", *ASKS, after=before.at, before=after.at
        )
        if asked and not goes_on and shape(one) != shape(other) and _refused(case, asked.at, before.at):
            return f"expected the error {quoted(one)} to stay as it was told, it became {quoted(other)} by itself"
    return ""


def _refused(case: Case, after: float, before: float) -> bool:
    """Whether the gateway or the service answered what was asked with a status that says no."""
    posts = case.history.where("gateway", "access", after=after, before=before)
    return any(one.data["method"] == "POST" and int(one.data["status"]) >= 400 for one in posts)
