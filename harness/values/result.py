"""What a run says in the end: one verdict per arm, with its sentence and its evidence. Plain values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from itertools import pairwise
from typing import Any

from harness.values.text import shown

SENTENCE = 2000
"""Characters of a sentence: two texts of others, each clipped for itself, and what is said of them."""


Way = tuple[str, str, str, str]
"""Browser, language, client, and the page's folder where one was named."""


def named_page(options: Sequence[str]) -> str:
    """The folder that these words of a command line serve as the page; empty for the client's own."""
    return dict(pairwise(options)).get("--page", "")


class Verdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    FLAKY = "flaky"
    INVALID = "invalid"
    KNOWN = "known"


@dataclass(frozen=True)
class Finding:
    """What one check found: whether it holds, and a sentence that says what was expected and what was seen.

    `holds` is None when the check could not be made (it crashed, or a recorder was silent): that is never a pass.
    `expected` and `shown` are the two sides of what differs, where the check compares two texts.
    """

    check: str
    holds: bool | None
    sentence: str
    expected: str = ""
    shown: str = ""

    def __post_init__(self) -> None:
        for name in ("sentence", "expected", "shown"):
            object.__setattr__(self, name, shown(getattr(self, name), SENTENCE))


@dataclass(frozen=True)
class Result:
    """The verdict on one arm. Outcomes are `recovers`, `recovers_anyway`, `does_not_recover` or empty.

    `waited` is how many seconds on the harness's clock went by from the remedy until the last look.
    Of a runbook `step` is the one that recovered (0: none), and `cost` the seconds that all those tried took a person.
    `path` and `line` are where the scenario has the arm (line 0: a control), `places` where its faults are, `began` is
    wall-clock time. `issue` and `until` say where an expected failure is tracked, and its last day (ISO date),
    `known_of` why the client is known for it, and `signature` by what it is known: checks, or a part of its sentence.
    `environment` tells two kinds of `invalid` apart: it is true where the arm was broken off because the machine, a
    real part or the harness fell short, and false where the arm came to its end with nothing to judge it by.
    `impossible`: why nobody could do the remedy, so that what was observed says nothing of what it does.
    `options` are the words of the command line without which it would be another arm, or meet something else.
    """

    arm: str
    scenario: str
    kind: str
    remedy: str
    moment: str
    remedy_id: str
    documents: tuple[str, ...]
    cause: str
    browser: str
    locale: str
    documented: str
    expected: str
    predicted: str
    observed: str
    verdict: Verdict
    sentence: str
    seconds: float
    control: str = ""
    claims: tuple[str, ...] = ()
    repeat: int = 0
    because: str = ""
    works: bool | None = None
    findings: tuple[Finding, ...] = ()
    real_time: tuple[str, ...] = ()
    trace: str = ""
    waited: float = 0.0
    step: int = 0
    cost: float = 0.0
    client: str = ""
    path: str = ""
    line: int = 0
    places: tuple[str, ...] = ()
    issue: str = ""
    until: str = ""
    known_of: str = ""
    signature: str = ""
    began: float = 0.0
    environment: bool = False
    impossible: str = ""
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", shown(self.sentence, SENTENCE))

    @property
    def way(self) -> Way:
        """What tells two runs of an arm apart that are no repeats of each other."""
        return self.browser, self.locale, self.client, named_page(self.options)

    @property
    def known_as(self) -> str:
        """Where an expected failure is tracked or of whom it is known, and by what; empty for any other."""
        who = (
            f"{self.known_of} (known of {self.client})"
            if self.known_of
            else self.issue and f"{self.issue}, until {self.until}"
        )
        return who and f"{who}, by {self.signature}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Result:
        """Read a result back. What another version has and this one doesn't know is left out."""
        findings = tuple(Finding(**_own(Finding, finding)) for finding in raw.get("findings", ()))
        lists = {name: tuple(raw.get(name, ())) for name in ("documents", "claims", "real_time", "places", "options")}
        return cls(**{**_own(cls, raw), **lists, "findings": findings, "verdict": Verdict(raw["verdict"])})


def _own(kind: type[Finding] | type[Result], raw: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.name for one in fields(kind)}
    return {name: value for name, value in raw.items() if name in known}


@dataclass(frozen=True)
class Summary:
    """Counts per verdict, and the exit code they mean.

    `broken_off`: how many of the invalid ones the environment made so.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    broken_off: int = 0

    @classmethod
    def of(cls, results: list[Result]) -> Summary:
        counts: dict[str, int] = {}
        for result in results:
            counts[result.verdict] = counts.get(result.verdict, 0) + 1
        return cls(counts, sum(one.verdict is Verdict.INVALID and one.environment for one in results))

    @property
    def exit_code(self) -> int:
        """0 all as expected, 1 a verdict failed or had nothing to rest on, 3 the environment broke an arm off.

        What failed comes first: no machine makes up for it.
        """
        without_evidence = self.counts.get(Verdict.INVALID, 0) - self.broken_off
        if self.counts.get(Verdict.FAIL) or self.counts.get(Verdict.FLAKY) or without_evidence:
            return 1
        return 3 if self.broken_off else 0

    def __str__(self) -> str:
        order = (Verdict.PASS, Verdict.FAIL, Verdict.FLAKY, Verdict.INVALID, Verdict.KNOWN)
        return ", ".join(f"{self.counts[verdict]} {verdict}" for verdict in order if self.counts.get(verdict))
