"""Witnesses: which recorded event shows that a fault was really on the wire. Pure questions to a history.

The hand that armed a fault is never its own witness: a toxic is seen by the browser, the gateway or the service, a
fault of the service by the gateway, a fault of the gateway by its access log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from harness.values.history import Event, History
from harness.values.situation import Fault

TOGETHER = 1.0
"""Real seconds within which both sides of a connection have seen its end."""
LATE = 0.1
"""Real seconds after which a piece that was made and sent over loopback counts as not arrived."""
BETWEEN = ("proxy", "security", "office_firewall")
CLEAN = frozenset({1000, 1001})
"""Close codes of a WebSocket that nobody broke off."""
CUT_FLAGS = frozenset({"UC", "UF", "UPE", "UT", "SI", "URX", "UH", "UO", "DC"})


def noted(event: Event, **more: Any) -> Event:
    """A witness with what makes it one, for whoever tells of it; it is still that event (`is_of`)."""
    return replace(event, data={**event.data, **more})


def is_of(seen: Event, event: Event) -> bool:
    """Whether a witness is this recorded event, with or without what was noted of it."""
    same = (seen.at, seen.source, seen.kind) == (event.at, event.source, event.kind)
    return same and all(seen.data.get(name) == value for name, value in event.data.items())


def first(events: Iterable[Event | None]) -> Event | None:
    found = [event for event in events if event is not None]
    return min(found, key=lambda event: event.at) if found else None


def access(history: History, after: float, until: float, test: Callable[[Event], bool]) -> Event | None:
    """The first entry of the gateway's access log that ended in the window and passes the test."""
    return next((e for e in history.where("gateway", "access", after=after, before=until) if test(e)), None)


def flags(event: Event) -> frozenset[str]:
    return frozenset(str(event.data.get("flags") or "").split(",")) - {"-", ""}


def browser_failure(history: History, after: float, until: float, link: str) -> Event | None:
    """A request that failed on the network, or a WebSocket that broke off as one of the link's connections ended.

    A WebSocket that ended without a close frame says nothing of where by itself: anybody on its way may have ended it.
    A request that came to nothing says more than it, and that one says more than a request that was given up.
    """
    failed = history.where("browser", "request_failed", after=after, before=until)
    closed = history.where("browser", "websocket_closed", after=after, before=until)
    ends = [e.at for e in history.where("link", "ended", after=after, before=until) if e.data.get("link") == link]
    broken = [e for e in closed if e.data.get("code") == 1006 and any(abs(e.at - at) <= TOGETHER for at in ends)]
    named = [noted(event, link=link, idle=_idle(history, event)) for event in broken]
    given_up = [event for event in failed if "ABORTED" in str(event.data.get("error"))]
    waited = (_given_up(history, after, event) for event in given_up)
    return first(e for e in failed if e not in given_up) or first(named) or first(waited)


def _given_up(history: History, after: float, failed: Event) -> Event:
    """A request that the browser gave up, with how long it had waited for a reply, and whether it met the gateway."""

    def same(events: list[Event]) -> list[Event]:
        return [e for e in events if all(e.data.get(name) == failed.data.get(name) for name in ("method", "path"))]

    asked = same(history.where("browser", "request", after=after, before=failed.at))
    if not asked or same(history.where("browser", "response", after=asked[-1].at, before=failed.at)):
        return failed
    waited = failed.at - asked[-1].at + failed.world - asked[-1].world
    logged = same(history.where("gateway", "access", after=asked[-1].at))  # at its end, which may be later
    met = any(entry.at - float(entry.data.get("ms") or 0) / 1000 <= failed.at for entry in logged)
    return noted(failed, waited=round(waited), unseen=not met)


def _idle(history: History, closed: Event) -> bool:
    """Whether nothing was being answered as a WebSocket closed: nobody had asked, or all of the answer had come."""
    made = history.where("service", "piece", "answer_done", before=closed.at)
    asked = history.last("run", "asked", "pressed", before=closed.at)
    since = [event for event in made if asked and event.at >= asked.at]
    whole = bool(since) and since[-1].kind == "answer_done"
    return asked is None or (whole and int(closed.data["pieces"]) >= int(since[-1].data["pieces"]))


