"""What an error says to write instead is accepted where it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from harness.faults import FAULTS
from harness.faults.base import Param
from harness.language.scenarios import parse
from harness.language.source import Problem, ScenarioError
from tests.helpers import CLIENT

WRITE = re.compile(r"write ([\w.]+(?:, [\w.]+)*(?: or (?!more)[\w.]+)?)$")
WRONG = ("0", "0ms", "0s", "5", "7.5", "-3", "1 s", "1m30s", "00:01:30", "5 sec", "999999", "soon", "YES", "dwonstream")
PERSON = {"office": "person: {network: office}\n", "proxy": "person: {proxy: company}\n"}


def told(at: str, do: str, name: str, value: str) -> tuple[Problem, ...]:
    """The problems of one fault, one of whose parameters has this value."""
    others = {key: given(param) for key, param in FAULTS[at][do].params.items() if param.required and key != name}
    written = ", ".join(f'{key}: "{said}"' for key, said in {**others, name: value}.items())
    text = f"title: One\nmoment: send\n{PERSON.get(at, '')}faults: [{{at: {at}, do: {do}, {written}}}]\n"
    try:
        parse("scenarios/one.yaml", text, CLIENT)
    except ScenarioError as error:
        column = text.splitlines()[-1].index(f'{name}: "') + len(name) + 3
        return tuple(one for one in error.problems if one.column == column)
    return ()


def given(param: Param) -> str:
    least = param.low or 1
    return {"ms": f"{least:g}ms", "seconds": "1s", "choice": (param.choices or ("",))[0]}.get(param.type, f"{least:g}")


def parameters() -> Iterator[object]:
    for at, kinds in FAULTS.items():
        for do, kind in kinds.items():
            for name, param in kind.params.items():
                yield pytest.param(at, do, name, id=f"{name} of {do} at {at} ({param.type})")


@pytest.mark.parametrize(("at", "do", "name"), list(parameters()))
def test_each_value_that_a_cure_names_is_taken(at: str, do: str, name: str) -> None:
    for value in WRONG:
        for problem in told(at, do, name, value):
            cure = WRITE.search(problem.cure)
            for better in re.split(r", | or ", cure[1]) if cure else ():
                assert not told(at, do, name, better), f"{value}: {problem.what}: {problem.cure}"


def test_a_time_of_nothing_is_told_from_what_it_is() -> None:
    (problem,) = told("wifi", "latency", "latency", "0")
    assert problem.cure == "it is at least 1ms"
