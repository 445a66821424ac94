"""What every word of a scenario means, drawn from the tables: for the command line, the guide and the editor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.clients import CAPABILITIES, Client
from harness.faults import FAULTS
from harness.faults.base import COUNT, INSTANT, TIME, Kind, Param
from harness.language import lexicon, words_of_profiles
from harness.language.names import SYNONYMS
from harness.prediction.drafting import Draft, drafted
from harness.remedies import REMEDIES
from harness.remedies.costs import COSTS
from harness.values.catalogue import CAUSES, CLAIMS, FAILURES
from harness.values.errors import AuthorError
from harness.values.situation import CLIENT_PLACES, PLACES, Moment, duration_text

SORTS = ("places", "faults", "remedies", "messages", "moments", "failures", "causes", "claims")
OF_EVERY_CLIENT = {
    "none": "no error is shown",
    "any": "whatever is shown is right",
    "browser_error": "the browser's own error page",
    "still_loading": "nothing but a page that still loads",
}


@dataclass(frozen=True)
class Word:
    """A name, what sort of thing it names, and what that is."""

    name: str
    sort: str
    says: str


def words(sort: str, client: Client) -> list[Word]:
    """All names of a sort, in their table's order."""
    tables: dict[str, Mapping[str, str]] = {
        "places": {name: lexicon.PLACES[name] for name in PLACES},
        "faults": {name: kind.says for name, kind in kinds().items()},
        "remedies": {name: remedy.says for name, remedy in REMEDIES.items()},
        "messages": {**{name: client.text(name, "en") for name in client.messages}, **OF_EVERY_CLIENT},
        "moments": lexicon.MOMENTS,
        "failures": {id_: name for id_, (name, _) in FAILURES.items()},
        "causes": CAUSES,
        "claims": CLAIMS,
    }
    return [Word(name, sort, says) for name, says in tables[sort].items()]


def kinds() -> dict[str, Kind]:
    """Every kind of fault once, by its name; one that is another thing at another place as its first."""
    names = dict.fromkeys(name for table in FAULTS.values() for name in table)
    return {name: FAULTS[places_of(name)[0]][name] for name in names}


def every_word(client: Client) -> list[Word]:
    return [word for sort in SORTS for word in words(sort, client)]


def places_of(do: str) -> list[str]:
    """Where it can happen; last, where only a client with a host of its own has a place."""
    places = [at for at, table in FAULTS.items() if do in table]
    return sorted(places, key=lambda at: at in CLIENT_PLACES)


def alike(do: str) -> list[list[str]]:
    """The places where it can happen, those together where it is written in the same way."""
    found: dict[tuple[object, ...], list[str]] = {}
    for at in places_of(do):
        kind = FAULTS[at][do]
        way = (
            tuple(kind.params),
            tuple(kind.scopes),
            kind.only,
            kind.classes,
            tuple(kind.lifetimes),
            tuple(kind.moments),
        )
        found.setdefault((*way, at == "service"), []).append(at)
    return list(found.values())


def takes(param: Param) -> str:
    """What a parameter may be, in words: `a time such as 300ms, 1ms to 1m`."""
    scale = {"ms": 0.001, "seconds": 1.0, "wait": 1.0}.get(param.type)
    if param.choices:
        return " or ".join(param.choices)
    if scale:
        low = duration_text((param.low or 0) * scale) if param.low else ""
        high = duration_text(param.high * scale) if param.high else ""
        span = f"{low} to {high}" if high else f"at least {low}" if low else ""
        other = ", whole seconds as `Retry-After` writes them (60), or none" if param.type == "wait" else ""
        return f"a time with its unit, {span}{other}"
    if param.type == "bool":
        return "true or false"
    if param.type == "text":
        return "a text"
    least = f"{param.low or 0:g}"
    span = f"{least} to {param.high:g}" if param.high is not None else f"at least {least}"
    return f"a number{f' of {param.unit}' if param.unit else ''}, {span}"


