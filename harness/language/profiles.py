"""Client profiles: YAML to values, with every error at its place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from harness.clients import (
    ADDRESS,
    ASKED,
    BY_WHAT_WAS_ASKED,
    CAPABILITIES,
    FOLDER,
    LOCATORS,
    NEEDED,
    NEVER,
    PAGE,
    RUNS,
    SERVER,
    SERVICE,
    Client,
    KnownFinding,
    Server,
    names,
)
from harness.language.durations import duration
from harness.language.fields import boolean, choice, lacks, mapping, number, one_or_more, pairs, quoted, scalar
from harness.language.source import Node, Problem, ScenarioError, Source
from harness.values.errors import AuthorError
from harness.values.questions import every_text

LANGUAGES = ("en", "ja")
SERVE_FILES = "{python} -m http.server {port} --bind 127.0.0.1 --directory {data}"
"""How a static page is served, by the standard library."""
PINNED = re.compile(r"[\w.@/\[\],-]+(==|@)\d[\w.]*")
PLACEHOLDERS = ("env", "data", "port", "api", "key", "python")
AT = re.compile(r"(127\.0\.0\.1|localhost):(\d+)")


def client(name: str) -> Client:
    """The profile of that name, or in that file.

    Raises `ScenarioError` with every problem of the file, `AuthorError` when there is none.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    return _read(path.resolve(), name)


@cache
def _read(path: Path, name: str) -> Client:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(names())
        why = "" if isinstance(error, FileNotFoundError) else f" that can be read: {_trouble(error)}"
        cure = f"choose one of {known}, or name a .yaml file"
        raise AuthorError(f"there is no client profile {name!r}{why}", cure=cure) from None
    found = parse(name if path.parent != FOLDER else path.name, text, path.stem)
    return replace(found, found_at=path.stem if path.parent == FOLDER else str(path))


def _trouble(error: OSError | UnicodeDecodeError) -> str:
    return str(error.strerror) if isinstance(error, OSError) else "it is not UTF-8"


def parse(path: str, text: str, stem: str) -> Client:
    """The profile in a text that was read from the file `path`."""
    source = Source(path, text)
    root = source.compose()
    found = _client(source, root, stem) if root is not None else None
    if source.problems or found is None:
        raise ScenarioError(source.problems or [Problem(path, 1, 1, 1, "a profile is a mapping of keys to values")])
    return found


# -- values of their own kind -------------------------------------------------------------------------------


def _locator(source: Source, node: Node) -> str | None:
    """A CSS selector, or `{role, name}`, `{text}`, `{test_id}`: what Playwright's engines of that name find."""
    if isinstance(node, yaml.ScalarNode):
        return scalar(source, node)
    table = {"css": scalar, "role": scalar, "name": scalar, "text": _text, "test_id": scalar}
    values = mapping(source, node, "a locator", table)
    kinds = [kind for kind in ("css", "role", "text", "test_id") if kind in values]
    if len(kinds) != 1:
        source.problem(node, "a locator is found in one way", "write CSS, or {role: button, name: Send}, {text: Send}")
        return None
    found = str(values[kinds[0]])
    if kinds[0] == "css":
        return found
    if kinds[0] == "test_id":
        return f'[data-testid="{_quoted(found)}"]'
    if kinds[0] == "text":
        return f"text={found}" if _is_pattern(found) else f'text="{_quoted(found)}"'
    named = f'[name="{_quoted(str(values["name"]))}"]' if "name" in values else ""
    return f"role={found}{named}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


PATTERNS = "put a backslash before a sign that stands for itself: \\( \\[ \\. \\*"


def _unread(error: re.error) -> str:
    """Where a pattern can't be read."""
    return f"its character {error.pos + 1} can't be read" if error.pos is not None else "it can't be read"


BY_ITSELF = {"tries": number(int, 1, 100), "within": duration}


def _by_itself(source: Source, node: Node) -> dict[str, Any] | None:
    """Whether it tries again by itself, and if so how often and within what time; empty when it doesn't."""
    if not isinstance(node, yaml.MappingNode):
        plain = boolean(source, node)
        return None if plain is None else {"tries": 1} if plain else {}
    if lacks(("tries",), {key for key, _, _ in pairs(source, node, "how a client recovers by itself")}, BY_ITSELF):
        source.problem(node, "nothing says how often it tries again", "add tries: 3")
    return mapping(source, node, "how a client recovers by itself", BY_ITSELF)


