"""Each tool is started for a moment, as a run would start it: what is there need not work."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from harness.browser.engines import Engines
from harness.stack import ports, sweep
from harness.stack.process import MARK, Process, own_folder
from harness.tools import fonts
from harness.tools.machine import broken
from harness.tools.provision import CURES, Found, Tools
from harness.values.errors import ChatfaultError

PATIENCE = 60.0
"""Real seconds within which a tool has started and ended; a stock Firefox takes ten on a busy machine."""


@dataclass(frozen=True)
class Trial:
    """How it went: why the tool does not work (empty when it does), the cure, and how long it took.

    `unreadable`: the languages whose letters a browser draws as boxes.
    """

    name: str
    failure: str = ""
    cure: str = ""
    seconds: float = 0.0
    unreadable: tuple[str, ...] = ()


async def tried(tool: Found) -> Trial:
    """Start a tool and let it do something."""
    folder, env = own_folder()
    began = time.monotonic()
    try:
        unreadable = await asyncio.wait_for(TRIALS[tool.name](tool, folder, env), PATIENCE)
        return Trial(tool.name, seconds=time.monotonic() - began, unreadable=unreadable)
    except TimeoutError:
        return Trial(tool.name, f"it did not come to its end within {PATIENCE:g} s", CURES[tool.name])
    except ChatfaultError as error:
        return Trial(tool.name, error.what, error.cure or CURES[tool.name])
    except OSError as error:
        fault = broken(error)
        return Trial(tool.name, fault.what if fault else str(error), fault.cure if fault else CURES[tool.name])
    finally:
        sweep.end(env[MARK])
        shutil.rmtree(folder, ignore_errors=True)


async def _server(
    tool: Found, folder: Path, env: dict[str, str], command: Callable[[int, Path], tuple[str, ...]], path: str
) -> tuple[str, ...]:
    """A program that is to listen on a port and to answer there."""
    block = ports.claim()
    process = Process(tool.name, folder / f"{tool.name}.log")
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            port = block.take()
            await process.start((str(tool.path), *command(port, folder)), env)
            await process.until(lambda: _answers(http, f"http://127.0.0.1:{port}{path}"))
    finally:
        await process.stop()
        block.release()
    return ()


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as reply:
            return reply.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _toxiproxy(tool: Found, folder: Path, env: dict[str, str]) -> tuple[str, ...]:
    return await _server(tool, folder, env, lambda port, _: ("-host", "127.0.0.1", "-port", str(port)), "/version")


async def _envoy(tool: Found, folder: Path, env: dict[str, str]) -> tuple[str, ...]:
    return await _server(tool, folder, env, _bootstrap, "/ready")


def _bootstrap(port: int, folder: Path) -> tuple[str, ...]:
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    file = folder / "bootstrap.json"
    file.write_text(json.dumps({"admin": {"address": address}}))
    return ("-c", str(file), "--disable-hot-restart", "--concurrency", "1", "-l", "warning")


async def _browser(tool: Found, folder: Path, env: dict[str, str]) -> tuple[str, ...]:
    """A browser that is to open a page and to draw letters on it."""
    engine = "firefox" if tool.name == "firefox" else "chromium"
    engines = Engines(Tools(**{tool.name: tool}), folder, env)
    try:
        await engines.drive()
        if tool.name == "chromium":
            context = await engines.with_profile(engine, folder / "profile", [])
        else:
            context = await (await engines.get(engine)).new_context()
        page = await context.new_page()
        boxes = await page.evaluate(fonts.BOXES, [fonts.SAMPLES, fonts.NOBODYS])
        await context.close()
        return tuple(boxes)
    finally:
        await engines.stop()


TRIALS: dict[str, Callable[[Found, Path, dict[str, str]], Awaitable[tuple[str, ...]]]] = {
    "toxiproxy": _toxiproxy,
    "envoy": _envoy,
    "headless_shell": _browser,
    "chromium": _browser,
    "firefox": _browser,
}
