"""A person in front of a browser: everything they can do, done for real, and what they see."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Page, Request, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from harness.clients import Client
from harness.model import Situation
from harness.recorder import Recorder
from harness.remedies.base import renewed
from harness.remedies.browser import other_engine
from harness.stack.service import Account
from harness.world import World

SCRIPTS = Path(__file__).parent / "browser"
SCREEN = (SCRIPTS / "screen.js").read_text(encoding="utf-8")
SOCKETS = (SCRIPTS / "sockets.js").read_text(encoding="utf-8")
LOCALES = {"en": "en-US", "ja": "ja-JP"}
PATIENCE = 10.0
"""Real seconds that the harness waits for something that nothing holds up."""
OPENING = 3.0
"""Real seconds after which a page that doesn't come is a page that doesn't come."""
HUSH = 0.25
"""Real seconds without what is waited for, after which a silent fault lets time go by."""
LEAP = 5.0
"""Seconds of the harness's clock that then go by at a time: below every limit of a client, so that none is missed."""
STILL_LOADING = "still_loading"
BLANK: dict[str, Any] = {
    "client": False,
    "messages": [],
    "error": None,
    "draft": "",
    "document": [],
    "login": False,
    "controls": {},
    "ready": False,
    "busy": False,
}
"""The screen while the page that was asked for doesn't come."""
Screen = Mapping[str, Any]


class Unavailable(Exception):
    """The person can't do that: the screen doesn't offer it."""


