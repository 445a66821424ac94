"""Small hosts that only some arms need: what is elsewhere on the network, and the instances of the service."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.stack.process import Process


class Host:
    """One process of `fake_upstream`'s own programs, started when it is first needed and kept."""

    def __init__(self, name: str, module: str, port: int, folder: Path) -> None:
        self.port, self._module = port, module
        self._ready_file = folder / f"{name}.ready"
        self.process = Process(name, folder / f"{name}.log")

    async def start(self, env: Mapping[str, str], options: Sequence[str]) -> None:
        """Start it unless it runs, and return once it listens."""
        if self.process.running:
            return
        self._ready_file.unlink(missing_ok=True)
        where = ("--port", str(self.port), "--ready-file", str(self._ready_file))
        await self.process.start((sys.executable, "-m", f"fake_upstream.around.{self._module}", *where, *options), env)
        await self.process.until(self._ready)

    async def _ready(self) -> bool:
        try:
            return bool(json.loads(self._ready_file.read_text())["ready"])
        except (OSError, ValueError, KeyError):
            return False
