"""JSON in, JSON out: replies, errors, and checked reading of bodies. Nothing here knows about chat."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from aiohttp import web

_CODES = {
    400: "bad_request",
    401: "session_expired",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "gone",
    413: "too_large",
    422: "unprocessable",
    426: "client_outdated",
    429: "rate_limited",
    500: "internal_error",
    502: "bad_gateway",
    503: "service_unavailable",
    504: "gateway_timeout",
}
# Nothing here holds itself, so that looking for it would be in vain.
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)


class ApiError(Exception):
    """A reply of the form {"error": {"code", "message"}} with this status; `retry_after` is in seconds."""

    def __init__(self, status: int, code: str = "", message: str = "", retry_after: int | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code or _CODES.get(status, "error")
        self.message = message or reason(status)
        self.retry_after = retry_after

    def reply(self) -> web.Response:
        """The reply that says so."""
        reply = error_reply(self.status, self.code, self.message)
        if self.retry_after is not None:
            reply.headers["Retry-After"] = str(self.retry_after)
        return reply


def reason(status: int) -> str:
    """The standard phrase for a status, such as `Bad Gateway`; "Error" for a number without one."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def json_reply(data: object, status: int = 200) -> web.Response:
    """`data` as JSON, in as few bytes as it takes. Bytes of a header that are no UTF-8 come out as `?`."""
    return web.Response(body=compact(data).encode("utf-8", "replace"), status=status, content_type="application/json")


def error_reply(status: int, code: str = "", message: str = "") -> web.Response:
    """The error body with this status; code and message default to the status' own."""
    error = {"code": code or _CODES.get(status, "error"), "message": message or reason(status)}
    return json_reply({"error": error}, status)


def compact(data: object) -> str:
    """JSON on one line, with letters of all scripts as they are."""
    return _ENCODER.encode(data)


class Body:
    """A JSON object whose members are read with their types; anything else is an ApiError 400."""

    def __init__(self, members: dict[str, Any]) -> None:
        self.members = members

    def string(self, name: str) -> str:
        """A member that must be there and be a string."""
        value = self.optional_string(name)
        if value is None:
            raise ApiError(400, message=f"{name} is missing")
        return value

    def optional_string(self, name: str) -> str | None:
        """A string, or None when absent or null."""
        value = self.members.get(name)
        if value is not None and not isinstance(value, str):
            raise ApiError(400, message=f"{name} must be a string")
        return value

    def optional_int(self, name: str, least: int, most: int = 2**53) -> int | None:
        """A whole number within bounds, or None when absent or null."""
        value = self.members.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            bound = f"from {least} to {most}" if most < 2**53 else f"of at least {least}"
            raise ApiError(400, message=f"{name} must be a whole number {bound}")
        return value

    def optional_seconds(self, name: str) -> float | None:
        """A number of seconds, zero or more, or None when absent or null."""
        value = self.members.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise ApiError(400, message=f"{name} must be a number of seconds, zero or more")
        return float(value)

    def only(self, *names: str) -> None:
        """Refuse members with other names, so that a slip of the pen doesn't go unnoticed."""
        unknown = sorted(set(self.members) - set(names))
        if unknown:
            raise ApiError(400, message=f"unknown: {', '.join(unknown)}; known: {', '.join(names)}")


async def read_body(request: web.Request) -> Body:
    """The request's JSON object; an empty body is an empty object. ApiError 400 for anything else."""
    raw = await request.read()
    try:
        members = json.loads(raw) if raw.strip() else {}
        compact(members).encode()  # a lone half of a pair of surrogates can be read, but never be written
    except ValueError as error:
        raise ApiError(400, "bad_json", f"the body is not JSON: {error}") from error
    if not isinstance(members, dict):
        raise ApiError(400, "bad_json", "the body must be a JSON object")
    return Body(members)


def whole_number(request: web.Request, name: str) -> int:
    """A query parameter as a whole number, zero or more; 0 when absent. ApiError 400 otherwise."""
    value = request.query.get(name, "0")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise ApiError(400, message=f"{name} must be a whole number, zero or more")
    return int(value)
