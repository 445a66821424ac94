"""Where a person stands, what a fault holds on to and for how long, and what may become of a remedy. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a remedy, measured against its control (design: credit)."""

    RECOVERS = "recovers"
    RECOVERS_ANYWAY = "recovers_anyway"
    DOES_NOT_RECOVER = "does_not_recover"


class Moment(StrEnum):
    OPEN = "open"
    SEND = "send"
    MID_ANSWER = "mid_answer"
    DOWNLOAD = "download"


class Entrance(StrEnum):
    """The door by which a person comes to a service: its web page, its mobile app, its API, or another provider's."""

    WEB = "web"
    APP = "app"
    API = "api"
    OTHER = "other"


NETWORKS = ("wifi", "mobile", "office")
VPN_EXITS = ("a", "b")
NEAR_LINKS = ("uplink", "phone_uplink", "proxy", *NETWORKS, "vpn_a", "vpn_b")
"""The links on the person's side of the gateway."""
LINKS = (*NEAR_LINKS, "client_link", "service_link", "provider_link")
CLIENT_PLACES = ("edge", "client_link", "client_server")
"""What stands before the gateway where the client has a host or a server of its own."""
PLACES = ("browser", "device", *LINKS, "edge", "client_server", "gateway", "service", "account")


@dataclass(frozen=True)
class Situation:
    """Where a person stands: everything that a remedy can change and a fault can be limited to.

    Numbers are generations: a new session is another number, and what held on to the old one no longer does.
    """

    network: str = "wifi"
    vpn: str = ""
    proxy: str = ""
    entrance: str = Entrance.WEB
    engine: str = "chromium"
    release: str = ""
    device: int = 0
    prompt: str = ""
    plan: str = "free"
    installed: int = 0
    security: str = ""
    lease: int = 0
    site_data: int = 0
    extensions: int = 0
    session: int = 0
    account: int = 0
    password: int = 0
    standing: int = 0
    conversation: int = 0
    connection: int = 0
    exception: int = 0
    background: int = 0
    others: int = 0
    file: int = 0
    tool: int = 0
    client: str = ""
    """Where the client runs, if not at the service: `server`, or `page` (only its page has a host of its own)."""

    @property
    def route(self) -> tuple[str, ...]:
        """The places that this person's traffic passes, from the browser to the service."""
        return (*self._near, self.network, *((f"vpn_{self.vpn}",) if self.vpn else ()), *self._far)

    @property
    def _near(self) -> tuple[str, ...]:
        browser = () if self.entrance == Entrance.API else ("browser",)
        if self.device:
            return (*browser, "phone_uplink")
        return (*browser, "device", *(("proxy",) if self.proxy else ()), "uplink")

    @property
    def _far(self) -> tuple[str, ...]:
        if self.entrance == Entrance.OTHER:
            return ("provider_link",)
        return (*self._own, "gateway", "service_link", "service", "account")

    @property
    def _own(self) -> tuple[str, ...]:
        """What stands before the gateway for whoever comes by the client's own address."""
        if not self.client or self.entrance != Entrance.WEB:
            return ()
        return CLIENT_PLACES if self.client == "server" else CLIENT_PLACES[1:]

    @property
    def address(self) -> str:
        """Whence the service sees this person come: from the VPN's exit, else from the network by its present lease."""
        if self.vpn:
            return f"vpn_{self.vpn}"
        return f"{self.network}#{self.lease}" if self.lease else self.network


SCOPES = (*(one.name for one in fields(Situation)), "address")
"""Everything about a person that a fault can be limited to."""


@dataclass(frozen=True)
class Lifetime:
    """How long a fault holds: `seconds` on the harness's clock, or `hits` connections or requests, or without end."""

    seconds: float | None = None
    hits: int | None = None
    unit: str = ""

    @property
    def endless(self) -> bool:
        return self.seconds is None and self.hits is None

    def __str__(self) -> str:
        if self.seconds is not None:
            return duration_text(self.seconds)
        if self.hits is not None:
            return f"{self.hits} {self.unit}{'s' if self.hits > 1 else ''}"
        return "for good"


def duration_text(seconds: float) -> str:
    """45 → `45s`, 90 → `90s`, 900 → `15m`, 0.3 → `300ms`."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    for size, unit in ((3600, "h"), (60, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{round(seconds / size)}{unit}"
    return f"{seconds:g}s"


@dataclass(frozen=True)
class Fault:
    """One fault, as the scenario's author wrote it.

    `silence` is how many seconds on the harness's clock pass before the person can see anything of it; it comes from
    the kind of fault, the place and the client. `kept`: the service gets the message and only its reply is lost.
    `reads`: it acts on what it can read of the traffic, so that a VPN's tunnel hides the traffic from it.
    `spoils`: what it broke stays broken for as long as this part of the situation is the same, whenever the fault ends.
    `told_to_wait`: seconds for which a client that does as it is told sends nothing more from the page that met it.
    `taken_over`: another instance does what this one can't, so that only what is open now is cut.
    `holds_back`: what it stops is not lost, and comes as soon as it is over.
    `outlasted`: somebody (`outlasted_by`) tries so many times more that it is used up before anybody sees it.
    `begins`: seconds on the harness's clock after the moment, at which it begins; `lasts` counts from then on.
    `comes_and_goes`: seconds for which it holds and for which it pauses, over and over, within its lifetime.
    """

    at: str
    do: str
    lasts: Lifetime = Lifetime()
    only: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    instant: bool = False
    harmless: bool = False
    kept: bool = False
    reads: bool = False
    spoils: str = ""
    taken_over: bool = False
    holds_back: bool = False
    comes_and_goes: tuple[float, float] | None = None
    outlasted: int = 0
    outlasted_by: str = "the client"
    begins: float = 0.0
    silence: float = 0.0
    told_to_wait: float = 0.0
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)

    @property
    def how_long(self) -> str:
        """What is said of its end where it is told as armed: `lasts …`."""
        if self.instant:
            return "a moment"
        return "until another instance takes over" if self.taken_over else str(self.lasts)

    def __str__(self) -> str:
        return f"{self.do} at {self.at}"
