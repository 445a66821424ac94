"""Of several workers that run the same arm, one records it under its name."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from harness.arm import firsts
from harness.arm.firsts import Firsts
from harness.values.recordings import is_again, own_name


def test_the_first_has_the_arms_name_and_others_have_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Firsts(tmp_path, "gw0"), Firsts(tmp_path, "gw1")
    assert one.name("f1/retry") == "f1/retry"
    assert one.name("f1/retry") == "f1/retry", "it stays its own"
    me = firsts.os.getpid()
    monkeypatch.setattr(firsts.os, "getpid", lambda: me + 1)
    assert other.name("f1/retry") == "f1/retry~gw1"
    assert other.name("f1/retry#1") == "f1/retry#1"


@pytest.mark.parametrize("state", ["gone", psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD])
def test_who_was_killed_has_it_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    class Killed:
        def __init__(self, pid: int) -> None:
            if state == "gone":
                raise psutil.NoSuchProcess(pid)

        def status(self) -> str:
            return state

    Firsts(tmp_path, "gw0").name("f1/retry")
    me = firsts.os.getpid()
    monkeypatch.setattr(firsts.os, "getpid", lambda: me + 1)
    monkeypatch.setattr(psutil, "Process", Killed)
    assert Firsts(tmp_path, "gw2").name("f1/retry") == "f1/retry"


def test_without_workers_nothing_is_written(tmp_path: Path) -> None:
    assert Firsts(tmp_path).name("f1/retry") == "f1/retry"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["f1/retry~", "f1/retry~gw1", "f1/retry~gw1~", "f1/control[ask_again]~gw10"])
def test_a_name_says_that_it_is_not_the_first(name: str) -> None:
    assert is_again(name)
    assert own_name(name) == name.partition("~")[0]
    assert not is_again("a~b/retry")
    assert own_name("a~b/retry#2") == "a~b/retry#2"
