"""The JSON schema of a client's profile, for editors: drawn from the same tables as the loader."""

from __future__ import annotations

from collections.abc import Mapping

from harness.clients import ADDRESS, CAPABILITIES, LOCATORS, MESSAGES, NEEDED, RUNS, SERVER
from harness.language.profiles import AT, LANGUAGES, PINNED, PLACEHOLDERS, TOP
from harness.language.schema_parts import DRAFT, TIMES, Schema, constants, either, mapping, one_or_more, text
from harness.language.words_of_profiles import KEYS, KNOWN, PLACES

NOT_SAID: Mapping[str, str] = {
    "patterns": "whether a text between slashes is a pattern that can be read",
    "ranges of times": "0ms or 9000h has a unit, and is out of range",
    "texts that look like something else": "a number or a truth value in quotes, which the loader takes as well",
    "what only the text has": "a key that stands twice, an alias of nothing, tags, merge keys",
}
"""What the loader knows of a profile and a schema can't say; everything else they say alike, which a test holds."""
CONTROLS = ("stop", "retry", "regenerate", "new_chat")
"""What a client can have only where a locator says where."""


BY_CSS = ("user_message", "message_text")
"""What is told apart by CSS only."""


def profile_schema() -> Schema:
    """Of a client's profile."""
    keys = _keys()
    top = mapping({key: keys[key] for key in TOP}, KEYS, ["locators"])
    parts = {"locator": _locator(), "locator_by_css": _locator(by_css=True), "texts": _texts()}
    told = {"$schema": DRAFT, "title": "A chatfault client's profile", **top}
    return {**told, "allOf": [*_together()], "definitions": parts}


def _keys() -> dict[str, Schema]:
    texts = {"type": "object", "additionalProperties": text()}
    time = {"type": "string", "pattern": TIMES, "errorMessage": "a time has its unit: 300ms, 45s, 15m"}
    wait = either({"const": "never"}, time)
    tries: dict[str, Schema] = {"tries": {"type": "integer", "minimum": 1, "maximum": 100}, "within": time}
    pinned = {
        "type": "string",
        "pattern": f"^({PINNED.pattern})$",
        "errorMessage": "name==1.2.3, or name@1.2.3",
    }
    finding = mapping(
        {
            "checks": one_or_more(text()),
            "because": text(),
            "version": text(),
            "shows": text(),
            "scenarios": one_or_more(text()),
            "remedies": one_or_more(text()),
            "beside": one_or_more(text()),
        },
        KNOWN,
        ["checks", "because", "version"],
    )
    return {
        "says": text(),
        "version": text(),
        "runs": either(*constants(RUNS, RUNS)),
        "asks": {"enum": ["page", "api"]},
        "other_origin": {"type": "boolean"},
        "install": mapping({"pip": one_or_more(pinned), "npm": one_or_more(pinned)}, {}),
        "files": texts,
        "copies": texts,
        "start": _command(),
        "env": texts,
        "ready": text(),
        "starts_within": time,
        "at": {"type": "string", "pattern": f"^{AT.pattern}$"},
        "api_port": {"type": "integer", "minimum": 1024, "maximum": 65535},
        "key": text(),
        "address": text(),
        "dismiss": one_or_more({"$ref": "#/definitions/locator"}),
        "sends": {"enum": ["click", "Enter"]},
        "has": one_or_more(either(*constants(CAPABILITIES, CAPABILITIES))),
        "has_not": mapping({name: text() for name in CAPABILITIES}, CAPABILITIES),
        "languages": one_or_more({"enum": [*LANGUAGES]}),
        "locators": mapping({name: _place(name) for name in LOCATORS}, PLACES, NEEDED),
        "messages": _messages(),
        "seen": _messages(),
        "advice": _messages(),
        "own_prompts": one_or_more(text()),
        "gives_up_after": mapping({"reply": wait, "piece": wait}, {}),
        "recovers_by_itself": either({"type": "boolean"}, mapping(tries, {}, ["tries"])),
        "retries": {"type": "integer", "minimum": 0, "maximum": 20},
        "pace": time,
        "lists": {"enum": ["scenario", "model"]},
        "known": either(finding, {"type": "array", "items": finding}),
    }


def _command() -> Schema:
    """A command line: any words, and no placeholders but these."""
    return {
        **text(),
        "not": {
            "anyOf": [{"const": ""}, {"type": "string", "pattern": rf"\{{(?!({'|'.join(PLACEHOLDERS)})\}})\w+\}}"}]
        },
    }


def _place(name: str) -> Schema:
    return {"$ref": f"#/definitions/locator{'_by_css' if name in BY_CSS else ''}"}


def _locator(by_css: bool = False) -> Schema:
    """A selector, or one of the ways in which people tell things apart."""
    css = text()
    if by_css:
        css = {**css, "not": {"anyOf": [{"const": ""}, {"type": "string", "pattern": "^(role|text)="}]}}
    kinds = {"css": css, "test_id": text(), **({} if by_css else {"role": text(), "text": text()})}
    ways = [mapping({kind: one, "name": text()}, {"css": "a CSS selector"}, [kind]) for kind, one in kinds.items()]
    return either(css, *ways)


def _texts() -> Schema:
    return mapping({language: one_or_more(text()) for language in LANGUAGES}, {})


def _messages() -> Schema:
    by_language = {"$ref": "#/definitions/texts"}
    return {"type": "object", "properties": dict.fromkeys(MESSAGES, by_language), "additionalProperties": by_language}


def _together() -> list[Schema]:
    """What must fit together, beyond each value by itself."""
    enter = {"properties": {"sends": {"const": "Enter"}}, "required": ["sends"]}
    own_server = {"anyOf": [{"not": {"required": ["runs"]}}, {"properties": {"runs": {"const": SERVER}}}]}
    running = {"properties": {"runs": {"const": ADDRESS}}, "required": ["runs"]}
    return [
        {"if": {"not": enter}, "then": _located("send")},
        {"if": own_server, "then": {"required": ["start"]}},
        {"if": running, "then": {"required": ["at", "api_port", "key"]}},
        *({"if": _has(name), "then": _located(name)} for name in CONTROLS),
        *(
            {"if": _has(name), "then": {"properties": {"has_not": {"properties": {name: False}}}}}
            for name in CAPABILITIES
        ),
    ]


def _located(name: str) -> Schema:
    return {"properties": {"locators": {"required": [name]}}}


def _not_without(name: str) -> Schema:
    return {"properties": {"has_not": {"properties": {name: False}}}}


def _has(name: str) -> Schema:
    """Whether the client has that, alone or in a list."""
    told = either({"const": name}, {"type": "array", "contains": {"const": name}})
    return {"properties": {"has": told}, "required": ["has"]}
