"""How long an arm takes to run, as runs measured it, and scenarios parted by it into shards of about equal time.

An arm's weight is the sum of what its properties add to the mean: its engine, its moment, its remedy, its scenario. A
scenario that nobody measured has the other three, so that new ones are parted as well.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from harness.values.errors import AuthorError
from harness.values.scenario import Arm

TABLE = Path(__file__).with_name("weights.json")
PROPERTIES = ("browser", "moment", "remedy", "scenario")
"""By the names that they have in results.json."""
ROUNDS = 30
LEAST = 0.1
"""Seconds; nothing costs less."""
Weights = dict[str, dict[str, float]]
"""Property → its value → seconds on top of the mean, which stands under `all`."""


@cache
def known() -> Weights:
    """What was measured last."""
    table: Weights = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def weight(arm: Arm, weights: Weights | None = None) -> float:
    """Seconds that an arm takes, by this table (default: what was measured last)."""
    at = {
        "browser": arm.start.engine,
        "moment": arm.scenario.moment.value,
        "remedy": arm.remedy,
        "scenario": arm.scenario.id,
    }
    return _sum(at, known() if weights is None else weights)


def _sum(at: Mapping[str, Any], weights: Weights) -> float:
    return max(LEAST, weights["all"]["mean"] + sum(weights[one].get(at[one], 0.0) for one in PROPERTIES))


def measured(arms: Sequence[Mapping[str, Any]]) -> Weights:
    """The table that fits the arms of results.json best: each property in turn takes what the others leave over."""
    if not arms:
        raise AuthorError("there is no arm to learn from", cure="name the folder of a report with arms")
    mean = sum(one["seconds"] for one in arms) / len(arms)
    weights: Weights = {"all": {"mean": mean}, **{one: {} for one in PROPERTIES}}
    for _ in range(ROUNDS):
        for name in PROPERTIES:
            left: dict[str, list[float]] = defaultdict(list)
            others = [one for one in PROPERTIES if one != name]
            for arm in arms:
                known_ = mean + sum(weights[one].get(arm[one], 0.0) for one in others)
                left[arm[name]].append(arm["seconds"] - known_)
            # half an arm more that leaves nothing over: one arm alone says little
            weights[name] = {value: sum(some) / (len(some) + 0.5) for value, some in left.items()}
    return {name: {key: round(some[key], 2) for key in sorted(some)} for name, some in weights.items()}


def parted(weights: Mapping[str, float], parts: int) -> list[list[str]]:
    """Parts of about equal weight, the same for the same units: the heaviest first, each into the lightest part."""
    made: list[list[str]] = [[] for _ in range(parts)]
    sums = [0.0] * parts
    for unit in sorted(weights, key=lambda one: (-weights[one], one)):
        lightest = sums.index(min(sums))
        made[lightest].append(unit)
        sums[lightest] += weights[unit]
    return made


def arms_of(folders: Iterable[Path]) -> list[Mapping[str, Any]]:
    """The arms of reports. Raises `AuthorError` for a folder without one."""
    arms: list[Mapping[str, Any]] = []
    for folder in folders:
        try:
            arms += json.loads((folder / "results.json").read_text(encoding="utf-8"))["arms"]
        except (OSError, ValueError, KeyError) as error:
            raise AuthorError(f"{folder} holds no report: {error}", cure="name the folder that --out named") from None
    return arms


def renew(folders: Iterable[Path], table: Path = TABLE) -> int:
    """Measure anew from reports, and write the table. Returns of how many arms."""
    arms = arms_of(folders)
    table.write_text(json.dumps(measured(arms), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return len(arms)


def _main(arguments: Sequence[str]) -> str:
    return f"{TABLE}: from {renew([Path(one) for one in arguments or ['report']])} arms"


if __name__ == "__main__":
    import sys

    print(_main(sys.argv[1:]))
