"""Whether an arm can be judged at all: it came to its end, its faults were on the wire, the world is whole again."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from harness.faults import FAULTS
from harness.faults.witness import is_of
from harness.judging.case import Case, works
from harness.judging.testimony import testimony
from harness.tools.fonts import cure
from harness.values.history import Event, History
from harness.values.result import Finding
from harness.values.situation import duration_text


def complete(case: Case) -> Finding | None:
    """The arm came to its end, without an error of the harness or a part that died."""
    stopped = case.history.first("run", "stopped")
    if stopped:
        return Finding("complete", False, str(stopped.data["because"]))
    if case.history.step("undone") is None:
        return Finding("complete", False, "the arm was broken off")
    unseen = [phase for phase in ("symptom", "recovery") if case.history.screen(phase) is None]
    if unseen:
        return Finding("complete", False, f"nobody looked at the screen ({', '.join(unseen)})")
    return Finding("complete", True, "the arm came to its end")


def evidence(case: Case) -> Finding | None:
    """Each fault was seen on the wire by somebody other than the hand that armed it.

    One that began later is met by who asks again while it is there: it must be seen where that came to nothing.
    """
    if not case.arm.scenario.faults:
        return None
    remedy = case.history.step("remedy")
    until = remedy.at if remedy else float("inf")
    armed = {int(e.data["fault"]): e.at for e in reversed(case.history.where("fault", "armed"))}
    seen, told = _witnesses(case, armed, until), []
    for index, (fault, witness) in enumerate(zip(case.arm.scenario.faults, seen, strict=True)):
        saw = testimony(witness) if witness else _unmet(case, index, armed) if fault.begins else ""
        if not saw:
            return Finding("evidence", False, f"no witness on the wire saw {fault}{_shared(case, seen)}")
        told.append(f"{fault}: {saw}")
    return Finding("evidence", True, "; ".join(told))


def _unmet(case: Case, index: int, armed: Mapping[int, float]) -> str:
    """Why nobody had to meet a fault that begins later, or empty: nobody asked while it was there, or got through."""
    recovery, begins = case.history.step("recovery"), duration_text(case.arm.scenario.faults[index].begins)
    if index not in armed or recovery is None:
        return f"it was to begin {begins} after the moment, and the arm ended before"
    acts = [e.at for e in case.history.where("run", "asked", "pressed", after=armed[index])]
    acts += [e.at for e in case.history.where("browser", "navigation", after=armed[index])]
    over = [e.at for e in case.history.where("fault", "lifted", after=armed[index]) if e.data["fault"] == index]
    early, began = bool(over) and over[0] <= recovery.at, f"it began {begins} after the moment"
    if acts and armed[index] <= recovery.at and not early and not works(case):
        return ""
    if not any(not over or at <= over[0] for at in acts):
        return f"{began}, and nobody asked while it was there"
    if early:
        return f"{began}, and was over before the question was asked again"
    return f"{began}, and the question was {'answered all the same' if works(case) else 'asked again before'}"


def _witnesses(case: Case, armed: Mapping[int, float], until: float) -> tuple[Event | None, ...]:
    """For each fault what saw it, and nothing for two: in the first order of choosing in which all find one."""
    faults = case.arm.scenario.faults
    best: tuple[Event | None, ...] = ()
    for order in permutations(range(len(faults))):
        left, found = case.history, dict[int, Event | None]()
        for index in order:
            fault = faults[index]
            end = float("inf") if fault.begins else until
            seen = FAULTS[fault.at][fault.do].seen(fault, left, armed[index], end) if index in armed else None
            found[index] = seen
            left = History(tuple(event for event in left if not is_of(seen, event))) if seen else left
        best = tuple(found[index] for index in range(len(faults)))
        if all(best):
            break
    return best


def _shared(case: Case, seen: tuple[Event | None, ...]) -> str:
    """A word on what another fault has for its witness already."""
    others = [testimony(one) for one in seen if one is not None]
    return f" beside what shows the other one ({others[0]})" if others else ""


def letters(case: Case) -> Finding | None:
    """Every letter on the screen is one that this machine's fonts have: what is drawn as boxes, nobody can read."""
    looked = case.history.last("screen", "letters")
    if looked is None:
        return None
    missing = str(looked.data["missing"])
    what = f"no font on this machine has {missing[:20]}: what is drawn as boxes can't be judged; {cure(case.locale)}"
    return Finding("letters", not missing, what if missing else "every letter on the screen is drawn")


def undone(case: Case) -> Finding | None:
    """The world is as it was: every fault lifted, every link clean."""
    event = case.history.first("run", "undone")
    if event is None:
        return None
    return Finding(
        "undone",
        bool(event.data["clean"]),
        "every link is clean" if event.data["clean"] else "a link is not clean",
    )
