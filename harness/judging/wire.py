"""What a client asks of the network by itself: how much, how often, for whom, and whether that ever ends.

Backing off is right, and so is one silent retry with the same key. `ALLOWED` and `STORM` are all that is held against
a client; what it asks for in its steady state, before anything broke, is the measure of what it may ask at all.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from harness.judging.case import Case, quoted, squeeze, works
from harness.judging.looks import at_rest, looks
from harness.remedies import REMEDIES
from harness.values.history import Event
from harness.values.result import Finding
from harness.values.situation import Moment

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ID = re.compile(r"(?<=/)(?=[^/]*\d)[\w.~-]{6,}(?=/|$)")
"""A part of a path that names one thing among many."""


def route(path: str) -> str:
    """A path without what names one thing among many, which all requests of its kind have in common."""
    return ID.sub("…", path)


@dataclass(frozen=True)
class Limit:
    """So many of a kind at once, and one more each `every` seconds on the harness's clock, while nobody acts."""

    at_once: int
    every: float
    says: str


ALLOWED: dict[str, Limit] = {
    "sockets": Limit(4, 10.0, "connecting anew, further and further apart"),
    "reads": Limit(4, 10.0, "asking how things are, further and further apart"),
    "frames": Limit(20, 1.0, "telling the other side that it is there"),
    "writes": Limit(1, float("inf"), "one silent retry with the same key"),
}
"""What a client may do by itself after a person has acted, by the class of its requests."""
MORE_OPEN = 1
"""So many more WebSockets may be open than in the steady state, until everything works again."""
STORM = 10
"""So often at most the same is asked for within a second, whatever a client is used to."""
A_MOMENT, SOON = 5.0, 2.0
"""Seconds within which what somebody set comes to the service, and by which a hand's own note may be later."""
STEADY_POLLS = 3
"""So many equal reads before anything broke are how this client works."""


@dataclass(frozen=True)
class _Ask:
    """A request that the browser made, or a WebSocket that the page made."""

    at: float
    clock: float
    kind: str
    what: str
    path: str
    key: str


def conduct(case: Case) -> Finding | None:
    """While nobody acts, the client stays within what is allowed of each class, from the moment to the end."""
    asks, moment = list(_asks(case)), case.history.step("moment")
    if moment is None or not asks:
        return None
    steady = Counter(one.what for one in asks if one.at < _broken(case))
    acts = _acts(case)
    spans = list(zip(acts, [*acts[1:], case.history.events[-1]], strict=True))
    usual, asking = _usual(case, asks, acts), _asking(case, asks, acts)
    for begin, end in spans:
        span = [one for one in asks if begin.at <= one.at < end.at]
        seconds = max(0.0, end.at + end.world - begin.at - begin.world)
        for what, count in Counter(one.what for one in span if one.at >= moment.at).items():
            mine = [one for one in span if one.what == what]
            if begin.kind == "document" and what in asking and not case.client.retries:
                return Finding(
                    "conduct", False, f"expected nothing to be sent by opening the page, sent was {mine[0].what}"
                )
            more = ALLOWED["writes"].at_once if usual[what] > 1 and _by_hand(begin) else 0
            if mine[0].kind == "writes" and count <= usual[what] + more:
                continue
            known = steady[what] or any(one.what == what and one.at < begin.at for one in asks)
            expected = known if _repeats(case, begin) else steady[what] or _by_hand(begin)
            said = _too_much(mine, count, seconds, steady[what], expected)
            if said:
                return Finding("conduct", False, said)
    said = _storm(asks) or _open_sockets(case) or _frames(case) or _took(case) or _switched(case)
    return Finding("conduct", not said, said or "the client asked for nothing but what it may by itself")


def _storm(asks: list[_Ask]) -> str:
    """The same asked so often within a second of both clocks that it can't be for what changes meanwhile, in words."""
    for what in dict.fromkeys(one.what for one in asks if one.kind != "writes"):
        times = sorted(one.clock for one in asks if one.what == what)
        if any(last - first < 1 for first, last in zip(times, times[STORM:], strict=False)):
            return f"expected at most {STORM} times {what} within a second, it was asked more often"
    return ""


def _asking(case: Case, asks: list[_Ask], acts: list[Event]) -> set[str]:
    """What changes something when the person asks while all is well, and not when a page is loaded."""
    loaded, asked = set(), set()
    for begin, end in pairwise(acts):
        span = {one.what for one in asks if one.kind == "writes" and begin.at <= one.at < min(end.at, _broken(case))}
        loaded |= span if begin.kind == "document" else set()
        asked |= span if begin.kind in ("asked", "clicked") else set()
    return asked - loaded


