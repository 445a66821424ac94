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

import psutil

from ..http.listener import announce, end_asked, listen, port_of
from .load import Target, carried, events_of_one
from .plain import make_plain

_KEY = "sk-bench"


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
    """Serve the events that stand on stdin."""
    events = [event.encode() for event in json.loads(await asyncio.to_thread(sys.stdin.readline))]
    ended = end_asked()
    runner = await listen(make_plain(events), "127.0.0.1", 0)
    announce({"port": port_of(runner)}, None)
    await ended.wait()
    await runner.cleanup()


async def _measure(rounds: int, seconds: float, connections: int) -> None:
    async with _started("fake_upstream", "--port", "0", "--piece-interval", "0") as (port, service):
        ours = Target(port, _KEY)
        events = await events_of_one(ours)
        given = json.dumps([event.decode() for event in events]).encode() + b"\n"
        async with _started("fake_upstream.bench", "--plain", given=given) as (other, handler):
            plain = Target(other)
            turns: dict[Target, list[tuple[float, float]]] = {ours: [], plain: []}
            for target, process in ((plain, handler), (ours, service)) * rounds:
                turns[target].append(await _turn(target, process, connections, seconds))
    (rate, cost), (least, other_cost) = (_medians(turns[target]) for target in (ours, plain))
    print(f"a stream               {len(events):6} events, {connections} connections, no pause between pieces")
    print(f"a plain handler        {least:6.0f} streams a second, {other_cost:.0f} µs of processor each")
    print(
        f"the API's door         {rate:6.0f} streams a second, {cost:.0f} µs of processor each  (medians of {rounds})"
    )
    print(f"ratio                  {rate / least:6.2f}  by processor time {other_cost / cost:.2f}")


async def _turn(target: Target, process: psutil.Process, connections: int, seconds: float) -> tuple[float, float]:
    """Streams a second, and microseconds of processor time for each."""
    before = process.cpu_times()
    rate, streams = await carried(target, connections, seconds)
    after = process.cpu_times()
    return rate, 1e6 * (after.user + after.system - before.user - before.system) / streams


def _medians(turns: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(rate for rate, _ in turns), statistics.median(cost for _, cost in turns)


def main() -> None:
    """The door of the bench."""
    parser = argparse.ArgumentParser(prog="python -m fake_upstream.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each turn takes")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asyncio.run(_plain() if asked.plain else _measure(asked.rounds, asked.seconds, asked.connections))


if __name__ == "__main__":
    main()
