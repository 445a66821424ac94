"""The world around one person: where they stand in the stack, one clock over all of it, and the faults armed now."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from harness.browser.audits import Audits
from harness.browser.engines import Engines
from harness.clients import Client
from harness.faults import FAULTS
from harness.faults.hands import BrowserHands, Target
from harness.stack.client_server import ClientServer
from harness.stack.crowd import Crowd
from harness.stack.gateway import Gateway
from harness.stack.gateway_routes import ADDRESSES, API_HOST
from harness.stack.parts import Stack
from harness.stack.recorder import Recorder
from harness.stack.service import Account, Service
from harness.stack.toxiproxy import Links
from harness.tools.provision import Tools
from harness.values.errors import EnvironmentFault
from harness.values.scenario import GatewaySettings
from harness.values.situation import Entrance, Fault, Situation

NOBODY = Target("", "", "", "", "")
STEPS = 6
"""In how many steps a long time goes by, so that what polls gets its turns and what has an end ends between them."""
HOSTS = {Entrance.APP: "app.localhost", Entrance.OTHER: "other.localhost", Entrance.API: API_HOST}
"""By which host name a person comes to an entrance that is not the web page; all lead over their own link."""


LINGER = {"delay": 60_000}
"""Milliseconds for which a connection beyond a shared network stays once its reply has been sent: the one tunnel drops
what waits in it for a connection that has ended, and who has the whole reply ends it first.
"""


@dataclass
class Armed:
    """A fault that is armed: how to undo it, and when its lifetime is over (seconds on the harness's clock).

    `turns` is when one that comes and goes comes or goes next; while it has gone, nothing is to be undone.
    """

    fault: Fault
    index: int
    undo: contextlib.AsyncExitStack
    ends: float
    turns: float = float("inf")
    gone: bool = False
    used_up: asyncio.Event | None = None
    watcher: asyncio.Task[None] | None = None

    @property
    def due(self) -> float:
        return min(self.ends, self.turns)


@dataclass
class World:
    """One worker's world. Use it as an asynchronous context: it comes up as a whole and goes down in reverse order."""

    tools: Tools
    recorder: Recorder
    page: str = ""
    headed: bool = False
    engine: str = "chromium"
    client: Client | None = None
    """The client under test; without one it is the page that the service serves."""
    whole_traces: bool = False
    """Whether the browser's trace of every arm has the network and the page at each act."""
    target: Target = NOBODY
    now: float = 0.0
    audits: Audits = field(default_factory=Audits)
    """What axe found of screens before, by what they are made of."""
    _armed: list[Armed] = field(default_factory=list)
    _coming: list[tuple[float, int, Fault]] = field(default_factory=list)
    """The faults that are to begin later: when, on the harness's clock."""
    _counted: list[tuple[asyncio.Event, asyncio.Task[None]]] = field(default_factory=list)
    """Of each fault that takes so many connections: when they are used up, and the task that lifts it then."""
    _watching: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    """The links on which something was broken, whose connections are written down until the arm is over."""
    _on_advance: list[Callable[[float], Awaitable[None]]] = field(default_factory=list)
    other: Account | None = None
    """The person's account with another provider, once they have used it."""
    _secured: bool = False
    _doubtful: bool = False
    fresh: bool = True
    """Whether the client's server has met nobody before the present person."""
    _met: bool = False
    _network: str = "wifi"
    _shared: str = ""
    """The network whose connections all go through one, so that they share its bandwidth."""
    _lingers: str = ""
    """The toxic by which what lies beyond a shared network ends no connection whose data is still on its way."""

    async def __aenter__(self) -> World:
        self.stack = Stack(self.tools, self.recorder, self.page, self.headed, self.client)
        await self.stack.up(self.engine)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stack.down()

    async def abandon(self) -> None:
        """Take down a world that is no longer whole, or that nobody will put in order."""
        for watcher in (watcher for _, watcher in self._counted):
            watcher.cancel()
        self._armed, self._coming, self._counted = [], [], []
        await self.stack.down(broken=True)

    # -- its parts

    @property
    def links(self) -> Links:
        return self.stack.links

    @property
    def gateway(self) -> Gateway:
        return self.stack.gateway

    @property
    def service(self) -> Service:
        return self.stack.service

    @property
    def crowd(self) -> Crowd:
        return self.stack.crowd

    @property
    def client_server(self) -> ClientServer:
        """The client's own host or server. Raises `EnvironmentFault` for a client that has none."""
        if self.stack.client_server is None:
            raise EnvironmentFault("the client has no server of its own")
        return self.stack.client_server

    def doubt(self) -> None:
        """Somebody left the client waiting, so that its server may still be at what it was asked."""
        self._doubtful = True

    async def _renew(self) -> None:
        """The next person meets a server of the client's that has nothing to do."""
        server = self.stack.client_server
        if server is not None and server.process.started and (self._doubtful or await self.gateway.answering()):
            await server.renew()
            self._met = False
        self.fresh, self._met, self._doubtful = not self._met, True, False

    @property
    def engines(self) -> Engines:
        return self.stack.engines

    async def need_elsewhere(self) -> None:
        await self.stack.need_elsewhere()

    # -- the person's place in it

    async def place(self, situation: Situation) -> None:
        """Put the person there: their network under the open page, and a VPN's exit or none."""
        self.recorder.note("browser", "moved", network=situation.network, vpn=situation.vpn)
        self._network, vpn, ports = situation.network, situation.vpn, self.stack.link_ports
        gateway = self.gateway.ports
        direct = gateway.firewall if self._network == "office" else gateway.roads[self._network]
        beyond = ports[f"vpn_{vpn}"] if vpn else direct
        shared = self._network == self._shared
        if shared:
            await self.links.lead("beyond_link", beyond)
            self._lingers = self._lingers or await self.links.add_toxic(
                "beyond_link", "slow_close", "downstream", LINGER
            )
        await self.links.lead(self._network, gateway.shared_in if shared else beyond)
        await self._lead()

    async def _lead(self) -> None:
        network = self.stack.link_ports[self._network]
        await self.links.lead("device_link", network)
        await self.links.lead("phone_uplink", network)
        await self.links.lead("uplink", self.gateway.ports.security if self._secured else network)

    async def passes(self) -> list[str]:
        """What the person's traffic passes between their device and the gateway, as Toxiproxy says where it leads."""
        leads, ports = await self.links.leads(), self.gateway.ports
        names = {port: name for name, port in self.stack.link_ports.items()}
        onward = {ports.security: ("security", "device_link"), ports.shared_in: ("", "beyond_link")}
        found, link = [], "uplink"
        while link:
            found.append(link)
            name, further = onward.get(leads[link], ("", ""))
            found += [name] if name else []
            link = further or names.get(leads[link], "")
        return found

    async def secure(self, on: bool) -> None:
        """Put security software between the device and its network, or take it away."""
        if on is not self._secured:
            self._secured = on
            self.recorder.note("browser", "moved", security_software=on)
            await self._lead()

    async def other_account(self) -> Account:
        """The person's account with another provider."""
        await self.stack.need_provider()
        self.other = await self.stack.provider.new_person("free")
        return self.other

    def origin(self, situation: Situation) -> str:
        """Where the person's browser finds the chat: the link of their device, by the name of their entrance."""
        link = "phone_uplink" if situation.device else "uplink"
        host = HOSTS.get(Entrance(situation.entrance), "127.0.0.1")
        return f"http://{host}:{self.stack.link_ports[link]}"

    def elsewhere(self, situation: Situation) -> str:
        """Where the person's browser finds what is elsewhere on the network."""
        return self.origin(situation).replace(
            HOSTS.get(Entrance(situation.entrance), "127.0.0.1"), "elsewhere.localhost"
        )

    async def begin(self, situation: Situation, settings: GatewaySettings, shared: str = "") -> Account:
        """A new person in a world with these settings; the clock starts at 0. `shared`: see `_shared`."""
        self._shared = shared
        self.now, self.recorder.world, self.other = 0.0, 0.0, None
        await self.place(situation)
        await self.secure(bool(situation.security))
        paired = settings.instances > 1
        if paired:
            await self.stack.need_instances()
        await self.links.lead("service_link", self.stack.instances[0].port if paired else self.service.port)
        await self.gateway.set_up(settings)
        await self._renew()
        server = self.stack.client_server
        if server is not None:
            server.logged()  # what it said before is none of this person's
        account = await self.service.new_person(situation.plan, server.key if server else "")
        if self.client and self.client.pace:
            await self.service.slow_down(account.name, self.client.pace)
        road = situation.address
        self.target = Target(account.name, account.session, account.conversation, ADDRESSES[road], road)
        return account

    # -- faults

    @property
    def browser(self) -> BrowserHands:
        """The browser of the person who sits in it."""
        assert self._browser is not None
        return self._browser

    _browser: BrowserHands | None = None

    def sits(self, browser: BrowserHands) -> None:
        self._browser = browser

    @property
    def broken(self) -> bool:
        """Whether any fault is armed at this moment."""
        return bool(self._armed)

    async def arm(self, index: int, fault: Fault, live: bool) -> None:
        """Arm a fault, now or once it begins; from then on it lives by its own lifetime.

        `live`: it is about the connections open now.
        """
        if fault.begins:
            self._coming.append((self.now + fault.begins, index, fault))
        else:
            await self._arm(index, fault, live)

    async def _begin_what_is_due(self) -> None:
        due = [one for one in self._coming if one[0] <= self.now + 1e-9]
        self._coming = [one for one in self._coming if one not in due]
        for _, index, fault in due:
            await self._arm(index, fault, live=False)

    async def _arm(self, index: int, fault: Fault, live: bool) -> None:
        undo = contextlib.AsyncExitStack()
        linked = fault.at in self.stack.link_ports
        if linked:
            self._watching.enter_context(self.links.watching(fault.at))
        used_up = None
        if fault.lasts.hits is not None and linked:
            used_up = self.links.used_up(fault.at, fault.lasts.hits, live)
        about = {"at_place": fault.at, "do": fault.do, "lasts": fault.how_long, "params": dict(fault.params)}
        self.recorder.note("fault", "armed", None, fault=index, **about)
        await undo.enter_async_context(FAULTS[fault.at][fault.do].arm(self, fault, f"fault-{index}"))
        ends = float("inf") if fault.lasts.seconds is None else self.now + fault.lasts.seconds
        armed = Armed(fault, index, undo, ends, used_up=used_up)
        if fault.comes_and_goes:
            armed.turns = self.now + fault.comes_and_goes[0]
        self._armed.append(armed)
        if used_up:
            armed.watcher = asyncio.create_task(self._lift_when(used_up, armed))
            self._counted.append((used_up, armed.watcher))
        if fault.instant:
            await self._lift(armed, "it is over at once")

    async def _lift_when(self, used_up: asyncio.Event, armed: Armed) -> None:
        await used_up.wait()
        await self._lift(armed, f"it took {armed.fault.lasts}")

    async def _lift(self, armed: Armed, because: str) -> None:
        if armed not in self._armed:
            return
        self._armed.remove(armed)
        if armed.watcher and armed.watcher is not asyncio.current_task():
            armed.watcher.cancel()
        await armed.undo.aclose()
        self.recorder.note("fault", "lifted", fault=armed.index, because=because)

    async def _turn(self, armed: Armed) -> None:
        """One that comes and goes: it goes when it was there, and comes when it had gone."""
        assert armed.fault.comes_and_goes
        held, paused = armed.fault.comes_and_goes
        armed.gone = not armed.gone
        armed.turns += paused if armed.gone else held
        await armed.undo.aclose()
        if not armed.gone:
            kind = FAULTS[armed.fault.at][armed.fault.do]
            await armed.undo.enter_async_context(kind.arm(self, armed.fault, f"fault-{armed.index}"))
        self.recorder.note("fault", "gone" if armed.gone else "back", fault=armed.index)

    async def settle(self) -> None:
        """Return once every fault that has used up its connections is really gone."""
        if not self._counted:
            return
        await self.links.barrier()
        await asyncio.gather(*(watcher for used_up, watcher in self._counted if used_up.is_set()))

    async def lift_all(self) -> None:
        """Undo what is still armed, the last first; nobody else does anything any more, and nothing begins."""
        self._coming = []
        for armed in reversed(self._armed):
            await self._lift(armed, "the arm is over")
        for used_up, watcher in self._counted:
            if not used_up.is_set():
                watcher.cancel()  # one that lifts its fault already is to come to its end
        await asyncio.gather(*(watcher for _, watcher in self._counted), return_exceptions=True)
        self._counted = []
        self._watching.close()
        await self.crowd.go()
        if self._lingers:
            await self.links.drop_toxic("beyond_link", self._lingers)
            self._lingers = ""
        await self.secure(False)

    # -- time

    def on_advance(self, step: Callable[[float], Awaitable[None]]) -> None:
        """Have `step(seconds)` called for each step of the clock: the browsers' clocks go with it."""
        self._on_advance = [step]

    async def let_pass(self, seconds: float) -> None:
        await self.advance(seconds)

    async def advance(self, seconds: float) -> None:
        """Let time go by on every clock of the world at once; what has an end within it ends on the way."""
        end = self.now + seconds
        stride = max(5.0, seconds / STEPS)
        while self.now < end - 1e-9:
            due = min([*(armed.due for armed in self._armed), *(at for at, _, _ in self._coming)], default=float("inf"))
            nearest = min(self.now + stride, end, due if due > self.now else end)
            await self._step(nearest - self.now)
            for armed in [one for one in self._armed if one.ends <= self.now + 1e-9]:
                await self._lift(armed, f"it lasted {armed.fault.lasts}")
            for armed in [one for one in self._armed if one.turns <= self.now + 1e-9]:
                await self._turn(armed)
            await self._begin_what_is_due()

    async def _step(self, seconds: float) -> None:
        self.now += seconds
        self.recorder.world = self.now
        await self.service.advance(seconds)
        for step in self._on_advance:
            await step(seconds)

    async def probe(self) -> dict[str, Any]:
        """Ask what the client under test would ask, by its way: whether the page comes, and an answer comes whole."""
        port = (
            self.gateway.ports.client_api if self.client and self.client.has_server else self.stack.link_ports["uplink"]
        )
        key = self.stack.client_server.key if self.stack.client_server else ""
        return await self.service.probe(
            f"http://127.0.0.1:{port}", f"http://127.0.0.1:{self.stack.link_ports['uplink']}/", key
        )

    # -- health

    async def died(self) -> str:
        """Return, with the reason, once a part of the stack has ended although nobody ended it."""
        return await self.stack.died()

    def failed(self) -> str:
        """Which part is gone or stands still at this moment, in a sentence's words; empty when all is well."""
        return self.stack.failed()

    async def check(self) -> None:
        """Raise `PartDied` when the stack isn't as an arm must find it."""
        await self.stack.check()
