"""Which files a pytest takes for scenarios, and which arms a shard does."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.live
ROOT = Path(__file__).parent.parent.parent


def collected(cwd: Path, *arguments: str, module: str = "pytest") -> tuple[int, set[str], str]:
    command = (sys.executable, "-m", *module.split(), *arguments, "--collect-only", "-q")
    env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=env, check=False)
    said = done.stdout + done.stderr
    return done.returncode, {line for line in done.stdout.splitlines() if "::" in line and "ERROR" not in line}, said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("mine/one.yaml", "docs/two.yaml"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text((ROOT / "scenarios" / "healthy.yaml").read_text())
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n")
    return tmp_path


@pytest.mark.parametrize(
    ("ini", "text"),
    [
        ("pytest.ini", "[pytest]\nchatfault_scenarios = mine\n"),
        ("tox.ini", "[pytest]\nchatfault_scenarios = mine\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\nchatfault_scenarios = ["mine"]\n'),
    ],
)
def test_a_plain_pytest_takes_what_the_ini_option_names(folder: Path, ini: str, text: str) -> None:
    assert collected(folder)[1] == {"test_own.py::test_own"}
    (folder / ini).write_text(text)
    found = collected(folder)[1]
    assert {one.split("::")[0] for one in found} == {"test_own.py", "mine/one.yaml"}
    assert collected(folder, "-p", "no:chatfault")[1] == {"test_own.py::test_own"}


def test_a_file_that_is_named_is_taken_and_a_folder_is_not(folder: Path) -> None:
    assert {one.split("::")[0] for one in collected(folder, "docs/two.yaml")[1]} == {"docs/two.yaml"}
    assert collected(folder, "docs")[1] == set()
    assert {one.split("::")[0] for one in collected(folder, "docs", module="harness.cli run")[1]} == {"docs/two.yaml"}


def test_four_shards_hold_what_one_run_holds_each_arm_once() -> None:
    whole = collected(ROOT, module="harness.cli run")[1]
    parts = [collected(ROOT, "--shard", f"{one}/4", module="harness.cli run")[1] for one in (1, 2, 3, 4)]
    assert len(whole) > 600
    assert sum(len(part) for part in parts) == len(whole)
    assert set.union(*parts) == whole


def test_every_arm_of_the_smoke_session_is_there() -> None:
    tree = ast.parse((ROOT / "noxfile.py").read_text())
    tables = {ast.unparse(one.targets[0]): one.value for one in tree.body if isinstance(one, ast.Assign)}
    whole = collected(ROOT, module="harness.cli run")[1]
    failures = set()
    for name, (remedy, has) in ast.literal_eval(tables["SMOKE"]).items():
        failures.add(name.split("_")[0])
        for label in (f"control[nothing{has}]", f"control[ask_again{has}]", remedy):
            assert f"scenarios/{name}.yaml::{name}::{label}" in whole
    assert failures == {f"f{number}" for number in range(1, 15)}