def stalled(history: History, after: float, until: float) -> Event | None:
    """A piece that the service made after `after` and that the browser had not received a good while later."""
    pieces = history.where("service", "piece", after=after, before=until)
    for look in history.where("browser", "websocket_frames", after=after, before=until):
        for piece in pieces:
            if piece.at < look.at - LATE and int(piece.data["n"]) > int(look.data["pieces"]):
                return noted(piece, late=round(look.at - piece.at, 2))
    return None


def cut_link(fault: Fault, history: History, after: float, until: float) -> Event | None:
    """A link that ends connections: the browser sees it on its own side, the gateway on the service's side."""
    if fault.at in ("service_link", "client_link"):
        cut = CUT_FLAGS - {"DC"}
        logged = access(history, after, until, lambda e: bool(flags(e) & cut) and not ended_cleanly(history, e))
        logged = logged or asked_again(history, after, until)
        if logged or fault.at == "service_link":
            return logged
    return (
        browser_failure(history, after, until, fault.at)
        or truncated(history, after, until)
        or cut_off(history, after, until)
    )


def cut_off(history: History, after: float, until: float) -> Event | None:
    """What stands between the browser and its network (a proxy, security software) got no reply from further on."""
    return access(history, after, until, lambda e: e.data.get("road") in BETWEEN and bool(flags(e) & CUT_FLAGS))


def truncated(history: History, after: float, until: float) -> Event | None:
    """A reply whose headers the browser got without their end, though the gateway sent a body with a length."""
    sent = {
        (e.data["method"], e.data["path"])
        for e in history.where("gateway", "access", after=after, before=until)
        if int(e.data.get("bytes") or 0) > 0
    }
    replies = history.where("browser", "response", after=after, before=until)
    found = (e for e in replies if e.data.get("length") == "" and (e.data["method"], e.data["path"]) in sent)
    return next((noted(event, endless=True) for event in found), None)


def silent_link(fault: Fault, history: History, after: float, until: float) -> Event | None:
    """A link that swallows data: pieces sent and never received, or a request that somebody gave up."""
    lost = stalled(history, after, until) or unanswered(history, after, until) or unheard(history, after, until)
    if lost or fault.at != "service_link":
        return (
            lost
            or browser_failure(history, after, until, fault.at)
            or history.first("browser", "navigation_failed", after=after, before=until)
            or cut_off(history, after, until)
        )
    return access(history, after, until, lambda e: bool(flags(e) & CUT_FLAGS))


def unanswered(history: History, after: float, until: float) -> Event | None:
    """A message that the browser sent and that nobody answered, nor broke off."""
    ends = history.where("browser", "response", "request_failed", after=after, before=until)
    ended = {e.data["path"] for e in ends if e.data.get("method") == "POST"}
    sent = history.where("browser", "sent", after=after, before=until)
    return next((e for e in sent if e.data["path"] not in ended), None)


def unheard(history: History, after: float, until: float) -> Event | None:
    """What the page said on a WebSocket that stays open, and to which nothing came, however long that took."""
    asked = history.first("run", "asked", after=after, before=until)
    looks = history.where("screen", "snapshot", after=asked.at, before=until) if asked else []
    for look in looks:
        sockets = look.data.get("sockets") or {}
        if look.data.get("gave_up") and sockets.get("open") and sockets.get("unheard"):
            return noted(look, unheard=sockets["unheard"])
    return None


def slow_link(fault: Fault, history: History, after: float, until: float) -> Event | None:
    """A link that delays: a request that took at least nine tenths of the latency asked for."""
    least = 0.9 * float(fault.params.get("latency", 0))
    if fault.at == "service_link":
        logged = access(history, after, until, lambda e: not e.data.get("upgrade") and _ms(e) >= least)
        return logged or flagged(history, after, until, "UT") or first(late_pieces(history, after, until, least / 1000))
    slow = [e for e in history.where("browser", "response", after=after, before=until) if _ms(e) >= least]
    late = first(slow) or first(late_pieces(history, after, until, least / 1000))  # a look may be late by itself
    return late or browser_failure(history, after, until, fault.at) or stalled(history, after, until)


