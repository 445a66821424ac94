"""`--shard I/N`: of the arms that would run, those of one part of the scenarios; all parts take about equal time."""

from __future__ import annotations

from collections import defaultdict

import pytest

from harness.options import asked
from harness.prediction.weights import parted, weight
from harness.pytest_plugin.items import ArmItem


def keep_shard(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave this shard's arms, and whatever is no arm.

    A scenario stays whole, with its runbooks: its arms share their controls.
    """
    shard = asked(config, "--shard")
    if not shard:
        return
    weights: dict[str, float] = defaultdict(float)
    for item in items:
        if isinstance(item, ArmItem):
            weights[item.arm.scenario.id] += weight(item.arm)
    which, many = (int(one) for one in shard.split("/"))
    mine = set(parted(weights, many)[which - 1])
    gone = [one for one in items if isinstance(one, ArmItem) and one.arm.scenario.id not in mine]
    if gone:
        config.hook.pytest_deselected(items=gone)
        left = set(gone)
        items[:] = [one for one in items if one not in left]


def empty(config: pytest.Config) -> str:
    """What to say where nothing was run, and a shard was asked for."""
    shard = asked(config, "--shard")
    return f"shard {shard} holds nothing: there are fewer scenarios to part than shards" if shard else ""