class Person:
    """One person of one arm. Closing it closes every window they opened."""

    def __init__(self, world: World, client: Client, account: Account, situation: Situation, locale: str) -> None:
        self._world, self._client, self._account, self._locale = world, client, account, locale
        self._recorder: Recorder = world.recorder
        self.situation = situation
        self._contexts: list[BrowserContext] = []
        self._started: dict[Request, float] = {}
        self._tracing = False
        self._blank = self._logs_in = False
        self.page: Page
        self.conversation = account.conversation
        world.on_advance(self._advance)

    # -- windows

    async def sit_down(self) -> None:
        """Open a browser with a fresh profile that is logged in."""
        context = await self._window(self.situation.engine)
        cookie = {"name": "session", "value": self._account.session, "url": self._world.origin, "httpOnly": True}
        await context.add_cookies([cookie])  # type: ignore[list-item]
        self.page = await context.new_page()

    async def _window(self, engine: str, **how: Any) -> BrowserContext:
        browser = await self._world.engines.get(engine)
        context = await browser.new_context(**{**how, "locale": LOCALES[self._locale]})
        self._contexts.append(context)
        await context.clock.install()
        await context.expose_binding("__chatfaultTell", self._told)
        await context.add_init_script(SOCKETS)
        await context.tracing.start(snapshots=False)
        context.on("request", self._requested)
        context.on("response", self._responded)
        context.on("requestfailed", self._failed)
        context.on("weberror", lambda raised: self._raised(str(raised.error)))
        return context

    def _told(self, _source: object, kind: str, data: Mapping[str, Any]) -> None:
        self._recorder.note("browser", kind, **{**data, "url": urlsplit(str(data["url"])).path})

    def _raised(self, text: str) -> None:
        """A script's error; that a WebSocket can't connect is one to Firefox only, and is recorded already."""
        if "ws://" not in text:
            self._recorder.note("browser", "page_error", text=text)

    def _requested(self, request: Request) -> None:
        self._started[request] = time.time()
        if request.method == "POST":
            self._recorder.note("browser", "sent", path=urlsplit(request.url).path)

    def _responded(self, response: Response) -> None:
        path = urlsplit(response.url).path
        started = self._started.pop(response.request, time.time())
        if response.status >= 400 or not path.startswith("/app/"):
            ms = round(1000 * (time.time() - started), 1)
            data: dict[str, Any] = {
                "method": response.request.method,
                "path": path,
                "status": response.status,
                "ms": ms,
                "length": response.headers.get("content-length") or response.headers.get("transfer-encoding") or "",
            }
            self._recorder.note("browser", "response", **data)

    def _failed(self, request: Request) -> None:
        path = urlsplit(request.url).path
        self._recorder.note("browser", "request_failed", method=request.method, path=path, error=request.failure or "")

    async def _advance(self, seconds: float) -> None:
        """The browsers' clocks go with the world's: stepwise, jumping only over long calm stretches."""
        for context in self._contexts:
            if seconds <= 60:
                await context.clock.run_for(round(seconds * 1000))
            else:
                await context.clock.fast_forward(round(seconds * 1000))

    async def leave(self, trace: Path | None = None) -> None:
        """Close every window; keep the trace of the first if a path is given."""
        for number, context in enumerate(self._contexts):
            path = trace if number == 0 else trace and trace.with_stem(f"{trace.stem}-{number + 1}")
            with contextlib.suppress(Error):
                await context.tracing.stop(path=path) if path else await context.tracing.stop()
            with contextlib.suppress(Error):
                await context.close()
        self._contexts = []

    # -- seeing

    async def look(
        self, phase: str, until: str = "now", question: str = "", steps: bool = False, **more: Any
    ) -> Screen:
        """What the screen shows once it is what is waited for (`now`, `shown`, `ended`, `pieces`), or in the end.

        `steps`: something is armed that says nothing, so time goes by as soon as nothing happens. Without it time goes
        by only after `PATIENCE`, up to a minute and a half, before the screen is taken as it is.
        """
        if self._blank:
            self._recorder.note("screen", "snapshot", phase=phase, **BLANK)
            return BLANK
        args = {"locators": dict(self._client.locators), "until": until, "question": question, **more}
        waiting = asyncio.create_task(self._evaluate(args))
        try:
            screen = await self._patient(waiting, steps)
        finally:
            waiting.cancel()
        if screen is None:
            screen = {**await self._evaluate({**args, "until": "now"}), "gave_up": True}
        self._recorder.note("screen", "snapshot", phase=phase, **screen)
        if screen.get("pieces") is not None:
            self._recorder.note("browser", "websocket_frames", pieces=screen["pieces"])
        return screen

    async def _patient(self, waiting: asyncio.Task[Screen], steps: bool) -> Screen | None:
        patience = HUSH if steps else PATIENCE
        for _ in range(18):
            done, _pending = await asyncio.wait([waiting], timeout=patience)
            if done:
                return waiting.result()
            patience = HUSH
            await self._count_pieces()
            await self._world.advance(LEAP)
        return None

    async def _count_pieces(self) -> None:
        """How far the answer has come, for whoever asks later what was held up."""
        with contextlib.suppress(Error):
            pieces = await self.page.evaluate("() => window.__chatfaultPieces ?? null")
            if pieces is not None:
                self._recorder.note("browser", "websocket_frames", pieces=pieces)

    async def _evaluate(self, args: Mapping[str, Any]) -> Screen:
        while True:
            try:
                screen: Screen = await self.page.evaluate(SCREEN, args)
                return screen
            except Error as error:
                if "navigat" not in error.message and "context was destroyed" not in error.message:
                    raise

    # -- opening

    async def open(self, phase: str) -> Screen:
        """Open the chat's address in the present tab."""
        failed = ""
        self._recorder.note("browser", "navigation", by="open")
        try:
            await self.page.goto(self._address, wait_until="domcontentloaded", timeout=OPENING * 1000)
        except PlaywrightTimeout:
            failed = STILL_LOADING
        except Error as error:
            failed = error.message.splitlines()[0]
        return await self._arrived(phase, failed)

    @property
    def _address(self) -> str:
        return self._world.origin + self._client.address.format(conversation=self.conversation)

    async def _arrived(self, phase: str, failed: str) -> Screen:
        self._blank = bool(failed)
        if failed:
            self._recorder.note("browser", "navigation_failed", error=failed)
            blank = {**BLANK, "navigation": failed}
            self._recorder.note("screen", "snapshot", phase=phase, **blank)
            await self._settle(failed)
            return blank
        screen = await self.look(phase, "shown")
        if screen["login"] and self._logs_in:
            screen = await self._log_in(phase)
        return screen

    async def _settle(self, failed: str) -> None:
        """Nothing may disturb the next navigation: a page that still loads is given up, an error page is let come."""
        with contextlib.suppress(Error):
            if failed == STILL_LOADING:
                await self.page.goto("about:blank", timeout=1000)
            else:
                await self.page.wait_for_load_state("load", timeout=1000)

    async def _log_in(self, phase: str) -> Screen:
        places = self._client.locators
        await self.page.fill(places["login_account"], self._account.name)
        await self.page.fill(places["login_password"], self._account.password)
        await self.page.click(places["login_submit"])
        return await self.look(phase, "shown")

    # -- asking

    async def ask(self, question: str) -> None:
        """Write the question, unless it stands there already, and send it. Raises `Unavailable` if it can't be."""
        places = self._client.locators
        screen = await self._now()
        if not screen["client"] or screen["login"]:
            raise Unavailable("the chat isn't on the screen")
        if screen["draft"] != question:
            await self.page.fill(places["composer"], question)
            screen = await self._now()
        if screen["controls"]["send"] != "enabled":
            raise Unavailable("the send button is disabled")
        self._recorder.note("run", "asked", question=question, conversation=self.page.url.rsplit("/", 1)[-1])
        await self.page.click(places["send"])

    async def _now(self) -> Screen:
        if self._blank:
            return BLANK
        return await self._evaluate({"locators": dict(self._client.locators), "until": "now", "question": ""})

    async def ask_again(self, question: str, phase: str) -> None:
        """Repeat what failed, in the page as it stands: open the address again, take it up again, or send again."""
        screen = await self._now()
        if not screen["client"]:
            screen = await self.open(phase)
            if not screen["client"] or screen["error"]:
                return
        stands = any(one["role"] == "user" and one["text"] == question for one in screen["messages"])
        accepted = stands and screen["draft"] != question
        for control in ("retry", "regenerate"):
            if accepted and screen["controls"][control] == "enabled":
                await self.press(control)
                return
        await self.ask(question)

    async def press(self, control: str) -> None:
        """Press one of the client's own controls. Raises `Unavailable` when it isn't offered."""
        screen = await self._now()
        state = screen["controls"][control] if screen["client"] else "absent"
        if state != "enabled":
            raise Unavailable(f"{control} is {state} on the screen")
        self._recorder.note("run", "pressed", control=control)
        await self.page.click(f"{self._client.locators[control]} >> visible=true")

    # -- remedies (harness.remedies.base.Hands)

    async def reload(self) -> None:
        if self._blank:
            await self.open("remedy")
            return
        failed = ""
        self._recorder.note("browser", "navigation", by="reload")
        try:
            await self.page.reload(wait_until="domcontentloaded", timeout=OPENING * 1000)
        except PlaywrightTimeout:
            failed = STILL_LOADING
        except Error as error:
            failed = error.message.splitlines()[0]
        await self._arrived("remedy", failed)

    async def new_tab(self) -> None:
        self.page = await self.page.context.new_page()
        await self.open("remedy")

    async def new_chat(self) -> None:
        await self.press("new_chat")
        await self.look("remedy", "shown")

    async def clear_site_data(self) -> None:
        self._logs_in = True
        context = self.page.context
        await context.clear_cookies()
        if self.situation.engine == "chromium":
            devtools = await context.new_cdp_session(self.page)
            everything = {"origin": self._world.origin, "storageTypes": "all"}
            await devtools.send("Storage.clearDataForOrigin", everything)
            await devtools.send("Network.clearBrowserCache")
        else:
            with contextlib.suppress(Error):
                await self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        await self.open("remedy")

    async def private_window(self) -> None:
        await self._elsewhere(self.situation.engine)

    async def other_browser(self) -> None:
        await self._elsewhere(other_engine(self.situation.engine))

    async def _elsewhere(self, engine: str, device: Mapping[str, Any] | None = None) -> None:
        self._logs_in = True
        context = await self._window(engine, **(device or {}))
        self.page = await context.new_page()
        self.situation = replace(renewed("session")(self.situation), engine=engine)
        await self.open("remedy")

    async def phone(self) -> None:
        assert self._world.engines.devices
        await self._elsewhere("chromium", self._world.engines.devices["Pixel 7"])

    async def restart_browser(self) -> None:
        """Close every window and start anew with the same cookies and storage."""
        state = await self.page.context.storage_state()
        context = await self._window(self.situation.engine, storage_state=state)
        await self.page.context.close()
        self.page = await context.new_page()
        await self.open("remedy")

    async def log_in_again(self) -> None:
        """Log out if that is needed, and in again by the form."""
        screen = await self._now()
        if not screen["client"]:
            raise Unavailable("the chat isn't on the screen")
        if not screen["login"]:
            await self.page.click(self._client.locators["logout"])
            await self._comes("login_form", "logging out does not work")
        await self._log_in("remedy")

    async def _comes(self, place: str, otherwise: str) -> None:
        """Wait for a part of the page to be shown. Raises `Unavailable` with the reason when it doesn't come."""
        try:
            await self.page.wait_for_selector(self._client.locators[place], timeout=OPENING * 1000)
        except PlaywrightTimeout:
            raise Unavailable(otherwise) from None

    async def change_password(self) -> None:
        places, fresh = self._client.locators, secrets.token_urlsafe(12)
        await self.page.click(places["settings"])
        await self._comes("password_old", "the settings don't open")
        try:
            await self.page.fill(places["password_old"], self._account.password)
            await self.page.fill(places["password_new"], fresh)
            await self.page.click(places["password_submit"])
            await self._comes("password_done", "the password can't be changed")
            self._account = replace(self._account, password=fresh)
        finally:
            with contextlib.suppress(PlaywrightTimeout):
                await self.page.click(places["dialog_close"], timeout=OPENING * 1000)
        await self.look("remedy", "shown")

    async def ask_support(self) -> None:
        """Open the help bubble, send the form; the service's people look at it while time goes by."""
        places = self._client.locators
        screen = await self._now()
        if not screen["client"] or screen["login"]:
            raise Unavailable("the chat isn't on the screen")
        said = " / ".join(screen["error"]["lines"]) if screen["error"] else "nothing"
        await self.page.click(places["support_open"])
        await self._comes("support_text", "the help does not open")
        try:
            await self.page.fill(places["support_text"], f"It says: {said}. I tried again, and it did not help.")
            await self.page.click(places["support_submit"])
            await self._comes("support_ticket", "support takes no ticket")
        finally:
            await self.page.click(places["dialog_close"])
        tickets = await self._world.service.staff()
        self._recorder.note("run", "support", tickets=tickets)
        await self.look("remedy", "shown")

    async def shorten_prompt(self) -> None:
        """Decide to ask something shorter; it is asked in the recovery."""
        self.situation = replace(self.situation, prompt="")

    async def restart_router(self) -> None:
        """Every connection over this network ends; the network itself is the same."""
        await self._world.links.cut(self.situation.network)

    async def join(self, network: str) -> None:
        self.situation = replace(self.situation, network=network)
        await self._world.place(self.situation)

    async def vpn(self, exit_: str) -> None:
        self.situation = replace(self.situation, vpn=exit_)
        await self._world.place(self.situation)

    async def wait(self, seconds: float) -> None:
        await self._world.advance(seconds)
