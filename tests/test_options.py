"""The options of a run: what stands behind one of them is its value, never a path."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.options import OPTIONS, long, translated
from harness.values.errors import AuthorError

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ("--out report -x", "--chatfault-out=report -x"),
        ("--out=report scenarios", "--chatfault-out=report scenarios"),
        ("--chatfault-out report scenarios", "--chatfault-out=report scenarios"),
        ("--headed scenarios", "--chatfault-headed scenarios"),
        ("-k wait --repeat 3 -n2", "--chatfault-repeat=3 -k wait -n2"),
        ("-k not_this --tb short a.yaml::one", "-k not_this --tb short a.yaml::one"),
    ],
)
def test_an_option_of_a_run_is_translated_and_joined_to_its_value(given: str, passed: str) -> None:
    assert translated(given.split()) == passed.split()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("--repeat 0", "'0' is no number of times: from 1 on"),
        ("--repeat -1", "--repeat"),
        ("--repeat two", "'two' is no number of times"),
        ("--shard 5/4", "'5/4' is not I/N with I from 1 to N"),
        ("--shard 0/4", "'0/4' is not I/N"),
        ("--locale fr", "invalid choice: 'fr'"),
        ("--out", "expected one argument"),
    ],
)
def test_an_option_that_makes_no_sense_is_told_as_its_authors(given: str, says: str) -> None:
    with pytest.raises(AuthorError, match=re.escape(says)) as told:
        translated(given.split())
    assert given.split()[0] in told.value.what


def test_everybodys_pytest_gets_no_name_that_another_plugin_could_have() -> None:
    assert {long(name) for name in OPTIONS} == {f"--chatfault-{name[2:]}" for name in OPTIONS}


def collected(cwd: Path, *arguments: str) -> tuple[int, list[str]]:
    command = (sys.executable, "-m", "harness.cli", "run", "--collect-only", "-q", *arguments)
    env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=env, check=False)
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()


@pytest.mark.live
def test_without_a_path_it_is_the_scenarios_whatever_folder_an_option_names(tmp_path: Path) -> None:
    for arguments in (("--out", str(tmp_path)), ("-k", "scenarios", "--junitxml", str(tmp_path / "a.xml"))):
        code, lines = collected(ROOT, *arguments)
        arms = [line for line in lines if "::" in line]
        assert code == 0
        assert arms
        assert all(line.startswith("scenarios/") for line in arms)


@pytest.mark.live
def test_without_a_path_or_a_folder_it_says_so(tmp_path: Path) -> None:
    code, lines = collected(tmp_path)
    assert code == 2
    assert lines == ["ERROR: no path is given, and there is no folder scenarios here"]


def without_arms(folder: Path, *arguments: str) -> str:
    """What pytest prints for a run with the plugin and workers, but without an arm."""
    (folder / "test_one.py").write_text("def test_one(): pass\n")
    command = (sys.executable, "-m", "pytest", "-q", "test_one.py", "-n", "1", *arguments)
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_XDIST")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.live
def test_a_run_without_arms_leaves_the_report_of_the_run_before(tmp_path: Path) -> None:
    report = tmp_path / "report"
    (report / "traces").mkdir(parents=True)
    for name in ("history.jsonl", "results.json", "traces/one.zip"):
        (report / name).write_text("{}\n")
    before = sorted(report.rglob("*"))
    for arguments in ((), ("--chatfault-out", "new")):
        assert "arms" not in without_arms(tmp_path, *arguments)
        assert sorted(report.rglob("*")) == before
    assert not (tmp_path / "new").exists()


@pytest.mark.live
def test_a_run_that_was_killed_and_the_report_before_it_keep_their_traces(tmp_path: Path) -> None:
    report = tmp_path / "report"
    for name in (".previous/results.json", ".previous/history.jsonl", ".previous/traces/before.zip"):
        (report / name).parent.mkdir(parents=True, exist_ok=True)
        (report / name).write_text("{}\n")
    (report / "traces").mkdir()
    (report / "traces" / "killed.zip").write_text("{}\n")
    (report / "history.jsonl").write_text("")
    without_arms(tmp_path)
    (kept,) = report.glob("unfinished-*")
    assert [one.name for one in (kept / "traces").iterdir()] == ["killed.zip"]
    assert [one.name for one in (report / "traces").iterdir()] == ["before.zip"]
    assert (report / "results.json").exists()
    assert not (report / ".previous").exists()
