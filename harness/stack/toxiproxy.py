"""The links: one Toxiproxy server per worker, driven through toxiproxy-python, wrapped where that swallows errors."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from toxiproxy.api import APIConsumer
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists

from harness.stack.process import Process
from harness.stack.recorder import Recorder
from harness.values.errors import EnvironmentFault

TIMEOUT = (1, 5)
"""Seconds to connect and to answer. The server's control interface can lock up for good (its issues 558 and 412)."""
HANGING_UP = frozenset({"request_failed", "websocket_closed", "navigation", "moved"})
"""What the browser does that ends its connections, as the history names it."""
DIRECT = {"no_proxy": "127.0.0.1"}


class ToxiproxyHung(EnvironmentFault):
    """The control interface didn't answer in time; only a new server helps."""


@dataclass
class Quota:
    """So many connections that a fault may still take: those that are open already (`live`), or only later ones."""

    left: int
    live: bool
    used_up: asyncio.Event = field(default_factory=asyncio.Event)
    fresh: set[str] = field(default_factory=set)

    def ended(self, client: str) -> None:
        if self.live or client in self.fresh:
            self.left -= 1
        if self.left <= 0:
            self.used_up.set()


@dataclass
class Link:
    """One proxy as it should be."""

    name: str
    listen: str
    upstream: str
    toxics: dict[str, dict[str, Any]] = field(default_factory=dict)
    watched: int = 0
    quotas: list[Quota] = field(default_factory=list)


