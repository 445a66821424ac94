"""What every request of the API's goes through: who asks, the faults, headers, and the note of how it went."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from ...chat.exchanges import ABORTED, CUT, DONE, REFUSED, Exchange
from ...faults.armed import Subject, TooMany
from ...http.ids import new_id
from ...http.wire import ApiError, Body, compact
from ...limits.quota import Left
from ...service import Service
from ..acts import Cut, Meeting
from ..caller import bearer
from .asked import last_prompt
from .call import CALL, Call
from .errors import Refused, error, in_shape
from .own_faults import FAULT_HEADER, own_faults

_SHOWN = (
    "x-request-id, retry-after, retry-after-ms, openai-processing-ms, x-ratelimit-limit-requests, "
    "x-ratelimit-remaining-requests, x-ratelimit-reset-requests"
)
_DECODER = json.JSONDecoder()
_log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def preflight(request: web.Request) -> web.Response:
    """What a browser is told that asks whether a page of another origin may call. No fault meets it."""
    wanted = request.headers.get("Access-Control-Request-Headers", "authorization, content-type")
    headers = {
        **_shared(request),
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": wanted,
        "Access-Control-Max-Age": "600",
    }
    return web.Response(status=204, headers=headers)


def api_subject(service: Service, request: web.Request) -> Subject:
    """Who asks: the key's account. Each request has an id, whether or not somebody before the service gave it one."""
    key = bearer(request)
    account = service.accounts.by_api_key(key) if key is not None else None
    return Subject(
        "api",
        request.headers.get("X-Request-Id") or new_id("req_", 24),
        account.name if account is not None else None,
        address=request.headers.get("X-Client-Address") or request.remote,
    )


async def through(service: Service, request: web.Request, handler: Handler, subject: Subject) -> web.StreamResponse:
    """The reply to one request, whatever happens to it."""
    began = time.perf_counter()
    name = subject.request or ""
    exchange = Exchange(name, subject.account, request.path.removeprefix("/v1/")[:100], request.transport)
    exchange.retries = _retries(request)
    headers = {"x-request-id": name, **_shared(request)}
    call = request[CALL] = Call(service, subject, exchange, Body({}), headers)
    how = ABORTED
    try:
        reply = await _reply(call, request, handler)
        exchange.status = reply.sent if isinstance(reply, Cut) else reply.status
        how = DONE if reply.status < 400 else REFUSED
        if not reply.prepared and not isinstance(reply, Cut):
            reply.headers["openai-processing-ms"] = str(round((time.perf_counter() - began) * 1000))
        return reply
    except ConnectionError:
        return Cut(exchange.status)  # the client is gone
    finally:
        service.exchanges.ended(exchange, how)


async def _reply(call: Call, request: web.Request, handler: Handler) -> web.StreamResponse:
    bad: web.Response | None = None
    try:
        await _read(call, request)
    except ApiError as refused:
        bad = in_shape(refused)
    call.service.exchanges.began(call.exchange)
    met = await _met_before(call, request) if call.troubled else None
    reply = met or bad or await _handled(call, request, handler)
    if isinstance(reply, Cut) or not isinstance(reply, web.Response):
        return reply
    reply.headers.update(call.headers)
    return _met_after(call, request, reply) if call.troubled else reply


async def _met_before(call: Call, request: web.Request) -> web.Response | None:
    meeting = Meeting(call.service.faults, call.service.accounts, request, call.subject, call.own)
    try:
        reply = await meeting.before(known=False)
    finally:
        call.exchange.fault = meeting.met.id if meeting.met is not None else None
    if reply is not None:
        call.exchange.how = CUT
    return reply


def _met_after(call: Call, request: web.Request, reply: web.Response) -> web.StreamResponse:
    _say_what_a_limit_leaves(call, reply)
    meeting = Meeting(call.service.faults, call.service.accounts, request, call.subject, call.own)
    cut = meeting.after(reply)
    if meeting.met is not None:
        call.exchange.how, call.exchange.fault = CUT, meeting.met.id
    return cut


