"""A person in front of a browser: what they see, open, ask and press. The acts of `acts_*` build on it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Locator, Page, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from harness.browser import extensions
from harness.browser.asking import ask
from harness.clients import Client
from harness.person import evidence
from harness.person.forms import look_at_form
from harness.person.pressing import REACHING, hindrance, place_of, press, press_enter, under_way
from harness.person.watching import BLANK, MOMENT, OFTEN, Screen, Watch
from harness.person.windows import Outfit, Windows
from harness.stack.recorder import Recorder
from harness.stack.service import Account
from harness.stack.world import World
from harness.values.situation import Situation

SCRIPTS = Path(extensions.__file__).parent
SENSES = "\n".join((SCRIPTS / name).read_text(encoding="utf-8") for name in ("visible.js", "heard.js", "printed.js"))
SCREEN = (SCRIPTS / "screen.js").read_text(encoding="utf-8")
PRESSES = (SCRIPTS / "presses.js").read_text(encoding="utf-8")
FLASHES = (SCRIPTS / "flashes.js").read_text(encoding="utf-8")
PRESSED = ("send", "retry", "regenerate", "new_chat", "download", "login_submit", "logout", "settings", "setting_files")
"""The controls of which it is told that somebody pressed them."""
LOOK = "(args) => window.__chatfaultLook?.(args) ?? null"
"""Every document has this from its start, so that a look carries neither the script nor the locators there again."""
PATIENCE = 10.0
"""Real seconds that the harness waits for something that nothing holds up."""
SLOWER = 3
"""So many times longer than while all is well may a page take to open."""
FIRST_VISIT = 10.0
"""Real seconds in which a client shows what it puts before its chat when somebody comes to it for the first time."""
OPENING = 3.0
"""Real seconds after which a page that doesn't come is a page that doesn't come, as long as something is broken."""
HUSH = 0.25
"""Real seconds without what is waited for, after which a silent fault lets time go by."""
LULL = 0.1
"""Real seconds without it, once that has begun, after which more time goes by."""
LEAP = 5.0
"""Seconds of the harness's clock that then go by at a time: below every limit of a client, so that none is missed."""
COOKIE_LASTS = 7 * 24 * 3600.0
"""Seconds for which the browser keeps the session's cookie, over a restart as well."""
STILL_LOADING = "still_loading"
LOGIN = ("login_account", "login_password", "login_submit")
"""The parts of a login."""


class Unavailable(Exception):
    """The person can't do that: the screen doesn't offer it."""


class InTheWay(Unavailable):
    """The screen offers it, and the client keeps the person from doing it."""


class NothingToDo(Unavailable):
    """The person has nothing to do it with: who has no VPN turns none off."""


