"""The options of a run: what stands behind one of them is its value, never a path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.options import joined

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ("--out report -x", "--out=report -x"),
        ("--out=report scenarios", "--out=report scenarios"),
        ("--headed scenarios", "--headed scenarios"),
        ("-k wait --repeat 3", "-k wait --repeat=3"),
        ("--out", "--out"),
    ],
)
def test_a_value_is_joined_to_its_option(given: str, passed: str) -> None:
    assert list(joined(given.split())) == passed.split()


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
