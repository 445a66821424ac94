"""What to write instead of what is no fault: words, keys and shapes that people take for one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import yaml

from harness.faults import FAULTS
from harness.language.fields import quoted
from harness.language.names import HOMES, meant, suggestion, unknown_key
from harness.language.source import Node, Source
from harness.values.situation import PLACES

KEYS = ("at", "do", "lasts", "after", "only", "on")
KINDS = frozenset(do for kinds in FAULTS.values() for do in kinds)
PARAMS: dict[str, tuple[str, ...]] = {}
"""Every parameter, with the kinds that have it."""
for _kinds in FAULTS.values():
    for _do, _kind in _kinds.items():
        for _name in _kind.params:
            PARAMS[_name] = tuple(dict.fromkeys((*PARAMS.get(_name, ()), _do)))
Rows = Mapping[str, tuple[Node, Node]]


def as_a_fault(node: yaml.MappingNode) -> str:
    """How somebody would write the fault whose key is a place or a kind: `uplink: down`, `down: {at: uplink}`."""
    for key, value in node.value:
        name, text = str(key.value), value.value if isinstance(value, yaml.ScalarNode) else ""
        if name in PLACES:
            return f"write {{at: {name}, do: {text if text in KINDS else 'KIND'}}}"
        if name in KINDS and name not in PARAMS:
            return f"write {{at: {text if text in PLACES else 'PLACE'}, do: {name}}}"
    return "a fault is {at: PLACE, do: KIND, lasts: 45s}"


def where_else(do: str, at: str) -> str:
    """What to do about a kind of fault that a place doesn't have."""
    places = [place for place, kinds in FAULTS.items() if do in kinds]
    if places:
        return f"{do} is possible at {', '.join(places)}"
    code = int(do) if do.isdigit() and do in {str(one.value) for one in HTTPStatus} else 0
    if code:
        answers = [place for place, kinds in FAULTS.items() if "status" in kinds]
        place = "" if at in answers else f" at {' or '.join(answers)}"
        return f"write do: status, status: {code}{place}"
    here = meant(do, FAULTS[at])
    there = "" if here else meant(do, KINDS)
    return f"did you mean {there!r}? {where_else(there, at)}" if there else suggestion(do, FAULTS[at])


def check_anywhere(source: Source, rows: Rows) -> None:
    """What is wrong with a fault wherever it may be, for one whose place isn't known."""
    do = str(rows["do"][1].value)
    if do not in KINDS:
        source.problem(rows["do"][1], f"there is no fault {quoted(do)}", suggestion(do, KINDS))
    check_keys(source, rows)


def check_keys(source: Source, rows: Rows) -> None:
    """Keys that no fault has."""
    for key, (node, _) in rows.items():
        if key not in KEYS and key not in PARAMS:
            source.problem(node, f"a fault has no key {quoted(key)}", unknown_key(key, KEYS))


def of_other_kinds(given: Mapping[str, Node], known: set[str], at: str) -> dict[str, str]:
    """For a key that only other kinds of faults have, which those are."""
    cures = {}
    for key in given:
        if key not in known and key in PARAMS and key not in KEYS:
            here = [do for do in PARAMS[key] if do in FAULTS[at]]
            belongs = f"; `{key}` also belongs {HOMES[key]}" if key in HOMES else ""
            cures[key] = f"it is a key of {', '.join(here or PARAMS[key])}: leave it out{belongs}"
    return cures


PHRASES = {one.phrase.lower(): one.value for one in HTTPStatus}
"""What people write for a status."""
