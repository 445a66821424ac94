"""One request of the API's on its way through the door: who asks, what is noted of it, and the faults of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ...chat.exchanges import CUT, Exchange
from ...faults.armed import Fault, Subject
from ...http.wire import Body
from ...service import Service


@dataclass(eq=False, slots=True)
class Call:
    """`own`: faults that the request itself asks for; `headers`: what every reply to it carries."""

    service: Service
    subject: Subject
    exchange: Exchange
    body: Body
    headers: dict[str, str]
    own: tuple[Fault, ...] = ()

    @property
    def troubled(self) -> bool:
        """Whether any fault might meet it."""
        return bool(self.own) or self.service.faults.some

    def faults(self, *acts: type[Any]) -> Iterator[Fault]:
        """Those that mean it, with an act of one of these kinds."""
        for fault in (*self.own, *self.service.faults.matching(self.subject)):
            if isinstance(fault.act, acts):
                yield fault

    def met(self, fault: Fault, *, cut: bool = True) -> None:
        """Note that the fault meets it; `cut`: and that it is over with that."""
        self.service.faults.hit(fault, self.subject)
        self.exchange.fault = fault.id
        if cut:
            self.exchange.how = CUT


CALL = web.RequestKey("call", Call)
