"""The browsers of a worker: how long one is kept, and why one can't be started."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Error

from harness.browser import engines as module
from harness.browser.engines import Engines
from harness.tools.provision import Found, Tools, provide

SHELL = Found("headless_shell", Path("/usr/bin/shell"), "1.0", "env")


@pytest.mark.parametrize(
    ("own", "says", "cure"),
    [
        (
            "pthread_create: Resource temporarily unavailable (11)",
            "Chromium can't be started: no process can be started any more (Resource temporarily unavailable): ",
            "end other programs, or raise `ulimit -u`",
        ),
        ("cannot open display", "Chromium can't be started: Target closed; cannot open display", "$CHATFAULT_HEADLESS"),
    ],
)
def test_what_the_browser_said_decides_the_cure(tmp_path: Path, own: str, says: str, cure: str) -> None:
    engines = Engines(Tools(headless_shell=SHELL), tmp_path, {}, False)
    fault = engines._unusable("chromium", False, Error(f"BrowserType.launch: Target closed\n - [pid=1][err] {own}"))
    assert fault.what.startswith(says)
    assert cure in fault.cure
    assert fault.where == "/usr/bin/shell"


@pytest.mark.live
def test_a_browser_that_wears_is_started_anew_once_nobody_has_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WORN", {"chromium": 2})

    async def run() -> None:
        engines = Engines(provide(["headless_shell"], say=lambda _text: None), tmp_path, {})
        await engines.start("chromium")
        first = await engines.get("chromium")
        window = await first.new_context()
        assert await engines.get("chromium") is first, "somebody has a window in it"
        await window.close()
        second = await engines.get("chromium")
        assert second is not first
        assert not first.is_connected()
        assert not engines.dead()
        assert await engines.get("chromium") is second
        await engines.stop()

    asyncio.run(run())
