"""Errors in the shape that the API's clients read."""

from __future__ import annotations

from aiohttp import web

from ...http.wire import ApiError, json_reply, reason

_KINDS = {429: "requests"}
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}


class Refused(ApiError):
    """What the API refuses; `param` is the member of the body that it is about."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(status, code or "", message)
        self.told, self.param = code, param

    def reply(self) -> web.Response:
        """The reply that says so."""
        return error(self.status, self.message, self.told, self.param)


def members(status: int, message: str, code: str | None = None, param: str | None = None) -> dict[str, object]:
    """{"error": {message, type, param, code}}"""
    kind = _KINDS.get(status) or ("server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code or _CODES.get(status)}}


def error(status: int, message: str = "", code: str | None = None, param: str | None = None) -> web.Response:
    """A reply with this status that says so; the message defaults to the status' own."""
    return json_reply(members(status, message or reason(status), code, param), status)


def in_shape(refused: ApiError) -> web.Response:
    """What another part of the service refused, told as the API tells it."""
    if isinstance(refused, Refused):
        return refused.reply()
    reply = error(refused.status, refused.message, refused.code)
    if refused.retry_after is not None:
        reply.headers["Retry-After"] = str(refused.retry_after)
    return reply
