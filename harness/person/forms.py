"""What a login and the client's dialogs say, and whether somebody without a mouse can fill them in."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from playwright.async_api import Error, Page

from harness.browser.asking import ask
from harness.person.confidential import SECRETS, Confidential
from harness.stack.recorder import Recorder

FORM = """([within, places]) => {
  const { all, displayed, text, look, inClear } = window.__chatfaultVisible;
  const { whyUnreached, nameOf } = window.__chatfaultHeard;
  return look(() => {
    const part = all(within).findLast(displayed);
    const frame = part?.closest("dialog, [role=dialog]") ?? part?.closest("form");
    if (!frame) return null;
    const named = Object.entries(places).map(([name, place]) => [name, all(place).findLast(displayed)]);
    const parts = named.filter(([, one]) => one);
    const barred = parts.map(([name, one]) => [name, whyUnreached(one)]).filter(([, why]) => why);
    const labelled = [...frame.querySelectorAll("[aria-label], [placeholder], [title]")].filter(displayed);
    const labels = labelled.map((one) => one.ariaLabel || one.placeholder || one.title);
    const { lines, unseen } = text(frame);
    const names = Object.fromEntries(parts.map(([name, one]) => [name, nameOf(one)]));
    const overprinted = window.__chatfaultPrinted.overprinted();
    return { overprinted, said: [...lines, ...labels], names,
      unreached: Object.fromEntries(barred), clear: inClear(), unseen };
  });
}"""


async def look_at_form(
    page: Page, recorder: Recorder, confidential: Confidential, what: str, within: str, places: Mapping[str, str]
) -> None:
    """Note what a login or a dialog says, what of it nobody sees, and which of its parts can't be reached.

    `within`: the locator of something that stands in it; `places`: those of the parts that a person uses.
    """
    with contextlib.suppress(Error):
        found = await ask(page, FORM, [within, dict(places)])
        if found:
            shows = confidential.within("\n".join(found["said"]), SECRETS)
            recorder.note("screen", "form", what=what, **found, shows=shows)
