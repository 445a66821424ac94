"""What every file for programs is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.report.causes import Cause, cause
from harness.report.data import ArmView, Report
from harness.report.past import Changes
from harness.report.problems import Problem
from harness.report.where import Place, command, place
from harness.values.result import Verdict


@dataclass
class Told:
    report: Report
    problems: Sequence[Problem] = ()
    changes: Sequence[Changes] = field(default_factory=tuple)

    def cause(self, arm: ArmView) -> Cause | None:
        """Why an arm is no pass."""
        return None if arm.result.verdict is Verdict.PASS else cause(arm.result)

    def place(self, arm: ArmView) -> Place:
        why = self.cause(arm)
        return place(arm.result, why.check if why else "", self.report.texts)

    def command(self, arm: ArmView) -> str:
        return command(arm.result)
