"""Every part of a run × every step of an arm × SIGTERM, SIGKILL and SIGSTOP: the arm says so, and nothing else suffers.

Many kills share a run, and each must leave to the next arm what it would have found. `CHATFAULT_KILLS_ALL=1` runs the
whole matrix; without it each part meets each signal, at one step after another.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from harness.arm.doing import DOING
from harness.stack.parts import OUT_OF_TIME
from harness.stack.process import stopped
from harness.values.recordings import recorded
from tests import runs

pytestmark = pytest.mark.live
ALL = bool(os.environ.get("CHATFAULT_KILLS_ALL"))
SCENARIO, ARM = "scenarios/k7_one_of_two_instances.yaml", "k7_one_of_two_instances[send]/control[nothing]"
STEPS = ("steady", "break", "symptom", "remedy", "recovery", "afterwards", "undone")
SIGNALS = (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP)
SAYS = {
    "toxiproxy": "Toxiproxy",
    "envoy": "Envoy",
    "service": "the service (fake_upstream)",
    "instance": "instance a of the service",
    "browser": "Chromium (the browser)",
    "driver": "the browsers' driver",
}
Kill = tuple[str, str, int]


FEW: list[Kill] = [
    (part, step, number)
    for step, (part, number) in zip(itertools.cycle(STEPS), itertools.product(SAYS, SIGNALS), strict=False)
]
"""Of each part and signal one, at a step that changes: each step is there."""
EVERY: dict[str, list[Kill]] = {part: list(itertools.product([part], STEPS, SIGNALS)) for part in SAYS}
SETS = EVERY if ALL else {"one half": FEW[::2], "the other half": FEW[1::2]}


def name_of(repeat: int) -> str:
    return f"{ARM}#{repeat}" if repeat else ARM


def start(out: Path, kills: dict[str, Kill], *options: str) -> subprocess.Popen[str]:
    """Start a run of as many arms as are to be hit, with one after each that is not."""
    many = max([int(name.rpartition("#")[2]) for name in kills if "#" in name], default=0) + 2
    marks = out.with_suffix(".killed")
    marks.mkdir()
    os.environ |= {"CHATFAULT_KILLS": json.dumps(kills), "CHATFAULT_KILLED": str(marks)}
    return runs.start(out, SCENARIO, "-p", "tests.killer", "-k", "send and nothing", "--repeat", str(many), *options)


def ended(process: subprocess.Popen[str], kills: dict[str, Kill]) -> int:
    """The exit code of a run."""
    try:
        return process.wait(60 + 15 * len(kills))
    finally:
        process.kill()


def verdicts(out: Path) -> dict[str, dict[str, object]]:
    """The verdicts by the arms' names; the report is there, and every event of the history can be read."""
    assert recorded(out / "history.jsonl")
    return {name_of(arm["repeat"]): arm for arm in runs.arms(out)}


def left(out: Path) -> list[str]:
    """What is left of a run: processes, and temporary files."""
    return [*map(str, of_run(out)), *map(str, out.with_suffix(".tmp").glob("chatfault*"))]


