"""One worker's stack: every real part with its ports, brought up as a whole and taken down in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import Coroutine, Mapping
from typing import Any

import aiohttp
import psutil
from playwright.async_api import Error as BrowserError

from harness.browser.engines import Engines
from harness.clients import Client
from harness.stack import ports, sweep
from harness.stack.client_server import ClientServer
from harness.stack.crowd import Crowd
from harness.stack.gateway import Gateway
from harness.stack.gateway_config import Ports
from harness.stack.gateway_routes import ADDRESSES
from harness.stack.hosts import Host
from harness.stack.process import MARK, PartDied, Process, batch, own_folder, stopped
from harness.stack.recorder import Recorder
from harness.stack.service import Service
from harness.stack.toxiproxy import Links
from harness.tools.machine import broken
from harness.tools.provision import Tools
from harness.values.errors import BrokenMachine, EnvironmentFault

NEAR = ("uplink", "phone_uplink", "proxy", "device_link", "shared_link", "beyond_link")
STARTING = 60.0
"""Real seconds within which a stack has come up, whatever hangs; each part has a shorter time of its own."""
GOING_DOWN = 15.0
"""Real seconds within which it has gone down by itself."""
OUT_OF_TIME = 3.0
"""Real seconds that the run itself may stand still: beyond that, what it measures means nothing."""
LOOKING = 2.0
"""Real seconds between two looks at whether its processes go on."""
FAR = ("client_link", "service_link", "standby_link", "provider_link")


class Stack:
    """The parts. Use `up` and `down`; what only some arms need starts when it is asked for."""

    def __init__(self, tools: Tools, recorder: Recorder, page: str, headed: bool, client: Client | None = None) -> None:
        self._undo = contextlib.AsyncExitStack()
        self.folder, self.env = own_folder()
        self._tools, self._recorder, self._page, self._headed = tools, recorder, page, headed
        self._client = client

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
        taken["client_api"] = (self._client and self._client.server.api_port) or block.take()
        taken |= {name: block.take() for name in ("proxy", "security", "shared_in", "shared_out", "nowhere")}
        leading = (*FAR, "device_link", "uplink", "shared_link", "beyond_link")
        leads = {name: self.link_ports[name] for name in leading}
        roads = {road: block.take() for road in ADDRESSES}
        gateway_ports = Ports(**taken, **leads, roads=roads, elsewhere=self.elsewhere.port)
        envoy = str(self._tools.need("envoy").path)
        where = self._client.stands if self._client else ""
        self.gateway = Gateway(envoy, gateway_ports, folder, recorder, http, where)
        self.client_server = self._client_server(block.take(), gateway_ports.client_api, http)
        self.crowd = Crowd(self.service, roads, self.link_ports)
        self.engines = Engines(self._tools, folder, self.env, self._headed)

    def _client_server(self, port: int, api_port: int, http: aiohttp.ClientSession) -> ClientServer | None:
        """The client's own host or server, if it has one. A static page calls the API where it comes from."""
        if self._client is None or not self._client.has_host:
            return None
        api = f"http://127.0.0.1:{api_port}/v1" if self._client.has_server else "/v1"
        return ClientServer(self._client, port, api, self.folder, http)

    @property
    def processes(self) -> tuple[Process, ...]:
        """The parts that are processes; none before there are any."""
        if not hasattr(self, "crowd"):
            return ()
        hosts = (self.elsewhere, *self.instances)
        always = (self.links.process, self.gateway.process, self.service.process)
        client = (self.client_server.process,) if self.client_server else ()
        return (*always, self.provider.process, *(host.process for host in hosts), *client)

    async def up(self, engine: str) -> None:
        """Start what every arm needs, and a browser of that engine. What has started is taken down when it fails.

        Raises `BrokenMachine`, or `EnvironmentFault` for a part that ended while it started.
        """
        try:
            self._undo.enter_context(batch())
            connector = aiohttp.TCPConnector(limit=0)
            self._make(await self._undo.enter_async_context(aiohttp.ClientSession(connector=connector)))
            for part in self.processes:
                self._undo.push_async_callback(part.stop)
            self._undo.push_async_callback(self.engines.stop)
            self._undo.push_async_callback(self.crowd.go)
            if self.client_server:
                self._undo.push_async_callback(self.client_server.stop)
            starts = {"the links (Toxiproxy)": self._start_links(), "Envoy": self.gateway.start(self.env)}
            starts |= {"the service": self.service.start(self.env), "the browser": self.engines.start(engine)}
            await _all(starts, self._fails())
            await self._start_client(engine)
        except BaseException as error:
            await self.down(broken=True)
            if isinstance(error, OSError | RuntimeError) and (fault := broken(error, "starting the stack")):
                raise fault from None
            raise

    async def _start_client(self, engine: str) -> None:
        """Start the client's own server last, for what is slow about it is its page, and that needs a browser."""
        server, client = self.client_server, self._client
        if server is None or client is None:
            return

        async def warm_up() -> None:
            browser = await self.engines.get(engine)
            page = await browser.new_page()
            try:
                await page.goto(
                    f"http://127.0.0.1:{server.port}{client.address}", timeout=1000 * client.server.patience
                )
                await page.wait_for_selector(client.locators["composer"], timeout=1000 * client.server.patience)
            except BrowserError as error:
                said = f"the page of {client.name} shows no composer: {error.message.splitlines()[0]}"
                checked = f"`chatfault client check {client.found_at}` says what of its profile is found"
                cure = checked if client.found_at else "look whether it needs something that is not on this machine"
                last = server.process.tail()
                raise EnvironmentFault(said, cure=f"{cure}\n{last}" if last else cure) from None
            finally:
                await page.close()

        server.warm_up = warm_up
        await server.start(self.env)

    async def down(self, broken: bool = False) -> None:
        """End everything. A stack that is `broken` is not waited for: its processes are killed first."""
        if broken:
            self._kill()
        try:
            async with asyncio.timeout(GOING_DOWN):
                await self._undo.aclose()
        except TimeoutError:
            self._kill()
            await self._undo.aclose()
        finally:
            self._kill()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _kill(self) -> None:
        for part in self.processes:
            part.expect_its_end()
        sweep.end(self.env[MARK])

    async def _start_links(self) -> None:
        await self.links.start(self.env)
        gateway, wifi = self.gateway.ports, self.link_ports["wifi"]
        leads = {**gateway.roads, "office": gateway.firewall, "proxy": gateway.proxy}
        leads |= {"shared_link": gateway.shared_out, "beyond_link": gateway.roads["wifi"]}
        leads |= dict.fromkeys(("uplink", "phone_uplink", "device_link"), wifi)
        leads |= {"service_link": self.service.port, "provider_link": self.provider.port}
        leads["standby_link"] = self.instances[1].port
        leads["client_link"] = self.client_server.port if self.client_server else gateway.nowhere
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
        await asyncio.gather(*(host.start(self.env, store) for host in self.instances))

    async def died(self) -> str:
        """Return, with the reason, once a part has ended or stands still although nobody ended or stopped it."""
        watches = [asyncio.create_task(part.died()) for part in self.processes]
        watches.append(asyncio.create_task(self._fails()))
        try:
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            for watch in watches:
                watch.cancel()

    async def _fails(self) -> str:
        """Return once a browser or its driver is gone, or any process of the stack stands still for a while."""
        still: set[int] = set()
        while True:
            before = time.monotonic()
            await asyncio.sleep(LOOKING)
            if (late := time.monotonic() - before - LOOKING) > OUT_OF_TIME:
                return f"the run itself stood still for {late:.0f} s (stopped, or the machine slept)"
            if lost := self.engines.dead():
                return lost
            now = {process.pid: process for process in psutil.Process().children(recursive=True) if stopped(process)}
            for pid in still & now.keys():
                if self._is_ours(now[pid]):
                    return f"{self._title(now[pid])} was stopped (SIGSTOP) and stands still"
            still = set(now)

    def _is_ours(self, process: psutil.Process) -> bool:
        """Whether it is of this stack, and nobody holds it still on purpose, with all that it has started."""
        held = {part.pid for part in self.processes if part.held}
        with contextlib.suppress(psutil.Error, OSError):
            mine = process.environ().get(MARK) == self.env[MARK]
            return bool(mine and os.getpgid(process.pid) not in held)
        return False

    def _title(self, process: psutil.Process) -> str:
        part = next((part for part in self.processes if part.pid == process.pid), None)
        if part:
            return part.title
        with contextlib.suppress(psutil.Error):
            return "the browsers' driver" if "run-driver" in process.cmdline() else f"the browser ({process.name()})"
        return "the browser"

    def failed(self) -> str:
        """Which part is gone or stands still at this moment, in a sentence's words; empty when all is well."""
        return next((part.failed for part in self.processes if part.failed), "") or self.engines.dead()

    async def check(self) -> None:
        """Raise `PartDied` when the stack isn't as an arm must find it."""
        for part in self.processes:
            if part.started and not part.running:
                raise PartDied(part.ended or f"{part.title} is not running", cure=part.tail())
        if failed := self.failed():
            raise PartDied(failed)


