"""The API's requests, each from its first byte to its end: what was asked, what went out, and how it was over."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from .journal import Fields
from .record import Record

# How a request can be over: answered, gone before it was, broken by a fault (or a reset), or refused by the service.
DONE, ABORTED, CUT, REFUSED = "done", "aborted", "cut", "refused"
_KEPT = 10_000
_LONGEST = 100_000


@dataclass(eq=False, slots=True)
class Exchange:
    """One request of the API's. `retries`: how many times its client says that it has asked before; `messages`: what
    it sent, {role, text} each; `settings`: what else of it shapes the answer, by the API's names; `fault`: which one
    met it; `how` is None while it lasts."""

    request: str
    account: str | None
    endpoint: str
    transport: asyncio.Transport | None
    retries: int | None = None
    model: str | None = None
    stream: bool = False
    settings: Fields = field(default_factory=dict)
    messages: list[Fields] = field(default_factory=list)
    answer: str | None = None
    pieces: int = 0
    status: int | None = None
    fault: str | None = None
    how: str | None = None
    began: float = field(default_factory=time.time)
    ended: float | None = None

    def asked(self) -> Fields:
        """What the record says when it begins."""
        return {
            "request": self.request, "class": "api", "account": self.account, "endpoint": self.endpoint,
            "model": self.model, "stream": self.stream, "retries": self.retries,
            "settings": self.settings,
        }  # fmt: skip

    def went(self) -> Fields:
        """What the record says when it is over: by then it is known what was sent."""
        return {
            "request": self.request, "class": "api", "account": self.account, "messages": self.messages,
            "answer": self.answer, "pieces": self.pieces, "status": self.status, "how": self.how, "fault": self.fault,
        }  # fmt: skip

    def to_json(self) -> Fields:
        """All of it, as the control listener shows it."""
        return {**self.asked(), **self.went(), "began": self.began, "ended": self.ended}


class Exchanges:
    """Those under way, and the newest of all."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._open: dict[Exchange, None] = {}
        self._all: deque[Exchange] = deque(maxlen=_KEPT)

    def began(self, exchange: Exchange) -> None:
        """Note a request whose body is there."""
        self._open[exchange] = None
        self._all.append(exchange)
        self._record.note("api_request", exchange.asked())

    def ended(self, exchange: Exchange, how: str) -> None:
        """Note its end; the first word on it stands."""
        exchange.how = exchange.how or how
        exchange.ended = time.time()
        self._open.pop(exchange, None)
        self._record.note("api_ended", exchange.went())

    def all(self, account: str | None) -> list[Exchange]:
        """The account's, or everybody's, oldest first."""
        return [one for one in self._all if account is None or one.account == account]

    def abort(self) -> None:
        """Cut all that are under way at the TCP level, and forget the others."""
        for exchange in list(self._open):
            exchange.how = CUT
            if exchange.transport is not None:
                exchange.transport.abort()
        self._all.clear()


def told(role: object, text: str) -> Fields:
    """A message as the record keeps it."""
    return {"role": role if isinstance(role, str) else None, "text": text[:_LONGEST]}
