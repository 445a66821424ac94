"""JUnit's XML: a suite per scenario, a case per run of an arm or control. What can't be judged is an error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from harness.report.data import ArmView, ScenarioView
from harness.report.programs.told import Told
from harness.values.result import Verdict
from harness.values.text import clipped, printable

LONGEST = 4000


def written(told: Told) -> str:
    arms = told.report.arms
    root = Element("testsuites", {"name": "chatfault", **_counts(arms)})
    for scenario in told.report.scenarios:
        root.append(_suite(told, scenario))
    indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _counts(arms: Sequence[ArmView]) -> dict[str, str]:
    verdicts = [arm.result.verdict for arm in arms]
    return {
        "tests": str(len(arms)),
        "failures": str(sum(one in (Verdict.FAIL, Verdict.FLAKY) for one in verdicts)),
        "errors": str(verdicts.count(Verdict.INVALID)),
        "skipped": str(verdicts.count(Verdict.KNOWN)),
        "time": f"{sum(arm.result.seconds for arm in arms):.3f}",
    }


def _suite(told: Told, scenario: ScenarioView) -> Element:
    suite = Element("testsuite", {"name": _text(scenario.id), **_counts(scenario.arms)})
    if scenario.path:
        suite.set("file", _text(scenario.path))
    for arm in scenario.arms:
        suite.append(_case(told, arm))
    return suite


def _case(told: Told, arm: ArmView) -> Element:
    result, why = arm.result, told.cause(arm)
    case = Element("testcase", classname=_text(result.scenario), name=_text(arm.label), time=f"{result.seconds:.3f}")
    at = told.place(arm)
    if at.path:
        case.set("file", _text(at.path))
    if at.line:
        case.set("line", str(at.line))
    properties = SubElement(case, "properties")
    for name, value in _properties(told, arm):
        SubElement(properties, "property", name=name, value=_text(value))
    if why:
        name = {Verdict.INVALID: "error", Verdict.KNOWN: "skipped"}.get(result.verdict, "failure")
        known = f" (known: {result.known_as})" if result.verdict is Verdict.KNOWN else ""
        kind = _text(f"{result.verdict}.{why.check}")
        verdict = SubElement(case, name, type=kind, message=_text(f"{why.sentence}{known}"))
        verdict.text = _text(f"{result.sentence}\n{at}\n{told.command(arm)}", "\n")
    return case


def _properties(told: Told, arm: ArmView) -> Iterable[tuple[str, str]]:
    """What the arm is about; what is empty is left out."""
    result = arm.result
    found = (
        ("verdict", result.verdict.value),
        ("kind", result.kind),
        ("documents", ",".join(result.documents)),
        ("cause", result.cause),
        ("remedy", result.remedy),
        ("remedy_id", result.remedy_id),
        ("place", ",".join(result.places)),
        ("moment", result.moment),
        ("browser", result.browser),
        ("locale", result.locale),
        ("client", result.client),
        ("documented", result.documented),
        ("expected", result.expected),
        ("predicted", result.predicted),
        ("observed", result.observed),
        ("repeat", str(result.repeat) if result.repeat else ""),
        ("trace", result.trace),
        ("command", told.command(arm)),
    )
    return [(name, value) for name, value in found if value]


def _text(value: object, keep: str = "") -> str:
    """XML has no control characters, not even as escapes."""
    return printable(clipped(str(value), LONGEST), keep)