async def _handled(call: Call, request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        _admit(call, request)
        return await handler(request)
    except ApiError as refused:
        return in_shape(refused)
    except web.HTTPException as refused:
        return error(refused.status)
    except ConnectionError:
        raise
    except Exception:
        _log.exception("%s %s failed", request.method, request.path)
        if call.exchange.status is not None:
            raise ConnectionResetError("the stream was broken off") from None
        return error(500, "The server had an error while processing your request")


# What of a request says how long its answer may be and how it is chosen, of both endpoints.
_SHAPING = (
    "max_tokens", "max_completion_tokens", "max_output_tokens", "temperature", "top_p", "n", "frequency_penalty",
    "presence_penalty",
)  # fmt: skip


async def _read(call: Call, request: web.Request) -> None:
    """The request's body, and what faults and the record need to know of it. Refused when it can't be read."""
    exchange, model = call.exchange, request.match_info.get("model")
    if request.method == "POST":
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge as large:
            raise Refused(413, "The request is too large.", "request_too_large") from large
        call.body = Body(_members(raw))
        members = call.body.members
        model = members.get("model")
        exchange.stream = members.get("stream") is True
        exchange.settings = {name: members[name] for name in _SHAPING if isinstance(members.get(name), int | float)}
        if call.service.faults.weigh_length("api"):
            call.subject = call.subject._replace(length=_length(members))
    model = model if isinstance(model, str) else None
    exchange.model = model and model[:200]
    call.own = own_faults(call, request.headers.get(FAULT_HEADER), model)


def _members(raw: bytes) -> dict[str, Any]:
    said = "We could not parse the JSON body of your request."
    try:
        text = raw.decode("utf-8")
        members = _DECODER.decode(text)
        if "\\u" in text:
            compact(members).encode()  # a lone half of a pair of surrogates can be read, but never be written
    except (ValueError, RecursionError) as bad:
        raise Refused(400, said, "invalid_json") from bad
    if not isinstance(members, dict):
        raise Refused(400, f"{said} It must be a JSON object.", "invalid_json")
    return members


def _length(members: dict[str, Any]) -> int | None:
    asked = members.get("messages", members.get("input"))
    if isinstance(asked, str):
        return len(asked)
    return len(last_prompt(asked)) if isinstance(asked, list) else None


def _admit(call: Call, request: web.Request) -> None:
    """Refused without a good key, or when the account asks for too much."""
    if call.subject.account is None:
        key = bearer(request)
        said = "You didn't provide an API key." if key is None else f"Incorrect API key provided: {_masked(key)}."
        raise Refused(401, said, "invalid_api_key")
    left = call.service.quota.take(call.subject.account)
    call.headers.update(left.headers())
    if left.wait:
        call.headers.update(
            {"retry-after": str(max(1, round(left.wait))), "retry-after-ms": str(round(left.wait * 1000))}
        )
        said = f"Rate limit reached: limit {left.limit} requests per minute. Please try again in {left.wait:.3f}s."
        raise Refused(429, said, "rate_limit_exceeded")


def _say_what_a_limit_leaves(call: Call, reply: web.Response) -> None:
    if call.subject.account is None:
        return
    for fault in call.faults(TooMany):
        limit = fault.act.limit if isinstance(fault.act, TooMany) else None
        if limit is not None:
            remaining, reset = call.service.accounts.left(call.subject.account, limit)
            reply.headers.update(Left(limit.messages, remaining, reset).headers())


def _masked(key: str) -> str:
    return f"{key[:3]}***" if key.isascii() else "***"


def _shared(request: web.Request) -> dict[str, str]:
    if "Origin" not in request.headers:
        return {}
    return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _SHOWN}


def _retries(request: web.Request) -> int | None:
    """How often the official packages say that they have asked before."""
    said = request.headers.get("x-stainless-retry-count")
    return int(said) if said is not None and said.isascii() and said.isdigit() and len(said) < 6 else None
