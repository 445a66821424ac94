"""A browser's recording of a failure (HAR) → what is known of a scenario. Only statuses, times and kinds are taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from harness.prediction.drafting import Draft
from harness.values.errors import AuthorError

BIGGEST = 200 << 20
CLOSE = 8
"""The opcode of a WebSocket's close frame (RFC 6455)."""
SLOW = 10_000
"""Milliseconds after which a request that came to nothing was silent, and not refused."""
CODES = (1000, 4999)
BLOCKER = "what blocked it in the browser, and how much of the page it blocks"
PLACE = "where on the way it broke: from the browser it looks the same whoever answered"


class Seen(NamedTuple):
    """What failed: how, at which request of the recording, and how long it took (milliseconds)."""

    how: str
    status: int
    took: float
    at: int
    path: str
    method: str
    retry_after: str = ""
    code: int = 0
    """The code with which a WebSocket was closed, where the recording has it."""


def proposed(har: Path) -> tuple[Draft, list[str]]:
    """What a recording says of a failure, and what it doesn't say. Raises `AuthorError` where it has none."""
    entries = _entries(har)
    failures = list(_failures(entries))
    if not failures:
        sockets = any(_of(entry, "response").get("status") == 101 for entry in entries)
        raise AuthorError(
            f"nothing failed in {har}" + (", and how its WebSocket ended isn't recorded in it" if sockets else ""),
            cure="record with the developer tools open while it fails, and save with content",
        )
    first = failures[0]
    notes = [BLOCKER if first.how == "blocked" else PLACE]
    notes.append("how long it lasted, and what helped: the lists are what the model foretells for this guess")
    if len(failures) > 1:
        notes.append(f"whether the {len(failures) - 1} failures after the first have the same cause")
    notes.append("what the person was shown: `message: any` takes whatever it is")
    return _draft(first, entries), notes


def _entries(har: Path) -> list[Mapping[str, Any]]:
    try:
        if har.stat().st_size > BIGGEST:
            raise AuthorError(f"{har} is larger than {BIGGEST >> 20} MB", cure="record less around the failure")
        log = json.loads(har.read_text(encoding="utf-8-sig"))["log"]
        return [entry for entry in log["entries"] if isinstance(entry, dict)]
    except OSError as error:
        raise AuthorError(f"{har} can't be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise AuthorError(f"{har} is no HAR file", cure="in the developer tools: Network, Save all as HAR") from None


def _failures(entries: list[Mapping[str, Any]]) -> Iterator[Seen]:
    for index, entry in enumerate(entries):
        request, response = _of(entry, "request"), _of(entry, "response")
        status = response.get("status") if isinstance(response.get("status"), int) else 0
        took = float(entry.get("time") or 0)
        path, method = urlsplit(str(request.get("url", ""))).path, str(request.get("method", ""))
        how = _how(entry, response, int(status or 0), took)
        if how:
            told = _retry_after(response)
            yield Seen(how, int(status or 0), took, index, path, method, told, _close_code(entry))


def _of(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, dict) else {}


def _how(entry: Mapping[str, Any], response: Mapping[str, Any], status: int, took: float) -> str:
    error = str(response.get("_error") or entry.get("_error") or "").lower()
    if "blocked_by_client" in error:
        return "blocked"
    sockets = entry.get("_webSocketMessages")
    if isinstance(sockets, list) and status == 101:
        return "cut" if error or _close_code(entry) else ""
    if status == 403 and urlsplit(str(_of(entry, "request").get("url", ""))).scheme in ("ws", "wss"):
        return "no socket"
    if status == 0:
        return "silent" if took >= SLOW or "timed_out" in error else "refused"
    if status >= 400:
        return "status"
    body, size = _of(response, "content").get("size"), response.get("bodySize")
    headers = {
        str(h.get("name", "")).lower(): h.get("value") for h in response.get("headers") or [] if isinstance(h, dict)
    }
    told = str(headers.get("content-length", ""))
    cut = (
        told.isdigit()
        and isinstance(size, int)
        and 0 <= size < int(told)
        and isinstance(body, int)
        and body < int(told)
    )
    return "cut" if cut or "incomplete" in error or "content_length_mismatch" in error else ""


def _close_code(entry: Mapping[str, Any]) -> int:
    """The code of a WebSocket's close frame (its first two bytes); 1006 of one without, 0 where none was recorded."""
    told = _of(entry, "response").get("_closeCode")
    if isinstance(told, int) and told not in (1000, 1001):
        return told
    frames = entry.get("_webSocketMessages")
    for one in frames if isinstance(frames, list) else ():
        if isinstance(one, dict) and one.get("opcode") == CLOSE:
            data = str(one.get("data") or "")
            return ord(data[0]) * 256 + ord(data[1]) if len(data) >= 2 and max(data[:2]) < "\u0100" else 1006
    return 0


def _retry_after(response: Mapping[str, Any]) -> str:
    """The wait that a reply asked for, as a duration: in seconds, or up to a date after the reply's own."""
    headers = {
        str(one.get("name", "")).lower(): str(one.get("value", ""))
        for one in response.get("headers") or []
        if isinstance(one, dict)
    }
    value = headers.get("retry-after", "")
    seconds = int(value) if re.fullmatch("[0-9]{1,6}", value) else _between(headers.get("date", ""), value)
    return f"{seconds}s" if 0 < seconds < 86_400 else ""


def _between(begin: str, end: str) -> int:
    """The seconds from one date of a reply's head to another, 0 where one is none."""
    try:
        return round((parsedate_to_datetime(end) - parsedate_to_datetime(begin)).total_seconds())
    except (ValueError, TypeError):
        return 0


def _draft(seen: Seen, entries: list[Mapping[str, Any]]) -> Draft:
    """The fault that a browser would see like this. Texts of the recording don't get into it."""
    sent = any(_of(entry, "request").get("method") == "POST" for entry in entries[: seen.at])
    opening = not sent and seen.method != "POST"
    moment = "open" if opening else "mid_answer" if seen.how == "cut" else "send"
    title = {
        "status": f"A request is answered with {seen.status}, as recorded",
        "refused": "A request gets no reply and is refused at once, as recorded",
        "silent": "A request gets no reply for a long time, as recorded",
        "blocked": "The browser itself blocks a request, as recorded",
        "no socket": "A WebSocket is refused, as recorded",
        "cut": "An answer is cut off while it arrives, as recorded",
    }[seen.how]
    if seen.how == "status":
        if seen.status == 429:
            return Draft("account", "rate_limit", "send", seen.retry_after or "2m", title)
        if seen.status == 401:
            return Draft("account", "session_expired", moment, "", title)
        params: dict[str, Any] = {"status": seen.status}
        if seen.retry_after:
            params["retry_after"] = seen.retry_after
        return Draft("service", "status", moment, "2m", title, params=params, on=() if opening else ("messages",))
    if seen.how == "cut" and CODES[0] <= seen.code <= CODES[1] and seen.code not in (1000, 1001):
        return Draft("service", "stream_close", "mid_answer", "2m", title, params={"code": seen.code})
    place, do, lasts = {
        "no socket": ("gateway", "refuse_upgrade", "2m"),
        "refused": ("uplink", "down", "2m"),
        "silent": ("uplink", "timeout", "2m"),
        "blocked": ("browser", "extension", ""),
        "cut": ("service_link", "reset_peer", "2m"),
    }[seen.how]
    return Draft(place, do, "open" if seen.how in ("blocked", "no socket") else moment, lasts, title)
