"""When a screen counts as what is waited for, of a client that has no marks of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.person import watching
from harness.person.confidential import WRITTEN
from harness.person.watching import BLANK, Watch, nothing_came_of
from harness.stack.recorder import Recorder


class Silent:
    """A service that has answered nothing."""

    process = SimpleNamespace(running=True)

    async def answers(self, _account: str) -> list[dict[str, Any]]:
        return []


def screen(**more: Any) -> dict[str, Any]:
    return {**BLANK, "client": True, "controls": {"composer": "enabled"}, **more}


def test_what_is_waited_for_has_stood_since_it_was_first_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "STANDS", 0.05)
    world = iter((10.0, 12.0, 15.0, 15.0))
    watch = Watch(Silent(), "a", "ended", "Why?", world=lambda: next(world))  # type: ignore[arg-type]
    told = screen(error={"lines": ["Oops"]}, busy=True)
    assert not asyncio.run(watch.is_it(told))
    assert not asyncio.run(watch.is_it(told))
    asyncio.run(asyncio.sleep(0.06))
    assert asyncio.run(watch.is_it(told))
    assert watch.stood >= 5.05


def test_what_is_known_at_once_has_not_stood() -> None:
    watch = Watch(Silent(), "a", "ended", "Why?")  # type: ignore[arg-type]
    assert asyncio.run(watch.is_it(screen(error={"lines": ["Oops"]})))
    assert watch.stood == 0


def test_an_error_that_is_being_drawn_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "STANDS", 0.05)
    watch = Watch(Silent(), "a", "ended", "Why?")  # type: ignore[arg-type]
    drawn = screen(unseen=[{"text": "Oops", "why": "it is hidden"}])
    assert not asyncio.run(watch.is_it(drawn))
    assert asyncio.run(watch.is_it(screen(error={"lines": ["Oops"]})))
    asyncio.run(asyncio.sleep(0.06))
    assert asyncio.run(watch.is_it(drawn))


def test_a_page_is_there_once_its_controls_are_drawn_or_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "STAYS", 0.05)
    watch = Watch(Silent(), "a", "shown", "")  # type: ignore[arg-type]
    drawn, half = screen(), screen(blocked={"send": "it has no size"})
    assert not asyncio.run(watch.is_it(half))
    assert asyncio.run(watch.is_it(drawn))
    assert not asyncio.run(watch.is_it(half))
    asyncio.run(asyncio.sleep(0.06))
    assert asyncio.run(watch.is_it(half))


@pytest.mark.parametrize(
    ("draft", "nothing"), [("Why is it so?", True), ("Why is it so", True), ("", False), ("Or", False)]
)
def test_what_was_sent_came_to_nothing_while_it_stands_in_the_box(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, draft: str, nothing: bool
) -> None:
    monkeypatch.setattr(watching, "STANDS", 0.05)
    recorder = Recorder(tmp_path / "history.jsonl")

    async def look() -> dict[str, Any]:
        return screen(draft=draft)

    assert asyncio.run(nothing_came_of("Why is it so?", recorder, look)) is nothing
    recorder.close()


def test_a_page_that_is_slow_to_answer_has_longer_to_send(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(watching, "STANDS", 0.05)
    recorder = Recorder(tmp_path / "history.jsonl")
    drafts = iter(["Why is it so?"] * 8)

    async def look() -> dict[str, Any]:
        await asyncio.sleep(0.02)
        return screen(draft=next(drafts, ""))

    assert not asyncio.run(nothing_came_of("Why is it so?", recorder, look))
    recorder.close()


def test_what_is_said_beside_the_box_came_of_what_was_sent(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")

    async def look() -> dict[str, Any]:
        return screen(draft="Why is it so?", error={"lines": ["Oops"]})

    assert not asyncio.run(nothing_came_of("Why is it so?", recorder, look))
    recorder.close()


@pytest.mark.parametrize(
    ("broken", "carries", "nothing"), [(False, "", True), (True, "", False), (False, WRITTEN, False)]
)
def test_what_has_left_the_page_is_what_was_sent_where_it_carries_it_or_something_is_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: bool, carries: str, nothing: bool
) -> None:
    monkeypatch.setattr(watching, "STANDS", 0.05)
    recorder = Recorder(tmp_path / "history.jsonl")
    recorder.note("browser", "request", method="POST", path="/api/seen", carries=carries)
    recorder.note("browser", "sent", path="/api/seen")

    async def look() -> dict[str, Any]:
        return screen(draft="Why is it so?")

    assert asyncio.run(nothing_came_of("Why is it so?", recorder, look, broken)) is nothing
    recorder.close()
