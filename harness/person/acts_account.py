"""What a person does with their account, and whom they ask for help."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace

from playwright.async_api import Locator
from playwright.async_api import TimeoutError as PlaywrightTimeout

from harness.person.body import OPENING, Body, NothingToDo, Unavailable
from harness.person.pressing import REACHING, press
from harness.person.watching import Screen

ON = "(on)"


async def _switch_on(place: Locator) -> None:
    """Switch on what is off, once it shows what it is: a switch that isn't filled in yet looks as if it were off."""
    switch = await place.element_handle(timeout=REACHING * 1000)
    await switch.wait_for_element_state("enabled", timeout=REACHING * 1000)
    await place.check(timeout=REACHING * 1000)


def _step(text: str) -> Callable[[Locator], Awaitable[object]]:
    """What is done to a place of a dialog: see `AccountActs._in_dialog`."""
    if text == ON:
        return _switch_on
    return (lambda place: place.fill(text, timeout=REACHING * 1000)) if text else press


class AccountActs(Body):
    """The remedies of `harness.remedies.account`, done for real."""

    async def log_in_again(self) -> None:
        """Log out if that is needed, and in again by the form."""
        screen = await self._now()
        if not screen["client"]:
            raise Unavailable("the chat isn't on the screen")
        if not screen["login"]:
            await self._do("logout", press)
            await self._comes("login_form", "logging out does not work")
            await self.look("logged_out")
        await self._log_in("remedy")

    async def _in_dialog(self, opener: str, *steps: tuple[str, str], done: str, otherwise: str) -> None:
        """Open a dialog, fill in or click through the steps, wait until it says that it is done, and close it.

        A step is (place, text to fill in), (place, "") for a click, or (place, ON) for a switch that is to be on.
        """
        places = self._client.locators
        await self._on_screen()
        await self._do(opener, press)
        try:
            for place, text in steps:
                await self._comes(place, otherwise)
                await self._do(place, _step(text))
            await self._comes(done, otherwise)
            await self._look_at_form(opener, done, [place for place, _ in steps])
        finally:
            with contextlib.suppress(PlaywrightTimeout):
                await self.page.click(places["dialog_close"], timeout=OPENING * 1000)

    async def change_password(self) -> None:
        fresh = secrets.token_urlsafe(12)
        self._world.recorder.secrets.add(fresh)
        self.windows.confidential.values["a password"] = fresh
        steps = (("password_old", self._account.password), ("password_new", fresh), ("password_submit", ""))
        otherwise = "the password can't be changed"
        await self._in_dialog("settings", *steps, done="password_done", otherwise=otherwise)
        self._account = replace(self._account, password=fresh)
        self._world.service.changed(self._account)
        await self.look("remedy", "shown")
        await self.windows.lying.look_into_storage(self.page)

    async def upgrade_plan(self) -> None:
        await self._in_dialog("settings", ("upgrade", ""), done="plan_done", otherwise="the plan can't be changed")
        self.situation = replace(self.situation, plan="paid")
        await self.look("remedy", "shown")

    async def switch_files_on(self) -> None:
        """Look whether the tool that makes files is on, and switch it on."""
        await self._in_dialog("settings", ("setting_files", ON), done="setting_files_on", otherwise="it stays off")
        await self.look("remedy", "shown")

    async def close_sessions(self) -> None:
        """Close the chat wherever else it is open."""
        closed = await self._world.crowd.stop("connected")
        if not closed:
            raise NothingToDo("the chat is open nowhere else")
        self._recorder.note("run", "closed_sessions", sessions=closed)

    async def ask_support(self) -> None:
        """Open the help bubble, read its bot, send the form; the service's people look at it while time goes by."""
        screen = await self._on_screen()
        told = f"It says: {self._said(screen)}. I tried again, and it did not help."
        steps = (("support_text", told), ("support_submit", ""))
        await self._in_dialog("support_open", *steps, done="support_ticket", otherwise="support takes no ticket")
        tickets = await self._world.service.staff()
        self._recorder.note("run", "support", tickets=len(tickets), told=told, came=tickets)
        await self.look("remedy", "shown")

    def _said(self, screen: Screen) -> str:
        return " / ".join(screen["error"]["lines"]) if screen["error"] else "nothing"