def left_out(param: Param) -> str:
    """What a parameter is when it is left out, in words; empty where it can't be."""
    if param.required:
        return ""
    if param.default_says:
        return param.default_says
    scale = {"ms": 0.001, "seconds": 1.0}.get(param.type)
    if scale and param.default:
        return duration_text(float(param.default) * scale)
    return str(param.default).lower() if isinstance(param.default, bool) else str(param.default)


def lifetimes(at: str, kind: Kind) -> str:
    if INSTANT in kind.lifetimes and not kind.harmless:
        return "it is over at once: leave `lasts` out"
    unit = "request" if at == "service" else "connection"
    told = {TIME: "a duration (45s)", COUNT: f"a count (1 {unit})"}
    return " or ".join(dict.fromkeys(told.get(one, "no end (forever, or left out)") for one in kind.lifetimes))


def explained(name: str, client: Client, scenarios: Iterable[tuple[str, str, str]] = ()) -> list[str]:
    """Everything about a name, as lines. Raises `AuthorError` when there is no such name.

    `scenarios` are (fault, message, file) of those at hand: what a person was then shown.
    """
    do, _, at = name.partition(" at ")
    if at and at in places_of(do):
        return [f"{do} at {at} (fault): {FAULTS[at][do].says}", *_written(do, [at]), *_example(do, client, [at])]
    found = [word for word in every_word(client) if word.name == name]
    if not found:
        keys = _key(name)
        if keys:
            return keys
        raise AuthorError(f"there is nothing called {name!r}")
    lines: list[str] = []
    for word in found:
        lines += [f"{word.name} ({SINGULAR[word.sort]}): {word.says}"]
        if word.sort in TELLERS:
            lines += TELLERS[word.sort](word, client, scenarios)
        lines.append("")
    called = ", ".join(SYNONYMS.get(name, ()))
    return [*lines[:-1], *([f"  also called: {called}"] if called else [])]


SINGULAR = dict(zip(SORTS, ("place", "fault", "remedy", "message", "moment", "failure", "cause", "claim"), strict=True))


def _key(name: str) -> list[str]:
    where = {
        "the top of a scenario": lexicon.TOP,
        "a fault": lexicon.FAULT,
        "`expect:`": lexicon.EXPECT,
        "`person:`": lexicon.PERSON,
        "`gateway:`": lexicon.GATEWAY,
        "`known:`": lexicon.KNOWN,
        "`only:` of a fault": lexicon.SCOPES,
        "`on:` of a fault": lexicon.TRAFFIC,
        "a scenario": lexicon.CONSTRUCTS,
        "a runbook": lexicon.RUNBOOK,
        "a client's profile": words_of_profiles.KEYS,
        "`known:` of a profile": words_of_profiles.KNOWN,
        "`locators:` of a profile": words_of_profiles.PLACES,
        "`has:` of a profile": CAPABILITIES,
    }
    found = [f"{name} (in {place}): {table[name]}" for place, table in where.items() if name in table]
    told = {
        f"{name} (a parameter of {do} at {', '.join(places)}): {one.says or 'see there'}; it is {takes(one)}": None
        for do in kinds()
        for places in alike(do)
        for key, one in FAULTS[places[0]][do].params.items()
        if key == name
    }
    if name in lexicon.VALUES:
        key, says = lexicon.VALUES[name]
        found.append(f"{name} (a value of `{key}`): {says}")
    example = lexicon.EXAMPLES.get(name, "")
    shown = ["  for example:", "", *(f"    {line}" for line in example.splitlines())] if example else []
    return [*found, *told, *shown]


