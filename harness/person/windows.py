"""A person's browser windows: how they are opened, and everything that happens in them, written into the history."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import shutil
import tempfile
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Download, Error, Page, Request, Response

from harness.browser import extensions, moving, traces
from harness.person.confidential import SECRETS, WRITTEN, Confidential
from harness.person.lying import Lying
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.values.situation import Situation

SOCKETS = (Path(extensions.__file__).parent / "sockets.js").read_text(encoding="utf-8")
LOCALES = {"en": "en-US", "ja": "ja-JP"}
REFUSED = re.compile(r"WebSocket.*Unexpected response code: (\d+)")
UNLOADED = re.compile(
    r"^Loading module from|^Loading failed for|^download failed \(font"
    r"|^The Same Origin Policy disallows reading|^Cross-Origin Request Blocked"
)
"""How Firefox says that something could not be loaded, or came from where a page may not read it."""
PARTS = frozenset({"document", "script", "stylesheet", "image", "font", "media", "manifest"})
"""What a page consists of, as the browser names it."""
MAKES = frozenset({"document", "script", "stylesheet", "fetch", "xhr"})
"""Of what a page is made, and what it asks for to be made."""
READING = 1.0
"""Real seconds within which the text of a reply that has come can be read."""
SAVING = 10.0
"""Real seconds within which a browser that is alive hands over what it recorded."""
SETTLED = 0.2
"""Real seconds after the last part of a page, by which its scripts listen to what a person does."""
SLOW = 100.0
"""Milliseconds from which a reply that came whole is noted for its time."""
OLD = {
    "chromium": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0.0.0 Safari/537.36",
    "firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:100.0) Gecko/20100101 Firefox/100.0",
}
"""What an old browser calls itself."""


@dataclass(frozen=True)
class Outfit:
    """What the person's browser must have from the start.

    `extensions`: so many installed. `blocks`: what the last of them blocks, which comes only with its fault; empty when
    none blocks anything.
    `keeps_profile`: what it has kept must outlive its restart. `whole_trace`: its trace has the network and the page at
    each act as well.
    """

    extensions: int = 0
    blocks: str = ""
    keeps_profile: bool = False
    whole_trace: bool = False


class Windows:
    """Every window that a person opened; `close` closes them all. `script`: what every document has from its start.

    `stepwise`: short times go by step by step. A page that animates computes for seconds in each of them.
    """

    def __init__(self, world: World, locale: str, outfit: Outfit, script: str, stepwise: bool = True) -> None:
        self._world, self._locale, self._outfit, self._script = world, locale, outfit, script
        self._stepwise = stepwise
        self._recorder: Recorder = world.recorder
        self._contexts: list[BrowserContext] = []
        self._left: list[Path] = []
        self._started: dict[Request, float] = {}
        self._began: dict[Request, float] = {}
        self._downloads: set[asyncio.Task[None]] = set()
        self._replies: set[asyncio.Task[None]] = set()
        self._opened: list[BrowserContext] = []
        self._tabs: list[Page] = []
        self._folder: Path | None = None
        self.confidential = Confidential()
        self.lying = Lying(world.recorder, self.confidential)
        self._part_at = 0.0
        self._coming: set[Request] = set()
        self.opens_in = 0.0
        """Real seconds that the page took to open while nothing was broken, at the most."""
        self.loaded: set[str] = set()
        """The addresses of all that pages consist of, which the browser may have kept."""
        self.installed: dict[str, str] = {}
        """The extensions that the person has, by name: `on` or `off`; the guilty one is among them once it came."""

    @property
    def settled(self) -> bool:
        """Whether no part of a page has been asked for or has come for a moment."""
        return time.monotonic() - self._part_at >= SETTLED

    @property
    def idle(self) -> bool:
        """Whether nothing more comes of which a page could be made."""
        return self.settled and not self._coming

    # -- opening

    async def first(self, situation: Situation) -> BrowserContext:
        """A window with a fresh profile."""
        self._engine = situation.engine
        how = self._how(situation)
        if not (self._outfit.extensions or self._outfit.keeps_profile):
            browser = await self._world.engines.get(situation.engine)
            return await self._prepared(await browser.new_context(**how))
        self._folder = Path(tempfile.mkdtemp(prefix="profile-", dir=self._world.stack.folder))
        harmless = extensions.NAMES[: self._outfit.extensions - bool(self._outfit.blocks)]
        self.installed = dict.fromkeys(harmless, "on")
        return await self._with_profile(situation)

    async def _with_profile(self, situation: Situation) -> BrowserContext:
        assert self._folder
        paths = None
        if self._outfit.extensions:
            on = [name for name, state in self.installed.items() if state == "on"]
            paths = [extensions.build(self._folder / "extensions", name, self._blocked_by(name)) for name in on]
        context = await self._world.engines.with_profile(
            situation.engine, self._folder / "profile", paths, **self._how(situation)
        )
        return await self._prepared(context)

    @property
    def guilty(self) -> str:
        """The name of the extension that blocks, or empty."""
        return extensions.NAMES[self._outfit.extensions - 1] if self._outfit.blocks else ""

    def _blocked_by(self, name: str) -> str:
        return self._outfit.blocks if name == self.guilty else ""

    async def install_guilty(self, context: BrowserContext) -> None:
        """Install the extension that blocks into the browser that runs."""
        assert self._folder
        assert context.browser
        made = extensions.build(self._folder / "extensions", self.guilty, self._outfit.blocks)
        devtools = await context.browser.new_browser_cdp_session()
        await devtools.send("Extensions.loadUnpacked", {"path": str(made)})
        self.installed[self.guilty] = "on"

    async def another(self, situation: Situation, device: Mapping[str, Any] | None = None) -> BrowserContext:
        """One more window, with a profile of its own and without extensions (a private one, another browser's)."""
        engine, how = situation.engine, {**self._how(situation), **(device or {})}
        private = self._contexts[0].browser if self._outfit.extensions and engine == self._engine else None
        browser = private if private and not device else await self._world.engines.get(engine)
        return await self._prepared(await browser.new_context(**how))

    async def again(self, situation: Situation) -> BrowserContext:
        """The same profile in a browser that was closed and started."""
        old = self._contexts[0]
        if self._folder:
            await self._closed(old)
            return await self._with_profile(situation)
        state = await old.storage_state()
        browser = await self._world.engines.get(situation.engine)
        fresh = await self._prepared(await browser.new_context(**self._how(situation), storage_state=state))
        await self._closed(old)
        return fresh

    def _how(self, situation: Situation) -> dict[str, Any]:
        how: dict[str, Any] = {"locale": LOCALES[self._locale]}
        if situation.release == "old":
            how["user_agent"] = OLD[situation.engine]
        if situation.proxy and not situation.device:
            how["proxy"] = {"server": f"http://127.0.0.1:{self._world.stack.link_ports['proxy']}"}
        return how

    async def _prepared(self, context: BrowserContext) -> BrowserContext:
        self._contexts.append(context)
        self._opened.append(context)
        await context.clock.install(time=time.time() + self._world.now)
        await context.expose_binding("__chatfaultTell", self._told)
        await context.add_init_script(SOCKETS + self._script)
        await traces.start(context, self._outfit.whole_trace)
        context.on("request", self._requested)
        context.on("response", self._responded)
        context.on("requestfinished", self._finished)
        context.on("requestfailed", self._failed)
        context.on("console", self._said)
        context.on("weberror", lambda raised: self._raised(str(raised.error)))
        context.on("dialog", self._boxed)
        context.on("page", self.watch)
        context.on("close", self._window_closed)
        return context

    def _boxed(self, box: Dialog) -> None:
        """A box of the browser's own, which keeps the page from everything until it is closed."""
        self._recorder.note("browser", "boxed", box=box.type, text=box.message)
        self._later(box.dismiss() if box.type != "beforeunload" else box.accept(), self._replies)

    def _window_closed(self, context: BrowserContext) -> None:
        self._recorder.note("browser", "window_closed", window=self._window(context))

    def _window(self, context: BrowserContext) -> int:
        """The how-manieth window this is, from 1."""
        return self._opened.index(context) + 1

    def watch(self, page: Page) -> None:
        """Note what a page downloads."""
        page.on("download", self._downloading)

    # -- what happens in them

    def _told(self, _source: object, kind: str, data: Mapping[str, Any]) -> None:
        self._recorder.note("browser", kind, **{**data, "url": urlsplit(str(data["url"])).path})

    def _said(self, message: ConsoleMessage) -> None:
        """Only the console says with which status a WebSocket was refused; and it may say what it must not."""
        secret = self.confidential.within(message.text, SECRETS | {WRITTEN})
        if secret:
            self._recorder.note("browser", "lying", where="the console", what=secret)
        refused = REFUSED.search(message.text)
        if refused:
            self._recorder.note("browser", "websocket_refused", status=int(refused[1]))

    def _raised(self, text: str) -> None:
        """A script's error; what could not be loaded is one to Firefox only, and is recorded already."""
        if "ws://" not in text and not UNLOADED.search(text):
            self._recorder.note("browser", "page_error", text=text)

    def _requested(self, request: Request) -> None:
        self._started[request] = self._began[request] = time.time()
        if request.is_navigation_request():
            self._coming.clear()
        if request.resource_type in MAKES and request.url.startswith("http://127.0.0.1"):
            self._coming.add(request)
        if request.resource_type in ("document", "script", "stylesheet"):
            self.loaded.add(request.url)
            self._part_at = time.monotonic()
        if request.is_navigation_request():
            self._document(request)
        if not request.is_navigation_request() and request.url.startswith("http"):
            self._asked_for(request)
        if request.method == "POST":
            key = request.headers.get("idempotency-key", "")
            self._recorder.note("browser", "sent", path=urlsplit(request.url).path, key=key)

    def _document(self, request: Request) -> None:
        """The browser asked for a document: in which tab of which window, under which name of its own."""
        try:
            page = request.frame.page
        except Error:  # the tab is not there yet
            return
        if request.frame is not page.main_frame:
            return
        if page not in self._tabs:
            self._tabs.append(page)
        url = urlsplit(request.url)
        told = {"tab": self._tabs.index(page) + 1, "window": self._window(page.context)}
        agent = request.headers.get("user-agent", "")
        self._recorder.note("browser", "document", None, host=url.hostname, path=url.path, agent=agent, **told)

    def _asked_for(self, request: Request) -> None:
        """A page asked for something: what it gives away is noted by its name, and never as it is."""
        foreign = ""
        with contextlib.suppress(Error):  # a service worker's has no frame
            own, there = urlsplit(request.frame.url), urlsplit(request.url)
            foreign = there.netloc if own.scheme == "http" and own.netloc != there.netloc else ""
        if request.resource_type in PARTS and not foreign:
            return
        body = ""
        with contextlib.suppress(Error, UnicodeDecodeError):
            body = request.post_data or ""
        path, key = urlsplit(request.url).path, request.headers.get("idempotency-key", "")
        carried = self.confidential.carried(body, request.headers)
        given = {"in_address": self.confidential.in_address(request.url), "carries": carried}
        led = bool(request.redirected_from)
        how = {"method": request.method, "path": path, "key": key, "foreign": foreign, "led": led}
        how |= {"beacon": True} if request.resource_type == "ping" else {}
        self._recorder.note("browser", "request", None, **how, **given)

    def _responded(self, response: Response) -> None:
        path = urlsplit(response.url).path
        started = self._started.pop(response.request, time.time())
        part = path.startswith("/app/") or response.request.resource_type in PARTS - {"document"}
        if response.url.startswith("http") and (response.status >= 400 or not part):
            ms = round(1000 * (time.time() - started), 1)
            headers = response.headers
            data: dict[str, Any] = {
                "method": response.request.method,
                "path": path,
                "status": response.status,
                "ms": ms,
                "length": headers.get("content-length") or headers.get("transfer-encoding") or "",
                "upstream_ms": headers.get("x-envoy-upstream-service-time", ""),
                "blocked_by": headers.get("x-blocked-by", ""),
            }
            if secret := self.confidential.in_headers(headers):
                data["gives_away"] = secret
            self._recorder.note("browser", "response", **data)
            self.lying.came(response)
            if response.status >= 400:
                self._later(self._read(response, path), self._replies)

    async def _read(self, response: Response, path: str) -> None:
        """Note what an error said, unless the browser has a copy that it kept in the place of that body."""
        with contextlib.suppress(Error):
            body, headers = await response.body(), response.headers
            if "content-encoding" in headers or headers.get("content-length", str(len(body))) == str(len(body)):
                text = body.decode(errors="replace")[:300]
                self._recorder.note("browser", "reply", path=path, status=response.status, text=text)

    def _finished(self, request: Request) -> None:
        """A reply that came whole, but took its time."""
        self._coming.discard(request)
        if request.url in self.loaded:
            self._part_at = time.monotonic()
        ms = round(1000 * (time.time() - self._began.pop(request, time.time())), 1)
        if ms >= SLOW and request.url.startswith("http"):
            self._recorder.note("browser", "finished", path=urlsplit(request.url).path, ms=ms)

    def _failed(self, request: Request) -> None:
        self._coming.discard(request)
        url = urlsplit(request.url)
        if url.scheme == "http":
            why = request.failure or ""
            self._recorder.note("browser", "request_failed", method=request.method, path=url.path, error=why)

    def _later(self, look: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(look)
        among.add(task)
        task.add_done_callback(among.discard)

    def _downloading(self, download: Download) -> None:
        self._later(self._downloaded(download), self._downloads)

    async def _downloaded(self, download: Download) -> None:
        with contextlib.suppress(Error):
            content = await asyncio.to_thread(Path(await download.path()).read_bytes)
            digest = hashlib.sha256(content).hexdigest()
            name = download.suggested_filename
            self._recorder.note("browser", "downloaded", name=name, bytes=len(content), sha256=digest)

    async def downloaded(self) -> None:
        """Return once every download that began has been looked at."""
        await asyncio.gather(*self._downloads)

    async def replied(self) -> None:
        """Return once every error's text has been read; that of a page which is left may never come."""
        if self._replies:
            await asyncio.wait(self._replies, timeout=READING)

    # -- time and end

    async def advance(self, seconds: float) -> None:
        """The browsers' clocks go with the world's: stepwise, jumping only over long calm stretches.

        What a page moves by its style goes with them, for no browser's driver has that follow the clock of its scripts.
        """
        for context in self._contexts:
            if seconds <= 60 and self._stepwise:
                await context.clock.run_for(round(seconds * 1000))
            else:
                await context.clock.fast_forward(round(seconds * 1000))
            for page in context.pages if seconds >= moving.SEEN else ():
                await moving.go_on(page, seconds)

    async def _closed(self, context: BrowserContext) -> None:
        """Close a window that the person leaves; its trace is put by until it is known whether it is kept."""
        self._contexts.remove(context)
        aside = self._world.stack.folder / f"trace-{time.time_ns()}.zip"
        with contextlib.suppress(Error):
            await context.tracing.stop(path=aside)
            self._left.append(aside)
        with contextlib.suppress(Error):
            await context.close()

    async def close(self, trace: Path | None = None) -> None:
        """Close every window; keep their traces if a path is given: that of the first there, the others beside it.

        No trace that is kept has a secret in it.
        """
        for task in self._replies:
            task.cancel()
        paths = traces.names(trace, len(self._left) + len(self._contexts)) if trace else []
        for aside in self._left:
            traces.keep(aside, paths.pop(0), self._recorder.secrets) if paths else aside.unlink(missing_ok=True)
        for context in self._contexts:
            path = paths.pop(0) if paths else None
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(SAVING):
                    await context.tracing.stop(path=path) if path else await context.tracing.stop()
            if path and path.exists():
                await asyncio.to_thread(traces.redact, path, self._recorder.secrets)
            with contextlib.suppress(Error):
                await context.close()
        self._contexts, self._left = [], []
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