class Body:
    """One person of one arm. `leave` closes every window they opened."""

    def __init__(
        self, world: World, client: Client, account: Account, situation: Situation, locale: str, outfit: Outfit
    ) -> None:
        self._world, self._client, self._account, self._locale = world, client, account, locale
        self._own = account
        self._recorder: Recorder = world.recorder
        self.situation = situation
        self._screen = f"({SCREEN})({json.dumps(client.locators)})"
        look = f'{SENSES}\nObject.defineProperty(window, "__chatfaultLook", {{ value: {self._screen} }});'
        places = {name: place for name, place in client.locators.items() if name in PRESSED}
        flashes = f"({FLASHES.strip()})({json.dumps(client.locators.get('error', ''))});"
        script = f"{look}({PRESSES.strip()})({json.dumps(places)});{flashes}"
        self.windows = Windows(world, locale, outfit, script, stepwise=client.marks_itself)
        mine = {"a session": account.session, "a password": account.password, "an API key": account.api_key}
        self.windows.confidential.values = {"the account": account.name, **mine}
        self._blank = self._logs_in = self._refused = self._visited = False
        self._turns = 0.0
        self.when_opened: Callable[[], Awaitable[None]] | None = None
        """What goes on at the service as soon as the person has come back to the page, if anything waits for that."""
        self.page: Page
        self.conversation = account.conversation
        world.on_advance(self.windows.advance)

    async def sit_down(self) -> None:
        """Open a browser with a fresh profile that is logged in."""
        context = await self.windows.first(self.situation)
        kept = {"url": self._origin, "httpOnly": True, "expires": time.time() + COOKIE_LASTS}
        if "login" in self._client.has:
            await context.add_cookies([{"name": "session", "value": self._account.session, **kept}])  # type: ignore[typeddict-item]
        self.page = await context.new_page()

    async def leave(self, trace: Path | None = None) -> None:
        """Close every window; keep their traces if a path is given."""
        await self.windows.close(trace)

    @property
    def _origin(self) -> str:
        return self._world.origin(self.situation)

    # -- seeing

    async def look(
        self, phase: str, until: str = "now", question: str = "", patience: float = PATIENCE, **more: Any
    ) -> Screen:
        """What the screen shows once it is what is waited for (`now`, `shown`, `ended`, `pieces`), or in the end.

        `patience`: real seconds after which time goes by, up to a minute and a half, before the screen is taken as it
        is; few when something is armed that says nothing (`HUSH`).
        """
        if self._blank:
            self._recorder.note("screen", "snapshot", phase=phase, **BLANK)
            return BLANK
        args = {"until": until, "question": question, **more}
        pieces, self._turns, turns = int(more.get("pieces", 0)), 0.0, self._turns
        watch = Watch(
            self._world.service, self._account.name, until, question, pieces, turns, lambda: self._recorder.world
        )
        waiting = asyncio.create_task(self._evaluate(args) if self._client.marks_itself else self._watched(watch))
        try:
            screen = await self._patient(waiting, patience)
        finally:
            waiting.cancel()
        if screen is None:
            screen = {**await self._now(), "gave_up": True}
            self._world.doubt()
        links, screen = screen.get("links", ()), {what: shown for what, shown in screen.items() if what != "links"}
        screen = {**screen, **self.windows.confidential.on_screen(screen, links)}
        self._recorder.note("screen", "snapshot", phase=phase, **screen)
        if screen.get("pieces") is not None:
            self._recorder.note("browser", "websocket_frames", pieces=screen["pieces"])
        return screen

    async def _watched(self, watch: Watch) -> Screen:
        """The screen once it is what is waited for, of a client that doesn't say so itself."""
        while True:
            screen = await watch.read(await self._evaluate({"until": "now", "question": ""}))
            comes = watch.opening and not self.windows.settled
            there = (await watch.is_it(screen) and not comes) or (not screen["client"] and self._refused)
            if there or (self.windows.idle and watch.stays_away(screen)):
                return {**screen, "stood": round(watch.stood, 3)}
            await asyncio.sleep(watch.pause)

    async def picture(self, phase: str) -> bytes:
        """Keep a picture (PNG) of the screen, for the report; Firefox lets nobody picture its own pages."""
        if self._blank and self.situation.engine == "firefox":
            return b""
        return await evidence.picture(self.page, self._recorder, phase)

    async def look_closely(self, taken: bytes) -> None:
        """What only pixels, letters and the accessibility tree tell of the screen now. `taken`: its picture."""
        screen = await self._now()
        if not screen["client"]:
            return
        await evidence.closely(self.page, self._recorder, self._client.locators, screen, taken, self._world.audits)
        if self._client.has_server:
            await self.windows.lying.look_into_page(self.page)

    async def follow(self) -> None:
        """See whether the links that stood there when it was looked at closely lead somewhere, now that all works."""
        await evidence.follow(self.page, self._recorder)

    async def _patient(self, waiting: asyncio.Task[Screen], patience: float) -> Screen | None:
        for _ in range(18):
            done, _pending = await asyncio.wait([waiting], timeout=patience)
            if done:
                return waiting.result()
            if patience != LULL:
                await evidence.count_pieces(self.page, self._recorder)
            patience = LULL
            await self._world.advance(LEAP)
            # The page answers once it has done what became due, however slow it is.
            await evidence.count_pieces(self.page, self._recorder)
        return None

    async def forget_pieces(self) -> None:
        """What comes from here on is another answer, of which nothing has come."""
        await ask(self.page, "() => { window.__chatfaultPieces = 0; }")

    async def nothing_comes(self) -> None:
        """Return once all that the page has asked for has come or failed, or after a moment."""
        until = time.monotonic() + HUSH
        with contextlib.suppress(Error):
            while time.monotonic() < until:
                connecting = await ask(self.page, "() => window.__chatfaultSockets?.().connecting ?? 0")
                if not connecting and self.windows.idle:
                    return
                await asyncio.sleep(OFTEN)

    async def _evaluate(self, args: Mapping[str, Any]) -> Screen:
        while True:
            try:
                screen: Screen | None = await ask(self.page, LOOK, args)
                if screen is None:  # a document of the browser's own, such as an error page
                    bare = (
                        f"(args) => {{ if (!window.__chatfaultVisible) {{ {SENSES} }}\nreturn {self._screen}(args); }}"
                    )
                    return dict(await ask(self.page, bare, args))
                return screen
            except Error as error:
                if "navigat" not in error.message and "context was destroyed" not in error.message:
                    raise

    # -- opening

    async def visit(self, conversation: str, phase: str) -> Screen:
        """Open one of the person's conversations by its address, and stay there."""
        self.conversation = conversation
        return await self.open(phase)

    async def turn_to(self, conversation: str, phase: str) -> Screen:
        """Turn to a conversation as people do: by the client's own list, or by its address where that isn't in it."""
        listed = self._client.locators.get("conversation")
        link = self.page.locator(listed or "none").and_(self.page.locator(f'[href$="/{conversation}"]'))
        if not listed or await link.count() != 1 or not await link.is_visible():
            return await self.visit(conversation, phase)
        try:
            await link.click(timeout=REACHING * 1000)
        except PlaywrightTimeout:
            return await self.visit(conversation, phase)
        self.conversation = conversation
        return await self.look(phase, "shown")

    @property
    def is_there(self) -> bool:
        """Whether a page of the client's was opened already."""
        return self.page.url.startswith("http") and not self._blank

    @property
    def has_addresses(self) -> bool:
        """Whether the client has an address for each conversation."""
        return "{conversation}" in self._client.address

    async def open(self, phase: str) -> Screen:
        """Open the chat's address in the present tab."""
        return await self._navigate(phase, "open", lambda **how: self.page.goto(self._address, **how))

    async def _navigate(self, phase: str, by: str, go: Callable[..., Awaitable[object]]) -> Screen:
        """Go, and see what comes; a page that still loads when its time is up is one that doesn't come."""
        self._recorder.note("browser", "navigation", by=by)
        broken, begun = self._world.broken, time.monotonic()
        # How busy the machine is must not break it: what opens slowly while all is well has more time.
        patience = max(OPENING, SLOWER * self.windows.opens_in) if broken else PATIENCE
        while True:
            failed = ""
            try:
                reply = await go(wait_until="domcontentloaded", timeout=patience * 1000)
                self._refused = isinstance(reply, Response) and reply.status >= 400
                if not broken:
                    self.windows.opens_in = max(self.windows.opens_in, time.monotonic() - begun)
            except PlaywrightTimeout:
                failed = STILL_LOADING
            except Error as error:
                failed = error.message.splitlines()[0]
            if "interrupted by another navigation" not in failed:  # the error page of the one before comes late
                return await self._arrived(phase, failed)

    @property
    def _address(self) -> str:
        return self._origin + self._client.address.format(conversation=self.conversation)

    async def _arrived(self, phase: str, failed: str) -> Screen:
        self._blank = bool(failed)
        if failed:
            self._recorder.note("browser", "navigation_failed", error=failed)
            blank = {**BLANK, "navigation": failed}
            self._recorder.note("screen", "snapshot", phase=phase, **blank)
            await self._settle(failed)
            return blank
        await self._dismiss()
        if self.when_opened:
            await self.look("opened", "opened")
            await self.when_opened()
        screen = await self.look(phase, "shown")
        if screen["login"] and self._logs_in:
            screen = await self._log_in(phase)
        return screen

    async def _dismiss(self) -> None:
        """Whatever a first visit puts before the chat is got over; where it doesn't come, it has been."""
        patience, self._visited = OPENING if self._visited else FIRST_VISIT, True
        for place in self._client.dismiss:
            with contextlib.suppress(Error):
                await self.page.click(place, timeout=patience * 1000)

    async def _settle(self, failed: str) -> None:
        """Nothing may disturb the next navigation: a page that still loads is given up, an error page is let come."""
        with contextlib.suppress(Error):
            if failed == STILL_LOADING:
                await self.page.goto("about:blank", timeout=1000)
            else:
                await self.page.wait_for_load_state("load", timeout=1000)

    async def _look_at_form(self, what: str, within: str, names: Iterable[str]) -> None:
        places = {name: self._client.locators[name] for name in names}
        within, kept = self._client.locators[within], self.windows.confidential
        await look_at_form(self.page, self._recorder, kept, what, within, places)

    async def _log_in(self, phase: str) -> Screen:
        await self._do("login_account", lambda one: one.fill(self._account.name, timeout=REACHING * 1000))
        await self._do("login_password", lambda one: one.fill(self._account.password, timeout=REACHING * 1000))
        await self._look_at_form("login", LOGIN[0], LOGIN)
        await self._do("login_submit", press)
        screen = await self.look(phase, "shown")
        await self.windows.lying.look_into_storage(self.page)
        return screen

    # -- doing

    async def _do(self, part: str, act: Callable[[Locator], Awaitable[object]]) -> None:
        """Do something to a part of the page. Raises `InTheWay` when the client keeps the person from it."""
        shown = await place_of(self.page, part, self._client.locators[part])
        begun = time.time()
        try:
            await act(shown)
        except PlaywrightTimeout as error:
            if self._took(part, begun):  # and then the page went away by itself
                return
            why = hindrance(error.message)
            self._recorder.note("run", "in_the_way", what=part, because=why)
            raise InTheWay(f"{part} can't be used: {why}") from None

    def _took(self, part: str, since: float) -> bool:
        """Whether the page has felt a press on a part of it."""
        return any(
            e.data.get("control") == part for e in self._recorder.history.where("browser", "clicked", after=since)
        )

    async def _do_twice(self, part: str, act: Callable[[Locator], Awaitable[object]]) -> None:
        """Press a part of the page, and again if it is still offered while what that has sent is under way."""
        async with under_way(self.page) as held:
            await self._do(part, act)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(held.wait(), MOMENT)
            if held.is_set() and (await self._now())["controls"].get(part) == "enabled":
                self._recorder.note("run", "again", control=part)
                await self._do(part, act)

    async def _now(self) -> Screen:
        if self._blank:
            return BLANK
        screen = await self._evaluate({"until": "now", "question": ""})
        if self._client.marks_itself:
            return screen
        return await Watch(self._world.service, self._account.name, "now", "").read(screen)

    async def press(self, control: str, hand: str = "mouse") -> None:
        """Press one of the client's own controls. Raises `Unavailable` when it isn't offered.

        `hand`: as in `ask`. Whoever has just typed what failed stays at the keyboard.
        """
        screen = await self._now()
        state = screen["controls"][control] if screen["client"] else "absent"
        if state != "enabled":
            raise Unavailable(f"{control} is {state} on the screen")
        hand = "keyboard" if control == "retry" and screen["draft"] else hand
        self._recorder.note("run", "pressed", control=control, hand=hand)
        self._turns = float("inf")  # what stands there is not what comes of it
        sends = control == "retry" and screen["draft"] and self._client.marks_itself
        do = self._do_twice if sends and not self._world.broken else self._do
        await do(control, press if hand == "mouse" else press_enter)

    async def _comes(self, place: str, otherwise: str) -> None:
        """Wait for a part of the page to be shown. Raises `Unavailable` with the reason when it doesn't come."""
        try:
            await self.page.wait_for_selector(self._client.locators[place], timeout=OPENING * 1000)
        except PlaywrightTimeout:
            raise Unavailable(otherwise) from None

    async def _on_screen(self) -> Screen:
        """What the screen shows. Raises `Unavailable` when it is not the chat of somebody who is logged in."""
        screen = await self._now()
        if not screen["client"] or screen["login"]:
            raise Unavailable("the chat isn't on the screen")
        return screen
