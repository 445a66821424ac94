"""What the machine gives: limits and room in words, and what an error says about it."""

from __future__ import annotations

import errno
import os
import sys
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.tools import machine
from harness.values.errors import BrokenMachine

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "x", "/out/history.jsonl"), "no space is left on the disk"),
        (OSError(errno.EMFILE, "x"), "too many open files for one process"),
        (OSError(errno.EROFS, "x"), "the file system is read-only"),
        (RuntimeError("can't start new thread"), "no process can be started any more"),
        (Exception("spawn: Cannot allocate memory"), "no memory is left"),
    ],
)
def test_an_error_of_the_machine_has_a_cause_and_a_cure(error: Exception, says: str) -> None:
    fault = machine.broken(error)
    assert fault
    assert says in fault.what
    assert fault.cure
    assert fault.exit_code == 3


@pytest.mark.parametrize("error", [ValueError("x"), OSError(errno.ECONNREFUSED, "x"), KeyError("No")])
def test_any_other_error_says_nothing_about_the_machine(error: Exception) -> None:
    assert machine.broken(error) is None


def test_what_is_needed_names_its_place_and_its_cure() -> None:
    with pytest.raises(BrokenMachine) as caught, machine.needed("/out", "name a folder that can be written"):
        Path("/dev/null/x").mkdir()
    assert str(caught.value) == "/out: Not a directory\n  help: name a folder that can be written"


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    """A machine with these limits, soft and hard, and no others."""
    if machine.resource is None:
        pytest.skip("there are no such limits here")
    kinds = {getattr(machine.resource, name): value for name, value in limits.items()}
    none = machine.resource.RLIM_INFINITY
    monkeypatch.setattr(machine.resource, "getrlimit", lambda kind: (kinds.get(kind, none),) * 2)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def roomy(monkeypatch: pytest.MonkeyPatch, free: int = 1 << 40, memory: int = 1 << 40) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, free))
    monkeypatch.setattr(machine.psutil, "virtual_memory", lambda: SimpleNamespace(available=memory))
    monkeypatch.setattr(machine, "_container_memory", lambda: None)
    monkeypatch.setattr(os, "access", lambda *_: True)


def test_a_machine_with_room_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch)
    roomy(monkeypatch)
    assert machine.shortages() == []


@pytest.mark.parametrize(
    ("limits", "says", "fatal"),
    [
        ({"RLIMIT_NOFILE": 64}, "open files are limited to 64", True),
        ({"RLIMIT_NPROC": 20}, "processes are limited to 20", False),
        ({"RLIMIT_AS": 4 << 30}, "the address space is limited to 4.0 GB", False),
    ],
)
def test_each_limit_is_told_with_what_it_costs(
    monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], says: str, fatal: bool
) -> None:
    limited(monkeypatch, **limits)
    roomy(monkeypatch)
    (short,) = machine.shortages()
    assert (short.what, short.fatal) == (says, fatal)
    assert "help: " in str(short)
    monkeypatch.setattr(machine, "raise_limits", lambda: None)
    if fatal:
        with pytest.raises(BrokenMachine, match=says):
            machine.check()
    else:
        machine.check()


@pytest.mark.parametrize(
    ("room", "says"), [({"free": 1 << 20}, "1 MB are free in"), ({"memory": 1 << 20}, "1 MB of memory are free")]
)
def test_little_room_is_told(monkeypatch: pytest.MonkeyPatch, room: dict[str, Any], says: str) -> None:
    limited(monkeypatch)
    roomy(monkeypatch, **room)
    assert says in "\n".join(map(str, machine.shortages()))


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/shm is Linux's")
def test_shared_memory_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch)
    roomy(monkeypatch)
    monkeypatch.setattr(os, "access", lambda path, _how: str(path) != "/dev/shm")
    (short,) = machine.shortages()
    assert short.what == "/dev/shm can't be written"


def test_what_else_is_lacking_stands_beside_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, RLIMIT_AS=4 << 30)
    roomy(monkeypatch)
    cure = machine.with_shortages(BrokenMachine("x", "y", "z")).cure
    assert cure.startswith("the address space is limited")
    assert cure.endswith("z")
    roomy(monkeypatch, memory=1 << 20)
    assert "z\n        1 MB of memory are free" in machine.with_shortages(BrokenMachine("x", "y", "z")).cure


def test_sentences_of_one_kind_differ_in_their_numbers_only() -> None:
    assert machine.same_kind("Envoy ended (signal 9)", "Envoy ended (signal 15)")
    assert not machine.same_kind("Envoy ended (signal 9)", "Toxiproxy ended (signal 9)")


def test_a_browser_that_crashes_under_a_limit_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    roomy(monkeypatch)
    limited(monkeypatch)
    crashed = "the browser says: BrowserContext.new_page: Target crashed (while the person sat down)"
    assert machine.too_narrow(crashed) is None
    limited(monkeypatch, RLIMIT_NPROC=90)
    assert machine.too_narrow("Envoy ended (signal 9) while the person sat down") is None
    found = machine.too_narrow(crashed)
    assert found is not None
    assert found.what.startswith(f"{crashed}; processes are limited to 90: ")
    assert found.cure == "raise `ulimit -u`"
