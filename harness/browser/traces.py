"""Traces of the browsers: where they are kept, and how every secret is taken out of one, inside its archive as well."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

from playwright.async_api import BrowserContext

from harness.browser.asking import connection_of
from harness.values.secrets import Secrets

TOLD = (".trace", ".network", ".stacks")
"""The archive's files that say what was done and sent; the others are what was received."""


async def start(context: BrowserContext, whole: bool) -> None:
    """Begin a trace of a window; `whole`: with the network and the page at each act.

    With each call Playwright would send from where in the harness it was made, which tells nobody anything of a client.
    """
    await context.tracing.start(snapshots=whole)
    connection = connection_of(context)
    if hasattr(connection, "set_is_tracing"):
        connection.set_is_tracing(False)


def names(first: Path, many: int) -> list[Path]:
    """Where the traces of so many windows go: the first has the name itself, the others stand beside it."""
    return [first if number == 1 else first.with_stem(f"{first.stem}-{number}") for number in range(1, many + 1)]


def keep(aside: Path, path: Path, secrets: Secrets) -> None:
    """Move a trace that was put by to where it is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(aside, path)
    redact(path, secrets)


def redact(path: Path, secrets: Secrets) -> None:
    """Write a trace anew without the secrets that are known, and those that its own headers carry."""
    with zipfile.ZipFile(path) as archive:
        inside = {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}
    for name, content in inside.items():
        if name.endswith(TOLD):
            secrets.learn(content)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in inside.items():
                archive.writestr(secrets.out_of(name), secrets.without(content))
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
