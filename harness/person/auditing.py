"""What axe finds on a screen: once for all screens that are made of the same parts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Error, Page

from harness.browser import extensions
from harness.browser.asking import ask
from harness.browser.audits import Audits
from harness.stack.recorder import Recorder

SCRIPT = (Path(extensions.__file__).parent / "fingerprint.js").read_text(encoding="utf-8")
FINGERPRINT = f"() => {{ {SCRIPT} return window.__chatfaultFingerprint.taken(); }}"
AT_ONCE = """((setTimeout) => {
%s
})((act, delay, ...rest) => (delay ? setTimeout(act, delay, ...rest) : queueMicrotask(() => act(...rest))))"""
"""A script whose pauses of no length take none: axe makes one after each rule, and a browser stretches each to 4 ms."""
GRAVE = ("serious", "critical")
"""What axe calls a finding that keeps people out."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""The rules that are asked for, by axe's own tags."""
RUN = """async (tags) => {
  const asked = { resultTypes: ["violations"], runOnly: tags, elementRef: true, preload: false };
  return (await axe.run(asked)).violations.map(({ id, help, impact, nodes }) => ({
    rule: id, says: help, impact, where: nodes[0].target,
    parts: nodes.map((one) => (one.element ? window.__chatfaultFingerprint.partOf(one.element) : "")),
  }));
}"""
"""Nothing is fetched for it: that would be told as the page's own request."""


async def audit(page: Page, recorder: Recorder, known: Audits) -> None:
    """Note what axe finds that keeps people from what is on the screen: each rule, what it says, and where."""
    try:
        made = await ask(page, FINGERPRINT)
        if before := known.of(made["page"], made["parts"]):
            recorder.note("screen", "audit", found=_told(before[1]), alike=before[0])
            return
        await ask(page, AT_ONCE % AXE_SCRIPT)
        found = [one for one in await ask(page, RUN, list(RULES)) if one["impact"] in GRAVE]
    except Error:
        return
    known.learn(made["page"], made["parts"], recorder.arm, found)
    recorder.note("screen", "audit", found=_told(found))


def _told(found: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"rule": one["rule"], "says": one["says"], "where": " ".join(map(str, one["where"]))} for one in found]
