"""Doing to a request what an armed fault says."""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import formatdate
from typing import Any

from aiohttp import web

from ..chat.accounts import Accounts
from ..faults.armed import (
    Delay,
    Drop,
    Fault,
    Faults,
    Garbage,
    Hang,
    Lock,
    LoseReply,
    Status,
    Subject,
    TooMany,
    Truncate,
)
from ..http.wire import error_reply, json_reply, reason
from .api.errors import error

# Not the start of any HTTP reply, nor of an HTTP/2 preface.
GARBAGE = b"\x00\xff\x13 this is not a reply \x7f\r\n\x01\x02\x03\r\n"


class Cut(web.Response):
    """Stands for a reply when the connection is closed already; `sent` is the status that did go out."""

    def __init__(self, sent: int | None) -> None:
        super().__init__(status=500)
        self.sent = sent


class Meeting:
    """One request meets the faults that mean it, its own first, and then in the order of arming. `met`: the last that
    acted."""

    def __init__(
        self, faults: Faults, accounts: Accounts, request: web.Request, subject: Subject, own: tuple[Fault, ...] = ()
    ) -> None:
        self._faults, self._accounts = faults, accounts
        self._request, self._subject, self._own = request, subject, own
        self.met: Fault | None = None

    async def before(self, *, known: bool) -> web.Response | None:
        """The reply that a fault makes, or None to go on. `known`: the message was accepted earlier already,
        so that a rate limit doesn't count it again."""
        for fault in self._meant():
            if not (fault in self._own or self._faults.is_armed(fault)):
                continue
            reply = await self._meet(fault, known)
            if reply is not None:
                return reply
        return None

    def after(self, reply: web.StreamResponse) -> web.StreamResponse:
        """The reply, cut short where a fault says so."""
        if not isinstance(reply, web.Response) or isinstance(reply, Cut):
            return reply
        for fault in self._meant():
            if isinstance(fault.act, Truncate):
                self._hit(fault)
                return self._cut(half(reply), reply.status)
            if isinstance(fault.act, LoseReply):
                self._hit(fault)
                return self._cut(b"", reply.status)
        return reply

    def _meant(self) -> tuple[Fault, ...]:
        return (*self._own, *self._faults.matching(self._subject))

    def _error(self, status: int, code: str = "", message: str = "") -> web.Response:
        """An error as this kind of traffic has them."""
        return (
            error(status, message, code or None)
            if self._subject.traffic == "api"
            else error_reply(status, code, message)
        )

    async def _meet(self, fault: Fault, known: bool) -> web.Response | None:
        match fault.act:
            case TooMany(limit, says):
                return None if known else self._too_many(fault, limit, says)
            case Status(status, body, retry_after):
                self._hit(fault)
                return _with_retry(status_reply(status, body, self._subject.traffic), retry_after)
            case Lock():
                self._hit(fault)
                return self._error(403, "suspicious_activity", "the account is locked until support has looked at it")
            case Delay(seconds):
                self._hit(fault)
                await asyncio.sleep(seconds)
            case Hang():
                self._hit(fault)
                await fault.over.wait()
                return self._cut(b"")
            case Garbage():
                self._hit(fault)
                return self._cut(GARBAGE)
            case Drop():
                self._hit(fault)
                return self._cut(b"")
            case _:
                pass  # acts on the reply, or on streams
        return None

    def _hit(self, fault: Fault) -> None:
        self.met = fault
        self._faults.hit(fault, self._subject)

    def _too_many(self, fault: Fault, limit: Any, says: str) -> web.Response | None:
        account = self._subject.account
        wait = self._accounts.retry_after(account, limit) if account is not None else None
        if wait is None:
            return None
        self._hit(fault)
        told = {"seconds": str(wait), "date": formatdate(time.time() + wait, usegmt=True), "none": None}
        return _with_retry(self._error(429), told[says])

    def _cut(self, data: bytes, sent: int | None = None) -> Cut:
        transport = self._request.transport
        if transport is not None:
            if data:
                transport.write(data)
            transport.close()
        return Cut(sent)


def status_reply(status: int, body: Any, traffic: str) -> web.Response:
    """A reply with this status: the body as given, or what a service of this kind says with it."""
    if isinstance(body, str):
        body = "" if status in (204, 205, 304) else body
        kind = "text/html" if body.lstrip().startswith("<") else "text/plain"
        return web.Response(text=body, status=status, content_type=kind)
    if body is not None:
        return json_reply(body, status)
    if traffic in ("page", "status"):
        return web.Response(text=f"{status} {reason(status)}\n", status=status)
    return error(status) if traffic == "api" else error_reply(status)


def half(reply: web.Response) -> bytes:
    """The reply's headers and half its body, as bytes on the wire; half the headers when there is no body."""
    body = reply.body if isinstance(reply.body, bytes | bytearray) else b""
    headers = {**reply.headers, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}", *(f"{k}: {v}" for k, v in headers.items())]
    lines += [f"Set-Cookie: {cookie.OutputString()}" for cookie in reply.cookies.values()]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return head + bytes(body[: len(body) // 2]) if len(body) > 1 else head[: len(head) // 2]


def prompt_length(raw: bytes) -> int | None:
    """How many characters the message in a request's body has; None when there is none."""
    try:
        data = json.loads(raw)
    except ValueError:
        return None
    text = data.get("text") if isinstance(data, dict) else None
    return len(text) if isinstance(text, str) else None


def _with_retry(reply: web.Response, retry_after: str | None) -> web.Response:
    if retry_after is not None:
        reply.headers["Retry-After"] = retry_after
    return reply
