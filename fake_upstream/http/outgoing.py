"""Asking another process over HTTP: a call is one request on a connection of its own, and is never made twice."""

from __future__ import annotations

import socket
from contextlib import suppress

import aiohttp
from multidict import CIMultiDictProxy


class Refused(Exception):
    """The reply to a WebSocket's handshake that is no 101."""

    def __init__(self, status: int, headers: CIMultiDictProxy[str], body: bytes) -> None:
        super().__init__(f"the handshake got {status}")
        self.status, self.headers, self.body = status, headers, body


def client(seconds: float | None = None) -> aiohttp.ClientSession:
    """A session that keeps no connections and no cookies, follows nothing by itself, and adds no headers of its own.

    `seconds` is how long a whole call may take (None: as long as it does). Calls raise aiohttp.ClientError, the kind
    ClientConnectorError when nobody listens there, TimeoutError, and opening a WebSocket also Refused.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True, limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds),
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        middlewares=(_once, _handshake),
    )


def cut(stream: aiohttp.ClientWebSocketResponse) -> None:
    """End the WebSocket without a closing frame."""
    held: socket.socket | None = stream.get_extra_info("socket")
    if held is not None and held.fileno() != -1:
        with suppress(OSError):  # the other side was faster
            held.shutdown(socket.SHUT_RDWR)


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Asked by a name that it doesn't know, the session does not ask again when a connection is lost."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(str(error)) from error


async def _handshake(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    reply = await send(request)
    if "Sec-WebSocket-Key" in request.headers and reply.status != 101:
        raise Refused(reply.status, reply.headers, await reply.read())
    return reply
