"""What can break only once a reply streams: the acts that meet a stream between two pieces of an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..http.wire import ApiError, Body


@dataclass(frozen=True, slots=True)
class StreamClose:
    """Close the stream with this code once `after` pieces are out; server-sent events have no code, and are cut."""

    code: int
    after: int = 1


@dataclass(frozen=True, slots=True)
class StreamStall:
    """Send nothing more on the stream once `after` pieces are out, for as long as it lives. One of the API's is cut
    when the fault is lifted."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class StreamSilence:
    """Send the reply's head and nothing before the first token: for so many seconds, or until it is lifted."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class StreamError:
    """Send an event that tells of an error once `after` pieces are out, and end there."""

    message: str
    code: str | None
    after: int


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """End as a whole reply does once `after` pieces are out, without the events that say that the answer is over."""

    after: int


@dataclass(frozen=True, slots=True)
class StreamHalf:
    """Send half of the event that follows `after` pieces, and end as a whole reply does."""

    after: int


@dataclass(frozen=True, slots=True)
class StreamMalformed:
    """Send an event that is no JSON in the place of the one that follows `after` pieces, and go on."""

    after: int


StreamAct = StreamClose | StreamStall
SseAct = StreamSilence | StreamError | StreamEnd | StreamHalf | StreamMalformed


def _after(body: Body) -> int:
    after = body.optional_int("after", 0, 1000)
    return 1 if after is None else after


def _close(body: Body) -> StreamClose:
    code = body.optional_int("code", 1000, 4999)
    if code is None:
        raise ApiError(400, message="code is missing")
    return StreamClose(code, _after(body))


def _stall(body: Body) -> StreamStall:
    return StreamStall(body.optional_int("after", 0, 1000) or 0)


def _silence(body: Body) -> StreamSilence:
    return StreamSilence(body.optional_seconds("seconds"))


def _error(body: Body) -> StreamError:
    message = body.optional_string("message") or "The server had an error while processing your request"
    return StreamError(message, body.optional_string("code"), _after(body))


Builds = dict[str, tuple[Callable[[Body], StreamAct | SseAct], tuple[str, ...]]]
STREAM_ACTS: Builds = {"stream_close": (_close, ("code", "after")), "stream_stall": (_stall, ("after",))}
SSE_ACTS: Builds = {
    "stream_silence": (_silence, ("seconds",)),
    "stream_error": (_error, ("message", "code", "after")),
    "stream_end": (lambda body: StreamEnd(_after(body)), ("after",)),
    "stream_half": (lambda body: StreamHalf(_after(body)), ("after",)),
    "stream_malformed": (lambda body: StreamMalformed(_after(body)), ("after",)),
}
