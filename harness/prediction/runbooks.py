"""Runbook × scenario → one arm, with the step at which the model says that it recovers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.clients import Client
from harness.prediction.acts import Tried, attempt
from harness.prediction.model import Prediction
from harness.prediction.needs import symptom_after
from harness.remedies import REMEDIES
from harness.values.runbook import Runbook
from harness.values.scenario import Arm, Listed, Scenario


@dataclass(frozen=True)
class Foreseen:
    """The step (from 1) that recovers, 0 when none does, and why."""

    step: int
    because: str


def plan_runbook(book: Runbook, scenario: Scenario, client: Client) -> Arm:
    """The arm in which a person who met this scenario follows the runbook until something helps."""
    foreseen = foresee(book.steps, scenario, client)
    return Arm(
        scenario=replace(scenario, claims=()),
        label=f"runbook[{book.document}]",
        kind="runbook",
        remedy="",
        argument=0.0,
        takes=0.0,
        start=scenario.start,
        steps=book.steps,
        runbook=book.path,
        predicted="recovers" if foreseen.step else "does_not_recover",
        predicted_works=foreseen.step > 0,
        predicted_step=foreseen.step,
        because=foreseen.because,
    )


def foresee(steps: tuple[Listed, ...], scenario: Scenario, client: Client) -> Foreseen:
    """Fold the steps over the person's situation, the clock and the attempts, until the act works."""
    because = "no step of it is possible"
    for number, said in attempts(steps, scenario, client):
        if said.works:
            return Foreseen(number, said.because)
        because = said.because
    return Foreseen(0, because)


def attempts(steps: tuple[Listed, ...], scenario: Scenario, client: Client) -> Iterator[tuple[int, Prediction]]:
    """Each step that means anything from where the person stands by then, by its number, and what the model says."""
    so_far = Tried(now=scenario.start)
    for number, listed in enumerate(steps, 1):
        remedy = REMEDIES[listed.remedy]
        fits = scenario.moment in remedy.moments and not client.lacks(remedy.capability)
        if not fits or remedy.start(so_far.now) != so_far.now:
            continue
        said, so_far = attempt(scenario, remedy, listed.argument, so_far, client)
        yield number, said
        if not remedy.opens:
            so_far = replace(so_far, waited=so_far.waited + symptom_after(scenario))
