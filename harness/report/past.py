"""The verdicts of the last runs in one small file, and what changed between two of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.values.errors import AuthorError
from harness.values.result import Result, Verdict

NAME = "runs.json"
MOST = 30
"""Runs that are kept."""
LETTERS = {
    Verdict.PASS: "p",
    Verdict.KNOWN: "k",
    Verdict.INVALID: "i",
    Verdict.FLAKY: "y",
    Verdict.FAIL: "f",
}
"""From the best to the gravest; of an arm's repeats the gravest counts. `-` is an arm that was not run."""
WORDS = {letter: verdict.value for verdict, letter in LETTERS.items()} | {"-": "not run"}
GOOD = "pk"


@dataclass(frozen=True)
class Run:
    """One run: when (seconds since the epoch), of which commit, and the letter of each arm."""

    time: float
    commit: str
    arms: Mapping[str, str]


@dataclass(frozen=True)
class Changes:
    """What is another way than in a run before, by the names of the arms. `beside`: which run that was."""

    beside: str
    broken: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def named(one: Result) -> str:
    """An arm's name over all runs: who was tested, in what and in which language is part of it."""
    ways = [one.client if one.client not in ("", "default") else "", one.browser, one.locale]
    return f"{one.arm} ({', '.join(filter(None, ways))})"


def letters(results: Iterable[Result]) -> dict[str, str]:
    order = "".join(LETTERS.values())
    found: dict[str, str] = {}
    for one in results:
        name, letter = named(one), LETTERS[one.verdict]
        found[name] = max(found.get(name, letter), letter, key=order.index)
    return found


@dataclass(frozen=True)
class Past:
    """Runs, the oldest first."""

    runs: tuple[Run, ...] = field(default_factory=tuple)

    @classmethod
    def read(cls, path: Path) -> Past:
        """The runs of a file; none where there is no such file, or none that can be read."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            arms = list(map(str, told["arms"]))
            return cls(tuple(_run(arms, one) for one in told["runs"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    @property
    def without_last(self) -> Past:
        return Past(self.runs[:-1])

    def with_run(self, run: Run) -> Past:
        return Past((*self.runs, run)[-MOST:])

    @property
    def last(self) -> Run | None:
        return self.runs[-1] if self.runs else None

    @property
    def written(self) -> str:
        """The runs as a file has them: the arms once, and of each run a letter for each of them."""
        arms = sorted({arm for run in self.runs for arm in run.arms})
        runs = [
            {"time": run.time, "commit": run.commit, "verdicts": "".join(run.arms.get(arm, "-") for arm in arms)}
            for run in self.runs
        ]
        told = {"version": 1, "letters": WORDS, "arms": arms, "runs": runs}
        return json.dumps(told, ensure_ascii=False, indent=0) + "\n"

    def of(self, arm: str) -> str:
        """An arm's letters over the runs, the oldest first."""
        return "".join(run.arms.get(arm, "-") for run in self.runs)


def _run(arms: Sequence[str], raw: Mapping[str, Any]) -> Run:
    told = zip(arms, str(raw["verdicts"]), strict=False)
    return Run(float(raw["time"]), str(raw["commit"]), {arm: letter for arm, letter in told if letter != "-"})


def changes(before: Mapping[str, str], now: Mapping[str, str], beside: str) -> Changes:
    """What of the arms that were run both times came out otherwise, and which were run once only."""
    both = [arm for arm in now if arm in before]
    went = {arm: (before[arm] in GOOD, now[arm] in GOOD) for arm in both}
    return Changes(
        beside,
        broken=tuple(arm for arm in both if went[arm] == (True, False)),
        mended=tuple(arm for arm in both if went[arm] == (False, True)),
        other=tuple(arm for arm in both if before[arm] != now[arm] and len(set(went[arm])) == 1),
        still=tuple(arm for arm in both if went[arm] == (False, False) and before[arm] == now[arm]),
        fresh=tuple(arm for arm in now if arm not in before),
        gone=tuple(arm for arm in before if arm not in now),
    )


def baseline(path: Path) -> Run:
    """A run to compare with: a report's folder, its `results.json`, or a `runs.json`, of which the last counts."""
    file = path / "results.json" if path.is_dir() else path
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if "runs" in told:
            last = Past.read(file).last
            if last is None:
                raise ValueError("no run in it")
            return last
        about = told.get("about", {})
        results = [Result.from_json(arm) for arm in told["arms"]]
        return Run(float(about.get("began", 0.0)), str(about.get("commit", "")), letters(results))
    except OSError as error:
        cure = "name a report's folder, its results.json, or a runs.json"
        raise AuthorError(f"there is no run to compare with: {error.strerror}", where=str(file), cure=cure) from None
    except (ValueError, KeyError, TypeError) as error:
        raise AuthorError(f"this is no run to compare with: {error!r}", where=str(file)) from None
