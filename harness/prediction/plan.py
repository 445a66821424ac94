"""Scenario → its arms, each with the model's prediction and the control that it is judged against."""

from __future__ import annotations

from harness.clients import Client
from harness.prediction.acts import Control, predict_control, predict_remedy
from harness.prediction.model import credit
from harness.remedies import REMEDIES
from harness.values.documents import SHORTEST_WAIT, advised
from harness.values.scenario import ASK_AGAIN, NOTHING, Arm, Listed, Scenario
from harness.values.situation import Outcome


def plan(scenario: Scenario, client: Client) -> tuple[Arm, ...]:
    """All arms of a scenario, the controls first: both bare ones always, others as its remedies need them."""
    controls = dict.fromkeys(
        [
            Control(NOTHING, scenario.start, 0.0),
            Control(ASK_AGAIN, scenario.start, 0.0),
            *(control_of(scenario, listed) for listed in scenario.listed),
        ]
    )
    arms = [_control_arm(scenario, control, client) for control in controls]
    return (*arms, *(_arm(scenario, listed, client) for listed in scenario.listed))


def control_of(scenario: Scenario, listed: Listed) -> Control:
    """What a listed remedy is judged against (design: credit)."""
    remedy = REMEDIES[listed.remedy]
    start = remedy.start(scenario.start)
    asking = scenario.moment in remedy.asking
    return Control(NOTHING if asking else ASK_AGAIN, start, remedy.takes)


def _control_arm(scenario: Scenario, control: Control, client: Client) -> Arm:
    said = predict_control(scenario, control, client)
    return Arm(
        scenario=scenario,
        label=control.label,
        kind="control",
        remedy=control.act,
        argument=0.0,
        takes=control.takes,
        start=control.start,
        predicted="recovers" if said.works else "does_not_recover",
        predicted_works=said.works,
        because=said.because,
    )


def _arm(scenario: Scenario, listed: Listed, client: Client) -> Arm:
    control = control_of(scenario, listed)
    said = predict_remedy(scenario, listed, client)
    outcome = credit(said.works, predict_control(scenario, control, client).works)
    ids = REMEDIES[listed.remedy].ids
    return Arm(
        scenario=scenario,
        label=listed.label,
        kind="remedy",
        remedy=listed.remedy,
        argument=listed.argument,
        takes=REMEDIES[listed.remedy].takes + listed.argument,
        start=control.start,
        control=control.label,
        remedy_id=",".join(ids),
        expected=outcome.value if client.by_model else listed.outcome.value,
        predicted=outcome.value,
        predicted_works=said.works,
        because=said.because,
        documented=Outcome.RECOVERS.value if claimed(scenario, ids) and _as_advised(listed) else "",
        line=listed.line,
    )


def _as_advised(listed: Listed) -> bool:
    """Whether it is done for as long as the documents say: their shortest wait is a minute."""
    return listed.remedy != "wait" or listed.argument >= SHORTEST_WAIT


def claimed(scenario: Scenario, ids: tuple[str, ...]) -> bool:
    """Whether the documents advise one of these remedies for the scenario's failure."""
    return any(set(ids) & advised(failure) for failure in scenario.documents)
