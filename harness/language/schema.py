"""The JSON schema of scenarios and runbooks, for editors: drawn from the same tables as the loader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.clients import Client
from harness.faults import FAULTS
from harness.faults.base import COUNT, ENDLESS, INSTANT, TIME, Kind, Param
from harness.language import lexicon
from harness.language.later import ANOTHER, may_begin_later
from harness.language.runbooks import OWN
from harness.language.scenarios import CONTROLS, ENGINES, LOCALES
from harness.language.schema_parts import DRAFT, TIMES, Schema, constants, either, mapping, one_or_more, text
from harness.remedies import REMEDIES
from harness.values.documents import ORDERS, ROWS
from harness.values.situation import NETWORKS, VPN_EXITS, Moment, Outcome
from harness.values.text import shown

VARIABLE = r"\$\{[^}\s]*\}"
"""A value with an axis of a matrix in it: what it becomes, only the loader sees."""
NOT_SAID: dict[str, str] = {
    "what a matrix's values become": "`${axis}` may stand for any value, and `by:` chooses one",
    "ranges of times": "0ms or 9000h has a unit, and is out of range",
    "dates that there are not": "2027-02-31",
    "what goes together": "a moment that its faults can't begin at, parameters that don't fit each other, a "
    "remedy listed twice or not possible at the moment, `after` without mid_answer",
    "what the model foretells": "a remedy under an outcome that can't be",
    "what only the text has": "a key that stands twice, an alias of nothing, tags, merge keys, an axis used nowhere",
    "texts that look like something else": "a number or a truth value in quotes, which the loader takes as well",
    "names in other files": "a runbook's scenarios, a message's name when it is no word of the client's",
}
"""What the loader knows and a schema can't say; everything else they say alike, which a test holds."""


def _choice(names: Iterable[str], says: Mapping[str, str] | None = None) -> Schema:
    """One of these names, each with what it is, or a value with an axis in it."""
    return either(*constants(names, says), _variable())


def _variable() -> Schema:
    return {"type": "string", "pattern": VARIABLE}


def _time() -> Schema:
    says = "a time has its unit: 300ms, 45s, 15m, 3h"
    pattern = f"{TIMES}|{VARIABLE}"
    return {"type": "string", "pattern": pattern, "errorMessage": says, "patternErrorMessage": says}


def _number(kind: str, low: float | None, high: float | None) -> Schema:
    found: Schema = {"type": kind}
    found |= {"minimum": low} if low is not None else {}
    found |= {"maximum": high} if high is not None else {}
    return either(found, _variable())


def _chosen(schema: Schema) -> Schema:
    """The value, or `{by: AXIS, …}` that chooses one."""
    return either(schema, {"type": "object", "required": ["by"], "properties": {"by": {"type": "string"}}})


def _remedies(says: str) -> Schema:
    plain = [name for name, one in REMEDIES.items() if not one.takes_argument]
    timed = [name for name, one in REMEDIES.items() if one.takes_argument]
    what = {name: one.says for name, one in REMEDIES.items()}
    with_time = [
        {
            "type": "object",
            "properties": {name: {**_time(), "description": what[name]}},
            "required": [name],
            "additionalProperties": False,
        }
        for name in timed
    ]
    return {**one_or_more(either(*_choice(plain, what)["anyOf"], *with_time)), "description": says}


def _header_wait() -> tuple[Schema, ...]:
    """None, or seconds as the header `Retry-After` itself writes them."""
    bare: Schema = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
    return {"const": "none"}, bare, {"type": "string", "pattern": r"^0*[1-9][0-9]{0,8}$"}


def _param(param: Param) -> Schema:
    if param.type in ("ms", "seconds"):
        found = _time()
    elif param.type == "wait":
        found = _choice(param.choices) if param.choices else either(*_header_wait(), _time())
    elif param.type == "choice":
        found = _choice(param.choices)
    elif param.type == "bool":
        found = either({"type": "boolean"}, _variable())
    elif param.type == "text":
        found = text()
    else:
        found = _number("integer" if param.type == "int" else "number", param.low, param.high)
    return {**found, "description": param.says} if param.says else found


def _lasts(at: str, kind: Kind) -> Schema:
    unit = "(connection|request)" if at == "service" else "connection"
    forms: dict[str, Schema] = {
        TIME: {"type": "string", "pattern": TIMES},
        COUNT: {"type": "string", "pattern": rf"^[1-9]\d* {unit}s?$"},
        ENDLESS: {"const": "forever"},
    }
    return either(*(forms[one] for one in kind.lifetimes if one in forms), _variable())


def _kind(places: list[str], do: str, kind: Kind) -> Schema:
    """What a fault of this kind at these places may hold."""
    keys: dict[str, Schema] = {"at": {"enum": places}, "do": {"const": do, "description": kind.says}}
    if INSTANT not in kind.lifetimes or kind.harmless:
        keys["lasts"] = _lasts(places[0], kind)
    if may_begin_later(kind):
        keys["after"] = {"type": "string", "pattern": f"{TIMES}|^{ANOTHER.pattern}$|{VARIABLE}"}
    if kind.scopes:
        keys["only"] = one_or_more(_choice(kind.scopes, lexicon.SCOPES))
    if kind.classes:
        keys["on"] = one_or_more(_choice(lexicon.TRAFFIC, lexicon.TRAFFIC))
    keys |= {name: _param(param) for name, param in kind.params.items()}
    if kind.harmless:
        anything = {name for table in FAULTS.values() for one in table.values() for name in one.params}
        return mapping({**keys, **{key: {} for key in sorted({"only", "on", *anything})}}, {}, ["at", "do"])
    required = [name for name, param in kind.params.items() if param.required]
    if not {ENDLESS, INSTANT} & set(kind.lifetimes):
        required.append("lasts")
    return mapping(keys, lexicon.FAULT, ["at", "do", *required])


