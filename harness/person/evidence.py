"""What is kept of a screen beyond its words: pictures, what stands out in them, its letters, and axe's findings."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Error, Page

from harness.browser import extensions
from harness.stack.recorder import Recorder
from harness.tools import fonts

PIXELS = (Path(extensions.__file__).parent / "pixels.js").read_text(encoding="utf-8")
ERROR_BOX = """(selector) => {
  for (const one of window.__chatfaultVisible?.all(selector) ?? []) {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const [x, y] = [Math.max(0, left), Math.max(0, top)];
    const [width, height] = [Math.min(innerWidth, right) - x, Math.min(innerHeight, bottom) - y];
    if (width > 1 && height > 1) return { x, y, width, height };
  }
  return null;
}"""
STAND = """([composer, places]) => {
  const { all, roots, displayed, isWithin } = window.__chatfaultVisible;
  const { deepFocus } = window.__chatfaultHeard;
  const stood = deepFocus();
  all(composer)[0]?.focus({ preventScroll: true });
  if (!all(composer).some((one) => isWithin(deepFocus(), one))) return 0;
  const been = [];
  const goes = () => {
    const there = Object.entries(places).find(([, place]) => all(place).some((one) => isWithin(deepFocus(), one)));
    been.push(there?.[0] ?? "elsewhere");
  };
  const leaves = (event) => event.target === window && been.push("browser");
  addEventListener("focusin", goes, true);
  addEventListener("blur", leaves);
  window.__chatfaultBack = () => {
    removeEventListener("focusin", goes, true);
    removeEventListener("blur", leaves);
    if (stood && stood !== document.body) stood.focus({ preventScroll: true });
    else document.activeElement?.blur();
    return been;
  };
  const parts = roots().flatMap((root) => [...root.querySelectorAll("*")]);
  return parts.filter((one) => one.tabIndex >= 0 && displayed(one)).length;
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
BEYOND = 2
"""Presses of Tab with which the focus may be outside of the page before it comes back."""
STEPS = 60
"""Presses of Tab after which nobody goes on."""
TAKING = 5.0
"""Real seconds within which a picture is taken."""
GRAVE = ("serious", "critical")
"""What axe calls a finding that keeps people out."""


async def picture(page: Page, recorder: Recorder, phase: str) -> None:
    """Take a picture of the screen into the report's folder `pictures`; a page that can't be pictured has none."""
    name = re.sub(r"[^\w-]", "-", recorder.arm)
    file = recorder.path.parent / "pictures" / f"{name}-{phase}.png"
    try:
        await page.screenshot(path=file, timeout=TAKING * 1000)
    except Error:
        return
    recorder.note("screen", "picture", phase=phase, file=f"pictures/{file.name}")


async def pixels(page: Page, recorder: Recorder, error: str) -> None:
    """Note which share of the error's rectangle stands out from its ground. `error`: its locator."""
    try:
        box = await page.evaluate(ERROR_BOX, error)
        if box:
            taken = await page.screenshot(clip=box, timeout=TAKING * 1000)
            share = await page.evaluate(PIXELS, base64.b64encode(taken).decode())
            recorder.note("screen", "pixels", share=round(share, 5))
    except Error:
        return


async def closely(page: Page, recorder: Recorder, locators: Mapping[str, str], screen: Mapping[str, Any]) -> None:
    """Note all that only pixels, letters, a keyboard, links and the accessibility tree tell of a screen."""
    said = [*(screen["error"] or {"lines": []})["lines"], *(one["text"] for one in screen["messages"])]
    await letters(page, recorder, " ".join(said))
    if screen["error"]:
        await pixels(page, recorder, locators["error"])
    await walk(page, recorder, {name: locators.get(name, "") for name in WALKED})
    with contextlib.suppress(Error):
        found = await page.evaluate(LINKS, [locators.get("conversation", ""), MOST_LINKS])
        recorder.note("screen", "links", found=[{"address": address, "text": text} for address, text in found])
    await audit(page, recorder)


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
        missing = await page.evaluate(fonts.BOXES, [{letter: letter for letter in strange}, fonts.NOBODYS])
        recorder.note("screen", "letters", missing="".join(missing))
    except Error:
        return


async def walk(page: Page, recorder: Recorder, places: Mapping[str, str]) -> None:
    """Note where Tab leads to from the composer, once around the page; the focus is put back. `places`: locators.

    `browser` stands for the browser's own parts, to which it leads from a page's last one.
    """
    try:
        parts = await page.evaluate(STAND, [places["composer"], places])
        if not parts:
            return
        presses = min(parts + BEYOND, STEPS)
        await asyncio.gather(*(page.keyboard.press("Tab") for _ in range(presses)))
        been = list(dict.fromkeys(await page.evaluate(BACK)))
    except Error:
        return
    recorder.note("screen", "walk", been=been, round="composer" in been)


async def audit(page: Page, recorder: Recorder) -> None:
    """Note what axe finds that keeps people from what is on the screen: each rule, what it says, and where."""
    try:
        await page.evaluate(AXE_SCRIPT)
        options = '{resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}'
        found = await page.evaluate(f"axe.run({options}).then((found) => found.violations)")
    except Error:
        return
    told = [
        {"rule": one["id"], "says": one["help"], "where": " ".join(map(str, one["nodes"][0]["target"]))}
        for one in found
        if one["impact"] in GRAVE
    ]
    recorder.note("screen", "audit", found=told)
