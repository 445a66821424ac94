"""A plugin for runs under test: after a moment, a time-out from outside hits the controls `nothing`."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest


class TooLong(BaseException):
    """What no `except Exception` of the code under test can swallow."""


def _interrupt(*_: object) -> None:
    raise TooLong("more than 0.3 s")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3 if "nothing" in item.name else 0)
    try:
        return (yield)
    except TooLong as error:
        pytest.fail(str(error))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
