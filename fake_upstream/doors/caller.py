"""Who a request is from, for the handlers behind the door."""

from __future__ import annotations

from aiohttp import web

from ..chat.accounts import Account
from ..faults.armed import Subject
from ..http.wire import ApiError
from ..service import SERVICE

COOKIE = "session"
SUBJECT = web.RequestKey("subject", Subject)


def account_of(request: web.Request) -> Account:
    """The account of the request's session. ApiError 401 without one, whatever the cookie holds."""
    name = request[SUBJECT].account
    account = request.app[SERVICE].accounts.get(name) if name is not None else None
    if account is None:
        raise ApiError(401, "session_expired", "log in to go on")
    return account


def bearer(request: web.Request) -> str | None:
    """The token of an `Authorization: Bearer` header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None
