"""The files for programs: they are read by those programs' own readers, and their counts agree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from junitparser import Error, Failure, JUnitXml, Skipped

from harness.judging.verdict import flaky
from harness.report.programs.results import schema
from harness.report.programs.summary import LARGEST
from harness.values.result import Finding, Result, Verdict
from tests.report.told import RELOAD, opening, scenario, told_in, written

WRONG = Finding("message", False, "expected “It was cut”, shown was “Oh no”")
FAILED = replace(RELOAD, verdict=Verdict.FAIL, findings=(WRONG,), sentence=f"reload: {WRONG.sentence}", began=5.0)
CONTROL = replace(RELOAD, arm="f1/control[nothing]", kind="control", remedy="nothing", documented="", expected="")
KNOWN = replace(FAILED, arm="f1/vpn_off", verdict=Verdict.KNOWN, issue="#12", until="2030-01-31")
INVALID = replace(RELOAD, arm="f2/reload", scenario="f2", verdict=Verdict.INVALID, sentence="reload: envoy ended")
REPEATS = flaky(
    [replace(RELOAD, arm="f3/retry", scenario="f3"), replace(FAILED, arm="f3/retry", scenario="f3", repeat=1)]
)
ALL = [CONTROL, FAILED, KNOWN, INVALID, *REPEATS]
CTRF_TEST = """
    id name status duration start stop suite message trace snippet ai line rawStatus tags labels type filePath retries
    retryAttempts flaky stdout stderr threadId browser device screenshot attachments parameters steps insights extra
"""
"""The properties that a test may have there, and no others."""
CTRF: dict[str, Any] = {
    "type": "object",
    "required": ["results", "reportFormat", "specVersion"],
    "properties": {
        "reportFormat": {"const": "CTRF"},
        "specVersion": {"pattern": r"^\d+\.\d+\.\d+$"},
        "results": {
            "required": ["tool", "summary", "tests"],
            "properties": {
                "tool": {"required": ["name"], "propertyNames": {"enum": ["name", "version", "extra"]}},
                "summary": {
                    "required": ["tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"],
                    "additionalProperties": {"type": "integer"},
                },
                "tests": {
                    "items": {
                        "required": ["name", "status", "duration"],
                        "propertyNames": {"enum": CTRF_TEST.split()},
                        "properties": {
                            "name": {"type": "string", "minLength": 1},
                            "status": {"enum": ["passed", "failed", "skipped", "pending", "other"]},
                            "duration": {"type": "integer"},
                            "start": {"type": "integer"},
                            "suite": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                            "line": {"type": "integer"},
                            "flaky": {"type": "boolean"},
                            "tags": {"type": "array", "items": {"type": "string"}},
                            "attachments": {
                                "items": {
                                    "required": ["name", "contentType", "path"],
                                    "propertyNames": {"enum": ["name", "contentType", "path", "extra"]},
                                }
                            },
                        },
                    }
                },
            },
        },
    },
}
"""What the format's specification asks for of the parts that are written."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, ALL, [scenario(), opening()], commit="abc", tools={"envoy": "1.40"})
    return tmp_path / "report"


def test_the_results_fit_their_schema(folder: Path) -> None:
    told = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(told)
    assert (told["version"], told["schema"]) == (1, schema()["$id"])
    assert told["about"]["began"] == 5.0
    assert {one["verdict"] for one in told["problems"]} == {"fail", "flaky", "invalid", "known"}


def test_the_schema_names_every_field_of_a_result() -> None:
    assert schema()["$defs"]["arm"]["properties"].keys() == RELOAD.to_json().keys()
    assert schema()["$defs"]["finding"]["properties"].keys() == WRONG.__dict__.keys()


def test_a_result_is_read_back_and_what_a_later_version_adds_is_left_out(tmp_path: Path) -> None:
    written(tmp_path, [RELOAD])
    (raw,) = told_in(tmp_path)["arms"]
    assert Result.from_json(raw) == RELOAD
    assert Result.from_json({**raw, "later": 1, "findings": [{**WRONG.__dict__, "later": 1}]}).findings == (WRONG,)