def narrow_link(fault: Fault, history: History, after: float, until: float) -> Event | None:
    """A link of so few KB/s: a stall when it is 0, else a reply that took at least half as long as its bytes need."""
    rate = float(fault.params["rate"])
    if not rate:
        return silent_link(fault, history, after, until)
    sent = history.where("gateway", "access", after=after, before=until)
    needs = {str(e.data["path"]): 0.5 * float(e.data.get("bytes") or 0) / rate for e in sent}
    ended = history.where("browser", "finished", after=after, before=until)
    slow = [e for e in ended if _ms(e) >= needs.get(str(e.data["path"]), float("inf"))]
    return first([*slow, *_saved_late(history, after, until, needs)])


def _saved_late(history: History, after: float, until: float, needs: Mapping[str, float]) -> list[Event]:
    """Files that the browser had only so many milliseconds after it had asked for them."""
    asked = [e for e in history.where("browser", "response", after=after, before=until) if "/files/" in e.data["path"]]
    saved = history.where("browser", "saved", "downloaded", after=after, before=until)
    took = [
        (s, 1000 * (s.at - a.at) + _ms(a), needs.get(str(a.data["path"]), float("inf"))) for a in asked for s in saved
    ]
    return [noted(one, took=round(ms)) for one, ms, least in took if ms >= least]


def late_pieces(history: History, after: float, until: float, least: float) -> list[Event]:
    """Pieces that the browser had only so many seconds after the service made them."""
    looks = history.where("browser", "websocket_frames", after=after, before=until)
    pieces = history.where("service", "piece", after=after, before=until)
    held = [(p, look) for p in pieces for look in looks if look.data["pieces"] == p.data["n"]]
    return [noted(p, held=round(look.at - p.at, 2)) for p, look in held if look.at - p.at >= least]


def _ms(event: Event) -> float:
    return float(event.data.get("ms") or 0)


def via_upstream(history: History, after: float, until: float, status: int) -> Event | None:
    """A reply of the service itself, passed on by the gateway."""
    return access(
        history, after, until, lambda e: e.data.get("status") == status and e.data.get("details") == "via_upstream"
    )


def answered_by_gateway(history: History, after: float, until: float, status: int, details: str) -> Event | None:
    return access(
        history,
        after,
        until,
        lambda e: e.data.get("status") == status and str(e.data.get("details", "")).startswith(details),
    )


def flagged(history: History, after: float, until: float, *wanted: str) -> Event | None:
    return access(history, after, until, lambda e: bool(flags(e) & set(wanted)) and not ended_cleanly(history, e))


def ended_cleanly(history: History, logged: Event) -> bool:
    """Whether a WebSocket's entry is of one that its ends closed as they should: the gateway's flags are the same."""
    if logged.data.get("status") != 101:
        return False
    closed = history.where("browser", "websocket_closed", after=logged.at - TOGETHER, before=logged.at + TOGETHER)
    codes = {event.data.get("code") for event in closed}
    return bool(codes) and codes <= CLEAN


def asked_again(history: History, after: float, until: float) -> Event | None:
    """A request with which the gateway came to the service more than once, because the first time came to nothing."""
    return access(history, after, until, lambda e: int(e.data.get("attempts") or 0) > 1)


def slow_service(history: History, after: float, until: float, least_ms: float) -> Event | None:
    return access(history, after, until, lambda e: float(e.data.get("ms") or 0) >= least_ms)


def closed_with(history: History, after: float, until: float, code: int) -> Event | None:
    """A WebSocket that the browser saw end with this close code."""
    closes = history.where("browser", "websocket_closed", after=after, before=until)
    return next((event for event in closes if event.data.get("code") == code), None)
