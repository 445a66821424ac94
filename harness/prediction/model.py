"""The model: what a fault still breaks from where a person stands now, and what therefore recovers.

A fault has a place, a scope and a lifetime; a remedy changes the person's situation. Whether an act works after the
remedy follows from those alone. Nothing in here looks at a run, and nothing that looks at a run reads this.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.values.situation import NETWORKS, Fault, Outcome, Situation, duration_text


@dataclass(frozen=True)
class Prediction:
    """Whether the act works, and the reason in one sentence."""

    works: bool
    because: str


def holds(
    fault: Fault, armed: Situation, now: Situation, elapsed: float, used: int, uses: frozenset[str]
) -> Prediction:
    """Does `fault`, armed while the person stood at `armed`, still break what the person does at `now`?

    `elapsed` is seconds on the harness's clock since the moment, `used` the connections or requests that it has
    already taken, `uses` the classes of traffic that the act needs (a fault without `on` breaks them all).
    """
    if fault.harmless:
        return Prediction(True, f"{fault} does nothing")
    if fault.instant:
        return Prediction(True, f"{fault} is over at once: it only ends the connections that are open")
    if fault.taken_over:
        return Prediction(True, f"another instance takes over from {fault}")
    if fault.at not in now.route:
        return Prediction(True, f"the person's traffic no longer passes {fault.at}")
    if fault.reads and fault.at in NETWORKS and now.vpn:
        return Prediction(True, f"the VPN's tunnel hides the traffic from {fault}")
    for scope in fault.only:
        if getattr(armed, scope) != getattr(now, scope):
            return Prediction(True, f"{fault} holds on to {_scope(scope, 'the old ')} only, and that has changed")
    if fault.on and uses and not uses & set(fault.on):
        return Prediction(True, f"{fault} only touches {', '.join(fault.on)}, which this does not use")
    if fault.spoils and getattr(armed, fault.spoils) == getattr(now, fault.spoils):
        return Prediction(False, f"the {fault.spoils} that {fault} spoilt stays as it is")
    life, elapsed = fault.lasts, elapsed - fault.begins
    if elapsed < 0:
        return Prediction(True, f"{fault} begins {duration_text(fault.begins)} after the moment")
    if fault.outlasted:
        return Prediction(
            True, f"{fault.outlasted_by} tries {_times(fault.outlasted)} more by itself, and {fault} takes {life}"
        )
    if life.seconds is not None and elapsed >= life.seconds:
        return Prediction(True, f"{fault} is over after {life}")
    if life.hits is not None and used >= life.hits:
        return Prediction(True, f"{fault} is used up after {life}")
    if fault.comes_and_goes and pauses(fault.comes_and_goes, elapsed):
        return Prediction(True, f"{fault} comes and goes, and pauses after {duration_text(elapsed)}")
    return Prediction(False, _still(fault, elapsed))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def pauses(comes_and_goes: tuple[float, float], elapsed: float) -> bool:
    """Whether what holds for so many seconds and then pauses for so many, over and over, pauses now."""
    held, paused = comes_and_goes
    return elapsed % (held + paused) >= held


def _still(fault: Fault, elapsed: float) -> str:
    life = fault.lasts
    if life.seconds is not None:
        passed = f"only {duration_text(elapsed)} will have passed" if elapsed else "no time will have passed"
        return f"{fault} lasts {life}, and {passed}"
    if life.hits is not None:
        return f"{fault} takes {life}, and one more attempt still meets it"
    if fault.only:
        return f"{fault} has no end, and this leaves {' and '.join(map(_scope, fault.only))} as before"
    return f"{fault} has no end, and this leaves the person's traffic passing it"


SCOPES = {
    "site_data": "site data",
    "extensions": "set of extensions",
    "others": "company",
    "standing": "account's standing",
}
"""What a scope is called where its field's name is no word for it."""


def _scope(name: str, which: str = "the ") -> str:
    return which + SCOPES.get(name, name)


def predict(
    faults: tuple[Fault, ...],
    armed: Situation,
    now: Situation,
    elapsed: float,
    used: int,
    uses: frozenset[str] = frozenset(),
) -> Prediction:
    """Whether an act at `now` works: it does unless one of the faults still holds."""
    reasons = []
    for fault in faults:
        held = holds(fault, armed, now, elapsed, used, uses)
        if not held.works:
            return held
        reasons.append(held.because)
    return Prediction(True, "; ".join(reasons) or "nothing is broken")


def credit(with_remedy: bool, with_control: bool) -> Outcome:
    """The outcome of a remedy: it gets credit only for what its control does not do as well."""
    if not with_remedy:
        return Outcome.DOES_NOT_RECOVER
    return Outcome.RECOVERS_ANYWAY if with_control else Outcome.RECOVERS
