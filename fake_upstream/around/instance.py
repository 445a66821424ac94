"""`python -m fake_upstream.around.instance`: one of several app servers in front of a store, keeping nothing itself."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import WSMsgType, web
from multidict import CIMultiDict
from yarl import URL

from ..http.arguments import parser, url
from ..http.listener import announce, cut, end_asked, listen, port_of
from ..http.outgoing import Refused, client
from ..http.outgoing import cut as cut_stream
from ..http.wire import error_reply

_PURPOSE = "An app server without state, in front of the service that keeps it."
# More than the store takes, so that it is the store that says so.
_MAX_BODY = 4 << 20
_HOP_BY_HOP = frozenset(
    ("connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
     "trailer", "transfer-encoding", "upgrade")
)  # fmt: skip
# How long to wait for the other side's Close frame, in seconds.
_CLOSING = 2.0
_WAITING = aiohttp.ClientWSTimeout(ws_close=_CLOSING)
Side = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; `store` is the service's address."""

    host: str
    port: int
    store: str
    ready_file: Path | None


@dataclass(frozen=True, slots=True)
class Closing:
    """How one side of a WebSocket ended; `code` is None for an end without a closing frame."""

    code: int | None
    reason: bytes = b""


class Instance:
    """Passes everything on to the store, and its replies back as they come."""

    def __init__(self, store: str, http: aiohttp.ClientSession) -> None:
        self._store, self._http = URL(store), http

    async def forward(self, request: web.Request) -> web.StreamResponse:
        """The store's reply: 500 without a store that speaks HTTP, and cut where the store cuts it."""
        upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
        try:
            return await (self._join(request) if upgrade else self._ask(request))
        except Refused as refused:
            return web.Response(status=refused.status, headers=_end_to_end(refused.headers), body=refused.body)
        except (aiohttp.ClientConnectorError, aiohttp.ClientResponseError):
            return error_reply(500)
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
            if request.transport is not None:
                request.transport.close()
            return web.Response()

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        headers = _end_to_end(request.headers, _plain)
        body = await request.read() or None
        async with self._http.request(
            request.method, self._address(request), headers=headers, data=body, allow_redirects=False
        ) as answer:
            reply = web.StreamResponse(status=answer.status, reason=answer.reason, headers=_end_to_end(answer.headers))
            await reply.prepare(request)
            async for chunk in answer.content.iter_any():
                await reply.write(chunk)
            await reply.write_eof()
            return reply

    async def _join(self, request: web.Request) -> web.StreamResponse:
        headers = _end_to_end(request.headers, _plain)
        near = web.WebSocketResponse(autoping=False, autoclose=False, compress=False, max_msg_size=0, timeout=_CLOSING)
        async with self._http.ws_connect(
            self._address(request), headers=headers, autoping=False, autoclose=False, max_msg_size=0, timeout=_WAITING
        ) as far:
            try:
                await near.prepare(request)
                end = await _relay(near, far)
                if end.code is not None:
                    await asyncio.gather(*(side.close(code=end.code, message=end.reason) for side in (near, far)))
                    return near
            except BaseException:
                cut_stream(far)
                raise
            cut_stream(far)
            if request.transport is not None:
                request.transport.abort()
        return near

    def _address(self, request: web.Request) -> URL:
        asked, store = request.rel_url, self._store
        return URL.build(
            scheme=store.scheme, authority=store.authority, path=asked.raw_path, query_string=asked.raw_query_string,
            encoded=True,
        )  # fmt: skip


async def _relay(near: Side, far: Side) -> Closing:
    """Pass frames both ways until one side ends, and say how it did."""
    pumps = [asyncio.ensure_future(_pump(near, far)), asyncio.ensure_future(_pump(far, near))]
    try:
        done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for pump in pumps:
            pump.cancel()


async def _pump(source: Side, sink: Side) -> Closing:
    while True:
        frame = await source.receive()
        try:
            match frame.type:
                case WSMsgType.TEXT:
                    await sink.send_str(frame.data)
                case WSMsgType.BINARY:
                    await sink.send_bytes(frame.data)
                case WSMsgType.PING:
                    await sink.ping(frame.data)
                case WSMsgType.PONG:
                    await sink.pong(frame.data)
                case WSMsgType.CLOSE:
                    # A frame without a code can't be sent on: 1000 is what it means.
                    return Closing(frame.data or 1000, (frame.extra or "").encode())
                case _:
                    return Closing(None)
        except ConnectionError:
            await asyncio.get_running_loop().create_future()  # how the sink ended, its own reader says


def _end_to_end(headers: Mapping[str, str], also: Callable[[str], bool] = lambda _: True) -> CIMultiDict[str]:
    """The headers that are not about one connection only, and that `also` wants, in lower case."""
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    kept = ((name, value) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP | named)
    return CIMultiDict((name, value) for name, value in kept if also(name.lower()))


def _plain(name: str) -> bool:
    return name != "content-length" and not name.startswith("sec-websocket-")


async def health(request: web.Request) -> web.Response:
    """GET /healthz: whether this process is there; the store may be gone all the same."""
    return web.Response(text="ok")


async def serve(options: Options) -> None:
    """Serve until SIGTERM or SIGINT. OSError when the port can't be had."""
    ended = end_asked()
    async with client() as http:
        app = web.Application(client_max_size=_MAX_BODY)
        instance = Instance(options.store, http)
        app.add_routes([web.get("/healthz", health), web.route("*", "/{path:.*}", instance.forward)])
        runner = await listen(app, options.host, options.port)
        announce({"ready": True, "port": port_of(runner)}, options.ready_file)
        await ended.wait()
        await cut(runner)


def main(arguments: list[str] | None = None) -> int:
    """Run the instance; 0 after SIGTERM or SIGINT, 3 when it couldn't start."""
    options = Options(**vars(_parser().parse_args(arguments)))
    try:
        asyncio.run(serve(options))
    except OSError as error:
        print(f"fake_upstream.around.instance: {error}", file=sys.stderr)
        return 3
    return 0


def _parser() -> argparse.ArgumentParser:
    made = parser("around.instance", _PURPOSE)
    made.add_argument("--store", type=url, required=True, help="address of a running fake_upstream")
    return made


if __name__ == "__main__":
    sys.exit(main())
