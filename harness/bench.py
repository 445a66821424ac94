"""Measure the harness beside the same steps written by hand: same stack, same browser, turn by turn, in one run.

`python -m harness.bench [--rounds N]` prints medians in seconds and their ratio, and what a second worker adds, for
both; it asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from harness.arm.watch import run_arm
from harness.judging.verdict import judge
from harness.language.profiles import client
from harness.language.scenarios import parse
from harness.prediction.plan import plan
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.tools.provision import provide
from harness.values.questions import QUESTION, STEADY
from harness.values.result import Verdict
from harness.values.scenario import Arm, GatewaySettings

SCENARIO = """
title: One connection to the service is reset
moment: send
faults: [{at: service_link, do: reset_peer, lasts: 1 connection}]
expect: {message: connection_termination, draft: kept}
recovers: [retry]
"""
OUTAGES = ("1m", "15m", "3h")


def _arm(text: str, label: str) -> Arm:
    chosen = client("default")
    return next(arm for arm in plan(parse("bench.yaml", text, chosen)[0], chosen) if arm.label == label)


async def by_harness(world: World, arm: Arm) -> None:
    """One arm as the harness runs it, verdict included."""
    world.recorder.begin(arm.id)
    await run_arm(world, client("default"), arm, lambda: None)
    control = None
    result = judge(arm, client("default"), world.recorder.history, control, predicting=False)
    if not result.works or any(finding.holds is False for finding in result.findings):
        raise SystemExit(f"the arm measured did not go well: {result.sentence} {result.findings}")
    assert result.verdict is Verdict.INVALID, "without its control an arm has no verdict"


async def by_hand(world: World, arm: Arm) -> None:
    """The same steps, as one would write them for this one case: no history, no witness, no verdict."""
    places = client("default").locators
    account = await world.begin(arm.start, GatewaySettings())
    browser = await world.engines.get("chromium")
    context = await browser.new_context(locale="en-US")
    await context.clock.install()
    await context.add_cookies([{"name": "session", "value": account.session, "url": world.origin(arm.start)}])
    page = await context.new_page()
    await page.goto(f"{world.origin(arm.start)}/c/{account.conversation}", wait_until="domcontentloaded")
    await page.wait_for_selector(places["ready"])
    for question in (STEADY["en"], QUESTION["en"]):
        second = question == QUESTION["en"]
        if second:
            toxic = await world.links.add_toxic("service_link", "reset_peer", "downstream", {"timeout": 0})
        await page.fill(places["composer"], question)
        await page.click(places["send"])
        if second:
            await page.wait_for_selector(places["error"])
            await world.links.remove_toxic("service_link", toxic)
            await page.click(places["retry"])
        await expect(page.locator("[data-role=assistant][data-state=complete]")).to_have_count(2 if second else 1)
        await page.wait_for_selector("[data-testid=chat][data-busy=false]")
    await expect(page.locator(places["error"])).to_have_count(0)
    await context.close()


ACTS = {"hand": by_hand, "harness": by_harness}


async def timed(act: Callable[[World, Arm], Awaitable[None]], world: World, arm: Arm) -> float:
    start = time.perf_counter()
    await act(world, arm)
    return time.perf_counter() - start


@asynccontextmanager
async def stack() -> AsyncIterator[World]:
    """A stack of its own, whose history is dropped."""
    with tempfile.TemporaryDirectory() as folder:
        async with World(provide(say=lambda _text: None), Recorder(Path(folder) / "history.jsonl")) as world:
            yield world


async def measure(rounds: int) -> None:
    started = time.perf_counter()
    async with stack() as world:
        print(f"the stack's start      {time.perf_counter() - started:6.3f} s")
        arm = _arm(SCENARIO, "retry")
        await by_hand(world, arm)
        await by_harness(world, arm)
        hand, ours = [], []
        for _ in range(rounds):
            hand.append(await timed(by_hand, world, arm))
            ours.append(await timed(by_harness, world, arm))
        hand_, ours_ = statistics.median(hand), statistics.median(ours)
        print(f"an arm, by hand        {hand_:6.3f} s  (median of {rounds})")
        print(f"an arm, by the harness {ours_:6.3f} s  (median of {rounds})")
        print(f"ratio                  {ours_ / hand_:6.2f}")
        for outage in OUTAGES:
            text = SCENARIO.replace("1 connection", outage).replace("[retry]", f"[{{wait: {outage}}}]")
            waiting = _arm(text, f"wait[{outage}]")
            waits = [await timed(by_harness, world, waiting) for _ in range(max(3, rounds // 4))]
            print(f"an outage of {outage:>4}      {statistics.median(waits):6.3f} s")


async def work(act: str, rounds: int) -> None:
    """One worker of several: it says when its stack is ready, waits for a line, and says how many seconds it took."""
    async with stack() as world:
        arm = _arm(SCENARIO, "retry")
        await ACTS[act](world, arm)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(sum([await timed(ACTS[act], world, arm) for _ in range(rounds)]), flush=True)


async def together(act: str, workers: int, rounds: int) -> float:
    """Seconds per arm, with so many workers at once."""
    command = (sys.executable, "-m", "harness.bench", "--worker", act, "--rounds", str(rounds))
    started = [await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE) for _ in range(workers)]
    pipes = [(one.stdin, one.stdout) for one in started if one.stdin and one.stdout]
    for _, output in pipes:
        await output.readline()
    for given, _ in pipes:
        given.write(b"\n")
    said = [await output.readline() for _, output in pipes]
    codes = [await one.wait() for one in started]
    if any(codes):
        raise SystemExit(f"a worker of the bench did not come to its end (exit codes {codes}); it says why above")
    return max(map(float, said)) / (rounds * workers)


async def scale(rounds: int) -> None:
    """What a second worker adds, beside what it adds to the same steps by hand: those show what the cores allow."""
    for act in ACTS:
        alone, shared = [await together(act, workers, rounds) for workers in (1, 2)]
        print(f"two workers, {act:9} {shared:6.3f} s an arm, alone {alone:.3f} s: {alone / shared:.2f} times as fast")


async def whole(rounds: int) -> None:
    """Everything that the bench measures."""
    await measure(rounds)
    await scale(rounds)


def main() -> None:
    """The door of the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--worker", choices=ACTS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asyncio.run(work(asked.worker, asked.rounds) if asked.worker else whole(asked.rounds))


if __name__ == "__main__":
    main()
