"""Whether the client itself is in the way: the fault is over, the road is whole, and still there is no answer."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.clients import Client, KnownFinding
from harness.judging.case import Case, lines_on, quoted, works
from harness.values.result import Finding, Result, Verdict


def in_the_way(case: Case) -> Finding | None:
    """After the fault and with a whole road, who asks gets an answer. The harness's own question tells of the road."""
    probe, recovery = case.history.last("run", "probe"), case.history.step("recovery")
    if probe is None or recovery is None or not probe.data["whole"] or works(case):
        return None
    if not _over(case, recovery.at):
        return None
    tried = case.history.where("run", "asked", "pressed", "unavailable", after=recovery.at)
    if not tried:
        return None  # nobody asked again
    kept = next((f" ({e.data['because']})" for e in tried if e.kind == "unavailable"), "")
    shown = quoted(lines_on(case.final)) if case.final else "nothing"
    sentence = f"the fault is over and the harness's own question gets its answer, but the client is in the way{kept}"
    return Finding("in_the_way", False, f"{sentence}: shown was {shown}")


def _over(case: Case, at: float) -> bool:
    """Whether every fault had ended by itself by then."""
    lifted = case.history.where("fault", "lifted", before=at)
    ended = {event.data["fault"] for event in lifted if event.data["because"] != "the arm is over"}
    return {event.data["fault"] for event in case.history.where("fault", "armed")} <= ended


def is_about(known: KnownFinding, result: Result) -> bool:
    """Whether a known finding is one of this arm's scenario and remedy."""
    fits = not known.scenarios or result.scenario.split("[")[0] in known.scenarios
    return fits and (not known.remedies or result.remedy in known.remedies)


def known_of_client(client: Client, result: Result, failing: Mapping[str, str]) -> str:
    """Why this failure is one that the client's profile knows, or empty. `failing`: what failed, and in which words."""
    reasons = _reasons(client, result, failing)
    known = result.verdict is Verdict.FAIL and reasons.keys() == failing.keys()
    return "; ".join(dict.fromkeys(reasons.values())) if known else ""


def new_of_client(client: Client, result: Result, failing: Mapping[str, str]) -> str:
    """What its profile doesn't know of a failure that has known parts as well, in words; empty where all is new."""
    reasons = _reasons(client, result, failing)
    if result.verdict is not Verdict.FAIL or not reasons:
        return ""
    return next((sentence for check, sentence in failing.items() if check not in reasons), "")


def _reasons(client: Client, result: Result, failing: Mapping[str, str]) -> dict[str, str]:
    """Of each failing check that the profile knows, why it fails."""
    about = [one for one in client.known if is_about(one, result)]
    about = [one for one in about if not one.beside or failing.keys() & set(one.beside)]
    reasons: dict[str, str] = {}
    for check, sentence in failing.items():
        known = next((one for one in about if check in one.checks and re.search(one.shows, sentence)), None)
        if known is not None:
            reasons[check] = f"{known.because}, since {known.version}"
    return reasons
