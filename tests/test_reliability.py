"""Killed parts, a killed runner, Ctrl-C: the verdict is `invalid`, nothing is left, what was recorded is there."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import psutil
import pytest

from harness.stack import sweep
from harness.stack.process import batch
from tests import runs

pytestmark = pytest.mark.live
SOME = ("scenarios/f1_send.yaml", "-k", "nothing or ask_again or wait or reload or retry or clear_site_data")


def in_the_middle(out: Path, arm: str = "f1_send/wait[1m]") -> None:
    """Return once that arm has met its fault."""
    runs.until(
        lambda: [e for e in runs.events(out) if e["arm"] == arm and e["source"] == "fault" and e["kind"] == "armed"],
        f"{arm} to be in the middle of its fault",
    )


def named(runner: int, word: str) -> psutil.Process:
    """The process of a run whose command line has this word (of a browser's many, the one that leads)."""
    lines = {process: " ".join(process.cmdline()) for process in runs.parts(runner)}
    found = [
        process
        for process, line in lines.items()
        if word in line and "--type=" not in line and not line.startswith("/bin/sh")
    ]
    assert found, f"{word} is not among {[process.cmdline()[:3] for process in runs.parts(runner)]}"
    return found[0]


def gone(runner: int) -> bool:
    return not runs.parts(runner)


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("toxiproxy-server", "Toxiproxy ended (signal 9) while "),
        ("envoy", "Envoy ended (signal 9) while "),
        ("fake_upstream", "the service (fake_upstream) ended (signal 9) while "),
        ("--remote-debugging-pipe", "Chromium (the browser) ended while "),
    ],
)
def test_a_part_that_is_killed_makes_its_arm_invalid_and_the_run_goes_on(tmp_path: Path, word: str, says: str) -> None:
    out = tmp_path / "out"
    process = runs.start(out, *SOME)
    in_the_middle(out)
    named(process.pid, word).kill()
    assert process.wait(runs.TIMEOUT) == 3, runs.log(out)
    by_verdict: dict[str, list[str]] = {}
    for arm in runs.arms(out):
        by_verdict.setdefault(arm["verdict"], []).append(arm["sentence"])
    assert set(by_verdict) == {"pass", "invalid"}, by_verdict
    assert len(by_verdict["invalid"]) == 1
    assert says in by_verdict["invalid"][0]
    assert len(by_verdict["pass"]) >= 5, "the arms after it ran on a new stack"
    assert gone(process.pid)


def test_a_killed_runner_leaves_nothing_after_the_next_start_and_loses_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = runs.start(out, *SOME)
    in_the_middle(out)
    process.kill()
    process.wait(runs.TIMEOUT)
    recorded = len(runs.events(out))
    assert recorded > 50
    assert runs.run(out, "scenarios/healthy.yaml", "-k", "nothing") == 0, runs.log(out)
    assert gone(process.pid)
    assert not [one for one in sweep.orphans() if str(process.pid) in one.what]
    (kept,) = out.glob("unfinished-*/history.jsonl")
    assert len(kept.read_text().splitlines()) >= recorded
    assert (kept.parent / "results.json").exists()


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="only Linux has it")
def test_the_stack_runs_as_a_batch_job_and_who_started_it_is_none_afterwards(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = runs.start(out, *SOME)
    in_the_middle(out)
    policies = {part.name(): os.sched_getscheduler(part.pid) for part in runs.parts(process.pid)}
    process.send_signal(signal.SIGINT)
    process.wait(runs.TIMEOUT)
    assert set(policies.values()) == {os.SCHED_BATCH}, policies
    with batch():
        assert os.sched_getscheduler(0) == os.SCHED_BATCH
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_what_is_somebody_elses_is_never_swept(tmp_path: Path) -> None:
    """A process and a folder that only look like a run's are left alone as long as their runner lives."""
    runner = psutil.Process()
    folder = Path(f"/tmp/chatfault-{runner.pid}-{runner.create_time():.2f}-test")
    folder.mkdir()
    try:
        assert str(folder) not in [one.what for one in sweep.orphans()]
    finally:
        shutil.rmtree(folder)
    assert os.getpid() not in [one.pid for one in sweep.orphans()]
