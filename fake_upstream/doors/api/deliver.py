"""An answer on its way to a client of the API's, whole or as a stream, and the faults that meet a stream between two
pieces."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from aiohttp import web

from ...chat.conversation import FAILED, UNEXPLAINED, Answer
from ...chat.exchanges import CUT
from ...faults.armed import FailGeneration, Fault, LoseReply, Truncate
from ...faults.streaming import (
    StreamClose,
    StreamEnd,
    StreamError,
    StreamHalf,
    StreamMalformed,
    StreamSilence,
    StreamStall,
)
from ...http.wire import json_reply
from .call import Call
from .errors import error
from .sse import EventStream

_NOT_MADE = "the answer could not be generated"
_BETWEEN = (StreamStall, StreamError, StreamEnd, StreamHalf, StreamMalformed, Truncate)


class Telling(Protocol):
    """How one way of asking tells an answer. Events are ready to be written."""

    def opening(self) -> Sequence[bytes]:
        """The events before the first piece."""

    def piece(self, text: str) -> bytes:
        """The event of one more piece."""

    def closing(self) -> Sequence[bytes]:
        """The events after the last piece."""

    def failure(self, message: str, code: str | None) -> bytes:
        """The event that tells of an error."""

    def whole(self) -> dict[str, object]:
        """The reply to who wants no stream."""


async def whole(call: Call, answer: Answer, telling: Telling) -> web.Response:
    """The reply with the whole answer."""
    if call.troubled or not call.service.chat.make_at_once(answer):
        async for _ in call.service.chat.making(answer, _of_generation(call)):
            pass
    call.exchange.pieces = answer.made
    if answer.state == FAILED:
        _note_failure(call, answer)
        return error(500, _NOT_MADE, answer.code or UNEXPLAINED)
    return json_reply(telling.whole())


async def streamed(call: Call, request: web.Request, answer: Answer, telling: Telling) -> web.StreamResponse:
    """The reply that brings each piece as it is made. ConnectionError when the client is gone."""
    out = EventStream(request, call.headers)
    call.exchange.status = 200
    try:
        if not call.troubled and call.service.chat.make_at_once(answer):
            out.send_all((*telling.opening(), *map(telling.piece, answer.plan), *telling.closing()))
            call.exchange.pieces = answer.made
        else:
            await _Delivery(call, out, telling, answer).run()
    except Exception:
        out.cut()  # what is half told can't become an error's reply
        raise
    return out


class _Delivery:
    """One stream, from the first event to its end or to the fault that ends it."""

    def __init__(self, call: Call, out: EventStream, telling: Telling, answer: Answer) -> None:
        self._call, self._out, self._telling, self._answer = call, out, telling, answer
        self._spoilt: set[Fault] = set()

    async def run(self) -> None:
        call, out, telling, answer = self._call, self._out, self._telling, self._answer
        if call.troubled and (await self._lost() or await self._silent()):
            return
        for event in telling.opening():
            out.send(event)
        async for text in call.service.chat.making(answer, _of_generation(call)):
            event = telling.piece(text)
            if call.troubled and (event := await self._between(answer.made - 1, event)) == b"":
                return
            out.send(event)
            call.exchange.pieces = answer.made
            if call.troubled and self._closed(answer.made):
                return
        await self._finish()

    async def _finish(self) -> None:
        call, out = self._call, self._out
        if self._answer.state == FAILED:
            _note_failure(call, self._answer)
            out.send(self._telling.failure(_NOT_MADE, self._answer.code or UNEXPLAINED), last=True)
            return
        first, *others = self._telling.closing()
        if call.troubled and (first := await self._between(self._answer.made, first)) == b"":
            return
        for event in (first, *others[:-1]):
            out.send(event)
        if others:
            out.send(others[-1], last=True)
        else:
            out.end()

    async def _lost(self) -> bool:
        """Make the answer and send nothing of it, if a fault says so; whether the stream is over with that."""
        for fault in self._call.faults(LoseReply):
            async for _ in self._call.service.chat.making(self._answer, _of_generation(self._call)):
                pass
            self._call.met(fault)
            self._call.exchange.status = None
            self._out.cut()
            return True
        return False

    async def _silent(self) -> bool:
        """Keep still before the first event, if a fault says so; whether the stream is over with that."""
        for fault in self._call.faults(StreamSilence):
            self._call.met(fault, cut=False)
            self._out.begin()
            seconds = getattr(fault.act, "seconds", None)
            if seconds is None:
                return await self._held(fault)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await fault.over.wait()
        return False

    async def _held(self, fault: Fault) -> bool:
        """Send nothing until the fault is lifted, and then end."""
        self._call.exchange.fault = fault.id
        await fault.over.wait()
        self._call.exchange.how = CUT
        self._out.cut()
        return True

    async def _between(self, sent: int, event: bytes) -> bytes:
        """What to send in the place of the next event, now that so many pieces are out; b"" when the stream is over."""
        for fault in self._call.faults(*_BETWEEN):
            if fault in self._spoilt or not self._is_time(fault, sent):
                continue
            if isinstance(fault.act, StreamStall):
                self._call.met(fault, cut=False)
                await self._held(fault)
                return b""
            self._call.met(fault, cut=not isinstance(fault.act, StreamMalformed))
            match fault.act:
                case StreamMalformed():
                    self._spoilt.add(fault)
                    return _malformed(event)
                case StreamError(message=message, code=code):
                    self._out.send(self._telling.failure(message, code), last=True)
                case StreamHalf():
                    self._out.send(event[: len(event) // 2], last=True)
                case StreamEnd():
                    self._out.end()
                case _:
                    self._out.begin()  # the head has to be out before anything can be cut
                    self._out.cut()
            return b""
        return event

    def _closed(self, sent: int) -> bool:
        for fault in self._call.faults(StreamClose):
            if self._is_time(fault, sent):
                self._call.met(fault)
                self._out.cut()
                return True
        return False

    def _is_time(self, fault: Fault, sent: int) -> bool:
        pieces = len(self._answer.plan)
        after = pieces // 2 if isinstance(fault.act, Truncate) else getattr(fault.act, "after", 0)
        return sent >= min(after, pieces)


def _malformed(event: bytes) -> bytes:
    """The event with its JSON broken off, and its end as it should be."""
    return event[: event.rindex(b"}") - 1].rstrip(b"}]\n") + b"\n\n"


def _of_generation(call: Call) -> tuple[Fault, ...]:
    return tuple(fault for fault in call.own if isinstance(fault.act, FailGeneration)) if call.own else ()


def _note_failure(call: Call, answer: Answer) -> None:
    call.exchange.how, call.exchange.fault = CUT, answer.failed_by
