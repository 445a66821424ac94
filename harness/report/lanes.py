"""A scenario as lanes in a terminal: a row for each place, time from left to right, and where each remedy comes in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.values.scenario import Arm, Scenario
from harness.values.situation import Fault, duration_text

LEGEND = "█ the fault holds   ▒ it comes and goes   ✔ recovers   ○ recovers anyway   ✘ does not recover"
WIDE = 48
NAME = 14
OUTCOMES = {"recovers": "✔", "recovers_anyway": "○", "does_not_recover": "✘"}


def lanes(scenario: Scenario, arms: Sequence[Arm]) -> list[str]:
    """The scenario's places against time, the faults on them, and its remedies with what the model foretells."""
    remedies = [arm for arm in arms if arm.kind == "remedy"]
    longest = max([*(_needs(one) for one in scenario.faults), *(arm.takes for arm in remedies), 60.0])
    total = longest * 1.2
    lines = [f"{scenario.id}: {scenario.title}", ""]
    lines.append(f"{'':{NAME}} {scenario.moment.value:<{WIDE - 6}}{duration_text(round(total)):>6}")
    at = {fault.at for fault in scenario.faults}
    for place in [*scenario.start.route, *sorted(at - set(scenario.start.route))]:
        here = [fault for fault in scenario.faults if fault.at == place]
        bars = [f"{_bar(fault, total)} {_said(fault)}" for fault in here] or ["·" * WIDE]
        lines += [f"{place:>{NAME}} {bar}" for bar in bars]
    lines += ["", *_remedies(remedies, total)]
    return lines


def _needs(fault: Fault) -> float:
    """Seconds after the moment that show all of it: to its end, and twice its coming and going where it has none."""
    turns = 2 * sum(fault.comes_and_goes or (0.0,))
    return fault.begins + (turns if fault.lasts.seconds is None else fault.lasts.seconds)


def _said(fault: Fault) -> str:
    turns = "down {}, up {}".format(*map(duration_text, fault.comes_and_goes)) if fault.comes_and_goes else ""
    later = f"from {duration_text(fault.begins)} on" if fault.begins else ""
    return ", ".join(part for part in (fault.do, turns, later, str(fault.lasts)) if part)


def _bar(fault: Fault, total: float) -> str:
    """A column for each part of the time: whether the fault holds in it. What comes and goes within one is shaded."""
    if fault.instant or fault.lasts.hits is not None:
        at = min(WIDE - 1, int(WIDE * fault.begins / total))
        return ("·" * at + "█" * max(1, fault.lasts.hits or 1))[:WIDE].ljust(WIDE, "·")
    shares = [_share(fault, column * total / WIDE, (column + 1) * total / WIDE) for column in range(WIDE)]
    signs = ["█" if one > 0.75 else "▒" if one > 0.25 and fault.comes_and_goes else "·" for one in shares]
    if not fault.comes_and_goes:
        signs = ["█" if one >= 0.5 else "·" for one in shares]
    if "█" not in signs and "▒" not in signs:
        signs[min(WIDE - 1, int(WIDE * fault.begins / total))] = "█"
    return "".join(signs)


def _share(fault: Fault, begin: float, end: float) -> float:
    """The part of the time from `begin` to `end` (seconds after the moment) in which the fault holds."""
    ends = float("inf") if fault.lasts.seconds is None else fault.begins + fault.lasts.seconds
    first, last = max(begin, fault.begins), min(end, ends)
    if last <= first:
        return 0.0
    if not fault.comes_and_goes:
        return (last - first) / (end - begin)
    holds, pauses = fault.comes_and_goes
    return (_held(last - fault.begins, holds, pauses) - _held(first - fault.begins, holds, pauses)) / (end - begin)


def _held(after: float, holds: float, pauses: float) -> float:
    """For how many seconds it has held, so long after it began."""
    turns, rest = divmod(after, holds + pauses)
    return turns * holds + min(rest, holds)


def _remedies(remedies: Sequence[Arm], total: float) -> Iterator[str]:
    for arm in remedies:
        at = min(WIDE - 1, round(WIDE * arm.takes / total))
        mark = OUTCOMES.get(arm.predicted, "?")
        yield f"{arm.label[:NAME]:>{NAME}} {' ' * at}{mark}{' ' * (WIDE - 1 - at)} {arm.predicted}"
