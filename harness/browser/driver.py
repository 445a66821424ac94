"""What drives the browsers: Playwright's driver, a program of its own that can fail and die like any other."""

from __future__ import annotations

import asyncio
import os
import re
from typing import Any

from playwright._impl._driver import compute_driver_executable
from playwright.async_api import Playwright

from harness.tools.machine import broken
from harness.values.errors import BrokenMachine
from harness.values.text import shown

ANSWERS = 10.0
"""Real seconds within which the driver's program ends when it has nothing to do."""
ERROR = re.compile(r"\bError: |(?i:\bfatal\b)")
"""What leads the line that says why, amid a program's lines of where."""
STEERING = ("NODE_OPTIONS", "PLAYWRIGHT_NODEJS_PATH", "NODE_PATH")
"""Variables that change what the driver's program does, or which it is."""


def ended(playwright: Playwright) -> str:
    """How the driver ended, in a sentence's words; empty while it runs. Playwright tells only of lost connections."""
    process: Any = playwright
    for name in ("_impl_obj", "_connection", "_transport", "_proc"):
        process = getattr(process, name, None)
    code = getattr(process, "returncode", None)
    if code is None:
        return ""
    return f"the browsers' driver ended ({f'signal {-code}' if code < 0 else f'exit code {code}'})"


async def unusable(error: BaseException) -> BrokenMachine:
    """Why the driver could not be started, as its program itself says it."""
    known = broken(error, "starting the browsers' driver")
    if known:
        return known
    words = await _words() or ("it did not answer" if isinstance(error, TimeoutError) else str(error) or repr(error))
    set_ = [name for name in STEERING if os.environ.get(name)]
    guilty = [name for name in set_ if name in words] or set_
    named = " and ".join(f"${name} (it is {shown(os.environ[name], 80)!r})" for name in guilty)
    cure = f"unset {named}" if guilty else "`pip install --force-reinstall playwright`"
    return BrokenMachine(
        f"the browsers' driver can't be started: {words}", where=compute_driver_executable()[0], cure=cure
    )


async def _words() -> str:
    """What the driver's program says when it has nothing to do, if it fails at that already."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            compute_driver_executable()[0], "-e", "0", stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
    except OSError as error:
        return error.strerror or str(error)
    try:
        out, err = await asyncio.wait_for(process.communicate(), ANSWERS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return "it does not come to an end with nothing to do"
    said = (err or out).decode(errors="replace").replace(f"{compute_driver_executable()[0]}: ", "")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    lines = [line for line in lines if ERROR.search(line)][:1] or lines[:2]
    return "; ".join(shown(line, 200) for line in lines) if process.returncode else ""
