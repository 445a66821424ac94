"""A browser that can't be started: its own last words, and the cure that they call for."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Error

from harness.browser.engines import Engines
from harness.tools.provision import Found, Tools

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
