"""In which order to try the remedies, so that a person is helped soonest: from what a run observed, not from documents.

A cause's likelihood is spread evenly over its scenarios, for a remedy that failed once fails again in the same one.
What was not run in a scenario counts as not recovering there, and no remedy profits from the time that others took.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from textwrap import wrap

from harness.remedies.costs import COSTS
from harness.report.matrix import argument, causes_of, columns_of, in_order, informed, judged, takes
from harness.values.documents import ORDERS
from harness.values.errors import AuthorError
from harness.values.result import Result
from harness.values.situation import Outcome, duration_text

WAIT, FEW_MINUTES = "wait", 300.0
"""The documents wait “a few minutes”: that is taken as five."""


@dataclass(frozen=True)
class Option:
    """Something to try: a remedy, a wait of some length being one of its own."""

    remedy: str
    ids: tuple[str, ...]
    waits: float = 0.0

    @property
    def cost(self) -> float:
        return COSTS[self.remedy][0] + self.waits

    @property
    def label(self) -> str:
        return f"wait {duration_text(self.waits)}" if self.remedy == WAIT else self.remedy.replace("_", " ")


@dataclass(frozen=True)
class Case:
    """A scenario that a person may be in: how likely it is, and the chance of each option to recover from it.

    `waits`: the seconds that an option makes one wait in this scenario, where that is not the same in all.
    """

    scenario: str
    cause: str
    weight: float
    chance: Mapping[Option, float]
    waits: Mapping[Option, float] = field(default_factory=dict)

    def cost(self, option: Option) -> float:
        """Seconds that trying this option takes here."""
        return option.cost + self.waits.get(option, 0.0)

    @property
    def hopeless(self) -> bool:
        return not any(self.chance.values())


@dataclass(frozen=True)
class Step:
    """One step of an order: the share of people who were helped by then, itself included."""

    option: Option
    helped: float


@dataclass(frozen=True)
class Documented:
    """A document's order, as far as its remedies were run, and the ids of those that were not.

    `helps` is the share that it helps by itself; the mean time counts everybody, the others going on as advised here.
    """

    name: str
    order: tuple[Option, ...]
    skipped: tuple[str, ...]
    helps: float
    expected: float


@dataclass(frozen=True)
class Advice:
    """What to try, in order, when nothing else is known than `about`."""

    about: str
    cases: tuple[Case, ...]
    steps: tuple[Step, ...]
    expected: float
    documents: tuple[Documented, ...]

    @property
    def hopeless(self) -> list[Case]:
        return [case for case in self.cases if case.hopeless]


def cases(results: Iterable[Result], likely: Mapping[str, float]) -> tuple[Case, ...]:
    """The scenarios of a run that name a cause, each as often as it names one. `likely`: weights, 1 where not given."""
    by_scenario: dict[str, list[Result]] = {}
    for one in results:
        if one.kind == "remedy" and judged(one) and one.remedy in COSTS:
            by_scenario.setdefault(one.scenario, []).append(one)
    scenarios_of: dict[str, list[str]] = {}
    for scenario, ones in by_scenario.items():
        for cause in causes_of(ones[0]):
            scenarios_of.setdefault(cause, []).append(scenario)
    whole = sum(likely.get(cause, 1.0) for cause in scenarios_of) or 1.0
    waits = {argument(one) for ones in by_scenario.values() for one in ones if one.remedy == WAIT}
    chances = {scenario: _chances(ones, waits) for scenario, ones in by_scenario.items()}
    waited = {scenario: _waits(ones) for scenario, ones in by_scenario.items()}
    return tuple(
        Case(scenario, cause, likely.get(cause, 1.0) / whole / len(scenarios), chances[scenario], waited[scenario])
        for cause, scenarios in sorted(scenarios_of.items(), key=lambda row: in_order(row[0]))
        for scenario in scenarios
    )


def _tried(one: Result) -> Option:
    ids = tuple(id_ for id_ in columns_of(one) if id_ != one.remedy)
    return Option(one.remedy, ids, 0.0 if informed(one) else takes(one))


def _waits(runs: Sequence[Result]) -> dict[Option, float]:
    """What looking first made one wait here, as a mean of the runs."""
    waited: dict[Option, list[float]] = {}
    for one in runs:
        if informed(one):
            waited.setdefault(_tried(one), []).append(takes(one))
    return {option: fmean(seconds) for option, seconds in waited.items()}


def _chances(runs: Sequence[Result], waits: Iterable[float]) -> dict[Option, float]:
    """How often each option recovered. Who waits longer has also waited shorter, so a longer wait recovers as well."""
    worked: dict[Option, list[bool]] = {}
    for one in runs:
        worked.setdefault(_tried(one), []).append(one.observed != Outcome.DOES_NOT_RECOVER)
    chances = {option: sum(seen) / len(seen) for option, seen in worked.items()}
    waited = sorted((option for option in chances if option.remedy == WAIT), key=lambda option: option.waits)
    for seconds in sorted({*waits, FEW_MINUTES}) if waited else ():
        shorter = [chances[option] for option in waited if option.waits <= seconds]
        chances.setdefault(Option(WAIT, waited[0].ids, seconds), max(shorter, default=0.0))
    return chances


def greedy(some: Sequence[Case], done: Sequence[Option] = ()) -> list[Option]:
    """What to try next, and next …: always what recovers most per second from what is not recovered yet."""
    left = {id(case): case.weight for case in some}
    options = dict.fromkeys(option for case in some for option in case.chance)
    order: list[Option] = []
    for option in done:
        _try(option, some, left)
    while True:
        rest = [one for one in options if one not in order and one not in done]
        gains = {one: sum(left[id(case)] * case.chance.get(one, 0.0) for case in some) for one in rest}
        useful = [one for one in rest if gains[one] > 1e-12]
        if not useful:
            return order
        costs = {one: _mean_cost(one, some, left) for one in useful}
        best = max(useful, key=lambda one: (gains[one] / costs[one], -costs[one], one.label))
        order.append(best)
        _try(best, some, left)


def _mean_cost(option: Option, some: Sequence[Case], left: Mapping[int, float]) -> float:
    """Seconds that trying it takes whoever is not helped yet, as a mean over them."""
    whole = sum(left[id(case)] for case in some) or 1.0
    return sum(left[id(case)] * case.cost(option) for case in some) / whole


def _try(option: Option, some: Sequence[Case], left: dict[int, float]) -> None:
    for case in some:
        left[id(case)] *= 1 - case.chance.get(option, 0.0)


def follow(order: Sequence[Option], some: Sequence[Case]) -> tuple[list[Step], float]:
    """The steps of an order with the share that each has helped, and the mean seconds until somebody is helped.

    Both are over those whom anything helps at all.
    """
    hopeful = [case for case in some if not case.hopeless]
    whole = sum(case.weight for case in hopeful)
    left = {id(case): case.weight for case in hopeful}
    steps, expected = [], 0.0
    for option in order:
        expected += sum(left[id(case)] * case.cost(option) for case in hopeful) / whole if whole else 0.0
        _try(option, hopeful, left)
        steps.append(Step(option, 1 - sum(left.values()) / whole if whole else 0.0))
    return steps, expected


def advise(about: str, some: Sequence[Case]) -> Advice:
    """The order for these cases, beside the orders of the documents."""
    steps, expected = follow(greedy(some), some)
    documents = tuple(_documented(name, some) for name in ORDERS)
    return Advice(about, tuple(some), tuple(steps), expected, documents)


def _documented(name: str, some: Sequence[Case]) -> Documented:
    order: list[Option] = []
    skipped = []
    for id_ in (one for step in ORDERS[name] for one in step):
        option = _option(id_, some)
        if option is None:
            skipped.append(id_)
        elif option not in order:
            order.append(option)
    steps, expected = follow([*order, *greedy(some, order)], some)
    helps = steps[len(order) - 1].helped if order else 0.0
    return Documented(name, tuple(order), tuple(skipped), helps, expected)


def _option(id_: str, some: Sequence[Case]) -> Option | None:
    """What a document means by an id: of several remedies the cheapest, of several waits a few minutes."""
    options = {option for case in some for option in case.chance if id_ in option.ids}
    meant = [one for one in options if one.remedy != WAIT or one.waits == FEW_MINUTES]
    return min(meant, key=lambda one: (one.cost, one.label), default=None)


def all_advice(
    results: Sequence[Result], messages: Mapping[str, str], likely: Mapping[str, float] | None = None
) -> list[Advice]:
    """The advice overall, then for each message. `messages`: scenario id → the message that it shows."""
    found = [advise("", cases(results, likely or {}))]
    for message in sorted({messages[one.scenario] for one in results if messages.get(one.scenario)}):
        shown = [one for one in results if messages.get(one.scenario) == message]
        found.append(advise(message, cases(shown, likely or {})))
    return [one for one in found if one.cases]


def likelihood(given: Iterable[str]) -> dict[str, float]:
    """`C15=3` → how likely a cause is beside the others, which count 1 each."""
    found = {}
    for one in given:
        match = re.fullmatch(r"(C\d{1,2})=(\d+(?:\.\d+)?)", one)
        if not match:
            raise AuthorError(f"{one!r} says of no cause how likely it is", cure="write for example --likely C15=3")
        found[match[1]] = float(match[2])
    return found


def unpriced(results: Iterable[Result]) -> list[str]:
    """Remedies that were run and have no cost, so that no order can have them."""
    return sorted({one.remedy for one in results if one.kind == "remedy"} - set(COSTS))


def lines(
    results: Sequence[Result],
    messages: Mapping[str, str],
    likely: Mapping[str, float],
    text: Callable[[str], str],
) -> Iterator[str]:
    """All the advice of a run, for a terminal. `text` gives a message's own words."""
    found = all_advice(results, messages, likely)
    if not found:
        yield "There is no remedy with a cause in these results."
    else:
        yield from ["A remedy that was not run in a scenario counts as not recovering from it.", ""]
    for one in found:
        words = text(one.about) if one.about else ""
        yield from [*told(one, words if words != one.about else ""), ""]
    nameless = sorted({one.scenario for one in results if causes_of(one)} - set(messages))
    if nameless:
        yield f"no scenario says which message is shown in: {', '.join(nameless)}"
    if unpriced(results):
        yield f"left out, for COSTS has no cost of it: {', '.join(unpriced(results))}"


