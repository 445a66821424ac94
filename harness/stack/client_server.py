"""A client's own host or server: started once a worker, and renewed when somebody left it hanging."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import aiohttp

from harness.clients import PAGE, SERVER, Client
from harness.stack.process import Process
from harness.tools.installed import environment
from harness.values.errors import EnvironmentFault

AN_API_KEY = "an API key"
"""What it is that a server of a client's keeps to itself."""


class ClientServer:
    """One process with a folder of its own. `warm_up` is done after every start: a cold page may race its server."""

    def __init__(self, client: Client, port: int, api: str, folder: Path, http: aiohttp.ClientSession) -> None:
        """`port`: where it is to listen; `api`: the address at which it finds the service's API."""
        self._client, self._folder, self._http = client, folder, http
        self.port = int(client.server.at.rpartition(":")[2]) if client.server.at else port
        self.key = client.server.key or f"sk-{secrets.token_hex(16)}"
        self._places = {"port": str(port), "api": api, "key": self.key, "python": sys.executable}
        self._env: dict[str, str] = {}
        self.process = Process(f"the server of {client.name}", folder / "client.log")
        self.warm_up: Callable[[], Awaitable[None]] = _nothing

    @property
    def ours(self) -> bool:
        """Whether the harness starts it and may end it."""
        return self._client.runs in (PAGE, SERVER)

    async def start(self, env: Mapping[str, str]) -> None:
        """Install what isn't there, write its files, start it, and wait until it answers."""
        server, data = self._client.server, self._folder / "client"
        if self.ours:
            installed = environment(self._client.name, server.pip, server.npm)
            self._places |= {"env": str(installed), "data": str(data)}
            self._write(data)
            own = {name: self._filled(text) for name, text in server.env.items()}
            self._env = {**env, "HOME": str(data), **own}
            await self._launch()
        else:
            await self._answers_somebody()

    def _write(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        server = self._client.server
        for name, text in server.files.items():
            (data / Path(name).name).write_text(self._filled(text), encoding="utf-8")
        for name, origin in server.copies.items():
            try:
                shutil.copyfile(self._filled(origin), data / Path(name).name)
            except OSError as error:
                raise EnvironmentFault(f"{self._client.name} lacks a file of its own: {error}") from None

    def _filled(self, text: str) -> str:
        """A text with every placeholder that it has filled in; other braces are the text's own."""
        for name, value in self._places.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    async def _launch(self) -> None:
        command = [self._filled(word) for word in shlex.split(self._client.server.start)]
        await self.process.start(command, self._env)
        await self.process.until(self._ready, self._client.server.patience)
        await self.warm_up()

    async def _answers_somebody(self) -> None:
        if not await self._ready():
            where = f"http://127.0.0.1:{self.port}{self._client.server.ready}"
            raise EnvironmentFault(f"nobody answers at {where}", cure=f"start {self._client.name} there first")

    async def _ready(self) -> bool:
        url, limit = f"http://127.0.0.1:{self.port}{self._client.server.ready}", aiohttp.ClientTimeout(total=5)
        try:
            async with self._http.get(url, timeout=limit) as reply:
                await reply.read()
                return reply.status < 400
        except (aiohttp.ClientError, TimeoutError):
            return False

    def logged(self) -> str:
        """What its log has of what is confidential, since this was asked last; empty if nothing."""
        return AN_API_KEY if self.ours and self.key in self.process.news() else ""

    async def renew(self) -> None:
        """Another process in place of one that may still be at what it was asked before."""
        if self.ours:
            await self.crash()
            await self.restart()

    # -- what a fault does to it (harness.faults.hands.ClientHands)

    async def crash(self) -> None:
        """Kill it, and what it has started."""
        self._signal(signal.SIGKILL)
        await self.process.stop(kill=True)

    async def restart(self) -> None:
        await self._launch()

    def freeze(self) -> None:
        self.process.held = True
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)
        self.process.held = False

    async def stop(self) -> None:
        """End it with all that it has started."""
        self.thaw()
        await self.process.stop()
        self._signal(signal.SIGKILL)

    def _signal(self, what: signal.Signals) -> None:
        """To its whole group, of which it is the leader."""
        if self.process.started:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, what)


async def _nothing() -> None:
    """Nothing is to be warmed up."""
