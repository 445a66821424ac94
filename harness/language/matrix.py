"""A matrix: one scenario for each combination of its axes' values."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Mapping

import yaml

from harness.language.fields import one_or_more, pairs, scalar
from harness.language.source import Node, Source, suggestion
from harness.values.scenario import Scenario

AXIS = re.compile(r"\$\{(\w+)\}")


MOST_VARIANTS = 200


def variants(
    source: Source, root: Node, read: Callable[[Node, Mapping[str, str]], Scenario | None]
) -> tuple[Scenario, ...]:
    """What `read` makes of the file's nodes, once for each combination of its matrix (once where there is none)."""
    axes = _matrix(source, root)
    combos = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    if len(combos) > MOST_VARIANTS:
        source.problem(root, f"the matrix has {len(combos)} combinations", f"at most {MOST_VARIANTS} are taken")
        return ()
    used: set[str] = set()
    found = []
    for combo in combos:
        node = _filled(source, copy.deepcopy(root) if axes else root, combo, used)
        scenario = read(node, combo)
        if scenario:
            found.append(scenario)
    for axis, key, _ in _axes(source, root):
        if axis not in used:
            source.problem(
                key, f"the matrix axis {axis!r} is used nowhere", f"write ${{{axis}}} where its value belongs"
            )
    return tuple(found)


def _axes(source: Source, root: Node) -> list[tuple[str, Node, Node]]:
    found = [value for key, _, value in pairs(source, root, "a scenario") if key == "matrix"]
    return pairs(source, found[0], "a matrix") if found else []


def _matrix(source: Source, root: Node) -> dict[str, list[str]]:
    return {axis: list(one_or_more(scalar)(source, values)) for axis, _, values in _axes(source, root)}


def _filled(source: Source, node: Node, combo: Mapping[str, str], used: set[str]) -> Node:
    """The same nodes with `${axis}` replaced in every value; positions stay those of the file."""
    if isinstance(node, yaml.ScalarNode):
        for axis in AXIS.findall(node.value):
            if axis not in combo:
                source.problem(node, f"there is no matrix axis {axis!r}", suggestion(axis, combo))
            else:
                used.add(axis)
                node.value = node.value.replace(f"${{{axis}}}", combo[axis])
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _filled(source, item, combo, used)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value != "matrix":
                _filled(source, value, combo, used)
    return node
