"""What a login and the client's dialogs say, and whether somebody without a mouse can fill them in."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from playwright.async_api import Error, Page

from harness.browser.asking import ask
from harness.person.confidential import SECRETS, Confidential
from harness.stack.recorder import Recorder

FORM = """(places) => {
  const { all, displayed, text, look } = window.__chatfaultVisible;
  const { whyUnreached, labels } = window.__chatfaultHeard;
  return look(() => {
    const named = Object.entries(places).map(([name, place]) => [name, all(place).findLast(displayed)]);
    const parts = named.filter(([, one]) => one);
    const barred = parts.map(([name, one]) => [name, whyUnreached(one)]).filter(([, why]) => why);
    const written = parts.filter(([name, one]) => /password(_old|_new)?$/.test(name) && one.matches("input"));
    const clear = written.some(([, one]) => one.type !== "password");
    return { lines: text(document.body).lines, labels: labels(), unreached: Object.fromEntries(barred), clear };
  });
}"""


class Form:
    """A login or a dialog on a page. `before`: the lines that stood there before it was opened."""

    def __init__(self, page: Page, recorder: Recorder, confidential: Confidential, what: str) -> None:
        self._page, self._recorder, self._confidential, self._what = page, recorder, confidential, what
        self._before: list[str] = []

    async def opens(self) -> None:
        """What stands on the page now is none of the form's."""
        with contextlib.suppress(Error):
            found = await ask(self._page, FORM, {})
            self._before = [*found["lines"], *found["labels"]]

    async def note(self, places: Mapping[str, str]) -> None:
        """Note what it says and what of its `places` (locators) can't be reached, each where it stands on the page."""
        with contextlib.suppress(Error):
            found = await ask(self._page, FORM, dict(places))
            said = [line for line in [*found["lines"], *found["labels"]] if line not in self._before]
            shows = self._confidential.within("\n".join(said), SECRETS)
            told = {"unreached": found["unreached"], "clear": found["clear"], "shows": shows}
            self._recorder.note("screen", "form", what=self._what, said=said, **told)
