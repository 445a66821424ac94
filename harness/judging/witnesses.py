"""Whether each remedy that was tried was really done: seen by somebody other than the hand that did it."""

from __future__ import annotations

from harness.judging.case import Case
from harness.judging.testimony import testimony
from harness.remedies import REMEDIES
from harness.remedies.witness import Act
from harness.values.history import Event
from harness.values.result import Finding


def done(case: Case) -> Finding | None:
    """Every remedy that the person could try was seen to be done. What they could not try is no remedy, and told so."""
    acts = _acts(case)
    told = [
        (e.at, f"step {e.data['step']} {e.data['remedy']}: skipped, {_why_skipped(case, e)}") for e in _skipped(case)
    ]
    if why := impossible(case):
        told.append((0.0, f"{case.arm.remedy}: could not be done, {why}"))
    tried = {name for name, _ in acts} | {str(e.data["what"]) for e in case.history.where("run", "unavailable")}
    if case.arm.kind == "remedy" and case.arm.remedy not in tried:
        return Finding("done", False, f"nobody did {case.arm.remedy}")
    for name, act in acts:
        witness = REMEDIES[name].witness
        found = witness.seen(act)
        if found is None:
            return Finding("done", False, f"no witness saw that {name} was done: expected to see {witness.says}")
        told.append((act.done, f"{name}: {testimony(found)}"))
    return Finding("done", True, "; ".join(said for _, said in sorted(told))) if told else None


def impossible(case: Case) -> str:
    """Why nobody could do the arm's remedy, or empty."""
    tried = case.history.where("run", "unavailable") if case.arm.kind == "remedy" else []
    return next((str(e.data["because"]) for e in tried if e.data["what"] == case.arm.remedy), "")


def _skipped(case: Case) -> list[Event]:
    """The steps of a runbook that the person passed over."""
    return case.history.where("run", "skipped")


def _why_skipped(case: Case, skipped: Event) -> str:
    step = [e.at for e in case.history.where("run", "skipped", "tried") if e.at < skipped.at]
    tried = case.history.where("run", "unavailable", after=max(step, default=0.0), before=skipped.at)
    why = next((str(e.data["because"]) for e in tried if e.data["what"] == skipped.data["remedy"]), "")
    return why or "there is nothing to do it with"


def _acts(case: Case) -> list[tuple[str, Act]]:
    """What was done, in its order; an act that was not possible is left out."""
    ended = case.history.where("run", "done")
    end = float("inf")
    found: list[tuple[str, Act]] = []
    for event in reversed(ended):
        name, begun = str(event.data["remedy"]), float(event.data["begun"])
        if not _was_impossible(case, event):
            act = Act(case.history, begun, event.at, end, float(event.data["seconds"]))
            found.insert(0, (name, act))
        end = begun
    return found


def _was_impossible(case: Case, done: Event) -> bool:
    within = {"after": float(done.data["begun"]), "before": done.at}
    return any(e.data["what"] == done.data["remedy"] for e in case.history.where("run", "unavailable", **within))