def _fault(word: Word, client: Client, scenarios: Iterable[tuple[str, str, str]]) -> list[str]:
    groups = alike(word.name)
    lines: list[str] = []
    for places in groups:
        says = FAULTS[places[0]][word.name].says
        told = [f"  at {', '.join(places)}: {says}"] if len(groups) > 1 else [f"  at: {', '.join(places)}"]
        lines += [*told, *_written(word.name, places)]
    shown = [f"{message} ({file})" for do, message, file in scenarios if do == word.name and message not in ("", "any")]
    if shown:
        lines.append(f"  a person is then shown: {', '.join(dict.fromkeys(shown))}")
    return [*lines, *_example(word.name, client, places_of(word.name))]


def _written(do: str, places: list[str]) -> list[str]:
    """How a fault is written at places where it is written in one way."""
    at = places[0]
    kind = FAULTS[at][do]
    lines = []
    for name, param in kind.params.items():
        default = f"; left out: {left_out(param)}" if not param.required else "; it must be given"
        lines.append(f"  {name}: {takes(param)}{default}" + (f" ({param.says})" if param.says else ""))
    lines.append(f"  lasts: {lifetimes(at, kind)}")
    if kind.scopes:
        lines.append(f"  only: {', '.join(kind.scopes)}")
    if kind.only:
        lines.append(f"  it always holds on to: {', '.join(kind.only)}")
    if kind.classes:
        lines.append(f"  on: {', '.join(lexicon.TRAFFIC)}")
    return [*lines, f"  moments: {', '.join(one.value for one in kind.moments)}"]


def _example(do: str, client: Client, places: list[str]) -> list[str]:
    """A scenario that runs, whose lists say what would end it."""
    for at in places:
        try:
            text = drafted(Draft(at, do), client)
        except AuthorError:
            continue
        return [
            "  an example, with what ends it and what doesn't as the model foretells it:",
            "",
            *(f"    {x}" for x in text.splitlines()),
        ]
    return []


def _place(word: Word, _client: Client, _scenarios: object) -> list[str]:
    return ["  what can break there:", *(f"    {do}: {kind.says}" for do, kind in FAULTS[word.name].items())]


def _remedy(word: Word, _client: Client, _scenarios: object) -> list[str]:
    remedy = REMEDIES[word.name]
    seconds, why = COSTS[word.name]
    written = "{wait: 5m}" if remedy.takes_argument else word.name
    lines = [
        f"  written: recovers: [{written}]",
        f"  advised as: {', '.join(remedy.ids) or 'nothing in the documents'}",
    ]
    lines.append(f"  moments: {', '.join(one.value for one in Moment if one in remedy.moments)}")
    asking = ", ".join(one.value for one in Moment if one in remedy.asking)
    lines.append(f"  judged against: {f'nothing at {asking}, else ask_again' if asking else 'ask_again'}")
    lines.append(f"  costs a person: {seconds:g} s ({why})")
    if remedy.takes:
        lines.append(f"  takes: {duration_text(remedy.takes)}")
    if remedy.needs:
        lines.append(f"  the person must have: {', '.join(f'{key}: {value}' for key, value in remedy.needs.items())}")
    return lines


def _moment(word: Word, _client: Client, _scenarios: object) -> list[str]:
    fit = [name for name, kind in kinds().items() if Moment(word.name) in kind.moments and not kind.harmless]
    return [f"  faults that can begin then: {', '.join(fit)}"]


def _message(word: Word, client: Client, _scenarios: object) -> list[str]:
    texts = client.messages.get(word.name, {})
    return [
        f"  written: expect: {{message: {word.name}}}",
        *(f"  {language}: {text}" for language, text in texts.items()),
    ]


TELLERS = {"faults": _fault, "places": _place, "remedies": _remedy, "moments": _moment, "messages": _message}


def shown_in(folder: Path, client: Client) -> list[tuple[str, str, str]]:
    """(fault, message, file) of the scenarios of a folder that is there."""
    from harness.report.coverage import scenarios_in

    if not folder.is_dir():
        return []
    return [(fault.do, one.expect.message, one.id) for one in scenarios_in([folder], client) for fault in one.faults]
