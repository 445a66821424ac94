"""Several reports as one: shards of a run, or runs in other browsers, in other languages, of other clients."""

from __future__ import annotations

import filecmp
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness import report
from harness.report.matrix import results as results_of
from harness.report.past import NAME, Past
from harness.values.errors import AuthorError
from harness.values.result import Result, Verdict

BESIDE = ("traces", "pictures")
"""Folders whose files the results and the history name."""
Key = tuple[str, str, str, str, int]


@dataclass
class Merged:
    """What has been taken into a folder so far."""

    out: Path
    results: list[Result] = field(default_factory=list)
    abouts: list[Mapping[str, Any]] = field(default_factory=list)
    taken: set[Key] = field(default_factory=set)

    def take(self, folder: Path) -> None:
        """Add a report's results, its history, and the files that they name."""
        found, about = results_of(folder)
        history = folder / "history.jsonl"
        if not history.is_file():
            raise AuthorError(f"there is no history.jsonl in {folder}", cure="name the folders that --out named")
        renamed, numbers = self._copied(folder), self._numbered(found)
        self._append(history, renamed, numbers)
        for one in found:
            repeat = numbers.get(_key(one), one.repeat)
            self.results.append(replace(one, repeat=repeat, trace=renamed.get(one.trace, one.trace)))
        self.abouts.append(about)

    def _copied(self, folder: Path) -> dict[str, str]:
        """Copy the files beside a history; where another of that name is there already, under which name it is now."""
        renamed = {}
        for file in (one for name in BESIDE for one in sorted((folder / name).rglob("*")) if one.is_file()):
            name = file.relative_to(folder)
            target, number = self.out / name, 1
            while target.exists() and not filecmp.cmp(file, target, shallow=False):
                number += 1
                target = self.out / name.with_stem(f"{name.stem}-{number}")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            if number > 1:
                renamed[name.as_posix()] = target.relative_to(self.out).as_posix()
        return renamed

    def _numbered(self, found: Sequence[Result]) -> dict[Key, int]:
        """An arm that was run in the same way before is one more repeat of it."""
        numbers: dict[Key, int] = {}
        before = set(self.taken)
        for one in found:
            key = _key(one)
            if key in before:
                free = next(n for n in range(len(self.taken) + 1) if (*key[:4], n) not in self.taken)
                numbers[key], key = free, (*key[:4], free)
            self.taken.add(key)
        return numbers

    def _append(self, history: Path, renamed: Mapping[str, str], numbers: Mapping[Key, int]) -> None:
        swaps = [(json.dumps(old).encode(), json.dumps(new).encode()) for old, new in renamed.items()]
        ways: dict[str, tuple[str, str, str]] = {}
        with history.open("rb") as lines, (self.out / "history.jsonl").open("ab") as merged:
            for line in lines:
                if not line.endswith(b"\n"):
                    continue  # cut off by a kill
                for old, new in swaps:
                    line = line.replace(old, new)
                merged.write(_renumbered(line, numbers, ways) if numbers else line)

    def about(self) -> dict[str, Any]:
        """What is known of all of them together."""
        first = {k: v for k, v in self.abouts[0].items() if k not in ("began", "ended", "command", "interrupted")}
        said = {name: _joined(one.get(name) for one in self.abouts) for name in ("client", "commit")}
        commands = [str(one["command"]) for one in self.abouts if one.get("command")]
        stopped = [str(one["interrupted"]) for one in self.abouts if one.get("interrupted")]
        errors = list(dict.fromkeys(error for one in self.abouts for error in one.get("errors", ())))
        options = {
            k: v for k, v in dict(first.get("options", {})).items() if k not in ("--shard", "--out", "--baseline")
        }
        return {
            **first,
            **said,
            "options": options,
            "merged": f"{len(self.abouts)} runs",
            "command": "; ".join(dict.fromkeys(commands)),
            **({"interrupted": stopped[0]} if stopped else {}),
            **({"errors": errors} if errors else {}),
        }


def merge(folders: Sequence[Path], out: Path) -> Path:
    """Write one report from several; the path of its page. Raises `AuthorError` for a folder that is none."""
    if out in folders:
        raise AuthorError(f"{out} is one of those to be merged", cure="name another folder with --out")
    before = _before(folders, out)
    for name in report.FILES:
        path = out / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    merged = Merged(out)
    for folder in folders:
        merged.take(folder)
    return report.write(out, _flaky(merged.results), out / "history.jsonl", merged.about(), before)


def _before(folders: Sequence[Path], out: Path) -> Past:
    """The runs before these: what the merged report had, else what one of the folders knows of."""
    own = Past.read(out / NAME)
    if own.runs:
        return own
    return max((Past.read(folder / NAME).without_last for folder in folders), key=lambda past: len(past.runs))


def _flaky(results: list[Result]) -> list[Result]:
    """Repeats that disagree now that they are together; what was told as flaky already stays so."""
    verdicts: dict[tuple[str, ...], set[Verdict]] = {}
    for one in results:
        verdicts.setdefault(_key(one)[:4], set()).add(one.verdict)
    told = []
    for one in results:
        disagree = len(verdicts[_key(one)[:4]] - {Verdict.INVALID}) > 1
        if disagree and one.verdict not in (Verdict.INVALID, Verdict.FLAKY):
            one = replace(one, verdict=Verdict.FLAKY, sentence=f"{one.sentence} (its repeats disagree)")
        told.append(one)
    return told


def _key(one: Result) -> Key:
    return one.arm, one.browser, one.locale, one.client, one.repeat


def _renumbered(line: bytes, numbers: Mapping[Key, int], ways: dict[str, tuple[str, str, str]]) -> bytes:
    """An event of an arm that is one more repeat now, under its new name."""
    event = json.loads(line)
    arm, data = str(event["arm"]), event.get("data", {})
    if (event["source"], event["kind"]) == ("run", "arm"):
        ways[arm] = (str(data.get("browser", "")), str(data.get("locale", "")), str(data.get("client", "")))
    name, _, repeat = arm.partition("#")
    number = numbers.get((name, *ways.get(arm, ("", "", "")), int(repeat or 0)))
    if number is None:
        return line
    event["arm"] = f"{name}#{number}"
    if event["kind"] == "verdict":
        data["result"]["repeat"] = number
    return (json.dumps(event, ensure_ascii=False) + "\n").encode(errors="replace")


def _joined(values: Iterable[object]) -> str:
    return ", ".join(dict.fromkeys(str(value) for value in values if value))
