"""Work in a loop aside: what interrupts its caller cancels it, and it is awaited before the interruption goes on."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator

import pytest

from harness.arm.aside import Aside


@pytest.fixture
def aside() -> Iterator[Aside]:
    one = Aside()
    yield one
    one.close()


def test_it_returns_what_the_work_returns_and_raises_what_it_raises(aside: Aside) -> None:
    async def fail() -> None:
        raise KeyError("x")

    assert aside.run(asyncio.sleep(0, "done")) == "done"
    with pytest.raises(KeyError):
        aside.run(fail())


def test_all_work_has_one_loop_in_one_thread(aside: Aside) -> None:
    async def where() -> tuple[int, int]:
        return id(asyncio.get_running_loop()), threading.get_ident()

    assert aside.run(where()) == aside.run(where())
    assert aside.run(where())[1] != threading.get_ident()


def test_an_interruption_waits_until_the_work_has_put_away_what_it_had(aside: Aside) -> None:
    class TooLong(BaseException):
        pass

    def interrupt(*_: object) -> None:
        raise TooLong("time is up")

    told: list[str] = []

    async def work() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            await asyncio.sleep(0.01)
            told.append(str(error))
            raise

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(TooLong):
            aside.run(work())
    finally:
        signal.signal(signal.SIGALRM, before)
    assert told == ["time is up"]
    assert aside.run(asyncio.sleep(0, "goes on")) == "goes on"


def test_nothing_of_it_is_left_when_it_is_closed() -> None:
    one = Aside()
    one.close()
    assert "chatfault" not in [thread.name for thread in threading.enumerate()]
