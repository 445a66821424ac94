"""What lies about where others find it: in a browser's storage, in a cookie, in a page, or in what a page is told."""

from __future__ import annotations

import contextlib
from collections import deque
from urllib.parse import urlsplit

from playwright.async_api import Error, Page, Response

from harness.browser.asking import untraced
from harness.person.confidential import PASSWORD, SECRETS, WORDS, Confidential
from harness.stack.recorder import Recorder

KEPT = "() => /^https?:/.test(location.protocol) && JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"
"""What a page has in its storage, as text."""
NO_COOKIE = WORDS | SECRETS - {"a session"}
"""What no cookie is for."""
REPLIES = 20
"""So many replies are looked into, the last ones."""
LONGEST = 200_000
"""Bytes of a reply that is looked into, at the most."""
WHOLE = ("application/json", "text/plain", "text/html", "application/javascript", "text/javascript")
"""The kinds of replies that come whole; what comes in pieces may not have ended."""


class Lying:
    """Notes what it finds as `lying`, with its place and what it is, never the thing itself."""

    def __init__(self, recorder: Recorder, confidential: Confidential) -> None:
        self._recorder, self._confidential = recorder, confidential
        self._replies: deque[Response] = deque(maxlen=REPLIES)

    def came(self, response: Response) -> None:
        """A reply has come that the page asked for; the next look into the page looks into it as well."""
        kind, length = response.headers.get("content-type", ""), response.headers.get("content-length", "")
        own = response.request.resource_type in ("fetch", "xhr")
        if own and kind.startswith(WHOLE) and length.isdigit() and int(length) <= LONGEST:
            self._replies.append(response)

    async def look_into_storage(self, page: Page) -> None:
        """Note it when a page has kept a password: it is typed for one moment, and not the client's to keep."""
        with contextlib.suppress(Error):
            kept = await page.evaluate(KEPT)
            if kept and self._confidential.within(kept, PASSWORD):
                self._note("the browser's storage", "a password")

    async def look_into_cookies(self, page: Page) -> None:
        """Note it when a cookie has what goes along with nothing: what a person wrote or typed, a key of the API's."""
        jar = []
        with contextlib.suppress(Error):
            jar = await page.context.cookies()
        if found := self._confidential.in_address(" ".join(str(one.get("value")) for one in jar), NO_COOKIE):
            self._note("a cookie", found)

    async def look_into_page(self, page: Page) -> None:
        """Note it when a page that has no need of them, having a server that asks for it, has or is told secrets."""
        with contextlib.suppress(Error):
            if found := self._confidential.within(await untraced(page, page.content()), SECRETS):
                self._note("the page's source", found)
        while self._replies:
            response = self._replies.popleft()
            with contextlib.suppress(Error):
                text = (await response.body()).decode(errors="replace")
                if found := self._confidential.within(text, SECRETS):
                    self._note(f"the reply to {response.request.method} {urlsplit(response.url).path}", found)

    def _note(self, where: str, what: str) -> None:
        self._recorder.note("browser", "lying", where=where, what=what)