def _pattern(source: Source, node: Node) -> str | None:
    text = scalar(source, node)
    if text is None:
        return None
    try:
        re.compile(text)
    except re.error as error:
        source.problem(node, f"{quoted(text)} is not a pattern: {_unread(error)}", PATTERNS)
        return None
    return text


def _is_pattern(text: str) -> bool:
    return len(text) > 2 and text[0] == text[-1] == "/"


def _text(source: Source, node: Node) -> str | None:
    text = scalar(source, node)
    if text and _is_pattern(text):
        try:
            re.compile(text[1:-1])
        except re.error as error:
            source.problem(
                node,
                f"{quoted(text)} is not a pattern: {_unread(error)}",
                f"between slashes it is one; {PATTERNS}",
            )
            return None
    return text


def _messages(source: Source, node: Node) -> dict[str, dict[str, tuple[str, ...]]]:
    table = dict.fromkeys(LANGUAGES, one_or_more(_text))
    return {
        name: mapping(source, value, "the texts of a message", table)
        for name, _, value in pairs(source, node, "the messages")
    }


def _texts_by_name(source: Source, node: Node) -> dict[str, str]:
    """Any names with a text each; its placeholders must be ones that there are."""
    found = {name: scalar(source, value) for name, _, value in pairs(source, node, "a table of texts")}
    return {name: text for name, text in found.items() if text is not None}


def _reasons(source: Source, node: Node) -> dict[str, str]:
    return mapping(source, node, "what the client hasn't", dict.fromkeys(CAPABILITIES, scalar))


def _limit(source: Source, node: Node) -> float | None:
    if isinstance(node, yaml.ScalarNode) and node.value == "never":
        return NEVER
    return duration(source, node)


def _requirement(source: Source, node: Node) -> str | None:
    text = scalar(source, node)
    if text is not None and not PINNED.fullmatch(text):
        source.problem(
            node, f"{quoted(text)} is not pinned to a version", "write it as name==1.2.3, for npm as name@1.2.3"
        )
        return None
    return text


def _command(source: Source, node: Node) -> str | None:
    text = scalar(source, node)
    for name in re.findall(r"\{(\w+)\}", text or ""):
        if name not in PLACEHOLDERS:
            source.problem(node, f"there is no placeholder {{{name}}}", f"there is {{{'}, {'.join(PLACEHOLDERS)}}}")
    return text


def _at(source: Source, node: Node) -> str | None:
    text = scalar(source, node)
    if text is not None and not AT.fullmatch(text):
        source.problem(node, f"{quoted(text)} is not a place on this machine", "write it as 127.0.0.1:3000")
        return None
    return text


def _known(source: Source, node: Node) -> tuple[KnownFinding, ...]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    table = {
        "checks": one_or_more(scalar),
        "because": scalar,
        "version": scalar,
        "shows": _pattern,
        "scenarios": one_or_more(scalar),
        "remedies": one_or_more(scalar),
        "beside": one_or_more(scalar),
    }
    found = []
    for item in items:
        values = mapping(source, item, "a known finding", table)
        absent = [key for key in ("checks", "because", "version") if key not in values]
        if absent and isinstance(item, yaml.MappingNode):
            source.problem(item, f"a known finding lacks {' and '.join(absent)}", "say what fails, why, and since when")
        elif not absent:
            found.append(KnownFinding(**values))
    return tuple(found)


# -- the whole ------------------------------------------------------------------------------------------------


def _table(what: str, table: Mapping[str, Any]) -> Any:
    return lambda source, node: mapping(source, node, what, table)


INSTALL = {"pip": one_or_more(_requirement), "npm": one_or_more(_requirement)}
WAITS = {"reply": _limit, "piece": _limit}
TOP: dict[str, Any] = {
    "says": scalar,
    "version": scalar,
    "runs": choice(RUNS, "a way for a client to run"),
    "asks": choice(("page", "api"), "a way to ask the service"),
    "other_origin": boolean,
    "install": _table("what is installed", INSTALL),
    "files": _texts_by_name,
    "copies": _texts_by_name,
    "start": _command,
    "env": _texts_by_name,
    "ready": scalar,
    "starts_within": duration,
    "at": _at,
    "api_port": number(int, 1024, 65535),
    "key": scalar,
    "address": scalar,
    "dismiss": one_or_more(_locator),
    "sends": choice(("click", "Enter"), "a way to send"),
    "has": one_or_more(choice(CAPABILITIES, "what a client can have")),
    "has_not": _reasons,
    "languages": one_or_more(choice(LANGUAGES, "a language")),
    "locators": _table("the locators", dict.fromkeys(LOCATORS, _locator)),
    "messages": _messages,
    "seen": _messages,
    "advice": _messages,
    "own_prompts": one_or_more(_pattern),
    "gives_up_after": _table("how long the client waits", WAITS),
    "recovers_by_itself": _by_itself,
    "retries": number(int, 0, 20),
    "pace": duration,
    "lists": choice(("scenario", "model"), "whose word counts"),
    "known": _known,
}


