"""A browser's recording of a failure (HAR) → what is known of a scenario. Only statuses, times and kinds are taken."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from harness.prediction.drafting import Draft
from harness.values.errors import AuthorError

BIGGEST = 200 << 20
SLOW = 10_000
"""Milliseconds after which a request that came to nothing was silent, and not refused."""
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


def proposed(har: Path) -> tuple[Draft, list[str]]:
    """What a recording says of a failure, and what it doesn't say. Raises `AuthorError` where it has none."""
    entries = _entries(har)
    failures = list(_failures(entries))
    if not failures:
        raise AuthorError(
            f"nothing failed in {har}",
            cure="record with the developer tools open while it fails, and save with content",
        )
    first = failures[0]
    notes = [PLACE, "how long it lasted, and what helped: the lists are what the model foretells for this guess"]
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
            yield Seen(how, int(status or 0), took, index, path, method, _retry_after(response))


def _of(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, dict) else {}


def _how(entry: Mapping[str, Any], response: Mapping[str, Any], status: int, took: float) -> str:
    error = str(response.get("_error") or entry.get("_error") or "").lower()
    if "blocked_by_client" in error:
        return "blocked"
    sockets = entry.get("_webSocketMessages")
    if isinstance(sockets, list) and status == 101:
        code = next((int(one["opcode"]) for one in sockets if isinstance(one, dict) and one.get("opcode") == 8), 0)
        return "cut" if error or code or response.get("_closeCode", 1000) not in (1000, 1001, None) else ""
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


def _retry_after(response: Mapping[str, Any]) -> str:
    for header in response.get("headers") or []:
        if isinstance(header, dict) and str(header.get("name", "")).lower() == "retry-after":
            value = str(header.get("value", ""))
            return f"{int(value)}s" if value.isdigit() and 0 < int(value) < 86_400 else ""
    return ""


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
        "cut": "An answer is cut off while it arrives, as recorded",
    }[seen.how]
    if seen.how == "status":
        if seen.status == 429:
            return Draft("account", "rate_limit", "send", "2m", title)
        if seen.status == 401:
            return Draft("account", "session_expired", moment, "", title)
        params: dict[str, Any] = {"status": seen.status}
        if seen.retry_after:
            params["retry_after"] = seen.retry_after
        return Draft("service", "status", moment, "2m", title, params=params, on=() if opening else ("messages",))
    place, do, lasts = {
        "refused": ("uplink", "down", "2m"),
        "silent": ("uplink", "timeout", "2m"),
        "blocked": ("browser", "extension", ""),
        "cut": ("service_link", "reset_peer", "2m"),
    }[seen.how]
    return Draft(place, do, "open" if seen.how == "blocked" else moment, lasts, title)