def _fault() -> Schema:
    """A place; then what it can do; then what that takes. Each step by itself, so that an editor can help at each."""
    steps: list[Schema] = []
    for at, table in FAULTS.items():
        kinds = {name: kind.says for name, kind in table.items()}
        at_place = {"properties": {"at": {"const": at}}, "required": ["at"]}
        steps.append({"if": at_place, "then": {"properties": {"do": _choice(kinds, kinds)}}})
    for name, (places, do, _) in _kinds().items():
        both = {"properties": {"at": {"enum": places}, "do": {"const": do}}, "required": ["at", "do"]}
        steps.append({"if": both, "then": {"$ref": f"#/definitions/{name}"}})
    return {
        "type": "object",
        "required": ["at", "do"],
        "properties": {
            "at": {**_choice(FAULTS, lexicon.PLACES), "description": lexicon.FAULT["at"]},
            "do": {**text(), "description": lexicon.FAULT["do"]},
            **{key: {"description": lexicon.FAULT[key]} for key in ("lasts", "only", "on")},
        },
        "allOf": steps,
    }


def _kinds() -> dict[str, tuple[list[str], str, Kind]]:
    """Every kind of fault with the places that have it, by a name of its own."""
    found: dict[str, tuple[list[str], str, Kind]] = {}
    for at, table in FAULTS.items():
        for do, kind in table.items():
            same = next((name for name, one in found.items() if one[1] == do and one[2] is kind), "")
            if same and (at == "service") == ("service" in found[same][0]):
                found[same][0].append(at)
            else:
                found[f"{do}_at_{at}" if do in found else do] = ([at], do, kind)
    return found


def _message(client: Client) -> Schema:
    texts = {name: shown(client.text(name, "en"), 40) for name in client.messages}
    known = (*texts, "none", "any", "browser_error", "still_loading")
    other = {"type": "string", "not": {"pattern": r"^[a-z]+(_[a-z]+)*$"}, "minLength": 1}
    return either(*_choice(known, texts)["anyOf"], other)


def _gateway() -> dict[str, Schema]:
    return {
        "error_pages": _choice(("plain", "branded")),
        "timeout": _time(),
        "idle_timeout": _time(),
        "instances": _number("integer", 1, 2),
        "retries": _number("integer", 1, 5),
    }


def scenario_schema(client: Client) -> Schema:
    """Of a scenario for this client."""
    expect = {
        "message": _message(client),
        "within": _time(),
        "draft": _choice(("kept",)),
        "partial": _choice(("kept",)),
        "offers": one_or_more(_choice(CONTROLS)),
        "countdown": either({"type": "boolean"}, _variable()),
    }
    person = {
        "network": _choice(NETWORKS),
        "vpn": _choice(VPN_EXITS),
        "prompt": _choice(("long",)),
        "proxy": _choice(("company",)),
        "release": _choice(("old",)),
        "plan": _choice(("free", "paid")),
        "installed": _number("integer", 1, 7),
        "security": _choice(("on",)),
    }
    known = {
        "issue": text(),
        "until": either({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}, _variable()),
        "fails": text(),
        "remedies": one_or_more(_choice(("nothing", "ask_again", *REMEDIES))),
    }
    keys = {
        "title": text(),
        "documents": one_or_more(_row("F")),
        "cause": one_or_more(_row("C")),
        "claims": one_or_more(_row("K")),
        "moment": _choice([one.value for one in Moment], lexicon.MOMENTS),
        "after": _number("integer", 0, 12),
        "person": mapping(person, lexicon.PERSON),
        "locale": _choice(LOCALES),
        "browser": _choice(ENGINES),
        "gateway": mapping(_gateway(), lexicon.GATEWAY),
        "faults": {"type": "array", "minItems": 1, "items": _chosen({"$ref": "#/definitions/fault"})},
        "expect": mapping(expect, lexicon.EXPECT),
        **{outcome.value: _remedies(lexicon.TOP[outcome.value]) for outcome in Outcome},
        "known": mapping(known, lexicon.KNOWN, ["issue", "until", "fails"]),
        "matrix": {"type": "object", "additionalProperties": one_or_more(text())},
    }
    told = {key: {"description": lexicon.TOP[key], **one} for key, one in keys.items()}
    chosen = {key: one if key in ("title", "matrix") else _chosen(one) for key, one in told.items()}
    top = mapping(chosen, lexicon.TOP, ["title", "moment", "faults"])
    kinds = {name: _kind(places, do, kind) for name, (places, do, kind) in _kinds().items()}
    return {
        "$schema": DRAFT,
        "title": "A chatfault scenario",
        **top,
        "patternProperties": {"^x-": {}},
        "definitions": {"fault": _fault(), **kinds},
    }


def _row(letter: str) -> Schema:
    numbers = "|".join(map(str, range(1, ROWS[letter] + 1)))
    return either({"type": "string", "pattern": rf"^{letter}({numbers})$"}, _variable())


def runbook_schema() -> Schema:
    """Of a runbook."""
    steps = _remedies(lexicon.RUNBOOK["steps"])
    keys = {"title": text(), "runbook": _choice((*ORDERS, OWN)), "steps": steps, "against": one_or_more(text())}
    return {"$schema": DRAFT, "title": "A chatfault runbook", **mapping(keys, lexicon.RUNBOOK, list(keys))}