async def _all(starts: Mapping[str, Coroutine[Any, Any, None]], fails: Coroutine[Any, Any, str]) -> None:
    """Start all at once. Raises the first error as soon as it comes, or when they take too long, with what is late."""
    tasks = {asyncio.create_task(start): name for name, start in starts.items()}
    watch = asyncio.create_task(_raised(fails))
    started: asyncio.Future[list[None]] = asyncio.gather(*tasks)
    both: list[asyncio.Future[Any]] = [started, watch]
    await asyncio.wait(both, timeout=STARTING, return_when=asyncio.FIRST_COMPLETED)
    late = [task for task in tasks if not task.done()]
    errors = [error for task in [*tasks, watch] if task.done() and (error := task.exception())]
    started.cancel()
    for task in (watch, *late):
        task.cancel()
        task.add_done_callback(lambda task: task.cancelled() or task.exception())
    for error in sorted(errors, key=lambda error: not isinstance(error, BrokenMachine)):
        raise error
    if late:
        names = ", ".join(tasks[task] for task in late)
        raise BrokenMachine(
            f"not started within {STARTING:g} s: {names}", cure="`chatfault doctor` tries each by itself"
        )


async def _raised(fails: Coroutine[Any, Any, str]) -> None:
    raise PartDied(await fails)
