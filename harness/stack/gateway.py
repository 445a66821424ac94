"""The gateway: one real Envoy per worker, whose routes and pages are switched by files in milliseconds."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from harness.stack import gateway_config as config
from harness.stack import gateway_routes as tables
from harness.stack.process import Process
from harness.stack.recorder import Recorder
from harness.values.errors import EnvironmentFault
from harness.values.scenario import GatewaySettings

CUT_OFF = 0.999
"""Milliseconds that Envoy's whole ones may lack: what a fault ended must not seem to have ended right before it."""


class Gateway:
    """Envoy, its configuration files and its access log."""

    def __init__(
        self,
        binary: str,
        ports: config.Ports,
        folder: Path,
        recorder: Recorder,
        http: aiohttp.ClientSession,
        client: str = "",
    ) -> None:
        """`client`: what stands at the chat's address, see `gateway_routes.Settings`."""
        self._binary, self.ports, self._folder, self._recorder, self._http = binary, ports, folder, recorder, http
        self._log = folder / "access.log"
        self._read = 0
        self._marks = 0
        self._version = 0
        self._settings = tables.Settings(client=client)
        self._tables: dict[str, tuple[Any, str]] = {}
        self.process = Process("envoy", folder / "envoy.log")

    async def start(self, env: Mapping[str, str]) -> None:
        self._log.touch()
        self._write_routes("0")
        self._write("rtds.json", tables.runtime(self._settings, "0"))
        self._write("cds.json", config.clusters((), "0"))
        self._write("bootstrap.json", config.bootstrap(self.ports, str(self._folder)))
        flags = ("--disable-hot-restart", "--concurrency", "1", "-l", "warning", "--file-flush-interval-msec", "10")
        drain = ("--drain-time-s", "1", "--drain-strategy", "immediate")
        command = (self._binary, "-c", str(self._folder / "bootstrap.json"), *flags, *drain)
        await self.process.start(command, env)
        await self.process.until(self._ready)
        await self._until(self._routes_are, self._versions())

    def _write_routes(self, version: str) -> None:
        """Write the tables that differ from what is in force."""
        for name, table in tables.routes(self._settings).items():
            if self._tables.get(name, ({}, ""))[0] != table:
                self._tables[name] = (table, version)
                self._write(f"rds-{name}.json", {"version_info": version, "resources": [table]})

    def _write(self, name: str, content: Any) -> None:
        """Envoy watches for moves, so a file is written beside and moved into place."""
        fresh = self._folder / f"{name}.new"
        fresh.write_text(json.dumps(content))
        os.replace(fresh, self._folder / name)

    async def _admin(self, path: str) -> str:
        url = f"http://127.0.0.1:{self.ports.admin}{path}"
        async with self._http.get(url, timeout=aiohttp.ClientTimeout(total=5)) as reply:
            return await reply.text()

    async def _ready(self) -> bool:
        try:
            return "LIVE" in await self._admin("/ready")
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def set_up(self, wanted: GatewaySettings) -> None:
        """The scenario's settings. No-op when they are in force already."""
        settings = tables.Settings(
            branded=wanted.error_pages == "branded",
            timeout=wanted.timeout,
            idle_timeout=wanted.idle_timeout,
            cluster=await self._pair() if wanted.instances > 1 else "service",
            retries=wanted.retries,
            client=self._settings.client,
            rules=self._settings.rules,
        )
        await self._switch(settings)

    async def _pair(self) -> str:
        """A new cluster of two instances, of which neither has failed yet."""
        self._version += 1
        name = f"{tables.PAIR}_{self._version}"
        self._write("cds.json", config.clusters([config.pair(self.ports, name)], str(self._version)))
        await self._until(self._knows, name)
        return name

    async def _knows(self, cluster: str) -> bool:
        return f"{cluster}::" in await self._admin("/clusters")

    async def renew_lease(self, road: str) -> None:
        """Give a road another public address, until the next arm."""
        leases = {**self._settings.leases, road: self._settings.leases.get(road, 0) + 1}
        await self._switch(replace(self._settings, leases=leases))

    async def trust(self, trusted: bool) -> None:
        """Let the security software on the device make an exception for the chat."""
        await self._switch(replace(self._settings, trusted=trusted))

    async def in_force(self) -> dict[str, Any]:
        """What Envoy says of its routes: each road's address, and whether the security software trusts the chat."""
        dump = json.loads(await self._admin("/config_dump?resource=dynamic_route_configs"))
        found = [one["route_config"] for one in dump["configs"]]
        stamps = {one["name"]: one.get("request_headers_to_add", ()) for one in found}
        addresses = {name: stamp[0]["header"]["value"] for name, stamp in stamps.items() if stamp}
        hosts = [host["name"] for one in found for host in one.get("virtual_hosts", ())]
        return {"addresses": addresses, "trusted": tables.TRUSTED in hosts}

    async def arm(self, fault: str, rule: Mapping[str, Any]) -> None:
        await self._switch(replace(self._settings, rules={**self._settings.rules, fault: dict(rule)}))

    async def lift(self, fault: str) -> None:
        rules = {key: rule for key, rule in self._settings.rules.items() if key != fault}
        await self._switch(replace(self._settings, rules=rules))

    async def _switch(self, settings: tables.Settings) -> None:
        """Write what differs, and wait until Envoy says that it took this version."""
        before, self._settings = self._settings, settings
        if settings == before:
            return
        self._version += 1
        version = str(self._version)
        if settings != replace(before, branded=settings.branded):
            self._write_routes(version)
            await self._until(self._routes_are, self._versions())
            if settings.throttles:
                await self._use_up()
        if settings.branded != before.branded:
            self._write("rtds.json", tables.runtime(settings, version))
            await self._until(self._runtime_is, settings.branded)

    async def full(self) -> None:
        """Return once the circuit breaker has no place left, not even to wait. Raises if that never comes."""
        await self._until(self._has_waiting, 1)

    async def _has_waiting(self, requests: int) -> bool:
        stats = await self._admin("/stats?filter=cluster.service_narrow.upstream_rq_pending_active")
        return stats.strip().endswith(f": {requests}")

    async def _use_up(self) -> None:
        """Other people's messages use up every bucket: a new route table has full ones."""
        ports = (*self.ports.roads.values(), self.ports.monitor, self.ports.app, self.ports.client_api)
        on = {name for rule in self._settings.armed("throttle") for name in rule["on"]}
        paths = [path for path, name in zip(tables.DRAIN_PATHS, ("messages", "api"), strict=True) if name in on]
        for url in (f"http://127.0.0.1:{port}{path}" for port in ports for path in paths):
            for host in ({}, {"Host": tables.API_HOST}) if "api" in on else ({},):
                async with self._http.post(url, headers=host) as reply:
                    await reply.read()

    async def answering(self) -> bool:
        """Whether a client's own server has a request under way."""
        stats = await self._admin("/stats?filter=http.client_api.downstream_rq_active")
        return not stats.strip().endswith(": 0")

    async def _until(self, test: Any, wanted: Any) -> None:
        for _ in range(1000):
            if await test(wanted):
                return
            await asyncio.sleep(0.002)
        raise EnvironmentFault(
            f"envoy is not as it was told to be ({test.__name__.strip('_')})", cure=self.process.tail()
        )

    def _versions(self) -> dict[str, str]:
        return {name: version for name, (_, version) in self._tables.items()}

    async def _routes_are(self, versions: Mapping[str, str]) -> bool:
        stats = await self._admin("/stats?filter=rds.*version_text")
        rows = re.findall(r'\.rds\.(\w+)\.version_text: "(\w*)"', stats)
        return dict(rows) == dict(versions)

    async def _runtime_is(self, branded: bool) -> bool:
        entries = json.loads(await self._admin("/runtime"))["entries"]
        value = str(entries.get(tables.BRANDED, {}).get("final_value", ""))
        return ("100" in value) == branded

    async def collect(self, since: float) -> None:
        """Write into the history what the access log has on requests that began after `since` (wall-clock seconds)."""
        await self._flush()
        with self._log.open("rb") as log:
            log.seek(self._read)
            text = log.read()
            whole = text.rfind(b"\n") + 1
            self._read += whole
        for line in text[:whole].splitlines():
            entry = json.loads(line)
            start = float(entry["start"])
            ours = entry["road"] == "mark" or entry["path"] in tables.DRAIN_PATHS
            if not ours and start >= since:
                end = start + (float(entry["ms"] or 0) + CUT_OFF) / 1000
                self._recorder.note("gateway", "access", at=end, **{k: v for k, v in entry.items() if k != "start"})

    async def _flush(self) -> None:
        """Wait until the log holds a mark that was made now, and so everything that was logged before."""
        self._marks += 1
        path = f"/{self._marks}"
        async with self._http.get(f"http://127.0.0.1:{self.ports.mark}{path}"):
            pass
        sign = f'"path":"{path}"'.encode()
        for _ in range(2000):
            with self._log.open("rb") as log:
                log.seek(self._read)
                if sign in log.read():
                    return
            await asyncio.sleep(0.003)
        raise EnvironmentFault("envoy's access log does not come", cure=self.process.tail())
