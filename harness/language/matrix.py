"""A matrix: one scenario for each combination of its axes' values, and values that are chosen by an axis."""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import yaml

from harness.language.fields import one_or_more, pairs, quoted, scalar
from harness.language.names import suggestion
from harness.language.source import Node, Problem, Source, in_combinations, walked
from harness.values.scenario import Scenario

AXIS = re.compile(r"\$\{([^}\s$]*)\}")
MOST_VARIANTS = 200
BY, ELSE = "by", "else"
OTHERWISE = r"\$?\{\{ *(matrix\.)?AXIS *\}\}|\$AXIS\b|\$\(AXIS\)|<AXIS>|%AXIS%|\$\{(matrix\.| )AXIS *\}"
"""How other tools write a variable."""


def variants(
    source: Source, root: Node, read: Callable[[Node, Mapping[str, str]], Scenario | None]
) -> tuple[Scenario, ...]:
    """What `read` makes of the file's nodes, once for each combination of its matrix (once where there is none)."""
    nodes = _axes(source, root)
    axes = {axis: list(one_or_more(_value)(source, values)) for axis, _, values in nodes}
    for _, _, values in nodes:
        _check_twice(source, values)
    many = math.prod(len(values) for values in axes.values())
    if many > MOST_VARIANTS:
        matrix = next(key for key, _ in root.value if key.value == "matrix")
        source.problem(matrix, f"the matrix has {many} combinations", f"at most {MOST_VARIANTS} are taken")
        return ()
    if many == 0:
        return ()
    filling = Filling(source, axes)
    if axes:
        _otherwise_written(source, root, filling)
    before = source.problems
    said: dict[str, list[Problem]] = {}
    plain = not axes and "${" not in source.text and f"{BY}:" not in source.text
    found = []
    for chosen in itertools.product(*axes.values()):
        combo = dict(zip(axes, chosen, strict=True))
        source.problems = []
        scenario = read(root if plain else filling.filled(root, combo), combo)
        said[spelled(combo)] = source.problems
        if scenario:
            found.append(scenario)
    source.problems = list(dict.fromkeys([*before, *in_combinations(said)]))
    _unused(source, nodes, filling)
    return tuple(found)


def _value(source: Source, node: Node) -> str | None:
    text = scalar(source, node)
    if text is not None and AXIS.search(text):
        source.problem(node, f"an axis can't stand in the matrix itself: {quoted(text)}", "write its values out")
        return None
    return text


def _check_twice(source: Source, values: Node) -> None:
    """A value that an axis has twice would make two scenarios of one name."""
    seen: set[str] = set()
    for one in values.value if isinstance(values, yaml.SequenceNode) else ():
        if isinstance(one, yaml.ScalarNode) and one.value in seen:
            source.problem(one, f"{quoted(one.value)} stands twice in this axis", "take one of them out")
        seen.add(str(one.value))


def _otherwise_written(source: Source, root: Node, filling: Filling) -> None:
    """An axis that is written as other tools write it: `$axis`, `{{axis}}`, `${{ matrix.axis }}`, `<axis>`."""
    for node in (one for one in walked(root) if isinstance(one, yaml.ScalarNode)):
        for axis in filling.axes:
            name = re.escape(axis)
            written = re.search(OTHERWISE.replace("AXIS", name), node.value)
            if written:
                what = f"{quoted(written[0])} is not how an axis is written here"
                source.problem(node, what, f'write "${{{axis}}}"', spoils=True)
                filling.used.add(axis)


def spelled(combo: Mapping[str, str]) -> str:
    """`outage 15m, locale ja`."""
    return ", ".join(f"{axis} {value}" for axis, value in combo.items())


def _axes(source: Source, root: Node) -> list[tuple[str, Node, Node]]:
    found = [value for key, _, value in pairs(source, root, "a scenario") if key == "matrix"]
    return pairs(source, found[0], "a matrix") if found else []


def _unused(source: Source, axes: Iterable[tuple[str, Node, Node]], filling: Filling) -> None:
    """An axis that is used nowhere; not where somebody only wrote its name wrong, which is told there."""
    for axis, key, _ in axes:
        if axis not in filling.used and not difflib.get_close_matches(axis, filling.unknown, cutoff=0.6):
            cure = f'write "${{{axis}}}" where its value belongs'
            source.problem(key, f"the matrix axis {quoted(axis)} is used nowhere", cure)


@dataclass
class Filling:
    """Nodes with a combination's values in them; positions stay those of the file."""

    source: Source
    axes: Mapping[str, list[str]]
    used: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def filled(self, node: Node, combo: Mapping[str, str]) -> Node:
        """The same nodes with `${axis}` replaced in every value, and what is chosen by an axis chosen."""
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, combo)
        if isinstance(node, yaml.SequenceNode):
            items = [self.filled(item, combo) for item in node.value]
            items = [item for item in items if item is not NOTHING]
            return yaml.SequenceNode(node.tag, items, node.start_mark, node.end_mark, node.flow_style)
        if any(isinstance(key, yaml.ScalarNode) and key.value == BY for key, _ in node.value):
            return self._chosen(node, combo)
        assert isinstance(node, yaml.MappingNode)
        rows = [
            (key, value if isinstance(key, yaml.ScalarNode) and key.value == "matrix" else self.filled(value, combo))
            for key, value in node.value
        ]
        kept = [(key, value) for key, value in rows if value is not NOTHING]
        return yaml.MappingNode(node.tag, kept, node.start_mark, node.end_mark, node.flow_style)

    def _scalar(self, node: yaml.ScalarNode, combo: Mapping[str, str]) -> Node:
        text = node.value
        for axis in AXIS.findall(text):
            if axis in combo:
                self.used.add(axis)
                text = text.replace(f"${{{axis}}}", combo[axis])
            else:
                self.unknown.add(axis)
                cure = suggestion(axis, combo) if combo else f"add matrix: {{{axis or 'name'}: [ … ]}}"
                self.source.problem(node, f"there is no matrix axis {quoted(axis)}", cure, spoils=True)
        return yaml.ScalarNode(node.tag, text, node.start_mark, node.end_mark, node.style)

    def _chosen(self, node: Node, combo: Mapping[str, str]) -> Node:
        """`{by: outage, 1m: …, 15m: …, else: …}`: the value that stands behind this combination's."""
        rows = {key: (key_node, value) for key, key_node, value in pairs(self.source, node, "what an axis chooses")}
        by = rows.pop(BY)[1]
        axis = str(by.value)
        if axis not in combo:
            self.unknown.add(axis)
            cure = suggestion(axis, combo) if combo else f"add matrix: {{{axis or 'name'}: [ … ]}}"
            self.source.problem(by, f"there is no matrix axis {quoted(axis)}", cure, spoils=True)
            return NOTHING
        self.used.add(axis)
        for value, (key_node, _) in rows.items():
            if value != ELSE and value not in self.axes[axis]:
                self.source.problem(
                    key_node, f"{axis} has no value {quoted(value)}", suggestion(value, self.axes[axis])
                )
        chosen = rows.get(combo[axis]) or rows.get(ELSE)
        if chosen is None:
            what = f"nothing is said here for {axis} {combo[axis]}"
            self.source.problem(by, what, f"add {combo[axis]}: or {ELSE}:", spoils=True)
            return NOTHING
        empty = isinstance(chosen[1], yaml.SequenceNode) and not chosen[1].value
        return NOTHING if empty else self.filled(chosen[1], combo)


NOTHING = yaml.ScalarNode("tag:yaml.org,2002:null", "", None, None)
"""Chosen where a combination has no such value: the key is left out."""