def told(advice: Advice, text: str = "", width: int = 120) -> list[str]:
    """One piece of advice, for a terminal. `text`: the message's own words."""
    causes = list(dict.fromkeys(case.cause for case in advice.cases))
    about = f"Reading {advice.about}{f' “{text}”' if text else ''}" if advice.about else "Whatever is shown"
    said = wrap(f"{about} (causes {', '.join(causes)})", width)
    for number, step in enumerate(advice.steps, 1):
        option = step.option
        ids = f" ({', '.join(option.ids)})" if option.ids else ""
        said.append(
            f"{number:4}. {option.label + ids:32} {_seconds(option.cost):>8}   helped by then: {step.helped:4.0%}"
        )
    hopeless = dict.fromkeys(f"{case.cause} in {case.scenario}" for case in advice.hopeless)
    if advice.steps:
        said.append(f"      on average {_seconds(advice.expected)} until it works again")
        said += [line for one in advice.documents for line in _beside(one, advice.expected, width)]
    if hopeless:
        said += _indented(f"nothing that was run recovers: {', '.join(hopeless)}", width)
    return said


def _beside(one: Documented, expected: float, width: int) -> list[str]:
    order = " → ".join(option.label for option in one.order) or "none of its remedies was run"
    skipped = f"; not run: {', '.join(one.skipped)}" if one.skipped else ""
    times = f"{_seconds(one.expected)}, {_sooner(one.expected, expected)}"
    return _indented(f"{one.name} {times}, helps {one.helps:.0%} by itself: {order}{skipped}", width)


def _sooner(theirs: float, ours: float) -> str:
    gap = round(theirs) - round(ours)
    if not gap:
        return "ours is as soon"
    return f"ours {_seconds(abs(gap))} {'sooner' if gap > 0 else 'later'} ({abs(gap) / max(theirs, 1e-9):.0%})"


def _indented(text: str, width: int) -> list[str]:
    return wrap(text, width, initial_indent=" " * 6, subsequent_indent=" " * 10)


def _seconds(seconds: float) -> str:
    """95 → `1m 35s`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if count]
    return " ".join(parts) or "0s"
