"""Problems: what went wrong in a run, told once however many arms met it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.language.profiles import client
from harness.report.causes import Cause, cause
from harness.report.data import GRAVEST_FIRST, ArmView, Report
from harness.report.difference import LINES, Piece, sides
from harness.report.messages import cure as cure_of
from harness.report.where import Place, command, place
from harness.values.errors import AuthorError
from harness.values.result import Result, Verdict


@dataclass(frozen=True)
class Side:
    """One of the things that a flaky arm did, and how often."""

    verdict: Verdict
    sentence: str
    times: int


@dataclass(frozen=True)
class Problem:
    """What differs, and every arm in which it did. `repeats`: of one flaky arm, how many of how many failed."""

    verdict: Verdict
    cause: Cause
    arms: tuple[ArmView, ...]
    place: Place
    command: str
    repeats: str = ""
    sides: tuple[Side, ...] = ()
    write: str = ""
    """What to write in the scenario instead, where that is known."""

    @property
    def slug(self) -> str:
        return f"problem-{self.first.slug}"

    @property
    def first(self) -> ArmView:
        return self.arms[0]

    @property
    def by_scenario(self) -> list[tuple[str, list[ArmView]]]:
        found: dict[str, list[ArmView]] = {}
        for arm in self.arms:
            found.setdefault(arm.result.scenario, []).append(arm)
        return list(found.items())

    @property
    def difference(self) -> tuple[list[Piece], list[Piece]]:
        return sides(self.cause.expected, self.cause.shown)

    @property
    def wire(self) -> str:
        """What was seen of the fault in the first arm; empty where it was not, or where that is the problem."""
        found = (one.sentence for one in self.first.result.findings if one.check == "evidence" and one.holds)
        return "" if self.verdict is Verdict.INVALID else next(found, "")

    @property
    def said(self) -> str:
        """The cause's sentence, unless the sides beside it tell the same."""
        if self.cause.about and self.cause.check in ("outcome", "prediction"):
            reason = self.cause.sentence.partition(": ")[2] or self.cause.sentence
            return f"{self.cause.about.replace('_', ' ')}: {reason}"
        told = (self.cause.expected, self.cause.shown)
        same = any(told) and all(side.split(LINES)[0] in self.cause.sentence for side in told)
        return "" if same or self.sides else self.cause.sentence

    @property
    def picture(self) -> str:
        own, before = self.first.pictures, self.first.as_before
        return next((own[one] for one in ("symptom", "recovery", "end") if one in own), before.get("symptom", ""))


def problems(report: Report) -> list[Problem]:
    """The problems of a run, the gravest first, of the same gravity those that most arms met."""
    whys = {arm: _why(arm.result, report.arms) for arm in report.arms if arm.result.verdict is not Verdict.PASS}
    reasons = {why.sentence for why in whys.values() if why.check != "control"}
    groups: dict[tuple[object, ...], list[ArmView]] = {}
    for arm, why in whys.items():
        follows = why.check == "control" and why.about in reasons
        groups.setdefault(_group(arm.result, why, follows), []).append(arm)
    found = [_problem(report, arms, whys) for arms in groups.values()]
    return sorted(found, key=lambda one: (GRAVEST_FIRST.index(one.verdict), -len(one.arms)))


def _group(result: Result, why: Cause, follows: bool) -> tuple[object, ...]:
    """What makes two arms one problem. `follows`: an arm that can't be judged because its control can't be."""
    if result.verdict is Verdict.INVALID:
        return (result.verdict, why.about if follows else why.sentence)
    if result.verdict is Verdict.FLAKY:
        return (result.verdict, result.arm, *result.way)
    return (result.verdict, *why.key, result.known_as if result.verdict is Verdict.KNOWN else "")


def _why(result: Result, arms: Sequence[ArmView]) -> Cause:
    """The cause; of a flaky arm it is that of a side that failed."""
    if result.verdict is not Verdict.FLAKY:
        return cause(result)
    mine = [one.result for one in arms if one.result.arm == result.arm and one.result.way == result.way]
    failed = [one for one in mine if not _passed(one)]
    return cause(failed[0] if failed else result)


def _passed(one: Result) -> bool:
    """Whether this repeat of a flaky arm came out as it should: no check of the client broke, and the outcome fits."""
    why = cause(one)
    return why.check == "verdict"


def _problem(report: Report, arms: list[ArmView], whys: Mapping[ArmView, Cause]) -> Problem:
    own = next((arm for arm in arms if whys[arm].check != "control"), arms[0])
    arms = [own, *(arm for arm in arms if arm is not own)]
    result, why = own.result, whys[own]
    at = place(result, why.check, report.texts)
    again = command(result)
    if result.verdict is not Verdict.FLAKY:
        return Problem(result.verdict, why, tuple(arms), at, again, write=_to_write(report, result))
    bad = sum(not _passed(arm.result) for arm in arms)
    return Problem(
        result.verdict,
        why,
        tuple(arms),
        at,
        f"{again} --repeat {max(3, len(arms))}",
        f"{bad} of {len(arms)}",
        _sides(arms),
    )


def _to_write(report: Report, result: Result) -> str:
    """What to write for a message that is another one; nothing where the client's profile is not at hand."""
    try:
        return cure_of(result, client(str(report.about.get("client") or "default")))
    except AuthorError:
        return ""


def _sides(arms: Sequence[ArmView]) -> tuple[Side, ...]:
    times: dict[tuple[Verdict, str], int] = {}
    for arm in arms:
        passed = _passed(arm.result)
        said = cause(arm.result).sentence
        key = (Verdict.PASS if passed else Verdict.FAIL, said)
        times[key] = times.get(key, 0) + 1
    ordered = sorted(times.items(), key=lambda one: (one[0][0] is Verdict.PASS, -one[1]))
    return tuple(Side(verdict, said, count) for (verdict, said), count in ordered)
