"""What a remedy is: what a person does, what that changes about their situation, and what it is judged against."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from harness.model import Moment, Situation


class Hands(Protocol):
    """What a person can do. Every act is done for real, in a browser or to the world around it."""

    async def reload(self) -> None: ...
    async def new_tab(self) -> None: ...
    async def press(self, control: str) -> None: ...
    async def new_chat(self) -> None: ...
    async def clear_site_data(self) -> None: ...
    async def private_window(self) -> None: ...
    async def other_browser(self) -> None: ...
    async def join(self, network: str) -> None: ...
    async def vpn(self, exit_: str) -> None: ...
    async def wait(self, seconds: float) -> None: ...
    async def shorten_prompt(self) -> None: ...
    async def log_in_again(self) -> None: ...
    async def change_password(self) -> None: ...
    async def ask_support(self) -> None: ...
    async def phone(self) -> None: ...
    async def restart_browser(self) -> None: ...
    async def restart_router(self) -> None: ...
    @property
    def situation(self) -> Situation: ...


ASK = frozenset({"messages", "stream"})
OPEN = frozenset({"page", "me", "history"})
LOGIN = frozenset({"login"})
ALL_MOMENTS = frozenset(Moment)


@dataclass(frozen=True)
class Remedy:
    """One remedy.

    `asking`: the moments at which it is itself a way of asking again, so that its control is to do nothing.
    `changes` and `takes` (seconds on the harness's clock) are what the model knows of it, `act` is what is done.
    `needs` is what the person's situation must be for it to make sense; `uses` the classes of traffic that it needs.
    """

    ids: tuple[str, ...]
    says: str
    act: Callable[[Hands, float], Awaitable[None]]
    changes: Callable[[Situation], Situation] = lambda situation: situation
    takes: float = 0.0
    takes_argument: bool = False
    asking: frozenset[Moment] = frozenset()
    moments: frozenset[Moment] = ALL_MOMENTS
    needs: Mapping[str, str] = field(default_factory=dict)
    opens: bool = False
    uses: frozenset[str] = frozenset()
    elsewhere: bool = False
    """The question is asked in another conversation, so that the old one need not have it."""

    def start(self, situation: Situation) -> Situation:
        """The situation from which this remedy makes sense: who turns the VPN off has it on."""
        needed: dict[str, Any] = {name: value for name, value in self.needs.items() if not getattr(situation, name)}
        return replace(situation, **needed)


def renewed(*names: str) -> Callable[[Situation], Situation]:
    """A change that makes each of these new, so that what held on to the old one no longer does."""

    def change(situation: Situation) -> Situation:
        fresh: dict[str, Any] = {name: getattr(situation, name) + 1 for name in names}
        return replace(situation, **fresh)

    return change