def _open_sockets(case: Case) -> str:
    """More WebSockets open at once than before anything broke and one that takes the place of a dead one, in words."""
    steady = (case.history.screen("steady") or {}).get("sockets")
    if not steady:
        return ""
    stays_here = case.arm.kind != "runbook" and not (
        case.arm.remedy in REMEDIES and REMEDIES[case.arm.remedy].elsewhere
    )
    back = looks(case, "back")
    if (
        back
        and (there := int((back[-1].screen.get("sockets") or steady)["open"])) > int(steady["open"]) + 2 * MORE_OPEN
    ):
        return f"expected at most one WebSocket for each of 3 conversations that were opened, {there} were (back)"
    for look in looks(case):
        over = look.phase in ("recovery", "later") and stays_here and works(case)
        most = int(steady["open"]) + (0 if over and steady["open"] else MORE_OPEN)
        there = int((look.screen.get("sockets") or steady)["open"])
        if there > most:
            return f"expected at most {most} WebSockets of the page to be open, {there} were ({look.phase})"
    return ""


def _took(case: Case) -> str:
    """What the page did to the person that nobody asked for, in words; a download may open a window."""
    for event in case.history.where("browser", "took"):
        pressed = case.history.last("browser", "clicked", before=event.at)
        if not pressed or pressed.data.get("control") != "download":
            return f"expected nothing to be done to the person by itself, the page {event.data['what']}"
    return ""


def _switched(case: Case) -> str:
    """What the page set for the person at the service, in words: nobody had pressed it, and no fault does so."""
    faults = case.history.where("fault", "armed", "lifted")
    presses = [e for e in case.history.where("browser", "clicked") if e.data.get("control") == "setting_files"]
    for event in case.history.where("service", "settings"):
        if not any(-SOON <= event.at - hand.at <= A_MOMENT for hand in (*presses, *faults)):
            switched = "on" if event.data["files"] else "off"
            return f"expected the person's settings to be left alone, the page switched {switched} what makes files"
    return ""


def _frames(case: Case) -> str:
    """More said on WebSockets than is allowed while nobody acts, in words."""
    limit = ALLOWED["frames"]
    for before, after in at_rest(case):
        sent = [int((look.screen.get("sockets") or {"frames": 0})["frames"]) for look in (before, after)]
        seconds = max(0.0, after.world + after.at - before.world - before.at)
        if sent[1] - sent[0] > limit.at_once + seconds / limit.every:
            many = sent[1] - sent[0]
            return (
                f"expected little to be said on WebSockets while nobody acts for {seconds:.0f} s, it was {many} frames"
            )
    return ""


def _usual(case: Case, asks: list[_Ask], acts: list[Event]) -> Counter[str]:
    """How often a client asks the same for one act while nothing is broken, at the most: some send in many parts.

    The last part may come when something breaks already. A press on another control than that which sends, such as
    Retry, may be one part more.
    """
    usual: Counter[str] = Counter()
    by_people = [one for one in acts if one.data.get("name") != "break"]
    for begin, end in pairwise([*by_people, case.history.events[-1]]):
        if begin.at < _broken(case):
            usual |= Counter(one.what for one in asks if begin.at <= one.at < end.at)
    return usual


def _too_much(mine: list[_Ask], count: int, seconds: float, steady: int, expected: object) -> str:
    """What is wrong about so many equal requests since the last act, or empty."""
    kind, what = mine[0].kind, mine[0].what
    if kind == "writes":
        return _unasked(mine, expected)
    limit = ALLOWED[kind]
    most = limit.at_once + seconds / limit.every
    if count <= most or (kind == "reads" and steady >= STEADY_POLLS):
        return ""
    return f"expected at most {most:.0f} times {what} while nobody acts for {seconds:.0f} s, it was asked {count} times"


def _unasked(mine: list[_Ask], expected: object) -> str:
    """Requests that change something: the first is the act's own if such an act leads to it, the next may repeat it."""
    if not expected:
        return f"expected nothing to be sent that nobody asked for, sent was {mine[0].what}"
    keys = {one.key for one in mine}
    if len(mine) > 1 + ALLOWED["writes"].at_once:
        return f"expected {mine[0].what} at most twice for one act, it was sent {len(mine)} times"
    if len(mine) > 1 and (len(keys) > 1 or "" in keys):
        return f"expected {mine[0].what} to be repeated with the same key only, its repetition had another"
    return ""


