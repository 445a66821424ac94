"""CTRF's JSON, the common test report format."""

from __future__ import annotations

import json
import uuid
from typing import Any

from harness.report.data import ArmView
from harness.report.programs.told import Told
from harness.values.result import Verdict
from harness.values.text import shown

SPECIFICATION = "0.0.0"
STATUS = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.FLAKY: "failed",
    Verdict.INVALID: "other",
    Verdict.KNOWN: "skipped",
}
LONGEST = 2000
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "chatfault:arms")


def written(told: Told) -> str:
    about, arms = told.report.about, told.report.arms
    statuses = [STATUS[arm.result.verdict] for arm in arms]
    summary = {
        "tests": len(arms),
        **{name: statuses.count(name) for name in ("passed", "failed", "skipped", "pending", "other")},
        "flaky": sum(arm.result.verdict is Verdict.FLAKY for arm in arms),
        "suites": len(told.report.scenarios),
        "start": _milliseconds(about.get("began", 0)),
        "stop": _milliseconds(about.get("ended", 0)),
    }
    tool = {"name": "chatfault", **({"version": about["chatfault"]} if about.get("chatfault") else {})}
    environment = {"commit": str(about["commit"])} if about.get("commit") else {}
    results = {"tool": tool, "summary": summary, "tests": [_test(told, arm) for arm in arms]}
    content = {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "generatedBy": "chatfault",
        "results": results | ({"environment": environment} if environment else {}),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _milliseconds(seconds: Any) -> int:
    return round(float(seconds or 0) * 1000)


def _test(told: Told, arm: ArmView) -> dict[str, Any]:
    result, why, at = arm.result, told.cause(arm), told.place(arm)
    test: dict[str, Any] = {
        "id": str(uuid.uuid5(NAMESPACE, arm.slug)),
        "name": shown(f"{result.scenario} · {arm.label}", LONGEST),
        "status": STATUS[result.verdict],
        "duration": _milliseconds(result.seconds),
        "suite": [shown(result.scenario, LONGEST)],
        "rawStatus": result.verdict.value,
        "browser": result.browser,
        "flaky": result.verdict is Verdict.FLAKY,
        "tags": [one for one in (*result.documents, *result.cause.split(","), result.remedy_id) if one],
        "parameters": {"locale": result.locale, "client": result.client, "command": told.command(arm)},
    }
    if result.began:
        test |= {"start": _milliseconds(result.began), "stop": _milliseconds(result.began + result.seconds)}
    if at.path:
        test["filePath"] = at.path
    if at.line:
        test["line"] = at.line
    if why:
        test["message"] = shown(result.sentence, LONGEST)
    if result.trace:
        test["attachments"] = [{"name": "trace", "contentType": "application/zip", "path": result.trace}]
    return test