def test_junit_tells_each_verdict_in_its_own_way(folder: Path) -> None:
    suites = JUnitXml.fromfile(str(folder / "junit.xml"))
    kinds = {case.name: [type(one) for one in case.result] for suite in suites for case in suite}
    assert kinds == {
        "control[nothing]": [],
        "reload": [Error],  # of f2; that of f1 is looked at below
        "vpn_off": [Skipped],
        "retry": [Failure],
        "retry#2": [Failure],
    }
    (case,) = (case for suite in suites if suite.name == "f1" for case in suite if case.name == "reload")
    (failure,) = case.result
    assert (failure.type, failure.message) == ("fail.message", WRONG.sentence)
    assert "scenarios/f1.yaml:4" in failure.text
    said = {one.get("name"): one.get("value") for one in case._elem.iter("property")}
    assert said["command"] == "chatfault run scenarios/f1.yaml::f1::reload"
    assert (said["cause"], said["remedy_id"], said["documents"]) == ("C15", "R1", "F1")


def test_all_files_count_alike(folder: Path) -> None:
    counts = json.loads((folder / "results.json").read_text(encoding="utf-8"))["summary"]
    junit = JUnitXml.fromfile(str(folder / "junit.xml"))
    ctrf = json.loads((folder / "ctrf.json").read_text(encoding="utf-8"))["results"]
    assert counts["arms"] == junit.tests == ctrf["summary"]["tests"] == len(ctrf["tests"]) == len(ALL)
    assert counts["fail"] + counts["flaky"] == junit.failures == ctrf["summary"]["failed"] == 3
    assert counts["invalid"] == junit.errors == ctrf["summary"]["other"] == 1
    assert counts["known"] == junit.skipped == ctrf["summary"]["skipped"] == 1
    assert counts["pass"] == ctrf["summary"]["passed"] == 1
    assert ctrf["summary"]["flaky"] == 2


def test_ctrf_has_what_its_specification_asks_for(folder: Path) -> None:
    told = json.loads((folder / "ctrf.json").read_text(encoding="utf-8"))
    Draft202012Validator(CTRF).validate(told)
    assert len({one["id"] for one in told["results"]["tests"]}) == len(ALL)
    assert told["results"]["environment"] == {"commit": "abc"}


def test_an_annotation_stands_on_the_scenarios_line(folder: Path) -> None:
    lines = (folder / "annotations.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(
        "::error file=scenarios/f1.yaml,line=4,title=chatfault%3A Another message than expected::"
    )
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::warning", "::error", "::notice"]


def test_the_summary_is_one_line_when_all_is_well(tmp_path: Path) -> None:
    written(tmp_path, [RELOAD, CONTROL])
    said = (tmp_path / "report" / "summary.md").read_text(encoding="utf-8")
    assert said == "✅ chatfault: All 2 arms came out as expected.\n"


def test_the_summary_names_each_problem_with_its_command(folder: Path) -> None:
    said = (folder / "summary.md").read_text(encoding="utf-8")
    assert "- expected: `It was cut`\n- shown: `Oh no`" in said
    assert "`scenarios/f1.yaml:4` `message: cut`" in said
    assert "`chatfault run scenarios/f1.yaml::f1::reload`" in said
    assert "1 of 2 repeats" in said
    assert "#12, until 2030-01-31" in said.replace("\\", "")


def test_a_summary_stays_below_what_a_job_takes(tmp_path: Path) -> None:
    def odd(number: int) -> Result:
        finding = Finding("message", False, f"{number}.", f"{number}{'é' * 900}", f"{number}{'`' * 900}")
        return replace(FAILED, arm=f"f1/arm{number}", findings=(finding,), sentence=f"arm{number}: {number}.")

    written(tmp_path, [odd(number) for number in range(700)])
    said = (tmp_path / "report" / "summary.md").read_bytes()
    assert 500_000 < len(said) < LARGEST
    assert said.decode().rstrip().endswith("more problems; the report has them.")
