"""What a remedy is: what a person does, what that changes about their situation, and what it is judged against."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from harness.remedies.witness import Witness
from harness.values.situation import Moment, Situation


class Hands(Protocol):
    """What a person can do. Every act is done for real, in a browser or to the world around it."""

    async def reload(self) -> None: ...
    async def new_tab(self) -> None: ...
    async def press(self, control: str) -> None: ...
    async def new_chat(self) -> None: ...
    async def clear_site_data(self) -> None: ...
    async def private_window(self) -> None: ...
    async def other_browser(self) -> None: ...
    async def switch_network(self) -> None: ...
    async def vpn_off(self) -> None: ...
    async def vpn_region(self) -> None: ...
    async def wait(self, seconds: float) -> None: ...
    async def shorten_prompt(self) -> None: ...
    async def log_in_again(self) -> None: ...
    async def change_password(self) -> None: ...
    async def ask_support(self) -> None: ...
    async def phone(self) -> None: ...
    async def restart_browser(self) -> None: ...
    async def restart_router(self) -> None: ...
    async def regenerate(self) -> None: ...
    async def update_browser(self) -> None: ...
    async def correct_proxy(self) -> None: ...
    async def extension_off(self) -> None: ...
    async def extension_on_again(self) -> None: ...
    async def bisect_extensions(self) -> None: ...
    async def close_background(self) -> None: ...
    async def make_exception(self) -> None: ...
    async def security_off(self) -> None: ...
    async def security_on_again(self) -> None: ...
    async def upgrade_plan(self) -> None: ...
    async def switch_files_on(self) -> None: ...
    async def close_sessions(self) -> None: ...
    async def mobile_app(self) -> None: ...
    async def other_service(self) -> None: ...
    async def status_page(self) -> None: ...
    async def use_api(self) -> None: ...
    async def check_network(self) -> None: ...
    async def developer_tools(self) -> None: ...


LOOKS = (60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, *[3600.0] * 8)
"""Seconds that a person waits between two looks at a status page that shows an incident; then they give up."""
ASK = frozenset({"messages", "stream", "pieces", "generation"})
OPEN = frozenset({"page", "me", "history"})
LOGIN = frozenset({"login"})
ALL_MOMENTS = frozenset(Moment)


@dataclass(frozen=True)
class Remedy:
    """One remedy.

    `asking`: the moments at which it is itself a way of asking again, so that its control is to do nothing.
    `changes` and `takes` (seconds on the harness's clock) are what the model knows of it, `act` is what is done.
    `witness` is who can tell that it was done, beside the hand that did it.
    `needs` is what the person's situation must be for it to make sense; `uses` the classes of traffic that it needs.
    """

    ids: tuple[str, ...]
    says: str
    act: Callable[[Hands, float], Awaitable[None]]
    witness: Witness
    changes: Callable[[Situation], Situation] = lambda situation: situation
    ends_open: bool = False
    """Whether it ends every connection of a page that stays open."""
    takes: float = 0.0
    takes_argument: bool = False
    asking: frozenset[Moment] = frozenset()
    moments: frozenset[Moment] = ALL_MOMENTS
    needs: Mapping[str, str | int] = field(default_factory=dict)
    capability: str = ""
    """What the client must have for it to be possible, as a profile's `has` names it."""
    opens: bool = False
    uses: frozenset[str] = frozenset()
    leaves_page: bool = False
    """Afterwards the person no longer has the page that met the fault, though it did not open another one."""
    elsewhere: bool = False
    """The question is asked in another conversation, so that the old one need not have it."""
    informed: bool = False
    """It looks whether there is an incident, and waits only for that."""
    diagnosis: bool = False
    """It repairs nothing, and names the place where the fault sits."""
    recovers_nothing: str = ""
    """Why there is no scenario that it recovers, where there can be none."""
    fresh_file: bool = False
    """At the moment `download`: the file is asked for anew, and then downloaded."""
    keeps_profile: bool = False
    """The browser is closed and started, and what it had kept must still be there."""
    afterwards: Callable[[Hands], Awaitable[None]] | None = None
    """What is put back once it is known whether it helped."""

    def start(self, situation: Situation) -> Situation:
        """The situation from which this remedy makes sense: who turns the VPN off has it on."""
        needed: dict[str, Any] = {
            name: value
            for name, value in self.needs.items()
            if getattr(situation, name) == getattr(USUAL, name) != value
        }
        return replace(situation, **needed) if needed else situation


USUAL = Situation()
"""Where a person stands of whom nothing else is said."""


def renewed(*names: str) -> Callable[[Situation], Situation]:
    """A change that makes each of these new, so that what held on to the old one no longer does."""

    def change(situation: Situation) -> Situation:
        fresh: dict[str, Any] = {name: getattr(situation, name) + 1 for name in names}
        return replace(situation, **fresh)

    return change
