"""An arm beside the same steps written by hand: same stack, same browser, turn by turn; and two workers."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, expect

from harness.arm.watch import run_arm
from harness.clients import Client
from harness.judging.verdict import observe
from harness.language.profiles import client
from harness.language.scenarios import parse
from harness.prediction.plan import plan
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.tools.provision import provide
from harness.values.questions import QUESTION, STEADY
from harness.values.scenario import Arm, GatewaySettings

Act = Callable[[World, Client, Arm], Awaitable[None]]
SCENARIO = """
title: One connection to the service is reset
moment: send
faults: [{at: service_link, do: reset_peer, lasts: 1 connection}]
expect: {message: connection_termination, draft: kept}
recovers: [retry]
"""
OF_OTHERS = """
title: The service's connections are reset
moment: send
faults: [{at: service_link, do: reset_peer, lasts: 45s}]
expect: {message: any, within: 10s}
does_not_recover: [reload]
"""
"""What any client can go through: it tells of the error, and the page that is loaded anew asks in vain as well."""
OUTAGES = ("1m", "15m", "3h")
FOUND_OUT = 0.03
"""Seconds between two questions whether the service has answered."""
OURS = "default"


def _arm(chosen: Client, text: str, label: str) -> Arm:
    return next(arm for arm in plan(parse("bench.yaml", text, chosen)[0], chosen) if arm.label == label)


async def by_harness(world: World, chosen: Client, arm: Arm) -> None:
    """One arm as the harness runs it, with everything that is judged by its history."""
    world.recorder.begin(arm.id)
    await run_arm(world, chosen, arm, lambda: None)
    seen = observe(arm, chosen, world.recorder.history)
    if seen.flaw or (chosen.name == OURS and (seen.failure or not seen.works)):
        raise SystemExit(f"the arm measured did not go well: {seen.flaw or seen.failure or 'it does not work'}")


async def by_hand_elsewhere(world: World, chosen: Client, arm: Arm) -> None:
    """The steps of a reload in vain, as one would write them for a client that somebody else wrote."""
    places = chosen.locators
    account = await world.begin(arm.start, GatewaySettings())
    browser = await world.engines.get("chromium")
    context = await browser.new_context(locale="en-US")
    await context.clock.install()
    page = await context.new_page()
    await page.goto(world.origin(arm.start) + chosen.address, wait_until="domcontentloaded")
    await _ask(page, places, STEADY["en"])
    await expect(page.locator(places["message"]).last).to_have_text(await _whole_answer(world, account.name))
    toxic = await world.links.add_toxic("service_link", "reset_peer", "downstream", {"timeout": 0})
    await _ask(page, places, QUESTION["en"])
    await expect(page.locator(places["error"]).last).to_be_visible()
    await page.reload(wait_until="domcontentloaded")
    await _ask(page, places, QUESTION["en"])
    await expect(page.locator(places["error"]).last).to_be_visible()
    await world.links.remove_toxic("service_link", toxic)
    await context.close()


async def _whole_answer(world: World, account: str) -> str:
    """What the service has answered to somebody, once it has come to its end."""
    while True:
        for answer in await world.service.answers(account):
            if answer["state"] == "complete":
                return str(answer["text"])
        await asyncio.sleep(FOUND_OUT)


async def _ask(page: Page, places: Mapping[str, str], question: str) -> None:
    await page.fill(places["composer"], question)
    await page.press(places["composer"], "Enter")


async def by_hand(world: World, chosen: Client, arm: Arm) -> None:
    """The same steps, as one would write them for this one case: no history, no witness, no verdict."""
    places = chosen.locators
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


async def timed(act: Act, world: World, chosen: Client, arm: Arm) -> float:
    start = time.perf_counter()
    await act(world, chosen, arm)
    return time.perf_counter() - start


@asynccontextmanager
async def stack(chosen: Client) -> AsyncIterator[World]:
    """A stack of its own, whose history is dropped."""
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "history.jsonl")
        async with World(provide(say=lambda _text: None), recorder, client=chosen) as world:
            yield world


async def beside(world: World, chosen: Client, arm: Arm, hand: Act, rounds: int) -> None:
    """An arm and the same steps by hand, turn by turn."""
    took: dict[Act, list[float]] = {hand: [], by_harness: []}
    for act in took:
        await act(world, chosen, arm)
    for _ in range(rounds):
        for act, seconds in took.items():
            seconds.append(await timed(act, world, chosen, arm))
    hand_, ours = statistics.median(took[hand]), statistics.median(took[by_harness])
    print(f"an arm, by hand        {hand_:6.3f} s  (median of {rounds})")
    print(f"an arm, by the harness {ours:6.3f} s  (median of {rounds})")
    print(f"ratio                  {ours / hand_:6.2f}")


async def measure(rounds: int) -> None:
    started, chosen = time.perf_counter(), client(OURS)
    async with stack(chosen) as world:
        print(f"the stack's start      {time.perf_counter() - started:6.3f} s")
        await beside(world, chosen, _arm(chosen, SCENARIO, "retry"), by_hand, rounds)
        for outage in OUTAGES:
            text = SCENARIO.replace("1 connection", outage).replace("[retry]", f"[{{wait: {outage}}}]")
            waiting = _arm(chosen, text, f"wait[{outage}]")
            waits = [await timed(by_harness, world, chosen, waiting) for _ in range(max(3, rounds // 4))]
            print(f"an outage of {outage:>4}      {statistics.median(waits):6.3f} s")


async def elsewhere(name: str, rounds: int) -> None:
    """An arm on a client that somebody else wrote."""
    started, chosen = time.perf_counter(), client(name)
    if chosen.sends != "Enter" or "error" not in chosen.locators:
        raise SystemExit(f"{chosen.name} can't be measured: the steps by hand need Enter to send, and an error's place")
    async with stack(chosen) as world:
        print(f"{chosen.name}: its stack's start {time.perf_counter() - started:6.3f} s")
        await beside(world, chosen, _arm(chosen, OF_OTHERS, "reload"), by_hand_elsewhere, rounds)


async def work(act: str, rounds: int) -> None:
    """One worker of several: it says when its stack is ready, waits for a line, and says how many seconds it took."""
    chosen = client(OURS)
    async with stack(chosen) as world:
        arm = _arm(chosen, SCENARIO, "retry")
        await ACTS[act](world, chosen, arm)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(sum([await timed(ACTS[act], world, chosen, arm) for _ in range(rounds)]), flush=True)


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
