"""YAML → Runbook, with every error at its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from harness.clients import Client
from harness.language.fields import choice, lacks, mapping, one_or_more, pairs, quoted, scalar
from harness.language.files import is_yaml, text_of
from harness.language.names import suggestion
from harness.language.remedies import read_listed
from harness.language.scenarios import load
from harness.language.source import Node, ScenarioError, Source
from harness.values.documents import ORDERS
from harness.values.runbook import Runbook
from harness.values.scenario import Scenario
from harness.values.situation import Outcome

MARK = re.compile(r"^(runbook|steps|against)\s*:", re.MULTILINE)
"""The keys that only a runbook has."""
OWN = "own"
"""Written in place of a document by somebody who tries an order of their own."""
EXAMPLES = {
    "title": "WHOSE ORDER IT IS",
    "runbook": OWN,
    "steps": "[reload, {wait: 1m}]",
    "against": "[SCENARIO]",
}
"""Its keys, all of which must be there, and how each may look."""


def is_runbook(text: str) -> bool:
    """Whether a file's text is a runbook and no scenario."""
    return bool(MARK.search(text))


def parse_runbook(name: str, text: str, known: tuple[str, ...]) -> Runbook:
    """The runbook in a text that was read from the file `name`; `known` are the scenarios that there are.

    Raises `ScenarioError` with everything that is wrong with it.
    """
    source = Source(name, text)
    root = source.compose()
    values = _values(source, root, known) if root is not None else {}
    if source.problems:
        raise ScenarioError(source.problems)
    return Runbook(Path(name).stem, name, values["title"], values["runbook"], values["steps"], values["against"])


def _values(source: Source, root: Node, known: tuple[str, ...]) -> dict[str, Any]:
    def scenario(where: Source, node: Node) -> str | None:
        text = scalar(where, node)
        if text is not None and text not in known:
            cure = suggestion(text, known) or "name a file of the folder above the runbook's, without its suffix"
            where.problem(node, f"there is no scenario {quoted(text)}", cure)
            return None
        return text

    table = {
        "title": scalar,
        "runbook": choice((*ORDERS, OWN), "a document"),
        "steps": one_or_more(lambda where, node: read_listed(where, node, Outcome.RECOVERS)),
        "against": one_or_more(scenario),
    }
    values = mapping(source, root, "a runbook", table)
    rows = {key: node for key, _, node in pairs(source, root, "a runbook")}
    _check_twice(source, rows.get("against"))
    for key in lacks(EXAMPLES, rows, EXAMPLES):
        if isinstance(root, yaml.MappingNode):
            source.problem(root, f"a runbook needs {key}", f"add {key}: {EXAMPLES[key]}")
    return values


def _check_twice(source: Source, node: Node | None) -> None:
    """A scenario that is named again would have no arm of its own."""
    lines: dict[str, int] = {}
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        name = str(item.value)
        if name in lines:
            source.problem(item, f"{name} is listed twice", f"the first is in line {lines[name]}")
        lines.setdefault(name, item.start_mark.line + 1)


def read_runbook(path: Path, client: Client, name: str = "") -> tuple[Runbook, tuple[Scenario, ...]]:
    """A runbook file with the scenarios that it names: of a matrix the first, from the folder above its own."""
    folder = path.parent.parent
    scenarios = {one.stem: one for one in sorted(folder.glob("*")) if is_yaml(one)}
    known = tuple(sorted(scenarios))
    book = parse_runbook(name or str(path), text_of(path, name), known)
    shown = Path(name or str(path)).parent.parent
    return book, tuple(load(scenarios[one], client, str(shown / scenarios[one].name))[0] for one in book.against)
