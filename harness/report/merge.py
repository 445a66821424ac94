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
from harness.judging.verdict import flaky
from harness.report.matrix import results as results_of
from harness.report.past import NAME, Past
from harness.values.errors import AuthorError
from harness.values.history import Event
from harness.values.recordings import MERGED, own_name, way_of
from harness.values.result import Result, Way

BESIDE = ("traces", "pictures")
"""Folders whose files the results and the history name."""
OWN = ("--shard", "--out", "--baseline")
"""Options that are one run's own."""
Key = tuple[str, *Way, int]
Run = tuple[str, *Way]


@dataclass
class Merged:
    """What has been taken into a folder so far."""

    out: Path
    results: list[Result] = field(default_factory=list)
    abouts: list[Mapping[str, Any]] = field(default_factory=list)
    taken: dict[Run, set[Key]] = field(default_factory=dict)
    """The repeats of arms that are there, by their scenario and the way in which it was run."""

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
        """An arm that was run in the same way before is one more repeat of it, and with it all of its scenario's run:
        arms are judged beside the control of the same repeat."""
        scenarios: dict[Run, list[Result]] = {}
        for one in found:
            scenarios.setdefault((one.scenario, *one.way), []).append(one)
        numbers: dict[Key, int] = {}
        for scenario, ones in scenarios.items():
            keys = {_key(one) for one in ones}
            before = self.taken.setdefault(scenario, set())
            shift = 1 + max(key[-1] for key in before) if before & keys else 0
            before |= {(*key[:-1], key[-1] + shift) for key in keys}
            numbers |= {key: key[-1] + shift for key in keys if shift}
        return numbers

    def _append(self, history: Path, renamed: Mapping[str, str], numbers: Mapping[Key, int]) -> None:
        swaps = [(json.dumps(old).encode(), json.dumps(new).encode()) for old, new in renamed.items()]
        ways: dict[str, Way] = {}
        with history.open("rb") as lines, (self.out / "history.jsonl").open("ab") as merged:
            merged.write(f"{MERGED}\n".encode())
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
        given = [dict(one.get("options", {})).items() for one in self.abouts]
        options = dict(one for one in given[0] if one[0] not in OWN and all(one in others for others in given))
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
    return report.write(out, flaky(merged.results), out / "history.jsonl", merged.about(), before)


def _before(folders: Sequence[Path], out: Path) -> Past:
    """The runs before these: what the merged report had, else what one of the folders knows of."""
    own = Past.read(out / NAME)
    if own.runs:
        return own
    return max((Past.read(folder / NAME).without_last for folder in folders), key=lambda past: len(past.runs))


def _key(one: Result) -> Key:
    return one.arm, *one.way, one.repeat


def _renumbered(line: bytes, numbers: Mapping[Key, int], ways: dict[str, Way]) -> bytes:
    """An event of an arm that is one more repeat now, under its new name."""
    event = json.loads(line)
    arm, data = str(event["arm"]), event.get("data", {})
    if (event["source"], event["kind"]) == ("run", "arm"):
        ways[arm] = way_of(Event.from_json(line.decode(errors="replace")))
    name, _, repeat = own_name(arm).partition("#")
    number = numbers.get((name, *ways.get(arm, ("", "", "", "")), int(repeat or 0)))
    if number is None:
        return line
    event["arm"] = f"{name}#{number}{arm.removeprefix(own_name(arm))}"
    if event["kind"] == "verdict":
        data["result"]["repeat"] = number
    return (json.dumps(event, ensure_ascii=False) + "\n").encode(errors="replace")


def _joined(values: Iterable[object]) -> str:
    return ", ".join(dict.fromkeys(str(value) for value in values if value))
