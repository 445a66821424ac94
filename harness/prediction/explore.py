"""Scenarios that nobody wrote: drawn from the tables by a seed, to find where the model and the wire disagree.

Each is a YAML file like any other, with its lists as the model predicts them, and no word about the message.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from harness.clients import Client
from harness.faults import FAULTS
from harness.faults.base import COUNT, ENDLESS, TIME, Kind, Param
from harness.language.scenarios import parse
from harness.language.source import ScenarioError
from harness.prediction.contradictions import contradictions
from harness.prediction.needs import standing
from harness.prediction.plan import plan
from harness.remedies import REMEDIES
from harness.values.scenario import Scenario
from harness.values.situation import CLIENT_PLACES, Moment, duration_text

MOST_TRIES = 400
LASTS = ("30s", "2m", "10m")
WAITS = (20.0, 60.0, 300.0, 900.0)
REMEDIES_EACH = 4
DEAR = frozenset({"other_browser", "bisect_extensions"})
"""Remedies that are drawn less often, for what they cost."""
SMALL = {"timeout": "300ms", "latency": "1200ms", "delay": "3s"}
"""Parameters that run on real time, and how much of it they may take."""


@dataclass(frozen=True)
class Drawn:
    """A scenario as text, and the file's name."""

    name: str
    text: str


def draw(seed: int, many: int, client: Client) -> Iterator[Drawn]:
    """So many scenarios; the same seed gives the same ones."""
    chance = random.Random(seed)
    for number in range(many):
        yield _one(chance, f"drawn_{seed}_{number:03}", client)


def _one(chance: random.Random, name: str, client: Client) -> Drawn:
    for _ in range(MOST_TRIES):
        story = _story(chance)
        found = _read(name, story, client)
        if found is None:
            continue
        listed = {arm.label: arm.predicted for arm in plan(found, client) if arm.kind == "remedy"}
        sorted_out = _sorted_out(story, listed)
        again = _read(name, sorted_out, client)
        if again is not None and not list(contradictions(again, client)):
            return Drawn(f"{name}.yaml", yaml.safe_dump(sorted_out, sort_keys=False, allow_unicode=True))
    raise AssertionError(f"no scenario can be drawn after {MOST_TRIES} tries")


def _read(name: str, story: dict[str, Any], client: Client) -> Scenario | None:
    try:
        (found,) = parse(f"{name}.yaml", yaml.safe_dump(story, sort_keys=False), client)
    except ScenarioError:
        return None
    return found


def _sorted_out(story: dict[str, Any], listed: dict[str, str]) -> dict[str, Any]:
    """The story with each remedy in the list that the model predicts."""
    told = {key: value for key, value in story.items() if key != "recovers"}
    for remedy in story["recovers"]:
        label = remedy if isinstance(remedy, str) else f"wait[{remedy['wait']}]"
        told.setdefault(listed[label], []).append(remedy)
    return told


def _story(chance: random.Random) -> dict[str, Any]:
    moment = chance.choice(list(Moment))
    faults = [_fault(chance, moment) for _ in range(1 if chance.random() < 0.8 else 2)]
    possible = [name for name, one in REMEDIES.items() if moment in one.moments and name != "wait"]
    weights = [0.2 if name in DEAR else 1.0 for name in possible]
    chosen: list[Any] = list(dict.fromkeys(chance.choices(possible, weights, k=REMEDIES_EACH)))
    chosen.append({"wait": duration_text(chance.choice(WAITS))})
    person = _person(chance, faults)
    return {
        "title": "Drawn: " + ", ".join(f"{one['do']} at {one['at']}" for one in faults),
        "moment": moment.value,
        **({"person": person} if person else {}),
        "gateway": {"timeout": "800ms", **({"retries": 2} if chance.random() < 0.15 else {})},
        "faults": faults,
        "expect": {"message": "any"},
        "recovers": chosen,
    }


def _person(chance: random.Random, faults: list[dict[str, Any]]) -> dict[str, str]:
    """Where somebody must stand to meet these faults, and now and then a VPN besides."""
    person = standing(faults)
    if chance.random() < 0.1:
        person.setdefault("vpn", "b")
    return person


def _fault(chance: random.Random, moment: Moment) -> dict[str, Any]:
    places = [
        (at, do)
        for at, kinds in FAULTS.items()
        for do, kind in kinds.items()
        if not kind.harmless and moment in kind.moments and at not in ("provider_link", *CLIENT_PLACES)
    ]
    at = chance.choice(sorted({at for at, _ in places}))
    do = chance.choice([do for where, do in places if where == at])
    kind = FAULTS[at][do]
    told: dict[str, Any] = {"at": at, "do": do, **_params(chance, kind), **_lasts(chance, at, kind)}
    if kind.scopes and chance.random() < 0.4:
        told["only"] = [chance.choice(list(kind.scopes))]
    if kind.classes and chance.random() < 0.6:
        told["on"] = [_traffic(moment)]
    if told.get("only") == ["prompt"]:
        told["on"] = ["messages"]
    return told


def _traffic(moment: Moment) -> str:
    return {Moment.OPEN: "me", Moment.SEND: "messages", Moment.DOWNLOAD: "files"}.get(moment, "stream")


def _params(chance: random.Random, kind: Kind) -> dict[str, Any]:
    found = {name: _value(chance, name, param) for name, param in kind.params.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(chance: random.Random, name: str, param: Param) -> Any:
    if param.type == "choice":
        return chance.choice(param.choices)
    if name == "status":
        return chance.choice((500, 502, 503, 520))
    if name in SMALL:
        return SMALL[name] if param.required or chance.random() < 0.5 else None
    return None


def _lasts(chance: random.Random, at: str, kind: Kind) -> dict[str, str]:
    sort = chance.choice([one for one in kind.lifetimes if one in (TIME, COUNT, ENDLESS)] or [""])
    if sort == TIME:
        return {"lasts": chance.choice(LASTS)}
    if sort == COUNT:
        unit = "request" if at == "service" else "connection"
        many = chance.choice((1, 1, 2))
        return {"lasts": f"{many} {unit}{'s' if many > 1 else ''}"}
    return {}
