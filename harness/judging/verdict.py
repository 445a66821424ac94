"""From the history alone: did the act work, what became of the remedy beside its control, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from harness.clients import Client
from harness.faults import FAULTS
from harness.faults.witness import TOGETHER
from harness.judging import CLAIMS, CLIENT, HARNESS, Case, Check, lines_on, quoted, works
from harness.judging.case import ended
from harness.judging.way import known_of_client, new_of_client
from harness.judging.witnesses import impossible
from harness.remedies import REMEDIES
from harness.remedies.costs import COSTS
from harness.values.history import Event, History
from harness.values.result import Finding, Result, Verdict
from harness.values.scenario import NOTHING, Arm
from harness.values.situation import Outcome


@dataclass(frozen=True)
class Observation:
    """What one arm's history says by itself: can it be judged, did the act work, what did the checks find."""

    works: bool | None
    findings: tuple[Finding, ...]
    seconds: float
    waited: float = 0.0
    step: int = 0
    broken_off: bool = False
    """Whether the environment or the harness ended the arm, whatever the client had done until then."""
    ended: str = ""
    """What became of the question, in words."""
    impossible: str = ""
    """Why nobody could do the remedy, or empty."""

    @property
    def flaw(self) -> str:
        """Why the arm can't be judged, or empty."""
        named = [f for f in self.findings if f.check in HARNESS or f.holds is None]
        return next((f"{f.sentence}" for f in named if not f.holds), "")

    @property
    def failure(self) -> str:
        """The first thing that the client did wrong, or empty."""
        return next((f.sentence for f in self.findings if f.check in CLIENT and f.holds is False), "")

    @property
    def claims(self) -> tuple[str, ...]:
        """The documents' claims about which this arm says something, for them or against."""
        return tuple(f.check for f in self.findings if f.check in CLAIMS and f.holds is not None)


def observe(arm: Arm, client: Client, history: History) -> Observation:
    """Run every check over an arm's history; one that crashes has found nothing, and that is never a pass."""
    case = Case.of(arm, client, history)
    listed = {name: CLAIMS[name] for name in arm.scenario.claims if name in CLAIMS}
    checks = {**HARNESS, **CLIENT, **listed}
    findings = tuple(f for name, check in checks.items() if (f := _checked(name, check, case)))
    events = [event for event in history if event.kind != "verdict"]
    seconds = events[-1].at - events[0].at if events else 0.0
    became = could_not = ""
    try:
        worked: bool | None = works(case)
        became, could_not = _ended(case, bool(worked)), impossible(case)
    except Exception as error:  # the history may hold anything, and a crash must become a finding
        findings += (Finding("works", None, f"whether it works could not be told: {error!r}"),)
        worked = None
    helped = _step(history)
    step = int(helped.data["step"]) if helped else 0
    stopped = history.first("run", "stopped")
    broken_off = bool(stopped and stopped.data.get("environment", True))
    return Observation(worked, findings, seconds, _waited(history), step, broken_off, became, could_not)


def _ended(case: Case, has_it: bool) -> str:
    """What became of the question, and what the browser met when it was asked again."""
    said, begun, looked = ended(case, has_it), case.history.step("recovery"), _last_look(case.history)
    if has_it or begun is None or looked is None:
        return said
    met = [*_met(case.history, begun.at, looked.at), *_refused(case.history, begun.at, looked.at)]
    if not met:
        return said
    last = max(met, key=lambda event: event.at).data
    return f"{said} ({last['method']} {last['path']}: {last.get('status') or last['error']})"


def _met(history: History, after: float, before: float) -> list[Event]:
    """What the browser asked for and got nothing good of; what it gave up itself says nothing."""
    replies = [e for e in history.where("browser", "response", after=after, before=before) if e.data["status"] >= 400]
    failed = history.where("browser", "request_failed", after=after, before=before)
    return [*replies, *(event for event in failed if "ABORTED" not in str(event.data["error"]))]


def _refused(history: History, after: float, before: float) -> list[Event]:
    """WebSockets that a log has as refused and the browser as ended: it has no reply of them."""
    logged = history.where("gateway", "access", after=after, before=before)
    ended = [e.at for e in history.where("browser", "websocket_closed", after=after) if e.data["code"] == 1006]
    upgrades = [e for e in logged if e.data.get("upgrade") and e.data["status"] >= 400]
    return [e for e in upgrades if any(abs(at - e.at) <= TOGETHER for at in ended)]


def _checked(name: str, check: Check, case: Case) -> Finding | None:
    try:
        return check(case)
    except Exception as error:  # a check that crashes makes the arm invalid, whatever the reason
        return Finding(name, None, f"the check {name} crashed: {error!r}")


