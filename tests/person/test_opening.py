"""How long somebody waits for a page to open while something is broken: longer where it opens slowly anyway."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from harness.person.body import OPENING, SLOWER, Body


async def opens(broken: bool, known: float) -> tuple[float, float]:
    """Seconds that the browser is given, and those that an opening is known to take then."""
    given: dict[str, Any] = {}

    async def go(**how: Any) -> None:
        given.update(how)
        await asyncio.sleep(0)

    async def arrived(phase: str, failed: str) -> dict[str, Any]:
        return {"phase": phase, "failed": failed}

    body = object.__new__(Body)
    body._world = SimpleNamespace(broken=broken)  # type: ignore[assignment]
    body._recorder = SimpleNamespace(note=lambda *_, **__: None)  # type: ignore[assignment]
    body.windows = SimpleNamespace(opens_in=known)  # type: ignore[assignment]
    body._arrived = arrived  # type: ignore[assignment,method-assign]
    await body._navigate("steady", "open", go)
    return given["timeout"] / 1000, body.windows.opens_in


@pytest.mark.parametrize(("known", "given"), [(0.3, OPENING), (2.5, SLOWER * 2.5)])
def test_what_opens_slowly_while_all_is_well_has_more_time_when_it_does_not(known: float, given: float) -> None:
    assert asyncio.run(opens(True, known)) == (given, known)


def test_how_long_it_takes_is_learned_while_nothing_is_broken() -> None:
    _, learned = asyncio.run(opens(False, 0.0))
    assert learned > 0
