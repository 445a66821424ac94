"""Ports: each worker has a block of its own below the ephemeral range, held by a lock for as long as it lives."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.tools.machine import needed
from harness.values.errors import BrokenMachine, EnvironmentFault

FIRST, LAST, BLOCK = 21000, 32000, 50
"""Below 32768, where the kernel hands out ports of its own and a link that was down might not get its port back."""


@dataclass
class Block:
    """A block of ports that nobody else has."""

    first: int
    lock: IO[str]
    given: int = 0

    def take(self) -> int:
        """The next port of the block."""
        port = self.first + self.given
        self.given += 1
        if self.given > BLOCK:
            raise EnvironmentFault(f"a worker needs more than {BLOCK} ports")
        return port

    def release(self) -> None:
        self.lock.close()


def claim() -> Block:
    """The first block that no other worker on this machine holds and of which every port is free."""
    with needed("the folder for temporary files", "make room there, or set $TMPDIR to a folder that can be written"):
        folder = Path(tempfile.gettempdir()) / f"chatfault-ports-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / str(FIRST)).touch()
    taken: list[int] = []
    for first in range(FIRST, LAST, BLOCK):
        lock = (folder / str(first)).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        busy = [port for port in range(first, first + BLOCK) if not _free(port)]
        if not busy:
            return Block(first, lock)
        taken += busy
        lock.close()
    raise BrokenMachine(
        f"no block of {BLOCK} free ports between {FIRST} and {LAST}",
        cure=f"end what listens there, for example on {', '.join(map(str, taken[:5]))} (see ss -ltnp)",
    )


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
