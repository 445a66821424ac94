"""`python -m fake_upstream.bench`: the service and a plain handler, turn by turn, in one run. It asserts nothing."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

from ..http.listener import announce, end_asked, listen, port_of
from .load import SHAPES, Shape, Target, carried, reply_of
from .plain import Reply, make_plain

_KEY = "sk-bench"


@dataclass(frozen=True, slots=True)
class _Turn:
    """Answers a second, and microseconds of processor time for each."""

    rate: float
    cost: float


@asynccontextmanager
async def _started(*command: str, given: bytes = b"") -> AsyncIterator[tuple[int, psutil.Process]]:
    """A process that says on a line of JSON at which port it listens: the port, and the process to look at."""
    environment = {**os.environ, "FAKE_UPSTREAM_API_KEY": _KEY, "FAKE_UPSTREAM_TOKEN": _KEY}
    process: Process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, stdin=PIPE, stdout=PIPE, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(given)
        process.stdin.close()
        line = await process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(command)} did not start; it says why above")
        yield int(json.loads(line)["port"]), psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _plain() -> None:
    """Serve the reply that stands on stdin."""
    given = json.loads(await asyncio.to_thread(sys.stdin.readline))
    reply = Reply(given["headers"], tuple(part.encode() for part in given["parts"]))
    ended = end_asked()
    runner = await listen(make_plain(given["path"], reply), "127.0.0.1", 0)
    announce({"port": port_of(runner)}, None)
    await ended.wait()
    await runner.cleanup()


async def _measure(asked: argparse.Namespace) -> None:
    async with _started("fake_upstream", "--port", "0", "--piece-interval", "0") as (port, service):
        for shape in SHAPES:
            if shape.name in (asked.shape or [one.name for one in SHAPES]):
                await _beside(Target(port, shape, _KEY), service, asked)


async def _beside(ours: Target, service: psutil.Process, asked: argparse.Namespace) -> None:
    """Both in turn, the one that begins being the other one each time, so that what else runs here meets them alike."""
    reply = await reply_of(ours)
    given = {"path": ours.shape.path, "headers": reply.headers, "parts": [part.decode() for part in reply.parts]}
    async with _started("fake_upstream.bench", "--plain", given=json.dumps(given).encode() + b"\n") as (port, handler):
        plain = Target(port, ours.shape)
        turns: dict[Target, list[_Turn]] = {ours: [], plain: []}
        pair = [(plain, handler), (ours, service)]
        for _ in range(asked.rounds):
            for target, process in pair:
                turns[target].append(await _turn(target, process, asked.connections, asked.seconds))
            pair.reverse()
    _tell(ours.shape, reply, turns[ours], turns[plain], asked)


async def _turn(target: Target, process: psutil.Process, connections: int, seconds: float) -> _Turn:
    before = process.cpu_times()
    rate, answers = await carried(target, connections, seconds)
    after = process.cpu_times()
    return _Turn(rate, 1e6 * (after.user + after.system - before.user - before.system) / answers)


def _tell(shape: Shape, reply: Reply, ours: list[_Turn], plain: list[_Turn], asked: argparse.Namespace) -> None:
    rates = statistics.median(mine.rate / other.rate for mine, other in zip(ours, plain, strict=True))
    costs = statistics.median(other.cost / mine.cost for mine, other in zip(ours, plain, strict=True))
    sent = f"{len(reply.parts)} events, no pause between pieces" if shape.streamed else "in one piece"
    print(f"{shape.name}: {sent}, {asked.connections} connections, medians of {asked.rounds} turns each")
    for name, turns in (("a plain handler", plain), ("the API's door", ours)):
        rate, cost = statistics.median(t.rate for t in turns), statistics.median(t.cost for t in turns)
        print(f"  {name:22} {rate:6.0f} answers a second, {cost:.0f} µs of processor each")
    print(f"  {'ratio':22} {rates:6.2f}  by processor time {costs:.2f}", flush=True)


def main() -> None:
    """The door of the bench."""
    parser = argparse.ArgumentParser(prog="python -m fake_upstream.bench", description=__doc__)
    parser.add_argument("--shape", action="append", choices=[shape.name for shape in SHAPES], help="default: all")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.8, help="how long each turn takes")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asyncio.run(_plain() if asked.plain else _measure(asked))


if __name__ == "__main__":
    main()
