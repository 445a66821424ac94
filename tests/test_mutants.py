"""Planted bugs: the harness must fail each client of mutants/, with a sentence that names the bug, and not ours.

A mutant that is `harmless` is no bug: the harness must pass it. One with `uncaught: reason` is one that the harness
misses: its test must fail until a check or a scenario sees it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.live

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "fake_upstream" / "page"
SECONDS = 120
"""Real seconds that one run of a few arms may take."""


@dataclass(frozen=True)
class Mutant:
    """A bug to plant: what to replace in which file of the page, and what the harness must say about it."""

    name: str
    says: str
    file: str
    replace: tuple[tuple[str, str], ...]
    scenario: str
    select: str
    sentence: str = ""
    uncaught: str = ""
    harmless: bool = False

    @classmethod
    def read(cls, path: Path) -> Mutant:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        replace = tuple((one["old"], one["new"]) for one in raw.pop("replace"))
        return cls(name=path.stem, replace=replace, **raw)

    def plant(self, page: Path) -> None:
        """Change the page. Every text to replace must be there, and only once."""
        path = page / self.file
        text = path.read_text(encoding="utf-8")
        for old, new in self.replace:
            if text.count(old) != 1:
                pytest.fail(f"{self.name}: expected once in {self.file}, found {text.count(old)} times: {old!r}")
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


MUTANTS = [Mutant.read(path) for path in sorted((Path(__file__).parent / "mutants").glob("*.yaml"))]


def param(mutant: Mutant) -> Any:
    missed = pytest.mark.xfail(strict=True, raises=AssertionError, reason=mutant.uncaught)
    return pytest.param(mutant, id=mutant.name, marks=missed if mutant.uncaught else ())


def run(page: Path, out: Path, select: str, *scenarios: str) -> tuple[int, list[dict[str, Any]], str]:
    """The exit code, the arms' results and the output of a run of the selected arms against a page."""
    paths = [f"scenarios/{name}.yaml" for name in scenarios]
    options = ["-k", select, "--page", str(page), "--out", str(out)]
    command = [sys.executable, "-m", "harness.cli", "run", *paths, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS * len(paths))
    results = out / "results.json"
    if not results.exists():
        pytest.fail(f"no arm was run: {done.stdout}{done.stderr}")
    return done.returncode, json.loads(results.read_text(encoding="utf-8"))["arms"], done.stdout


def test_every_mutant_can_be_planted(tmp_path: Path) -> None:
    for mutant in MUTANTS:
        page = shutil.copytree(PAGE, tmp_path / mutant.name)
        mutant.plant(page)


@pytest.mark.parametrize("mutant", [param(mutant) for mutant in MUTANTS if mutant.harmless])
def test_a_change_that_is_no_bug_passes(mutant: Mutant, tmp_path: Path) -> None:
    page = shutil.copytree(PAGE, tmp_path / "page")
    mutant.plant(page)
    code, _, said = run(page, tmp_path / "out", mutant.select, mutant.scenario)
    assert code == 0, said


@pytest.mark.parametrize("mutant", [param(mutant) for mutant in MUTANTS if not mutant.harmless])
def test_a_planted_bug_is_named(mutant: Mutant, tmp_path: Path) -> None:
    page = shutil.copytree(PAGE, tmp_path / "page")
    mutant.plant(page)
    code, arms, said = run(page, tmp_path / "out", mutant.select, mutant.scenario)
    sentences = [arm["sentence"] for arm in arms if arm["verdict"] == "fail"]
    assert code == 1, said
    assert any(re.search(mutant.sentence, sentence) for sentence in sentences), sentences


def test_the_page_without_a_bug_passes_the_same_arms(tmp_path: Path) -> None:
    chosen: dict[str, list[str]] = {}
    for mutant in MUTANTS:
        chosen.setdefault(mutant.scenario, []).append(mutant.select)
    select = " or ".join(
        f"({Path(name).name}.yaml and ({' or '.join(f'({one})' for one in dict.fromkeys(selects))}))"
        for name, selects in chosen.items()
    )
    code, arms, said = run(PAGE, tmp_path, select, *chosen)
    assert {arm["scenario"].split("[")[0] for arm in arms} == set(chosen)
    assert {arm["browser"] for arm in arms} == {"chromium"}
    assert not [arm["arm"] for arm in arms if arm["remedy"] == "other_browser"]
    assert {arm["verdict"] for arm in arms} == {"pass"}, said
    assert code == 0, said
