"""Everybody else: other people who use the service, and other programs that use the person's network."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import aiohttp

from harness.stack.gateway_routes import API_HOST, OTHERS
from harness.stack.service import Account, Service
from harness.values.errors import EnvironmentFault

ROAD = "mobile"
"""The road by which other people come who have no reason to come by a certain one."""
PATIENCE = 10.0
"""Real seconds within which what others do must have begun."""
AT_ONCE = 0.15
"""Real seconds within which a small page comes over a network that nobody fills."""
FULL = 1.5
"""Real seconds without a small page, after which a network is full."""
ANEW = 0.02
"""Real seconds after which somebody who was cut off asks anew."""
ASKING, CONNECTED, DOWNLOADING = "asking", "connected", "downloading"
ELSEWHERE = "elsewhere.localhost"
AT_SERVICE = {"Host": API_HOST}
"""Others come to the service itself, whatever the person's chat is."""


class Crowd:
    """Real requests of others, by the same roads as the person's. What is begun goes on until it is told to stop."""

    def __init__(self, service: Service, roads: Mapping[str, int], links: Mapping[str, int]) -> None:
        """`roads`: the gateway's ports by road; `links`: those of the links, by which programs of the person's come."""
        self._service, self._roads, self._links = service, roads, links
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}
        self._http: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._http is None or self._http.closed:
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            no_limit = aiohttp.ClientTimeout(total=None)
            self._http = aiohttp.ClientSession(connector=connector, timeout=no_limit, trust_env=False)
        return self._http

    def _url(self, road: str) -> str:
        return f"http://127.0.0.1:{self._roads[road]}"

    async def come_by(self, road: str, people: int, account: str = "") -> None:
        """Other people log in by that road: with accounts of their own, or as one more on this account."""
        for _ in range(people):
            somebody = self._service.known(account) if account else await self._service.somebody()
            cookie = await self._log_in(road, somebody)
            async with self._session.get(f"{self._url(road)}/api/me", headers={**AT_SERVICE, **cookie}) as reply:
                await reply.read()

    async def _log_in(self, road: str, somebody: Account) -> dict[str, str]:
        who = {"account": somebody.name, "password": somebody.password}
        async with self._session.post(f"{self._url(road)}/api/login", json=who, headers=AT_SERVICE) as reply:
            if "session" not in reply.cookies:
                raise EnvironmentFault(f"other people can't log in by {road}: {reply.status}")
            return {"Cookie": f"session={reply.cookies['session'].value}"}

    async def ask(self, answers: int, waiting: int = 0) -> None:
        """So many more answers of other people are under way and don't end; `waiting` are asked for and get none."""
        somebody = await self._service.somebody()
        await self._service.hold(somebody.name, 1)
        await self._begin(ASKING, answers, lambda begun: self._stream(somebody, begun))
        for _ in range(waiting):
            self._keep(ASKING, self._stream(somebody, asyncio.Event()))

    async def _stream(self, somebody: Account, begun: asyncio.Event) -> None:
        """Somebody's answer that doesn't end. Who had one asks anew when a gateway ends it."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError):
                await self._one_stream(somebody, begun)
            if not begun.is_set():
                return
            await asyncio.sleep(ANEW)

    async def _one_stream(self, somebody: Account, begun: asyncio.Event) -> None:
        asked = {"model": "fake-1", "stream": True, "messages": [{"role": "user", "content": "Tell me a long story"}]}
        key = {**AT_SERVICE, OTHERS: "1", "Authorization": f"Bearer {somebody.api_key}"}
        async with self._session.post(f"{self._url(ROAD)}/v1/chat/completions", json=asked, headers=key) as reply:
            async for _ in reply.content.iter_any():
                if reply.ok:
                    begun.set()

    async def stay_connected(self, sessions: int, account: str) -> None:
        """The account is logged in so many times more, each with a chat that stays open."""
        somebody = self._service.known(account)
        await self._begin(CONNECTED, sessions, lambda begun: self._sit(somebody, begun))

    async def _sit(self, somebody: Account, begun: asyncio.Event) -> None:
        cookie = {**AT_SERVICE, **await self._log_in(ROAD, somebody)}
        async with self._session.ws_connect(f"{self._url(ROAD)}/api/stream", headers=cookie) as socket:
            begun.set()
            async for _ in socket:
                pass

    async def download(self, network: str, programs: int) -> None:
        """So many programs on the person's network fetch something large, until nothing else gets through in time."""
        for _ in range(programs):
            self._keep(DOWNLOADING, self._fetch(network))
        deadline = time.monotonic() + PATIENCE
        while await self._small_page(network, FULL) < FULL:
            if time.monotonic() > deadline:
                raise EnvironmentFault(f"{programs} programs do not fill {network}")

    async def _fetch(self, network: str) -> None:
        """One program, that begins anew when it is cut off."""
        url, host = f"http://127.0.0.1:{self._links[network]}/large", {"Host": ELSEWHERE}
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError):
                async with self._session.get(url, headers=host) as reply:
                    async for _ in reply.content.iter_any():
                        pass
            await asyncio.sleep(0.01)

    async def quiet(self, network: str) -> None:
        """Return once a small page comes over the network without having to wait behind others."""
        deadline = time.monotonic() + PATIENCE
        while await self._small_page(network, PATIENCE) > AT_ONCE and time.monotonic() < deadline:
            pass

    async def _small_page(self, network: str, patience: float) -> float:
        """Real seconds that a small page from elsewhere takes over the network; `patience` when it doesn't come."""
        url, began = f"http://127.0.0.1:{self._links[network]}/", time.monotonic()
        limit = aiohttp.ClientTimeout(total=patience)
        with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
            async with self._session.get(url, headers={"Host": ELSEWHERE}, timeout=limit) as reply:
                await reply.read()
            return time.monotonic() - began
        return patience

    async def _begin(self, what: str, many: int, act: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
        """Start so many at once, and return when each is really under way."""
        begun = [asyncio.Event() for _ in range(many)]
        tasks = [self._keep(what, act(one)) for one in begun]
        waits: list[Awaitable[object]] = [one.wait() for one in begun]
        try:
            await asyncio.wait_for(asyncio.gather(*waits), PATIENCE)
        except TimeoutError:
            failed = [str(task.exception()) for task in tasks if task.done() and not task.cancelled()]
            raise EnvironmentFault(f"others could not begin ({what}): {'; '.join(failed) or 'no reply'}") from None

    def _keep(self, what: str, act: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(_quietly(act))
        self._tasks.setdefault(what, []).append(task)
        return task

    async def stop(self, what: str) -> int:
        """End what others do of this kind; returns how many did."""
        tasks = self._tasks.pop(what, [])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return len(tasks)

    async def go(self) -> None:
        """Nobody else does anything any more."""
        for what in list(self._tasks):
            await self.stop(what)
        if self._http is not None:
            await self._http.close()
            self._http = None


async def _quietly(act: Coroutine[Any, Any, None]) -> None:
    """What becomes of other people's requests is no error: a fault may well hit them too."""
    with contextlib.suppress(aiohttp.ClientError, ConnectionError, EnvironmentFault):
        await act
