"""An event loop in a thread of its own: what interrupts the caller never lands in the middle of what the loop does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any, TypeVar

LOG = logging.getLogger("chatfault")
T = TypeVar("T")
ENDING = 20.0
"""Real seconds within which work that was cancelled has put away what it had."""


class Aside:
    """Runs coroutines to their end, one after another. A signal's handler, a time-out's exception or Ctrl-C meets the
    caller, who waits; the work is then cancelled and awaited before the interruption goes on.

    The thread lives until `close`: the kernel ends children with the thread that started them.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop
        self._enough: asyncio.Event
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, name="chatfault", daemon=True)
        self._thread.start()
        self._ready.wait()

    def _live(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._enough = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda _loop, told: LOG.debug("left behind in the loop: %s", told))
        self._ready.set()
        await self._enough.wait()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work returns or raises. When the caller is interrupted, that cancels the work."""
        done: Future[T] = Future()
        tasks: list[asyncio.Task[T]] = []

        def begin() -> None:
            task = self._loop.create_task(work)
            tasks.append(task)
            task.add_done_callback(lambda task: _hand_over(task, done))

        def cancel(reason: str) -> None:
            if tasks:
                tasks[0].cancel(reason)
            else:
                work.close()
                done.cancel()

        try:
            self._loop.call_soon_threadsafe(begin)
            return done.result()
        except BaseException as error:
            if not done.done():
                reason = said(error)
                self._cut_short(lambda: cancel(reason), done)
            raise

    def _cut_short(self, cancel: Callable[[], object], done: Future[T]) -> None:
        self._loop.call_soon_threadsafe(cancel)
        with contextlib.suppress(BaseException):  # a second interruption ends the waiting, and the first one counts
            wait([done], ENDING)

    def close(self) -> None:
        """End the thread, with whatever is left in its loop."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._enough.set)
        self._thread.join(ENDING)


def _hand_over(task: asyncio.Task[T], done: Future[T]) -> None:
    if task.cancelled():
        done.set_exception(asyncio.CancelledError())
    elif error := task.exception():
        done.set_exception(error)
    else:
        done.set_result(task.result())


def said(error: BaseException) -> str:
    """What interrupted, in a sentence's words."""
    return "Ctrl-C" if isinstance(error, KeyboardInterrupt) else str(error) or type(error).__name__
