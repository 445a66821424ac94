"""Ports: each worker has a block of its own below the ephemeral range, and holds it for as long as it lives."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from harness.values.errors import BrokenMachine, EnvironmentFault

FIRST, LAST, BLOCK = 21000, 32000, 50
"""Below 32768, where the kernel hands out ports of its own and a link that was down might not get its port back."""


@dataclass
class Block:
    """A block of ports that nobody else has.

    `held` listens on its first port: whoever has another account or another folder for temporary files sees that too.
    """

    first: int
    held: socket.socket
    given: int = 1

    def take(self) -> int:
        """The next port of the block."""
        if self.given >= BLOCK:
            raise EnvironmentFault(f"a worker needs more than {BLOCK} ports")
        self.given += 1
        return self.first + self.given - 1

    def release(self) -> None:
        self.held.close()


def claim() -> Block:
    """The first block that no other worker on this machine holds and of which every port is free."""
    taken: list[int] = []
    for first in range(FIRST, LAST, BLOCK):
        held = _held(first)
        if held is None:
            taken.append(first)
            continue
        busy = [port for port in range(first + 1, first + BLOCK) if not _free(port)]
        if not busy:
            return Block(first, held)
        taken += busy
        held.close()
    raise BrokenMachine(
        f"no block of {BLOCK} free ports between {FIRST} and {LAST}",
        cure=f"end what listens there, for example on {', '.join(map(str, taken[:5]))} (see ss -ltnp)",
    )


def _held(port: int) -> socket.socket | None:
    """A socket that listens there, or None when somebody else has the port."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind(("127.0.0.1", port))
        one.listen(1)  # two may be bound to a port where nobody listens yet: only one of them can then listen
    except OSError:
        one.close()
        return None
    return one


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