def judge(arm: Arm, client: Client, history: History, control: Result | None, predicting: bool = True) -> Result:
    """The result of an arm. `control` is the result of the arm that it is judged against (None for a control)."""
    seen = observe(arm, client, history)
    observed = _outcome(arm, seen, control)
    verdict, sentence = _verdict(arm, seen, control, observed, predicting)
    result = Result(
        arm=arm.id,
        scenario=arm.scenario.id,
        kind=arm.kind,
        remedy=arm.remedy,
        moment=arm.scenario.moment.value,
        remedy_id=arm.remedy_id,
        documents=arm.scenario.documents,
        cause=arm.scenario.cause,
        browser=arm.start.engine,
        locale=arm.scenario.locale,
        documented=arm.documented,
        expected=arm.expected,
        predicted=arm.predicted if predicting else "",
        observed=observed,
        verdict=verdict,
        sentence=sentence,
        seconds=round(seen.seconds, 3),
        waited=round(seen.waited, 3),
        control=arm.control,
        claims=seen.claims,
        because=arm.because if predicting else "",
        works=seen.works,
        findings=seen.findings,
        real_time=tuple(real_time(arm)),
        began=_began(history),
        **_where(arm, client),
        impossible=seen.impossible,
        environment=verdict is Verdict.INVALID and _broken_off(history, seen, control),
    )
    if arm.kind == "runbook":
        result = replace(result, **_followed(history))
    failing = {f.check: f.sentence for f in seen.findings if f.check in CLIENT and f.holds is False}
    failing = failing or {"outcome": sentence}
    broken_off = history.first("run", "stopped") and "steady" not in failing  # nobody came to what the arm is about
    because = "" if broken_off else known_of_client(client, result, failing)
    if because:
        said = f"{result.sentence} (known of {client.name}: {because})"
        by = ", ".join(sorted(failing))
        return replace(result, verdict=Verdict.KNOWN, sentence=said, known_of=because, signature=by)
    if seen.failure and (new := new_of_client(client, result, failing)):
        result = replace(result, sentence=f"{arm.label}: {new}")
    return _known(arm, result)


def _where(arm: Arm, client: Client) -> dict[str, Any]:
    """What an arm is about, and where it is written."""
    known = arm.scenario.known
    return {
        "client": client.name,
        "path": arm.runbook or arm.scenario.path,
        "line": arm.line,
        "places": tuple(dict.fromkeys(fault.at for fault in arm.scenario.faults)),
        "issue": known.issue if known else "",
        "until": known.until if known else "",
        "signature": known.fails if known else "",
    }


def _began(history: History) -> float:
    return next((round(event.at, 3) for event in history), 0.0)


def _broken_off(history: History, seen: Observation, control: Result | None) -> bool:
    """Whether the environment made it invalid: it ended the arm, or the control that it is judged against."""
    stopped = history.first("run", "stopped")
    if stopped:
        return bool(stopped.data.get("environment", True))
    if history.step("undone") is None:
        return True
    return not seen.flaw and control is not None and control.environment


def real_time(arm: Arm) -> list[str]:
    """What of an arm does not follow the harness's clock."""
    said = [FAULTS[fault.at][fault.do].real_time(fault) for fault in arm.scenario.faults]
    return [f"the gateway's time-out of {arm.scenario.gateway.timeout:g} s", *(text for text in said if text)]


def _outcome(arm: Arm, seen: Observation, control: Result | None) -> str:
    if seen.works is None or seen.flaw:
        return ""
    if arm.kind != "remedy":
        return (Outcome.RECOVERS if seen.works else Outcome.DOES_NOT_RECOVER).value
    if control is None or control.works is None or control.verdict is Verdict.INVALID:
        return ""
    if not seen.works:
        return Outcome.DOES_NOT_RECOVER.value
    return (Outcome.RECOVERS_ANYWAY if control.works else Outcome.RECOVERS).value


def _verdict(
    arm: Arm, seen: Observation, control: Result | None, observed: str, predicting: bool
) -> tuple[Verdict, str]:
    if seen.flaw and (seen.broken_off or not _clients_fault(seen)):
        return Verdict.INVALID, f"{arm.label}: {seen.flaw}"
    if seen.failure:
        return Verdict.FAIL, f"{arm.label}: {seen.failure}"
    if arm.kind == "runbook":
        return _of_runbook(arm, seen, predicting)
    if arm.kind == "remedy" and not observed:
        why = control.sentence if control else "it was not run"
        return Verdict.INVALID, f"{arm.label}: its control can't be judged: {why}"
    if arm.kind == "remedy" and observed != arm.expected:
        return Verdict.FAIL, f"{arm.label}: expected {arm.expected}, observed {observed}: {_compared(seen, control)}"
    if predicting and arm.predicted and observed != arm.predicted:
        said = f"{arm.label}: the model predicts {arm.predicted} ({arm.because}), observed {observed}"
        return Verdict.FAIL, said + (LACKS_TRAIT if _by_itself(arm, seen) else "")
    came = f"could not be done, {seen.impossible}" if seen.impossible else observed.replace("_", " ")
    return Verdict.PASS, f"{arm.label}: {came}; {_compared(seen, control)}"


