"""The OpenAI-compatible door: models and chat completions, whole or streamed, by API key."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ..chat.conversation import FAILED, UNEXPLAINED, Answer, End, Piece, follow
from ..chat.journal import Fields
from ..http.wire import ApiError, Body, compact, json_reply, read_body
from ..service import SERVICE
from .caller import SUBJECT

MODEL = "fake-1"
MAX_PROMPT = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client wants: an answer to `prompt`, as a stream or not."""

    model: str
    prompt: str
    stream: bool
    usage: bool


def error(status: int, message: str, code: str | None = None) -> web.Response:
    """An error in the shape that the API's clients read."""
    kind = {401: "authentication_error", 429: "rate_limit_error"}.get(status)
    kind = kind or ("server_error" if status >= 500 else "invalid_request_error")
    return json_reply({"error": {"message": message, "type": kind, "param": None, "code": code}}, status)


async def models(request: web.Request) -> web.Response:
    """GET /v1/models"""
    if _account(request) is None:
        return _no_key()
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "fake_upstream"}
    return json_reply({"object": "list", "data": [model]})


async def completions(request: web.Request) -> web.StreamResponse:
    """POST /v1/chat/completions"""
    account = _account(request)
    if account is None:
        return _no_key()
    try:
        asked = _asked(await read_body(request))
    except ApiError as bad:
        return error(bad.status, bad.message)
    chat, rulebook = request.app[SERVICE].chat, request.app[SERVICE].rulebook
    try:
        rulebook.check_answer(request[SUBJECT], asked.prompt)
    except ApiError as refused:
        return error(refused.status, refused.message, refused.code)
    answer = chat.complete(account, asked.prompt, request.headers.get("Idempotency-Key"))
    try:
        return await (_streamed(request, asked, answer) if asked.stream else _whole(asked, answer))
    except ConnectionError:
        return web.Response()
    finally:
        chat.stop(answer)  # a caller who has gone wants no more of it; one that is over stays as it is


async def _whole(asked: Asked, answer: Answer) -> web.Response:
    async for _ in follow(answer, 0):
        pass
    if answer.state == FAILED:
        return error(500, "the answer could not be generated", answer.code or UNEXPLAINED)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": answer.text, "refusal": None},
        "logprobs": None,
        "finish_reason": "stop",
    }
    reply = {**_head(asked, answer, "chat.completion"), "choices": [choice], "usage": _usage(asked, answer)}
    return json_reply(reply)


async def _streamed(request: web.Request, asked: Asked, answer: Answer) -> web.StreamResponse:
    reply = web.StreamResponse(headers={"Cache-Control": "no-cache"})
    reply.content_type = "text/event-stream"
    reply.charset = "utf-8"
    await reply.prepare(request)
    head = _head(asked, answer, "chat.completion.chunk")
    await _write(reply, {**head, "choices": [_choice({"role": "assistant", "content": ""})]})
    async for event in follow(answer, 0):
        match event:
            case Piece(text=text):
                await _write(reply, {**head, "choices": [_choice({"content": text})]})
            case End(state="failed", code=code):
                message = "the answer could not be generated"
                await _write(reply, {"error": {"message": message, "type": "server_error", "code": code}})
            case End():
                await _write(reply, {**head, "choices": [_choice({}, "stop")]})
    if asked.usage:
        await _write(reply, {**head, "choices": [], "usage": _usage(asked, answer)})
    await reply.write(b"data: [DONE]\n\n")
    await reply.write_eof()
    return reply


async def _write(reply: web.StreamResponse, data: Fields) -> None:
    await reply.write(f"data: {compact(data)}\n\n".encode())


def _choice(delta: Fields, finish: str | None = None) -> Fields:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _head(asked: Asked, answer: Answer, kind: str) -> Fields:
    return {"id": f"chatcmpl-{answer.id}", "object": kind, "created": int(time.time()), "model": asked.model}


def _usage(asked: Asked, answer: Answer) -> Fields:
    prompt, completion = len(asked.prompt.split()), answer.made
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def bearer(request: web.Request) -> str | None:
    """The token of an `Authorization: Bearer` header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


def _account(request: web.Request) -> str | None:
    key = bearer(request)
    account = request.app[SERVICE].accounts.by_api_key(key) if key is not None else None
    return account.name if account is not None else None


def _no_key() -> web.Response:
    return error(401, "Incorrect API key provided.", "invalid_api_key")


def _asked(body: Body) -> Asked:
    messages = body.members.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ApiError(400, message="messages must be a list with at least one message")
    if not all(isinstance(message, dict) and isinstance(message.get("role"), str) for message in messages):
        raise ApiError(400, message="every message must be an object with a role")
    prompt = last_prompt(messages)
    if not prompt.strip():
        raise ApiError(400, message="there must be a message of the user's with text")
    if len(prompt) > MAX_PROMPT:
        raise ApiError(413, message=f"a message may have at most {MAX_PROMPT} characters")
    stream = body.members.get("stream") or False
    if not isinstance(stream, bool):
        raise ApiError(400, message="stream must be true or false")
    options = body.members.get("stream_options")
    usage = isinstance(options, dict) and options.get("include_usage") is True
    return Asked(body.optional_string("model") or MODEL, prompt, stream, usage)


def last_prompt(messages: list[Any]) -> str:
    """The text of the user's last message; "" when there is none."""
    for message in reversed(messages):
        if isinstance(message, dict) and message.get("role") == "user":
            return _text(message.get("content"))
    return ""


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    return "".join(text for text in texts if isinstance(text, str))
