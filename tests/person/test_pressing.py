"""What counts as a press: what the page has felt, whatever became of the page then."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import TimeoutError as PlaywrightTimeout

from harness.person.body import Body, InTheWay
from harness.stack.recorder import Recorder


class Part:
    """A part of a page that tells of nothing in time; before that the page may have felt a press on it."""

    def __init__(self, recorder: Recorder, felt: str) -> None:
        self._recorder, self._felt = recorder, felt

    async def click(self, **_: Any) -> None:
        if self._felt:
            self._recorder.note("browser", "clicked", control=self._felt)
        raise PlaywrightTimeout("Timeout 2500ms exceeded.")


class Found:
    """What a locator finds: one part."""

    def __init__(self, recorder: Recorder, felt: str) -> None:
        self._part = Part(recorder, felt)

    async def evaluate_all(self, _script: str, _part: str) -> int:
        return 0

    def nth(self, _at: int) -> Part:
        return self._part


def presses(tmp_path: Path, felt: str) -> Recorder:
    recorder = Recorder(tmp_path / "history.jsonl")
    recorder.note("browser", "clicked", time.time() - 9, control="retry")
    client = SimpleNamespace(locators={"retry": "#retry"})
    page = SimpleNamespace(locator=lambda _: Found(recorder, felt))
    body = object.__new__(Body)
    body.page, body._client, body._recorder = page, client, recorder  # type: ignore[assignment]
    asyncio.run(body._do("retry", lambda part: part.click()))
    return recorder


def test_a_press_that_the_page_felt_before_it_went_away_is_one(tmp_path: Path) -> None:
    assert not presses(tmp_path, "retry").history.where("run", "in_the_way")


@pytest.mark.parametrize("felt", ["", "send"])
def test_a_part_that_felt_nothing_is_kept_from_the_person(tmp_path: Path, felt: str) -> None:
    with pytest.raises(InTheWay, match="retry can't be used"):
        presses(tmp_path, felt)