LACKS_TRAIT = ": the client tried again by itself, and its profile does not say `recovers_by_itself: true`"


def _by_itself(arm: Arm, seen: Observation) -> bool:
    """Whether the question got its answer although nobody touched anything, and nobody foretold that."""
    return arm.kind == "control" and arm.remedy == NOTHING and bool(seen.works) and arm.predicted_works is False


def _waited(history: History) -> float:
    begun = history.step("remedy")
    looked = _last_look(history)
    return max(0.0, looked.world - begun.world) if begun and looked else 0.0


def _last_look(history: History) -> Event | None:
    shots = history.where("screen", "snapshot")
    return next((event for event in reversed(shots) if event.data["phase"] == "recovery"), None)


def _step(history: History) -> Event | None:
    """The step of a runbook after which the screen showed that it works, if any."""
    return next((event for event in history.where("run", "tried") if event.data["worked"]), None)


def _followed(history: History) -> dict[str, Any]:
    """What following a runbook came to: the step and remedy that helped, and what all that were tried cost a person."""
    tried, helped, begun = history.where("run", "tried"), _step(history), history.step("remedy")
    waited = (tried[-1].world - begun.world) if tried and begun else 0.0
    cost = waited + sum(COSTS[str(event.data["remedy"])][0] for event in tried)
    return {
        "step": int(helped.data["step"]) if helped else 0,
        "remedy": str(helped.data["remedy"]) if helped else "",
        "remedy_id": ",".join(REMEDIES[str(helped.data["remedy"])].ids) if helped else "",
        "cost": round(cost, 1),
    }


def _of_runbook(arm: Arm, seen: Observation, predicting: bool) -> tuple[Verdict, str]:
    at, want = seen.step, arm.predicted_step
    told = _at_step(arm, at)
    if bool(at) is not bool(seen.works):
        return Verdict.FAIL, f"{arm.label}: the screen said {told}, but {seen.ended}"
    if predicting and at != want:
        return Verdict.FAIL, f"{arm.label}: the model says {_at_step(arm, want)} ({arm.because}), observed was {told}"
    return Verdict.PASS, f"{arm.label}: {told}"


def _at_step(arm: Arm, step: int) -> str:
    return f"recovers at step {step}, {arm.steps[step - 1].label}" if step else "no step recovers"


def _clients_fault(seen: Observation) -> bool:
    """The arm was broken off because the client did not show what the service had answered: that is a verdict.

    So are letters that are missing because nobody writes the person's language with them.
    """
    flaws = {f.check for f in seen.findings if f.holds is None or (f.check in HARNESS and not f.holds)}
    if flaws == {"letters"} and any(f.check == "language" and f.holds is False for f in seen.findings):
        return True
    return any(f.check in ("steady", "scripts", "usable", "seen") and f.holds is False for f in seen.findings)


def _compared(seen: Observation, control: Result | None) -> str:
    if control is None:
        return seen.ended
    after = f"{seen.ended}, and after {control.arm.rpartition('/')[2]}"
    if seen.works:
        return f"{after} it {'did too' if control.works else 'did not'}"
    return f"{after} there was {'one' if control.works else 'none either'}"


def _known(arm: Arm, result: Result) -> Result:
    """An expected failure with an issue and a date that has not come is `known`; when it passes, that is a failure."""
    known = arm.scenario.known
    if known is None or (known.remedies and arm.remedy not in known.remedies):
        return result
    failing = {one.check for one in result.findings if one.check in CLIENT and one.holds is False}
    same = failing == {known.fails} if known.fails in CLIENT else known.fails in result.sentence
    if result.verdict is Verdict.FAIL and same and date.today() <= date.fromisoformat(known.until):
        return replace(result, verdict=Verdict.KNOWN, sentence=f"{result.sentence} (known: {known.issue})")
    if result.verdict is Verdict.PASS:
        told = f"{arm.label}: known as failing ({known.issue}), and it passes: take it off the list"
        return replace(result, verdict=Verdict.FAIL, sentence=told)
    return result


def flaky(results: list[Result]) -> list[Result]:
    """Repeats of one arm in the same way that disagree are all `flaky`, with the sentences of both sides."""
    given: dict[tuple[str, ...], set[Verdict]] = {}
    for one in results:
        given.setdefault(_repeated(one), set()).add(one.verdict)
    return [
        replace(one, verdict=Verdict.FLAKY, sentence=f"{one.sentence} (its repeats disagree)")
        if len(given[_repeated(one)] - {Verdict.INVALID}) > 1 and one.verdict not in (Verdict.INVALID, Verdict.FLAKY)
        else one
        for one in results
    ]


def _repeated(one: Result) -> tuple[str, ...]:
    return one.arm, *one.way


def last_screen(history: History) -> str:
    """What the last snapshot showed, for a sentence."""
    event = history.last("screen", "snapshot")
    screen: Mapping[str, object] = event.data if event else {}
    return quoted(lines_on(screen)) if screen else "nothing"
