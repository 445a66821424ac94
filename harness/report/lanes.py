"""A scenario as lanes in a terminal: a row for each place, time from left to right, and where each remedy comes in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.values.scenario import Arm, Scenario
from harness.values.situation import Fault, duration_text

WIDE = 48
NAME = 14
OUTCOMES = {"recovers": "✔", "recovers_anyway": "○", "does_not_recover": "✘"}


def lanes(scenario: Scenario, arms: Sequence[Arm]) -> list[str]:
    """The scenario's places against time, the faults on them, and its remedies with what the model foretells."""
    remedies = [arm for arm in arms if arm.kind == "remedy"]
    longest = max([*(one.lasts.seconds or 0 for one in scenario.faults), *(arm.takes for arm in remedies), 60.0])
    total = longest * 1.2
    lines = [f"{scenario.id}: {scenario.title}", ""]
    lines.append(f"{'':{NAME}} {scenario.moment.value:<{WIDE - 6}}{duration_text(round(total)):>6}")
    at = {fault.at for fault in scenario.faults}
    for place in [*scenario.start.route, *sorted(at - set(scenario.start.route))]:
        here = [fault for fault in scenario.faults if fault.at == place]
        bars = [f"{_bar(fault, total)} {fault.do}, {fault.lasts}" for fault in here] or ["·" * WIDE]
        lines += [f"{place:>{NAME}} {bar}" for bar in bars]
    lines += ["", *_remedies(remedies, total)]
    return lines


def _bar(fault: Fault, total: float) -> str:
    if fault.instant:
        return "█" + "·" * (WIDE - 1)
    if fault.lasts.hits is not None:
        return ("█" * min(fault.lasts.hits, WIDE)).ljust(WIDE, "·")
    if fault.lasts.seconds is None:
        return "█" * WIDE
    filled = max(1, round(WIDE * fault.lasts.seconds / total))
    return ("█" * min(filled, WIDE)).ljust(WIDE, "·")


def _remedies(remedies: Sequence[Arm], total: float) -> Iterator[str]:
    for arm in remedies:
        at = min(WIDE - 1, round(WIDE * arm.takes / total))
        mark = OUTCOMES.get(arm.predicted, "?")
        yield f"{arm.label[:NAME]:>{NAME}} {' ' * at}{mark}{' ' * (WIDE - 1 - at)} {arm.predicted}"
