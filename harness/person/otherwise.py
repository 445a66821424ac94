"""The same page as others have it: in the dark, and in a window as narrow as a phone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping

from playwright.async_api import Error

from harness.person.body import Body
from harness.person.evidence import facts
from harness.stack.recorder import Recorder

DARK, NARROW = "dark", "narrow"
NARROW_WINDOW = {"width": 390, "height": 844}
"""Pixels of a common phone's window."""
MADE_FOR_IT = """() => {
  const sheetsOf = (root) => [...(root.styleSheets ?? []), ...(root.adoptedStyleSheets ?? [])];
  const byWidth = (rule) => /width/.test(rule.media?.mediaText ?? "") || [...(rule.cssRules ?? [])].some(byWidth);
  const readable = (sheet) => { try { return [...sheet.cssRules]; } catch { return []; } };
  const roots = window.__chatfaultVisible?.roots() ?? [document];
  const asks = () => roots.flatMap(sheetsOf).flatMap(readable).some(byWidth);
  return /width/.test(document.querySelector('meta[name=viewport]')?.content ?? '') || asks();
}"""
"""Whether a page is laid out by the window's width: it says so, or its styles ask for it.

Any other one a phone shows as in a wide window.
"""


async def look_otherwise(person: Body, recorder: Recorder, locators: Mapping[str, str]) -> None:
    """Look at what stands there now in the dark, and in a narrow window; the page is then as it was.

    In a narrow window it is noted as well which words of an error can't be read to their end.
    """
    for phase, dressed in ((DARK, _in_the_dark), (NARROW, _in_a_narrow_window)):
        with contextlib.suppress(Error):
            async with dressed(person) as changed:
                if not changed:
                    continue
                await person.look(phase)
                if phase == NARROW:
                    await facts(person.page, recorder, locators, phase, ("marred",))


@contextlib.asynccontextmanager
async def _in_the_dark(person: Body) -> AsyncIterator[bool]:
    await person.page.emulate_media(color_scheme="dark")
    try:
        yield True
    finally:
        await person.page.emulate_media(color_scheme="null")


@contextlib.asynccontextmanager
async def _in_a_narrow_window(person: Body) -> AsyncIterator[bool]:
    wide = person.page.viewport_size
    if wide is None or wide["width"] <= NARROW_WINDOW["width"] or not await person.page.evaluate(MADE_FOR_IT):
        yield False
        return
    await person.page.set_viewport_size(NARROW_WINDOW)  # type: ignore[arg-type]
    try:
        yield True
    finally:
        await person.page.set_viewport_size(wide)
