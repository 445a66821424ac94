"""One event in one line, and which events are evidence, and which are routine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harness.faults.witness import TOGETHER
from harness.values.history import Event

Data = Mapping[str, Any]

UNSAID = frozenset(
    {"id", "account", "answer", "key", "request", "upstream", "user_agent_engine", "class", "bytes", "route"}
)
"""Particulars that tell a reader nothing here; `history.jsonl` has them."""
ROUTINE = frozenset(
    {
        ("service", "piece"),
        ("service", "stream_open"),
        ("service", "subscribe"),
        ("browser", "websocket_frames"),
        ("link", "accepted"),
        ("run", "questions"),
    }
)
TELLING = frozenset(
    {
        ("browser", "request_failed"),
        ("browser", "navigation_failed"),
        ("browser", "page_error"),
        ("browser", "websocket_error"),
        ("run", "stopped"),
        ("run", "unavailable"),
    }
)
NORMAL_CLOSE = (1000, 1001, 1005)
SWITCHED = 101
"""The status of a request that became a WebSocket."""


def line(event: Event) -> str:
    """What happened, as short as it can be said."""
    say = SAID.get((event.source, event.kind), _particulars)
    try:
        return say(event.data)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _particulars(event.data)


def is_evidence(event: Event, events: Iterable[Event] = ()) -> bool:
    """Whether it shows that something was broken, or what broke it; `events`: the arm's.

    A gateway flags a WebSocket that was left in the same way as one that was cut: only its browser tells them apart.
    """
    data = event.data
    if event.source == "fault" or (event.source, event.kind) in TELLING:
        return True
    if event.kind == "websocket_closed":
        return data.get("code") not in NORMAL_CLOSE
    if event.source == "gateway" and _status(data) == SWITCHED:
        closed = (one for one in events if one.kind == "websocket_closed" and abs(one.at - event.at) <= TOGETHER)
        return any(one.data.get("code") not in NORMAL_CLOSE for one in closed)
    flags = event.source == "gateway" and data.get("flags") not in (None, "", "-")
    return flags or _status(data) >= 400


def is_routine(event: Event, events: Iterable[Event] = ()) -> bool:
    """Whether a reader of an arm that passed can do without it."""
    if is_evidence(event, events):
        return False
    if (event.source, event.kind) in ROUTINE:
        return True
    return event.source in ("gateway", "service") and event.data.get("method") == "GET"


def _status(data: Data) -> int:
    status = data.get("status")
    return status if isinstance(status, int) else 0


def _particulars(data: Data) -> str:
    said = ((key, value) for key, value in data.items() if key not in UNSAID and value not in (None, "", "-", [], {}))
    return ", ".join(f"{key} {_value(value)}" for key, value in said)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{key}={one}" for key, one in value.items())
    return str(value)


def _request(data: Data) -> str:
    took = f", {float(data['ms']):g} ms" if "ms" in data else ""
    return f"{data['method']} {data['path']} {data['status']}{took}"


def _access(data: Data) -> str:
    flags = f" {data['flags']}" if data.get("flags") not in (None, "", "-") else ""
    reply = f" “{data['reply']}”" if data.get("reply") else ""
    wait = f", retry-after {data['retry_after']}" if data.get("retry_after") else ""
    road = f", by {data['road']}" if data.get("road") else ""
    return f"{data['method']} {data['path']} {data['status']}{flags}{reply}{wait}{road}"


def _armed(data: Data) -> str:
    params = f" ({_value(data['params'])})" if data.get("params") else ""
    return f"{data['do']} at {data['at_place']}{params}, lasts {data['lasts']}"


def _snapshot(data: Data) -> str:
    parts = [str(data.get("phase", ""))]
    if data.get("error"):
        parts.append(f"error “{data['error']['lines'][0]}”")
    if data.get("navigation"):
        parts.append(f"navigation {data['navigation']}")
    if not data.get("client"):
        parts.append(f"not the client's page “{' / '.join(map(str, data.get('document', ())))}”")
    if data.get("draft"):
        parts.append(f"draft “{data['draft']}”")
    if data.get("client"):
        parts.append(f"{len(data.get('messages', ()))} messages")
    return "; ".join(parts)


SAID: dict[tuple[str, str], Callable[[Data], str]] = {
    ("run", "step"): lambda data: str(data["name"]),
    ("run", "arm"): lambda data: str(data["label"]),
    ("run", "asked"): lambda data: f"“{data['question']}”",
    ("run", "stopped"): lambda data: str(data["because"]),
    ("run", "unavailable"): lambda data: f"{data['what']}: {data['because']}",
    ("run", "undone"): lambda data: "every link is clean" if data["clean"] else "a link is not clean",
    ("fault", "armed"): _armed,
    ("fault", "lifted"): lambda data: str(data["because"]),
    ("browser", "response"): _request,
    ("browser", "request_failed"): lambda data: f"{data['method']} {data['path']} {data['error']}",
    ("browser", "websocket_frames"): lambda data: f"{data['pieces']} pieces so far",
    ("screen", "snapshot"): _snapshot,
    ("link", "accepted"): lambda data: str(data["link"]),
    ("link", "ended"): lambda data: str(data["link"]),
    ("gateway", "access"): _access,
    ("service", "request"): _request,
    ("service", "message"): lambda data: f"“{data['text']}”" + (" (a duplicate)" if data["duplicate"] else ""),
    ("service", "part"): lambda data: f"{data['pieces']} pieces of the answer so far",
    ("service", "answer"): lambda data: f"{data['state']}, {data['pieces']} pieces, to “{data['prompt']}”",
    ("service", "answer_done"): lambda data: f"{data['state']}, {data['pieces']} pieces",
}