def of_run(out: Path) -> list[psutil.Process]:
    """Every process of a run: the runner, its workers, and whatever they have started."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            ours = process.environ().get("CHATFAULT_TEST") == str(out) and process.pid != os.getpid()
            found += [process] if ours and process.status() != psutil.STATUS_ZOMBIE else []
    return found


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A report's folder; by its name every process of the runs that write there can be found."""
    place = tmp_path / "out"
    place.with_suffix(".tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(place.with_suffix(".tmp")))
    monkeypatch.setenv("CHATFAULT_TEST", str(place))
    for name in ("CHATFAULT_KILLS", "CHATFAULT_KILLED"):
        monkeypatch.setenv(name, "")
    yield place
    for process in of_run(place):
        process.kill()


def sentence(part: str, number: int) -> str:
    """What the arm's sentence says, as a pattern."""
    how = r"was stopped \(SIGSTOP\) and stands still" if number == signal.SIGSTOP else r"ended"
    code = (
        "" if number == signal.SIGSTOP or part == "browser" else r"( \((signal|exit code) \d+\))?"
    )  # one that is gone may not have been asked how
    if (part, number) == ("driver", signal.SIGTERM):
        part, code = "browser", ""  # it closes its browsers, and lives on
    who = r"the browser \(.*\)" if part == "browser" and number == signal.SIGSTOP else re.escape(SAYS[part])
    return rf"{who} {how}{code} while ({'|'.join(DOING.values())})$"


@pytest.mark.parametrize("chosen", SETS.values(), ids=SETS)
def test_a_part_that_gets_a_signal_ends_its_arm_with_a_sentence_and_no_other(out: Path, chosen: list[Kill]) -> None:
    kills = {name_of(2 * i): kill for i, kill in enumerate(chosen)}
    assert ended(start(out, kills), kills) == 3, runs.log(out)
    found = verdicts(out)
    wrong = {}
    for name, (part, step, number) in kills.items():
        hit, after = found[name], found[name_of(int(name.partition("#")[2] or 0) + 1)]
        said = hit["environment"] and re.search(sentence(part, number), str(hit["sentence"]))
        over = step == "undone" and hit["verdict"] == "pass"  # it had come to its end
        if not (said or over) or after["verdict"] != "pass":
            wrong[name] = (part, step, number, hit["verdict"], hit["sentence"], after["verdict"], after["sentence"])
    assert len(found) == 2 * len(kills), "an arm after each that was hit"
    assert wrong == {}
    assert left(out) == []


@pytest.mark.parametrize("part", ["toxiproxy", "envoy", "service"] if ALL else ["envoy"])
@pytest.mark.parametrize("number", SIGNALS if ALL else (signal.SIGKILL, signal.SIGSTOP))
def test_a_stack_of_which_a_part_fails_while_it_comes_up_comes_up_anew(out: Path, part: str, number: int) -> None:
    kills: dict[str, Kill] = {ARM: (part, "start", number)}
    assert ended(start(out, kills), kills) == 0, runs.log(out)
    assert {arm["verdict"] for arm in verdicts(out).values()} == {"pass"}
    (restarted,) = [event for event in recorded(out / "history.jsonl") if event.kind == "restarted"]
    assert SAYS[part] in restarted.data["because"]
    assert left(out) == []


def test_a_worker_that_gets_a_signal_is_replaced_and_its_arm_is_run_again(out: Path) -> None:
    hits = itertools.product(STEPS, SIGNALS) if ALL else zip(STEPS[1::2], SIGNALS, strict=True)
    kills = {name_of(i): ("worker", step, int(number)) for i, (step, number) in enumerate(hits)}
    assert ended(start(out, kills, "-n", "1", "--max-worker-restart", "100"), kills) == 3, runs.log(out)
    found = verdicts(out)
    assert len(found) == len(kills) + 1
    assert {arm["verdict"] for arm in found.values()} == {"pass"}, "each is judged by its second run"
    assert len(list(out.with_suffix(".killed").iterdir())) == len(kills)
    assert of_run(out) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("step", STEPS if ALL else ("symptom",))
@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with a worker"])
def test_a_controller_that_is_ended_takes_all_with_it_and_what_it_recorded_can_be_read(
    out: Path, number: int, step: str, workers: tuple[str, ...]
) -> None:
    kills: dict[str, Kill] = {name_of(1): ("controller" if workers else "worker", step, number)}
    assert ended(start(out, kills, *workers), kills) == (3 if number == signal.SIGTERM else -number), runs.log(out)
    runs.until(lambda: of_run(out) == [], "everything that it had started to end", 20)
    assert (out / "results.json").exists() is (number == signal.SIGTERM)
    assert len(recorded(out / "history.jsonl")) > 50
    assert number == signal.SIGKILL or left(out) == []


@pytest.mark.parametrize("step", STEPS if ALL else ("symptom",))
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_ctrl_c_ends_all_and_tells_what_was_done(out: Path, step: str, workers: tuple[str, ...]) -> None:
    kills: dict[str, Kill] = {name_of(1): ("controller" if workers else "worker", step, signal.SIGINT)}
    assert ended(start(out, kills, *workers), kills) == pytest.ExitCode.INTERRUPTED, runs.log(out)
    assert left(out) == []
    found = verdicts(out)
    assert found[ARM]["verdict"] == "pass"
    assert all(arm["verdict"] == "pass" or arm["environment"] for arm in found.values())
    assert sorted(path.name for path in out.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("step", STEPS if ALL else ("symptom",))
@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with a worker"])
def test_a_controller_that_is_stopped_goes_on_where_it_was(out: Path, step: str, workers: tuple[str, ...]) -> None:
    kills: dict[str, Kill] = {name_of(1): ("controller" if workers else "worker", step, signal.SIGSTOP)}
    process = start(out, kills, *workers)
    runs.until(lambda: stopped(psutil.Process(process.pid)), "the controller to stand still")
    time.sleep(OUT_OF_TIME + 2.0)  # for longer than what is measured may bear
    process.send_signal(signal.SIGCONT)
    assert ended(process, kills) in (0, 3), runs.log(out)
    assert {(arm["verdict"], arm["environment"]) for arm in verdicts(out).values()} <= {
        ("pass", False),
        ("invalid", True),
    }
    assert left(out) == []