def _client(source: Source, root: Node, stem: str) -> Client | None:
    values = mapping(source, root, "a client profile", TOP)
    keys = {key: (key_node, value) for key, key_node, value in pairs(source, root, "a client profile")}
    if not isinstance(root, yaml.MappingNode):
        return None
    _check(source, root, keys, values)
    if source.problems:
        return None
    limits, runs = values.get("gives_up_after", {}), values.get("runs", SERVER)
    own = values.get("recovers_by_itself", {})
    return Client(
        name=stem,
        says=values.get("says", ""),
        version=values.get("version", ""),
        runs=runs,
        by_api=values.get("asks", "page" if runs == SERVICE else "api") == "api",
        other_origin=values.get("other_origin", False),
        server=_server(values),
        address=values.get("address", "/"),
        dismiss=values.get("dismiss", ()),
        sends=values.get("sends", "click"),
        has=frozenset(values.get("has", ())),
        has_not=values.get("has_not", {}),
        languages=values.get("languages", ("en",)),
        locators=_by_words(values["locators"]),
        messages=values.get("messages", {}),
        seen=values.get("seen", {}),
        advice=values.get("advice", {}),
        own_prompts=values.get("own_prompts", ()),
        reply=float(limits.get("reply", NEVER)),
        piece=float(limits.get("piece", NEVER)),
        recovers_by_itself=bool(own),
        own_tries=own.get("tries", 1),
        own_time=own.get("within", math.inf),
        retries=values.get("retries", 0),
        pace=values.get("pace", 0.0),
        by_model=values.get("lists", "model") == "model" or bool(own),
        known=values.get("known", ()),
    )


def _by_words(locators: Mapping[str, str]) -> dict[str, str]:
    """The locators; where only their words tell a person's turns from the others, these are what anybody asks here."""
    asked = f"{BY_WHAT_WAS_ASKED}{json.dumps(every_text(), ensure_ascii=False)}"
    return {name: asked if (name, found) == ("user_message", ASKED) else found for name, found in locators.items()}


def _server(values: Mapping[str, Any]) -> Server:
    install = values.get("install", {})
    return Server(
        pip=install.get("pip", ()),
        npm=install.get("npm", ()),
        files=values.get("files", {}),
        copies=values.get("copies", {}),
        start=values.get("start", SERVE_FILES if values.get("runs") == PAGE else ""),
        env=values.get("env", {}),
        ready=values.get("ready", "/"),
        patience=values.get("starts_within", 60.0),
        at=values.get("at", ""),
        api_port=values.get("api_port", 0),
        key=values.get("key", ""),
    )


def _check(source: Source, root: Node, keys: Mapping[str, tuple[Node, Node]], values: Mapping[str, Any]) -> None:
    """What must fit together, beyond each value by itself."""
    runs, locators = values.get("runs", SERVER), values.get("locators", {})
    missing = [name for name in NEEDED if name not in locators]
    where = keys["locators"][0] if "locators" in keys else root
    if missing:
        source.problem(where, f"the locators lack {', '.join(missing)}", "without them nobody can ask or see an answer")
    if values.get("sends", "click") == "click" and "send" not in locators and "locators" in values:
        source.problem(where, "the locators lack send", "say where to click, or sends: Enter")
    for name in ("user_message", "message_text"):
        if str(locators.get(name, "")).startswith(("role=", "text=")):
            source.problem(where, f"{name} is told apart by CSS only", "write a selector, or {test_id: …}")
    for name in ("stop", "retry", "regenerate", "new_chat"):
        if name in values.get("has", ()) and name not in locators:
            source.problem(keys["has"][1], f"the client has {name}, and no locator says where", "add it to locators")
    for name in values.get("has_not", {}):
        if name in values.get("has", ()):
            source.problem(keys["has_not"][1], f"{name} stands in has as well", "leave it out of one of them")
    if runs == SERVER and "start" not in values:
        source.problem(
            root, "nothing says how the client's server starts", "add start:, or runs: page for static files"
        )
    if runs == ADDRESS:
        absent = [key for key in ("at", "api_port", "key") if key not in values]
        if absent:
            cure = "say where it runs (at), and at which port of this machine and with which key it calls the API"
            source.problem(root, f"a client that runs already lacks {', '.join(absent)}", cure)
