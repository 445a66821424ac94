"""Planted bugs: the harness must fail each client of mutants/, with a sentence that names the bug, and not ours.

A mutant that is `harmless` is no bug: the harness must pass it. One with `uncaught: reason` is one that the harness
misses: its test must fail until a check or a scenario sees it.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.values.result import Verdict
from tests.stage import PAGE, Stage

pytestmark = pytest.mark.live

OFTEN = 5
"""So many of the arms in which something is planted are run without it here, too."""


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


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = Stage(tmp_path_factory.mktemp("stage"))
    yield made
    made.close()


def test_every_mutant_can_be_planted(tmp_path: Path) -> None:
    for mutant in MUTANTS:
        page = shutil.copytree(PAGE, tmp_path / mutant.name)
        mutant.plant(page)


@pytest.mark.parametrize("mutant", [param(mutant) for mutant in MUTANTS if mutant.harmless])
def test_a_change_that_is_no_bug_passes(mutant: Mutant, stage: Stage) -> None:
    found = stage.results(mutant.plant, mutant.select, (mutant.scenario,))
    assert {one.arm: one.sentence for one in found if one.verdict is not Verdict.PASS} == {}


@pytest.mark.parametrize("mutant", [param(mutant) for mutant in MUTANTS if not mutant.harmless])
def test_a_planted_bug_is_named(mutant: Mutant, stage: Stage) -> None:
    found = stage.results(mutant.plant, mutant.select, (mutant.scenario,))
    sentences = [one.sentence for one in found if one.verdict is Verdict.FAIL]
    assert any(re.search(mutant.sentence, sentence) for sentence in sentences), [one.sentence for one in found]


def test_the_page_without_a_bug_passes_the_same_arms(stage: Stage) -> None:
    """What is chosen most often of them; the main job runs all of them on the page as it is."""
    often = Counter((mutant.scenario, mutant.select) for mutant in MUTANTS).most_common(OFTEN)
    for (scenario, select), _ in often:
        found = stage.results(lambda _page: None, select, (scenario,))
        assert {one.arm: one.sentence for one in found if one.verdict is not Verdict.PASS} == {}
        assert {one.browser for one in found} == {"chromium"}
