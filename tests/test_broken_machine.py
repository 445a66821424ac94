"""A machine that can run no arm is told as one: once, with cause and cure, at once, and with exit code 3."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.stack import ports
from harness.values.recordings import recorded
from tests import runs

pytestmark = pytest.mark.live
AT_ONCE = 30.0
"""Seconds within which it is said, on a busy machine."""
SOME = ("scenarios/f1_send.yaml", "-k", "nothing or ask_again or reload")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("CHATFAULT_HEADLESS_SHELL", "/bin/false", "/bin/false: Chromium can't be started"),
        ("NODE_OPTIONS", "--bad", "the browsers' driver can't be started: --bad is not allowed in NODE_OPTIONS"),
        (
            "NODE_OPTIONS",
            "--require /no.js",
            "the browsers' driver can't be started: Error: Cannot find module '/no.js'",
        ),
    ],
)
def test_what_keeps_every_arm_from_running_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    out, began = tmp_path / "out", time.monotonic()
    assert runs.run(out, *SOME) == 3, runs.log(out)
    assert time.monotonic() - began < AT_ONCE
    told = runs.log(out).partition("FAILURES")[2].partition("= chatfault =")[0]
    assert told.count(says) == 1, told
    assert f"${variable}" in told.partition("help: ")[2], "the cure names what is to be changed"
    (arm,) = runs.arms(out)
    assert (arm["verdict"], arm["environment"]) == ("invalid", True)


@pytest.mark.parametrize(
    ("before", "place", "says"),
    [
        ("ulimit -n 100", "out", "open files are limited to 100"),
        ("touch out", "out/in_a_file", "name a folder that can be written: --out DIR"),
    ],
)
def test_what_is_known_beforehand_is_said_before_anything_starts(
    tmp_path: Path, before: str, place: str, says: str
) -> None:
    run = f"cd {runs.ROOT}; exec {sys.executable} -m harness.cli run {SOME[0]} --out {tmp_path / place}"
    command = ("bash", "-c", f"{before}; {run}")
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=AT_ONCE, check=False)
    assert ran.returncode == 3
    assert says in ran.stdout + ran.stderr


def test_two_workers_never_get_the_same_ports_and_none_is_a_broken_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = ports.claim(), ports.claim()
    assert one.first != other.first
    one.release()
    monkeypatch.setattr(ports, "FIRST", other.first)
    monkeypatch.setattr(ports, "LAST", other.first + ports.BLOCK)
    with pytest.raises(ports.BrokenMachine, match="no block of 50 free ports"):
        ports.claim()
    other.release()


def test_a_time_out_from_outside_ends_its_arm_and_no_other(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert runs.run(out, *SOME, "-p", "tests.impatient") == 3, runs.log(out)
    found = {arm["arm"].partition("/")[2]: (arm["verdict"], arm["sentence"]) for arm in runs.arms(out)}
    verdict, sentence = found.pop("control[nothing]")
    assert verdict == "invalid"
    assert "it was cut short from outside (more than 0.3 s) while " in sentence
    assert {verdict for verdict, _ in found.values()} == {"pass"}, found


def test_workers_that_end_amid_the_same_arm_end_the_run_at_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, out = tmp_path / "tmp", tmp_path / "out"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    assert runs.run(out, *SOME, "-n", "2", "-p", "tests.quitter") == 3, runs.log(out)
    said = runs.log(out)
    assert said.count("node down") == 2, said
    assert "two workers have ended amid scenarios/f1_send.yaml::f1_send::control[nothing]" in said
    assert "its worker was killed, or ended by itself, while " in said, "what it was at is in the report as well"
    assert not list(temporary.glob("chatfault*")), "the folders of the workers that ended"


def test_both_clocks_of_a_history_only_go_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert runs.run(out, "scenarios/f1_send.yaml", "-k", "wait") == 0, runs.log(out)
    events = recorded(out / "history.jsonl")
    assert [event.at for event in events] == sorted(event.at for event in events)
    for arm in {event.arm for event in events}:
        worlds = [event.world for event in events if event.arm == arm]
        assert worlds == sorted(worlds), arm
    assert max(event.world for event in events) >= 60
