"""The world around one person: the whole stack, one clock over all of it, and the faults that are armed now."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

from harness.browser.engines import Engines
from harness.faults import FAULTS
from harness.faults.base import Target
from harness.history import Event
from harness.model import Fault, Situation
from harness.provision import Tools
from harness.recorder import Recorder
from harness.scenario import GatewaySettings
from harness.stack import ports
from harness.stack.gateway import Gateway
from harness.stack.gateway_config import ADDRESSES, Ports
from harness.stack.process import MARK, PartDied
from harness.stack.service import Account, Service
from harness.stack.toxiproxy import Links

NOBODY = Target("", "", "", "", "")
STEPS = 12
"""In how many steps a long time goes by, so that what polls gets its turns and what has an end ends between them."""


@dataclass
class Armed:
    """A fault that is armed: how to undo it, and when its lifetime is over (seconds on the harness's clock)."""

    fault: Fault
    index: int
    undo: contextlib.AsyncExitStack
    ends: float
    used_up: asyncio.Event | None = None
    watcher: asyncio.Task[None] | None = None


@dataclass
class World:
    """One worker's stack. Use it as an asynchronous context: it comes up as a whole and goes down in reverse order."""

    tools: Tools
    recorder: Recorder
    page: str = ""
    headed: bool = False
    engine: str = "chromium"
    target: Target = NOBODY
    now: float = 0.0
    _armed: list[Armed] = field(default_factory=list)
    _stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _on_advance: list[Callable[[float], Awaitable[None]]] = field(default_factory=list)

    async def __aenter__(self) -> World:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        stack = self._stack
        runner = psutil.Process()
        owner = f"{runner.pid}:{runner.create_time():.2f}"
        self.folder = Path(tempfile.mkdtemp(prefix=f"chatfault-{owner.replace(':', '-')}-"))
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        block = ports.claim()
        stack.callback(block.release)
        self.env = {MARK: f"{owner}:{self.folder}"}
        http = await stack.enter_async_context(aiohttp.ClientSession(trust_env=False))
        link_ports = {name: block.take() for name in ("uplink", *ADDRESSES, "service_link")}
        self.origin = f"http://127.0.0.1:{link_ports['uplink']}"
        self.link_ports = link_ports
        self.links = Links(str(self.tools.need("toxiproxy").path), block.take(), self.folder, self.recorder)
        roads = {road: block.take() for road in ADDRESSES}
        gateway_ports = Ports(block.take(), block.take(), roads, block.take(), link_ports["service_link"])
        envoy = str(self.tools.need("envoy").path)
        self.gateway = Gateway(envoy, gateway_ports, self.folder, self.recorder, http)
        self.service = Service(block.take(), block.take(), self.folder, self.page, self.recorder, http)
        self.engines = Engines(self.tools, self.folder, self.env, self.headed)
        for part in (self.links.process, self.gateway.process, self.service.process):
            stack.push_async_callback(part.stop)
        stack.push_async_callback(self.engines.stop)
        starts = (
            self._start_links(),
            self.gateway.start(self.env),
            self.service.start(self.env, roads),
            self.engines.start(self.engine),
        )
        # None is cancelled when another fails: a driver that is cut off while it starts never ends.
        ended = await asyncio.gather(*starts, return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _start_links(self) -> None:
        await self.links.start(self.env)
        road = self.gateway.ports.roads
        leads = {**road, "office": self.gateway.ports.firewall, "uplink": self.link_ports["wifi"]}
        for name, port in self.link_ports.items():
            await self.links.create(name, port, leads.get(name, self.service.port))

    # -- the person's place in it

    async def place(self, situation: Situation) -> None:
        """Put the person there: their network under the open page, and a VPN's exit or none."""
        self.recorder.note("browser", "moved", network=situation.network, vpn=situation.vpn)
        network, vpn = situation.network, situation.vpn
        direct = self.gateway.ports.firewall if network == "office" else self.gateway.ports.roads[network]
        await self.links.lead(network, self.link_ports[f"vpn_{vpn}"] if vpn else direct)
        await self.links.lead("uplink", self.link_ports[network])

    async def begin(self, situation: Situation, settings: GatewaySettings) -> Account:
        """A new person in a world with these settings; the clock starts at 0."""
        self.now = self.recorder.world = 0.0
        await self.place(situation)
        await self.gateway.set_up(settings.error_pages, settings.timeout)
        account = await self.service.new_person()
        road = situation.address
        self.target = Target(account.name, account.session, account.conversation, ADDRESSES[road], road)
        return account

    # -- faults

    async def arm(self, index: int, fault: Fault, live: bool) -> Event:
        """Arm a fault; from here on it lives by its own lifetime. `live`: it is about the connections open now."""
        undo = contextlib.AsyncExitStack()
        if fault.at in self.link_ports:
            undo.enter_context(self.links.watching(fault.at))
        used_up = None
        if fault.lasts.hits is not None and fault.at in self.link_ports:
            used_up = self.links.used_up(fault.at, fault.lasts.hits, live)
        kind = FAULTS[fault.at][fault.do]
        event = self.recorder.note(
            "fault",
            "armed",
            fault=index,
            at_place=fault.at,
            do=fault.do,
            lasts=str(fault.lasts),
            params=dict(fault.params),
        )
        await undo.enter_async_context(kind.arm(self, fault, f"fault-{index}"))
        ends = float("inf") if fault.lasts.seconds is None else self.now + fault.lasts.seconds
        armed = Armed(fault, index, undo, ends, used_up)
        self._armed.append(armed)
        if used_up:
            armed.watcher = asyncio.create_task(self._lift_when(used_up, armed))
        if fault.instant:
            await self._lift(armed, "it is over at once")
        return event

    async def _lift_when(self, used_up: asyncio.Event, armed: Armed) -> None:
        await used_up.wait()
        armed.watcher = None
        await self._lift(armed, f"it took {armed.fault.lasts}")

    async def _lift(self, armed: Armed, because: str) -> None:
        if armed not in self._armed:
            return
        self._armed.remove(armed)
        if armed.watcher:
            armed.watcher.cancel()
        await armed.undo.aclose()
        self.recorder.note("fault", "lifted", fault=armed.index, because=because)

    async def settle(self) -> None:
        """Return once every fault that has used up its connections is really gone."""
        if not any(armed.used_up for armed in self._armed):
            return
        await self.links.barrier()
        await asyncio.gather(
            *(one.watcher for one in self._armed if one.watcher and one.used_up and one.used_up.is_set())
        )

    async def lift_all(self) -> None:
        """Undo what is still armed, the last first."""
        for armed in reversed(self._armed):
            await self._lift(armed, "the arm is over")

    # -- time

    def on_advance(self, step: Callable[[float], Awaitable[None]]) -> None:
        """Have `step(seconds)` called for each step of the clock: the browsers' clocks go with it."""
        self._on_advance = [step]

    async def advance(self, seconds: float) -> None:
        """Let time go by on every clock of the world at once; what has an end within it ends on the way."""
        end = self.now + seconds
        stride = max(5.0, seconds / STEPS)
        while self.now < end - 1e-9:
            due = min((armed.ends for armed in self._armed), default=float("inf"))
            nearest = min(self.now + stride, end, due if due > self.now else end)
            await self._step(nearest - self.now)
            for armed in [one for one in self._armed if one.ends <= self.now + 1e-9]:
                await self._lift(armed, f"it lasted {armed.fault.lasts}")

    async def _step(self, seconds: float) -> None:
        self.now += seconds
        self.recorder.world = self.now
        await self.service.advance(seconds)
        for step in self._on_advance:
            await step(seconds)

    # -- health

    async def died(self) -> str:
        """Return, with the reason, once a part of the stack has ended although nobody ended it."""
        parts = (self.links.process, self.gateway.process, self.service.process)
        watches = [asyncio.create_task(part.died()) for part in parts]
        try:
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            for watch in watches:
                watch.cancel()

    async def check(self) -> None:
        """Raise `PartDied` when the stack isn't as an arm must find it."""
        for part in (self.links.process, self.gateway.process, self.service.process):
            if not part.running:
                raise PartDied(f"{part.name} is not running", cure=part.tail())
        lost = self.engines.dead()
        if lost:
            raise PartDied(lost)

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the parts, for whoever wants to look at them (or kill them)."""
        parts = (self.links.process, self.gateway.process, self.service.process)
        return {part.name: part.pid for part in parts} | {"runner": os.getpid()}
