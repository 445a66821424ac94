"""A first scenario about a fault: what it needs comes from the tables, its lists are what the model foretells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from harness.clients import Client
from harness.faults import FAULTS
from harness.faults.base import COUNT, INSTANT, TIME, Kind
from harness.language.scenarios import parse
from harness.language.source import ScenarioError
from harness.prediction.contradictions import contradictions
from harness.prediction.needs import standing
from harness.prediction.plan import plan
from harness.remedies import REMEDIES
from harness.remedies.costs import COSTS
from harness.values.errors import AuthorError
from harness.values.scenario import ANY
from harness.values.situation import Moment, Outcome

ALWAYS = ("reload", "wait", "private_window", "switch_network")
"""What is tried in every draft: the first things that people think of."""
MOST = {Outcome.RECOVERS: 3, Outcome.RECOVERS_ANYWAY: 2, Outcome.DOES_NOT_RECOVER: 3}
GIVEN: dict[str, str | int] = {"status": 502, "latency": "2s", "delay": "3s", "rate": 0}
"""Values for parameters that have no default."""
FURTHER: tuple[dict[str, Any], ...] = (
    {},
    {"direction": "upstream"},
    {"gateway": {"timeout": "500ms"}},
    {"latency": "300ms", "expect": {"message": "none"}},
    {"expect": {"message": "none"}},
)
"""What is tried where the plainest story contradicts the model."""
SCHEMA = "# yaml-language-server: $schema=../harness/scenario.schema.json\n"


@dataclass(frozen=True)
class Draft:
    """What somebody knows of a failure; what they leave empty is chosen so that it fits the rest."""

    at: str
    do: str
    moment: str = ""
    lasts: str = ""
    title: str = ""
    message: str = "any"
    params: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    on: tuple[str, ...] = ()


def drafted(draft: Draft, client: Client) -> str:
    """A scenario's text that lints clean. Raises `AuthorError` where none can be made of what is known."""
    kind = FAULTS.get(draft.at, {}).get(draft.do)
    if kind is None:
        raise AuthorError(f"{draft.at} can't do {draft.do!r}", cure=f"`chatfault explain {draft.do}`")
    if draft.moment and Moment(draft.moment) not in kind.moments:
        there = " or ".join(one.value for one in kind.moments)
        raise AuthorError(f"{draft.do} at {draft.at} can't begin at {draft.moment}", cure=f"it can at {there}")
    why, cure = "", ""
    for story in _stories(draft, kind):
        try:
            found = _settled(story, client)
        except ScenarioError as error:
            first = error.problems[0]
            why, cure = why or first.what, cure or first.cure
            continue
        if found:
            return SCHEMA + _written(found)
        why = why or "the model can't foretell it"
    cure = cure or f"leave --moment, --lasts or --message out; `chatfault explain {draft.do}`"
    raise AuthorError(f"no scenario can be made of {draft.do} at {draft.at}: {why}", cure=cure)


def _stories(draft: Draft, kind: Kind) -> Iterator[dict[str, Any]]:
    for moment in (
        [draft.moment] if draft.moment else [one.value for one in (Moment.SEND, *Moment) if one in kind.moments]
    ):
        for lasts in [draft.lasts] if draft.lasts else _lifetimes(draft.at, kind):
            required = {name: GIVEN[name] for name, one in kind.params.items() if one.required and name in GIVEN}
            for further in FURTHER:
                fits = {key: value for key, value in further.items() if key in kind.params}
                if further and not fits and not {"gateway", "expect"} & set(further):
                    continue
                if "expect" in further and draft.message != ANY:
                    continue  # what somebody says is shown, they mean
                fault = {"at": draft.at, "do": draft.do, **required, **fits, **draft.params}
                if lasts:
                    fault["lasts"] = lasts
                if draft.on and kind.classes:
                    fault["on"] = list(draft.on)
                yield _story(draft, moment, fault, further)


def _lifetimes(at: str, kind: Kind) -> list[str]:
    if INSTANT in kind.lifetimes and not kind.harmless:
        return [""]
    found = ["2m"] if TIME in kind.lifetimes else []
    if COUNT in kind.lifetimes:
        found.append("1 request" if at == "service" else "1 connection")
    return [*found, ""]


def _story(draft: Draft, moment: str, fault: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    person = standing([fault])
    return {
        "title": draft.title or f"{draft.do} at {draft.at}, at the moment {moment}",
        "moment": moment,
        **({"person": person} if person else {}),
        **({"gateway": more["gateway"]} if "gateway" in more else {}),
        **draft.more,
        "faults": [fault],
        "expect": more.get("expect") or {"message": draft.message},
    }


def _settled(story: dict[str, Any], client: Client) -> dict[str, Any] | None:
    """The story with a few remedies in the lists that the model foretells, or None where it contradicts it anyhow."""
    moment = Moment(story["moment"])
    possible = [name for name, one in REMEDIES.items() if moment in one.moments and not one.diagnosis]
    remedies: list[Any] = [{"wait": "5m"} if name == "wait" else name for name in possible]
    (tried,) = parse("draft.yaml", yaml.safe_dump({**story, "recovers": remedies}, sort_keys=False), client)
    outcome = {arm.remedy: Outcome(arm.predicted) for arm in plan(tried, client) if arm.kind == "remedy"}
    bad = {problem.line for problem in contradictions(tried, client) if "who starts where" in problem.what}
    unfit = {one.remedy for one in tried.listed if one.line in bad and REMEDIES[one.remedy].needs}
    chosen = _chosen({name: one for name, one in outcome.items() if name not in unfit})
    settled = {
        **story,
        **{one.value: [{"wait": "5m"} if n == "wait" else n for n in names] for one, names in chosen.items()},
    }
    (again,) = parse("draft.yaml", yaml.safe_dump(settled, sort_keys=False), client)
    return None if list(contradictions(again, client)) else settled


def _chosen(outcome: Mapping[str, Outcome]) -> dict[Outcome, list[str]]:
    """The cheapest remedies of each outcome, those that people think of first before them."""

    def order(name: str) -> tuple[bool, float]:
        return name not in ALWAYS, COSTS[name][0]

    found: dict[Outcome, list[str]] = {}
    for which in Outcome:
        fit: Iterable[str] = (name for name, one in outcome.items() if one is which and not REMEDIES[name].needs)
        needed: Iterable[str] = (name for name, one in outcome.items() if one is which and REMEDIES[name].needs)
        names = sorted(fit, key=order)[: MOST[which]]
        if which is Outcome.RECOVERS:
            names = [*names, *sorted(needed, key=order)[:1]]
        if names:
            found[which] = names
    return found


def _written(story: Mapping[str, Any]) -> str:
    """As a person writes it: a line a key, lists of remedies in brackets."""
    lines = []
    for key, value in story.items():
        if key == "faults":
            lines.append("\nfaults:")
            for fault in value:
                rows = [f"{name}: {_flow(one)}" for name, one in fault.items()]
                lines += [f"  - {rows[0]}", *(f"    {row}" for row in rows[1:])]
        elif key == "expect":
            lines += ["\nexpect:", *(f"  {name}: {_flow(one)}" for name, one in value.items()), ""]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False)
    return text.removesuffix("...\n").strip()
