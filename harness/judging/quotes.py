"""What an error quotes of the other side is what that said last, and not what it said of an earlier failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.judging.case import Case, lines_on, quoted, squeeze
from harness.judging.looks import Look, looks
from harness.values.history import Event
from harness.values.result import Finding

NAMES = {
    429: "rate_limited",
    500: "internal_server_error",
    502: "bad_gateway",
    503: "service_unavailable",
    504: "gateway_timeout",
}
"""What a client calls a reply with this status, unless that says more."""
LEAST = 12
"""Letters from which a text is known again; what is shorter may stand in any sentence."""


def quotes(case: Case) -> Finding | None:
    """No error quotes a reply after which the same was asked again, and failed in another way."""
    told = False
    for look in looks(case, "recovery", "later"):
        for failed in _failed(case, look) if look.screen["error"] else ():
            told = True
            lines = [squeeze(line) for line in lines_on(look.screen)]
            if said := next((text for text in _outdated(case, failed) if any(text in line for line in lines)), ""):
                last = failed[-1].data
                now = quoted(last["text"]) if "text" in last else f"no reply ({last['error']})"
                sentence = f"expected no more of an earlier failure ({look.phase}), shown was {quoted(said)}"
                return Finding("quotes", False, f"{sentence}, come was {now}", str(last.get("text", "")), said)
        if sentence := _of_an_earlier_status(case, look):
            return Finding("quotes", False, sentence)
    return Finding("quotes", True, "what is quoted of the other side is what it said last") if told else None


def _of_an_earlier_status(case: Case, look: Look) -> str:
    """What a failure is told as that another one was before it, by the statuses that the gateway gave, in words."""
    logged = case.history.where("gateway", "access", before=look.at)
    posts = [
        e
        for e in logged
        if e.data["method"] == "POST" and (not case.client.has_server or e.data["road"] == "client_api")
    ]
    statuses = [int(event.data["status"]) for event in posts]
    if not look.screen["error"] or not statuses or statuses[-1] not in NAMES:
        return ""
    lines = lines_on(look.screen)
    named = [status for status in statuses[:-1] if status in NAMES]
    for status in named:
        if status == statuses[-1] or not {NAMES[status], NAMES[statuses[-1]]} <= set(case.client.messages):
            continue
        now, then = (case.client.text(NAMES[one], case.locale) for one in (statuses[-1], status))
        if (
            then
            and now
            and then != now
            and any(then in line for line in lines)
            and not any(now in line for line in lines)
        ):
            last = f"expected what failed last to be told ({look.phase}), a {statuses[-1]}"
            return f"{last}, shown was {quoted(then)} of before"
    return ""


def _failed(case: Case, look: Look) -> list[list[Event]]:
    """For each address that failed more than once before a look: the bad replies, and the requests without one."""
    wrong = [event for event in case.history.where("browser", "reply") if _came_at(case, event) <= look.at]
    lost = case.history.where("browser", "request_failed", before=look.at)
    wrong += [event for event in lost if "ABORTED" not in str(event.data["error"])]
    by_path: dict[str, list[Event]] = {}
    for event in sorted(wrong, key=lambda event: _came_at(case, event)):
        by_path.setdefault(str(event.data["path"]), []).append(event)
    return [events for events in by_path.values() if len(events) > 1]


def _came_at(case: Case, reply: Event) -> float:
    """When a request failed, or its reply came, whose text is read later: the page may have shown it by then."""
    responses = case.history.where("browser", "response", before=reply.at)
    same = [one for one in responses if all(one.data.get(what) == reply.data.get(what) for what in ("path", "status"))]
    return same[-1].at if same else reply.at


def _outdated(case: Case, failed: list[Event]) -> Iterator[str]:
    """What was said before the last failure, and neither in that nor by the client itself of both."""
    *earlier, last = failed
    own = [case.client.text(name, case.locale) for name in case.client.messages]
    for event in earlier:
        alike = event.data.get("status") == last.data.get("status")
        known = [*_texts(last), *(own if alike else ())]
        yield from (text for text in _texts(event) if not any(text in one or one in text for one in known if one))


def _texts(reply: Event) -> list[str]:
    """The texts that somebody can quote of a reply."""
    text = str(reply.data.get("text", ""))
    try:
        found = list(_leaves(json.loads(text)))
    except ValueError:
        found = [text]
    return [one for one in map(squeeze, found) if len(one) >= LEAST]


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)
