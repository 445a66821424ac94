"""One worker's stack: every real part with its ports, brought up as a whole and taken down in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Awaitable
from pathlib import Path

import aiohttp
import psutil

from harness.browser.engines import Engines
from harness.stack import ports
from harness.stack.crowd import Crowd
from harness.stack.gateway import Gateway
from harness.stack.gateway_config import Ports
from harness.stack.gateway_routes import ADDRESSES
from harness.stack.hosts import Host
from harness.stack.process import MARK, PartDied, Process, batch
from harness.stack.recorder import Recorder
from harness.stack.service import Service
from harness.stack.toxiproxy import Links
from harness.tools.provision import Tools

NEAR = ("uplink", "phone_uplink", "proxy", "device_link", "shared_link", "beyond_link")
FAR = ("service_link", "standby_link", "provider_link")


class Stack:
    """The parts. Use `up` and `down`; what only some arms need starts when it is asked for."""

    def __init__(self, tools: Tools, recorder: Recorder, page: str, headed: bool) -> None:
        self._undo = contextlib.AsyncExitStack()
        runner = psutil.Process()
        owner = f"{runner.pid}:{runner.create_time():.2f}"
        self.folder = Path(tempfile.mkdtemp(prefix=f"chatfault-{owner.replace(':', '-')}-"))
        self._undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.env = {MARK: f"{owner}:{self.folder}"}
        self._tools, self._recorder, self._page, self._headed = tools, recorder, page, headed

    def _make(self, http: aiohttp.ClientSession) -> None:
        """Every part, not yet started, on ports of a block of its own."""
        block = ports.claim()
        self._undo.callback(block.release)
        folder, recorder = self.folder, self._recorder
        self.link_ports = {name: block.take() for name in (*NEAR, *ADDRESSES, *FAR)}
        self.links = Links(str(self._tools.need("toxiproxy").path), block.take(), folder, recorder)
        self.service = Service(block.take(), block.take(), folder, self._page, recorder, http)
        self.provider = Service(block.take(), block.take(), folder, "", recorder, http, "provider")
        self.elsewhere = Host("elsewhere", "elsewhere", block.take(), folder)
        self.instances = tuple(Host(f"instance_{name}", "instance", block.take(), folder) for name in "ab")
        taken = {name: block.take() for name in ("admin", "mark", "monitor", "firewall", "app", "provider")}
        taken |= {name: block.take() for name in ("proxy", "security", "shared_in", "shared_out", "nowhere")}
        leading = (*FAR, "device_link", "uplink", "shared_link", "beyond_link")
        leads = {name: self.link_ports[name] for name in leading}
        roads = {road: block.take() for road in ADDRESSES}
        gateway_ports = Ports(**taken, **leads, roads=roads, elsewhere=self.elsewhere.port)
        envoy = str(self._tools.need("envoy").path)
        self.gateway = Gateway(envoy, gateway_ports, folder, recorder, http)
        self.crowd = Crowd(self.service, roads, self.link_ports)
        self.engines = Engines(self._tools, folder, self.env, self._headed)

    @property
    def processes(self) -> tuple[Process, ...]:
        hosts = (self.elsewhere, *self.instances)
        always = (self.links.process, self.gateway.process, self.service.process)
        return (*always, self.provider.process, *(host.process for host in hosts))

    async def up(self, engine: str) -> None:
        """Start what every arm needs, and a browser of that engine. What has started is taken down when it fails."""
        try:
            self._undo.enter_context(batch())
            connector = aiohttp.TCPConnector(limit=0)
            self._make(await self._undo.enter_async_context(aiohttp.ClientSession(connector=connector)))
            for part in self.processes:
                self._undo.push_async_callback(part.stop)
            self._undo.push_async_callback(self.engines.stop)
            self._undo.push_async_callback(self.crowd.go)
            await _all(
                self._start_links(),
                self.gateway.start(self.env),
                self.service.start(self.env),
                self.engines.start(engine),
            )
        except BaseException:
            await self.down()
            raise

    async def down(self) -> None:
        await self._undo.aclose()

    async def _start_links(self) -> None:
        await self.links.start(self.env)
        gateway, wifi = self.gateway.ports, self.link_ports["wifi"]
        leads = {**gateway.roads, "office": gateway.firewall, "proxy": gateway.proxy}
        leads |= {"shared_link": gateway.shared_out, "beyond_link": gateway.roads["wifi"]}
        leads |= dict.fromkeys(("uplink", "phone_uplink", "device_link"), wifi)
        leads |= {"service_link": self.service.port, "provider_link": self.provider.port}
        leads["standby_link"] = self.instances[1].port
        for name, port in self.link_ports.items():
            await self.links.create(name, port, leads[name])

    async def need_elsewhere(self) -> None:
        """What is elsewhere on the network: another site, and a status page that looks at the service."""
        probe = ("--probe", f"http://127.0.0.1:{self.gateway.ports.monitor}", "--monitor", "monitor")
        env = {**self.env, "FAKE_UPSTREAM_MONITOR": self.service.monitor_password}
        await self.elsewhere.start(env, probe)

    async def need_provider(self) -> None:
        """Another provider's service."""
        if not self.provider.process.running:
            await self.provider.start(self.env)

    async def need_instances(self) -> None:
        """Two instances of the service in front of what they share."""
        store = ("--store", f"http://127.0.0.1:{self.service.port}")
        await _all(*(host.start(self.env, store) for host in self.instances))

    async def died(self) -> str:
        """Return, with the reason, once a part has ended although nobody ended it."""
        watches = [asyncio.create_task(part.died()) for part in self.processes]
        try:
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            for watch in watches:
                watch.cancel()

    async def check(self) -> None:
        """Raise `PartDied` when the stack isn't as an arm must find it."""
        for part in self.processes:
            if part.started and not part.running:
                raise PartDied(f"{part.name} is not running", cure=part.tail())
        lost = self.engines.dead()
        if lost:
            raise PartDied(lost)


async def _all(*starts: Awaitable[None]) -> None:
    """Start all at once. None is cancelled when another fails: a driver cut off while it starts never ends."""
    for error in await asyncio.gather(*starts, return_exceptions=True):
        if error is not None:
            raise error
