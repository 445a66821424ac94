"""What is kept of a screen beyond its words: pictures, what stands out in them, its letters, where Tab leads to."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page

from harness.browser import extensions
from harness.browser.asking import ask, comes_true, untraced
from harness.browser.audits import Audits
from harness.person.auditing import audit
from harness.stack.recorder import Recorder
from harness.tools import fonts

SCRIPTS = Path(extensions.__file__).parent
PIXELS, STAND, CLOSELY = (
    (SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in ("pixels", "walk", "closely")
)
ERROR_BOX = """(selector) => {
  for (const one of window.__chatfaultVisible?.all(selector) ?? []) {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const [x, y] = [Math.max(0, left), Math.max(0, top)];
    const [width, height] = [Math.min(innerWidth, right) - x, Math.min(innerHeight, bottom) - y];
    if (width > 1 && height > 1) return { x, y, width, height };
  }
  return null;
}"""
LINKS = """([own, most]) => {
  const { all, roots, displayed, text } = window.__chatfaultVisible;
  const [listed, FORBIDDEN] = [new Set(all(own)), /log-?out|sign-?out|#/i];
  const links = roots().flatMap((root) => [...root.querySelectorAll("a[href]")]).filter((one) => !listed.has(one));
  const here = links.filter((one) => displayed(one) && one.origin === location.origin && !FORBIDDEN.test(one.href));
  const told = here.map((one) => [one.href, text(one).lines.join(" ") || one.getAttribute("aria-label") || ""]);
  return [...new Map(told)].slice(0, most);
}"""
MOST_LINKS = 6
"""Links of a page that are followed."""
WALKED = ("composer", "send", "retry")
"""The parts of the page which are told when Tab leads to them."""
BACK = "() => window.__chatfaultBack()"
BARE = "([number, focused]) => window.__chatfaultBare(number, focused)"
MOST_BARE = 2
"""Controls that seem not to show the focus of which pictures are taken."""
LISTEN = "() => window.__chatfaultHeard?.listen()"
DEAD = ":is([href=''], [href='#'], [href^='javascript:'], :not([href]))"
"""The addresses of links that lead nowhere by themselves."""
MARKUP = "() => window.__chatfaultVisible.roots().map((root) => (root.body ?? root).innerHTML).join()"
HOLD = """() => {
  const led = (event) => event.composedPath().find((one) => one.localName === "a")?.getAttribute("href") ?? "";
  addEventListener("click", (event) => /^javascript:/i.test(led(event)) || event.preventDefault(), { once: true });
}"""
"""What the browser itself does at a press on `#` is not the link's doing: it may well make a page load anew."""
MOST_DEAD = 2
"""Links without an address that are pressed."""
CHANGED = f"(before) => ({MARKUP})() !== before"
CHANGING = 1.0
"""Real seconds within which something comes of a press."""
BEYOND = 2
"""Presses of Tab with which the focus may be outside of the page before it comes back."""
STEPS = 60
"""Presses of Tab after which nobody goes on."""
TAKING = 5.0
"""Real seconds within which a picture is taken."""


async def picture(page: Page, recorder: Recorder, phase: str) -> bytes:
    """Take a picture of the screen (PNG) into the report's folder `pictures`; where none can be taken, it is empty."""
    name = re.sub(r"[^\w-]", "-", recorder.arm)
    file = recorder.path.parent / "pictures" / f"{name}-{phase}.png"
    try:
        taken = await _taken(page)
    except (Error, TimeoutError):
        return b""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(taken)
    recorder.note("screen", "picture", phase=phase, file=f"pictures/{file.name}")
    return taken


async def _taken(page: Page) -> bytes:
    """The screen (PNG), from Chromium as it stands there, without waiting for the page to be drawn anew."""
    browser = page.context.browser
    if browser is None or browser.browser_type.name != "chromium":
        return await untraced(page, page.screenshot(timeout=TAKING * 1000))
    devtools = await untraced(page, page.context.new_cdp_session(page))
    try:
        async with asyncio.timeout(TAKING):
            told = await untraced(page, devtools.send("Page.captureScreenshot", {"format": "png"}))
            return base64.b64decode(told["data"])
    finally:
        with contextlib.suppress(Error):
            await untraced(page, devtools.detach())


async def pixels(page: Page, recorder: Recorder, error: str, taken: bytes) -> None:
    """Note which share of the error's rectangle stands out from its ground.

    `error`: its locator. `taken`: the picture of the screen (PNG) that shows it.
    """
    try:
        box = await ask(page, ERROR_BOX, error)
        if box:
            share = await ask(page, PIXELS, [base64.b64encode(taken).decode(), box])
            recorder.note("screen", "pixels", share=round(share, 5))
    except Error:
        return


async def closely(
    page: Page, recorder: Recorder, locators: Mapping[str, str], screen: Mapping[str, Any], taken: bytes, known: Audits
) -> None:
    """Note all that only pixels, letters, a keyboard, links and the accessibility tree tell of a screen.

    `taken`: the picture of it (PNG), empty if none could be taken. `known`: what axe found before.
    """
    said = [*(screen["error"] or {"lines": []})["lines"], *(one["text"] for one in screen["messages"])]
    await letters(page, recorder, " ".join(said))
    await facts(page, recorder, locators, "symptom")
    if screen["error"] and taken:
        await pixels(page, recorder, locators["error"], taken)
    await walk(page, recorder, {name: locators.get(name, "") for name in WALKED})
    with contextlib.suppress(Error):
        found = await ask(page, LINKS, [locators.get("conversation", ""), MOST_LINKS])
        recorder.note("screen", "links", found=[{"address": address, "text": text} for address, text in found])
    await audit(page, recorder, known)


async def follow(page: Page, recorder: Recorder) -> None:
    """Note what each link that was noted leads to. Nobody presses it: what it leads to is asked for, and not opened."""
    noted = recorder.history.last("screen", "links")
    for link in noted.data["found"] if noted else ():
        with contextlib.suppress(Error):
            reply = await page.context.request.head(link["address"], timeout=TAKING * 1000)
            recorder.note("screen", "followed", **link, status=reply.status)


async def letters(page: Page, recorder: Recorder, text: str) -> None:
    """Note which letters of a text this browser draws as boxes, because no font on this machine has them."""
    strange = sorted({letter for letter in text if letter.isalpha() and not letter.isascii()})
    try:
        told = [{letter: letter for letter in strange}, fonts.NOBODYS]
        missing = await ask(page, fonts.BOXES, told) if strange else ()
        recorder.note("screen", "letters", missing="".join(missing))
    except Error:
        return


async def walk(page: Page, recorder: Recorder, places: Mapping[str, str]) -> None:
    """Note where Tab leads to from the composer, once around the page; the focus is put back. `places`: locators.

    `browser` stands for the browser's own parts, to which it leads from a page's last one.
    """
    try:
        parts = await ask(page, STAND, [places["composer"], places])
        if not parts:
            return
        presses = min(parts + BEYOND, STEPS)
        await untraced(page, _press_tab(page, presses))
        found = await ask(page, BACK)
        bare = [name for number in range(min(found["bare"], MOST_BARE)) if (name := await _bare(page, number))]
    except Error:
        return
    been = found["been"]
    stuck = found["kept"] and found["steps"] + 1 < presses
    recorder.note("screen", "walk", been=been, round="composer" in been, bare=bare, stuck=stuck)


async def _bare(page: Page, number: int) -> str:
    """The name of a control that looks just the same whether the keyboard is on it or not, or empty."""
    taken = []
    for focused in (True, False):
        part = await ask(page, BARE, [number, focused])
        if part is None:
            return ""
        shot = page.screenshot(clip=part["clip"], animations="disabled", timeout=TAKING * 1000)
        taken.append(await untraced(page, shot))
    return str(part["name"]) if taken[0] == taken[1] else ""


async def count_pieces(page: Page, recorder: Recorder) -> None:
    """Note how far the answer has come, for whoever asks later what was held up."""
    with contextlib.suppress(Error):
        pieces = await ask(page, "() => window.__chatfaultPieces ?? null")
        if pieces is not None:
            recorder.note("browser", "websocket_frames", pieces=pieces)


async def listen(page: Page) -> None:
    """From here on the page keeps what its live regions say."""
    with contextlib.suppress(Error):
        await ask(page, LISTEN)


async def facts(
    page: Page, recorder: Recorder, locators: Mapping[str, str], phase: str, only: tuple[str, ...] = ()
) -> None:
    """Note what only somebody notices who looks closely, or who hears the page. `only`: these of it, if any."""
    with contextlib.suppress(Error):
        found = await ask(page, CLOSELY, dict(locators))
        recorder.note("screen", "closely", phase=phase, **{name: found[name] for name in only or found})


async def press_dead_links(page: Page, recorder: Recorder, error: str, most: int = MOST_DEAD) -> None:
    """Press the links of an error that lead nowhere by their address, and note whether anything comes of it."""
    links = page.locator(error).locator(f"a{DEAD} >> visible=true")
    with contextlib.suppress(Error):
        for number in range(min(most, await links.count())):
            text = await links.nth(number).inner_text()
            asked = recorder.history.where("browser", "request", "document")
            await ask(page, HOLD)
            before = await ask(page, MARKUP)
            recorder.note("run", "pressed", control="a link of the error", hand="mouse")
            await links.nth(number).click(timeout=TAKING * 1000)
            changed = await comes_true(page, CHANGED, CHANGING, before)
            came = changed or len(recorder.history.where("browser", "request", "document")) > len(asked)
            recorder.note("screen", "led", text=text, came=came)


async def _press_tab(page: Page, times: int) -> None:
    await asyncio.gather(*(page.keyboard.press("Tab") for _ in range(times)))
