"""Answers on their way to a listener: over WebSocket, and as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from ..faults.armed import Faults, Subject
from ..faults.streaming import StreamClose, StreamStall
from ..http.wire import compact
from .conversation import Answer, End, Piece, follow
from .generation import Chat
from .journal import Fields
from .record import Record

NO_SESSION = 4401
_ABNORMAL = 1006
# How long to wait for the other side's Close frame, in seconds.
_CLOSING = 2.0


@dataclass(eq=False, slots=True)
class Stream:
    """One open stream. Once stalled, it stays so. `two_way`: it is a WebSocket, of which `code` is what the service
    itself closed it with."""

    subject: Subject
    transport: asyncio.Transport | None
    two_way: bool
    stalled: bool = False
    code: int | None = None


class Streams:
    """All open streams, and the faults that meet them between two pieces."""

    def __init__(self, faults: Faults, record: Record) -> None:
        self._faults, self._record = faults, record
        self._open: dict[Stream, None] = {}  # oldest first

    def abort(self) -> None:
        """Cut every stream at the TCP level."""
        for stream in list(self._open):
            if stream.transport is not None:
                stream.transport.abort()

    def opened(self, subject: Subject, transport: asyncio.Transport | None, *, two_way: bool) -> Stream:
        """Note a new stream."""
        stream = Stream(subject, transport, two_way)
        self._open[stream] = None
        self._record.add("stream_open", account=subject.account, request=subject.request)
        return stream

    def closed(self, stream: Stream, code: int | None) -> None:
        """Note its end. `code` is the WebSocket's close code; None for server-sent events."""
        self._open.pop(stream, None)
        subject = stream.subject
        self._record.add("stream_close", account=subject.account, code=code, request=subject.request)

    def sessions(self, account: str) -> list[str | None]:
        """The session (its digest) of each of the account's open WebSockets, oldest first."""
        return [s.subject.session for s in self._open if s.two_way and s.subject.account == account]

    def subscribed(self, stream: Stream, answer: Answer, after: int) -> None:
        """Note that the stream is to carry this answer."""
        self._record.add("subscribe", account=stream.subject.account, answer=answer.id, after=after)

    def stalls(self, stream: Stream, answer: Answer, sent: int) -> bool:
        """Whether nothing more may be sent on the stream, now that it has so many of the answer's pieces."""
        subject = _about(stream, answer)
        for fault in () if stream.stalled else self._faults.matching(subject):
            if isinstance(fault.act, StreamStall) and sent >= min(fault.act.after, len(answer.plan)):
                stream.stalled = True
                self._faults.hit(fault, subject)
                break
        return stream.stalled

    def close_code(self, stream: Stream, answer: Answer, sent: int) -> int | None:
        """The code to close the stream with, now that it has so many of the answer's pieces; None to go on."""
        subject = _about(stream, answer)
        for fault in self._faults.matching(subject):
            if isinstance(fault.act, StreamClose) and sent >= min(fault.act.after, len(answer.plan)):
                self._faults.hit(fault, subject)
                return fault.act.code
        return None


def _about(stream: Stream, answer: Answer) -> Subject:
    return stream.subject._replace(conversation=answer.conversation, length=len(answer.prompt))


class Socket:
    """One WebSocket: any number of subscriptions, each with a task that sends its pieces."""

    def __init__(self, streams: Streams, chat: Chat, live: Callable[[], str | None]) -> None:
        """`live` names the account of the session that opened the socket, while that session lasts."""
        self._streams, self._chat, self._live = streams, chat, live
        self._socket = web.WebSocketResponse(compress=False, timeout=_CLOSING, max_msg_size=65536)
        self._pumps: dict[str, asyncio.Task[None]] = {}

    async def run(self, request: web.Request, subject: Subject) -> web.WebSocketResponse:
        """Serve the socket until it closes."""
        await self._socket.prepare(request)
        stream = self._streams.opened(subject, request.transport, two_way=True)
        try:
            await self._listen(stream)
        finally:
            for pump in self._pumps.values():
                pump.cancel()
            self._streams.closed(stream, stream.code or self._socket.close_code or _ABNORMAL)
        return self._socket

    async def _listen(self, stream: Stream) -> None:
        if self._live() is None:
            await self._close(stream, NO_SESSION)
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            account = self._live()
            if account is None:
                await self._close(stream, NO_SESSION)
                break
            await self._take(stream, account, message.data)

    async def _take(self, stream: Stream, account: str, text: str) -> None:
        wanted = _subscription(text)
        if wanted is None:
            await self._send({"type": "error", "answer": None, "code": "bad_message"})
            return
        name, after = wanted
        answer = self._chat.answer(account, name)
        if answer is None:
            await self._send({"type": "error", "answer": name, "code": "not_found"})
            return
        if (old := self._pumps.pop(name, None)) is not None:
            old.cancel()
        self._streams.subscribed(stream, answer, after)
        pump = asyncio.get_running_loop().create_task(self._pump(stream, answer, after))
        self._pumps[name] = pump

    async def _pump(self, stream: Stream, answer: Answer, after: int) -> None:
        try:
            async for event in follow(answer, after):
                if self._live() is None:  # whose session has ended gets no more of it
                    await self._close(stream, NO_SESSION)
                    return
                if self._streams.stalls(stream, answer, _sent(event)):
                    return
                await self._send(event.to_json())
                code = self._streams.close_code(stream, answer, event.n) if isinstance(event, Piece) else None
                if code is not None:
                    await self._close(stream, code)
                    return
        except ConnectionError:
            pass  # the listener is gone; the answer goes on without it

    async def _send(self, data: Fields) -> None:
        await self._socket.send_str(compact(data))

    async def _close(self, stream: Stream, code: int) -> None:
        stream.code = code
        if code == _ABNORMAL and stream.transport is not None:
            stream.transport.abort()  # 1006 never stands in a frame: it is what an end without one is called
        else:
            await self._socket.close(code=code)


async def serve_events(
    streams: Streams, request: web.Request, subject: Subject, answer: Answer, after: int
) -> web.StreamResponse:
    """One answer as server-sent events. A stalled stream stays open and silent."""
    reply = web.StreamResponse(headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
    reply.content_type = "text/event-stream"
    reply.charset = "utf-8"
    await reply.prepare(request)
    stream = streams.opened(subject, request.transport, two_way=False)
    streams.subscribed(stream, answer, after)
    try:
        async for event in follow(answer, after):
            if streams.stalls(stream, answer, _sent(event)):
                await asyncio.get_running_loop().create_future()
            data = event.to_json()
            name = f"id: {event.n}\n" if isinstance(event, Piece) else ""
            await reply.write(f"event: {data['type']}\n{name}data: {compact(data)}\n\n".encode())
            if isinstance(event, Piece) and streams.close_code(stream, answer, event.n) is not None:
                if stream.transport is not None:
                    stream.transport.close()
                break
        else:
            await reply.write_eof()
    except ConnectionError:
        pass  # the listener is gone; the answer goes on without it
    finally:
        streams.closed(stream, None)
    return reply


def _sent(event: Piece | End) -> int:
    """How many pieces went out before this event."""
    return event.n - 1 if isinstance(event, Piece) else event.pieces


def _subscription(text: str) -> tuple[str, int] | None:
    try:
        data = json.loads(text)
    except ValueError:
        return None
    if not isinstance(data, dict) or data.get("type") != "subscribe":
        return None
    name, after = data.get("answer"), data.get("after", 0)
    if not isinstance(name, str) or isinstance(after, bool) or not isinstance(after, int) or after < 0:
        return None
    return name, after
