"""How a run ends before its end: a machine that can run no arm, SIGTERM, a worker that is killed or stands still."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from harness.language.files import is_yaml
from harness.pytest_plugin.folder import is_worker
from harness.stack.process import stopped
from harness.values.errors import BrokenMachine, ChatfaultError, EnvironmentFault
from harness.values.text import shown

if TYPE_CHECKING:
    from harness.arm.session import Session

SESSION: pytest.StashKey[Session] = pytest.StashKey()
_BROKEN = pytest.StashKey[str]()
_BEFORE = pytest.StashKey[Any]()
"""Who handled SIGTERM before."""
_IN_ARM = pytest.StashKey[bool]()
_KILLED = pytest.StashKey[int]()
_OUTPUT = "chatfault_broken"
TERMINATED = 128 + signal.SIGTERM
STANDING_STILL = 3.0
"""Real seconds after which a worker that somebody has stopped is ended, so that another takes over."""


def broken(config: pytest.Config) -> str:
    """Why this machine can run no arm, once that is known; else empty."""
    return config.stash.get(_BROKEN, "")


@contextlib.contextmanager
def told_by_exit() -> Iterator[None]:
    """Before the first arm an error ends the run, with its sentence and its exit code."""
    try:
        yield
    except ChatfaultError as fault:
        pytest.exit(str(fault), returncode=fault.exit_code)


@contextlib.contextmanager
def at_once(item: pytest.Item, kind: type[pytest.Item]) -> Iterator[None]:
    """Around an arm: a machine that can run none is told by the first, and no other arm is tried.

    `kind`: of the items that are arms. Other people's tests go on.
    """
    config = item.config
    if broken(config):
        pytest.skip("this machine can't run arms, as was said already")
    config.stash[_IN_ARM] = True
    try:
        yield
    except BrokenMachine as fault:
        config.stash[_BROKEN] = fault.what
        if all(isinstance(one, kind) for one in item.session.items):
            item.session.shouldstop = "this machine can't run arms"
        if fault.told:
            pytest.skip("this machine can't run arms, as another worker says")
        raise
    except pytest.exit.Exception:
        if is_worker(config):
            _end_worker(config)
        raise
    finally:
        config.stash[_IN_ARM] = False


# -- SIGTERM


def on_sigterm(config: pytest.Config) -> None:
    """SIGTERM ends what is under way and everything that was started, unless somebody else handles it already."""
    if threading.current_thread() is not threading.main_thread() or _BEFORE in config.stash:
        return
    before = signal.getsignal(signal.SIGTERM)
    if before is signal.SIG_DFL:
        config.stash[_BEFORE] = before
        signal.signal(signal.SIGTERM, lambda *_: _terminate(config))


def _terminate(config: pytest.Config) -> None:
    if is_worker(config) and not config.stash.get(_IN_ARM, False):
        _end_worker(config)
    pytest.exit("ended by SIGTERM", returncode=EnvironmentFault.exit_code)


def _end_worker(config: pytest.Config) -> None:
    """pytest-xdist lets another worker take over from one that is gone, not from one that takes its leave."""
    close(config)
    os._exit(TERMINATED)


def close(config: pytest.Config) -> None:
    """Take down what the worker has up; who handled SIGTERM before does so again."""
    session = config.stash.get(SESSION, None)
    if session is not None:
        del config.stash[SESSION]
        session.close()
    if _BEFORE in config.stash:
        with contextlib.suppress(ValueError):  # only the main thread may
            signal.signal(signal.SIGTERM, config.stash[_BEFORE])
        del config.stash[_BEFORE]
    if is_worker(config):
        config.workeroutput[_OUTPUT] = broken(config)  # type: ignore[attr-defined]


# -- workers


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What a worker found out about the machine, its controller knows too."""
    found = getattr(node, "workeroutput", {}).get(_OUTPUT, "")
    if found:
        node.config.stash[_BROKEN] = found
    if error:
        node.config.stash[_KILLED] = node.config.stash.get(_KILLED, 0) + 1


def killed(config: pytest.Config) -> int:
    """How many workers ended amid their work; pytest counts an item as failed for each."""
    return config.stash.get(_KILLED, 0)


class Crashes:
    """pytest-xdist gives an arm whose worker ended to the next one, time and again: the second end is the last."""

    def __init__(self, config: pytest.Config) -> None:
        self._config, self._ended = config, Counter[str]()

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        self._ended[crashitem] += 1
        if self._ended[crashitem] < 2 or not is_yaml(Path(crashitem.partition("::")[0])):
            return
        what = f"two workers have ended amid {shown(crashitem)}, and the next would as well"
        self._config.stash[_BROKEN] = what
        by_thread = self._config.getoption("timeout_method", "") == "thread"
        cure = "`--timeout-method signal` ends an arm and not its process" if by_thread else "`-n 0` shows what ends it"
        self._config.pluginmanager.getplugin("dsession").shouldstop = f"{what} (help: {cure})"


def watch_workers(config: pytest.Config) -> None:
    """End workers that somebody has stopped: nobody else can, and the run would wait for them for ever."""
    config.pluginmanager.register(Crashes(config), "chatfault-crashes")
    over = threading.Event()
    config.add_cleanup(over.set)
    threading.Thread(target=_watch, args=(over,), name="chatfault-workers", daemon=True).start()


def _watch(over: threading.Event) -> None:
    since: dict[int, float] = {}
    while not over.wait(1.0):
        with contextlib.suppress(psutil.Error):
            still = [one for one in psutil.Process().children() if stopped(one) and _is_worker(one)]
            since = {one.pid: since.get(one.pid, time.monotonic()) for one in still}
            for one in still:
                if time.monotonic() - since[one.pid] >= STANDING_STILL:
                    one.kill()


def _is_worker(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return "import sys;exec(eval(sys.stdin.readline()))" in process.cmdline()
    return False