def _asks(case: Case) -> Iterator[_Ask]:
    for event in case.history.where("browser", "request", "websocket_made"):
        path = str(event.data.get("path") or event.data.get("url"))
        method = str(event.data.get("method", "GET"))
        reads = method in SAFE or event.data.get("beacon")  # a beacon asks for nothing to be done
        kind = "sockets" if event.kind == "websocket_made" else "reads" if reads else "writes"
        verb = "WebSocket" if kind == "sockets" else method
        what = f"{verb} {route(path)}"
        yield _Ask(event.at, event.at + event.world, kind, what, path, str(event.data.get("key", "")))


def _broken(case: Case) -> float:
    begun = case.history.step("break")
    return begun.at if begun else float("inf")


def _acts(case: Case) -> list[Event]:
    """Everything that somebody did, the harness included; what follows until the next is the client's own."""
    steps = [e for e in case.history.where("run", "step") if e.data.get("name") in ("steady", "break")]
    said = case.history.where("run", "asked", "pressed", "begins")
    seen = case.history.where("browser", "document", "clicked")
    return sorted([*steps, *said, *seen], key=lambda event: event.at)


def _by_hand(act: Event) -> bool:
    """Whether an act is of a kind that may lead to anything: a press on a control other than the one that sends."""
    return act.kind in ("pressed", "begins") or (act.kind == "clicked" and act.data.get("control") != "send")


def _repeats(case: Case, act: Event) -> bool:
    """Whether an act sends again what could not be sent, which asks for nothing that was not asked for before."""
    retry = act.kind == "clicked" and act.data.get("control") == "retry"
    return retry and case.arm.scenario.moment is Moment.SEND


def chats(case: Case) -> Finding | None:
    """Every message that the service took was asked in the conversation in which it came, in the person's words."""
    asked, begun = case.history.where("run", "asked"), _broken(case)
    taken = [e for e in case.history.where("service", "message") if not e.data["duplicate"] and _ours(case, e)]
    where = {str(event.data["conversation"]) for event in asked}
    steady = [str(e.data["conversation"]) for e in taken if squeeze(str(e.data["text"])) == case.steady_question]
    if not steady or steady[0] not in where:
        return None  # this client's addresses don't say in which conversation one is
    words = {squeeze(str(event.data["question"])) for event in asked if event.at >= begun}
    for event in (one for one in taken if one.at >= begun):
        text = squeeze(str(event.data["text"]))
        if event.data["conversation"] and str(event.data["conversation"]) not in where:
            said = f"expected {quoted(text)} in the conversation in which it was asked, it was sent to another one"
            return Finding("chats", False, said)
        if text not in words:
            return Finding("chats", False, f"expected only what was asked to be sent again, sent was {quoted(text)}")
    return Finding("chats", True, "each message came where it was asked")


def _ours(case: Case, event: Event) -> bool:
    """Whether it is the person's: other people are there as well."""
    account = next((str(e.data["name"]) for e in case.history.where("service", "account") if e.data.get("name")), "")
    return not account or event.data.get("account") in (None, account)


def sends(case: Case) -> Finding | None:
    """The client sends a message only when the person asks for it; one silent retry with the same key is none."""
    if case.client.own_prompts:
        return None  # what it asks by itself comes by the same way
    if case.client.by_api:
        return _sends_by_api(case)
    posts = [e for e in case.history.where("browser", "sent") if str(e.data["path"]).endswith("/messages")]
    keys = Counter(str(event.data.get("key", "")) for event in posts)
    each = 1 + ALLOWED["writes"].at_once  # also each time that the same words are sent again, by the same key
    sent = sum(math.ceil(count / each) if key else count for key, count in keys.items())
    asked = len(case.history.where("run", "asked")) + len(case.history.where("run", "pressed"))
    return Finding("sends", sent <= asked, _at_most(asked, sent))


def _at_most(most: int, sent: int) -> str:
    many = "one message" if most == 1 else f"{most} messages"
    return f"expected at most {many} to be sent, {sent or 'none'} {'was' if sent < 2 else 'were'}"


def _sends_by_api(case: Case) -> Finding:
    """Its server's requests at the gateway, or its page's in the browser, with what it repeats by itself."""
    probe = case.history.step("probe")
    until = probe.at if probe else float("inf")
    if case.client.has_server:
        logged = case.history.where("gateway", "access", before=until)
        posts = [e for e in logged if e.data["road"] == "client_api" and e.data["method"] == "POST"]
    else:
        sent = case.history.where("browser", "sent", before=until)
        posts = [e for e in sent if str(e.data["path"]).endswith("/chat/completions")]
    asked = len(case.history.where("run", "asked")) + len(case.history.where("run", "pressed"))
    most = asked * (1 + case.client.retries)
    return Finding("sends", len(posts) <= most, _at_most(most, len(posts)))