class Links:
    """The Toxiproxy server and its proxies. A change that didn't take raises `EnvironmentFault`."""

    def __init__(self, server: str, port: int, folder: Path, recorder: Recorder) -> None:
        self._server, self._port, self._recorder = server, port, recorder
        self._links: dict[str, Link] = {}
        self._serial = 0
        self._marks = asyncio.Event()
        self.process = Process("toxiproxy", folder / "toxiproxy.log", self._line)
        self._api: type[APIConsumer] = type("Api", (APIConsumer,), {"host": "127.0.0.1", "port": port})
        self._session = requests.Session()
        self._session.trust_env = False

    async def start(self, env: Mapping[str, str]) -> None:
        command = (self._server, "-host", "127.0.0.1", "-port", str(self._port))
        await self.process.start(command, {**env, "LOG_LEVEL": "trace", "GOMAXPROCS": "1"})
        await self.process.until(self._answers)

    async def _answers(self) -> bool:
        try:
            return bool(await self._call("get", "/version"))
        except EnvironmentFault:
            return False

    async def _call(self, method: str, url: str, body: Any = None) -> Any:
        """One request. Raises `EnvironmentFault` for any error, also for those that the library lets pass."""
        return await asyncio.to_thread(self._call_now, method, url, body)

    def _call_now(self, method: str, url: str, body: Any) -> Any:
        try:
            if method == "patch":
                endpoint = f"http://127.0.0.1:{self._port}{url}"
                reply = self._session.patch(endpoint, json=body, timeout=TIMEOUT)
            else:
                extra = {"json": body} if method == "post" else {}
                reply = getattr(self._api, method)(url, timeout=TIMEOUT, proxies=DIRECT, **extra)
            reply.raise_for_status()
            return reply.json() if reply.content else None
        except requests.Timeout:
            raise ToxiproxyHung(f"toxiproxy did not answer {method.upper()} {url}") from None
        except (requests.RequestException, InvalidToxic, NotFound, ProxyExists) as error:
            raise EnvironmentFault(f"toxiproxy refused {method.upper()} {url}: {error}") from None

    async def create(self, name: str, port: int, upstream: int) -> None:
        """A link that listens on one loopback port and leads to another."""
        link = Link(name, f"127.0.0.1:{port}", f"127.0.0.1:{upstream}")
        self._links[name] = link
        await self._make(link)

    async def _make(self, link: Link) -> None:
        wanted = {"name": link.name, "listen": link.listen, "upstream": link.upstream, "enabled": True}
        made = await self._call("post", "/proxies", wanted)
        if not made or made.get("enabled") is not True or made.get("listen") != link.listen:
            raise EnvironmentFault(f"toxiproxy made the link {link.name} otherwise than asked: {made}")

    async def lead(self, name: str, upstream: int) -> None:
        """Let a link lead elsewhere: open connections end, new ones take the new road. No-op if it does already."""
        link = self._links[name]
        wanted = f"127.0.0.1:{upstream}"
        if link.upstream.removeprefix("localhost").removeprefix("127.0.0.1") != f":{upstream}":
            await self._patch(link, {"upstream": wanted})
            link.upstream = wanted

    async def cut(self, name: str) -> None:
        """End every open connection of a link; the next one works. (The same upstream under its other name.)"""
        link = self._links[name]
        host, _, port = link.upstream.partition(":")
        link.upstream = f"{'localhost' if host == '127.0.0.1' else '127.0.0.1'}:{port}"
        await self._patch(link, {"upstream": link.upstream})

    def port(self, name: str) -> int:
        """Where a link listens, on loopback."""
        return int(self._links[name].listen.rpartition(":")[2])

    async def _patch(self, link: Link, change: Mapping[str, Any]) -> None:
        now = await self._call("patch", f"/proxies/{link.name}", dict(change))
        if any(now.get(key) != value for key, value in change.items()):
            raise EnvironmentFault(f"toxiproxy did not change the link {link.name} to {dict(change)}: {now}")

    async def down(self, name: str) -> None:
        """Close a link: open connections end, new ones are refused."""
        await self._patch(self._links[name], {"enabled": False})

    async def remake(self, name: str) -> None:
        """Drop a link and create it anew with what is still armed on it; the only safe way to bring it up again."""
        link = self._links[name]
        await self._call("delete", f"/proxies/{name}")
        await self._make(link)
        for toxic in link.toxics.values():
            await self._add(link, {key: value for key, value in toxic.items() if key != "since"})

    async def add_toxic(
        self, link: str, toxic: str, stream: str, attributes: Mapping[str, int], toxicity: int = 1
    ) -> str:
        """Arm a toxic; returns its name."""
        self._serial += 1
        name = f"{toxic}_{self._serial}"
        wanted = {
            "name": name,
            "type": toxic,
            "stream": stream,
            "toxicity": toxicity,
            "attributes": dict(attributes),
        }
        await self._add(self._links[link], wanted)
        self._links[link].toxics[name] = {**wanted, "since": time.time()}
        return name

    async def _add(self, link: Link, wanted: Mapping[str, Any]) -> None:
        made = await self._call("post", f"/proxies/{link.name}/toxics", wanted)
        if not made or any(made["attributes"].get(key) != value for key, value in wanted["attributes"].items()):
            raise EnvironmentFault(f"toxiproxy armed {wanted['type']} otherwise than asked: {made}")

    async def remove_toxic(self, link: str, name: str) -> None:
        """Take a toxic away: deleted on the live link, so that what stalled flows on; else by making the link anew.

        Once somebody hangs up on a toxic that holds their data, deleting the toxic locks the server (issue 558).
        """
        toxic = self._links[link].toxics.pop(name)
        if self._recorder.happened("browser", HANGING_UP, toxic["since"]):
            await self.remake(link)
        else:
            await self._call("delete", f"/proxies/{link}/toxics/{name}")

    async def drop_toxic(self, link: str, name: str) -> None:
        """Take a toxic away with every connection that it keeps."""
        del self._links[link].toxics[name]
        await self.remake(link)

    async def clean(self) -> bool:
        """Whether every link is up and has no toxic: what must hold after an arm."""
        proxies = await self._call("get", "/proxies")
        return all(proxy["enabled"] and not proxy["toxics"] for proxy in proxies.values())

    async def leads(self) -> dict[str, int]:
        """The port to which each link leads, as the server says."""
        proxies = await self._call("get", "/proxies")
        return {name: int(proxy["upstream"].rpartition(":")[2]) for name, proxy in proxies.items()}

    @contextlib.contextmanager
    def watching(self, name: str):  # type: ignore[no-untyped-def]
        """While this lasts, the link's connections are written into the history."""
        link = self._links[name]
        link.watched += 1
        try:
            yield
        finally:
            link.watched -= 1

    async def barrier(self) -> None:
        """Return once everything that the server has logged until now has been read."""
        self._marks.clear()
        await self._call("get", "/version")
        await asyncio.wait_for(self._marks.wait(), 5)

    def used_up(self, name: str, hits: int, live: bool) -> asyncio.Event:
        """Set as soon as `hits` connections of the link have ended; `live`: those that are open now count too."""
        quota = Quota(hits, live)
        self._links[name].quotas.append(quota)
        return quota.used_up

    def _line(self, line: bytes) -> None:
        """One line of the server's log; two kinds of it tell that a connection began and that it ended."""
        if b'"Accepted client"' in line:
            said = json.loads(line)
            self._connection(said["name"], "accepted", said["client"])
        elif b'"handler":"Version"' in line:
            self._marks.set()
        elif b'"RemoveConnection ' in line and b"downstream from Proxy" in line:
            said = json.loads(line)
            client = said["message"].removeprefix("RemoveConnection ").partition("downstream")[0]
            self._connection(said["name"], "ended", client)

    def _connection(self, name: str, kind: str, client: str) -> None:
        link = self._links.get(name)
        if link is None:
            return
        if link.watched:
            self._recorder.note("link", kind, link=name)
        for quota in link.quotas:
            quota.fresh.add(client) if kind == "accepted" else quota.ended(client)
        link.quotas = [quota for quota in link.quotas if not quota.used_up.is_set()]
