"""The clients under test: what a profile says of a chat client, as frozen values.

A profile is `<name>.yaml` in this folder, or any file that `--client` names. Whoever runs, looks and judges asks what a
client has and how it is reached, never which one it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.values.scenario import NOTHING_LASTS

FOLDER = Path(__file__).parent
LOCATORS = (
    *("root", "composer", "message", "user_message"),  # every profile has these
    *("ready", "busy", "send", "message_text", "error", "error_details", "error_countdown", "stop", "retry"),
    *("regenerate", "new_chat", "login_form", "login_account", "login_password", "login_submit", "logout", "settings"),
    *("password_old", "password_new", "password_submit", "password_done", "support_open", "support_text"),
    *("support_submit", "support_ticket", "dialog_close", "download", "downloaded", "setting_files"),
    *("setting_files_on", "upgrade", "plan_done", "conversation"),
)
"""Every locator that a profile can have."""
NEEDED = LOCATORS[:4]
ASKED = "asked"
"""Instead of a locator of a person's own turns: only what was asked tells them from the others."""
BY_WHAT_WAS_ASKED = "asked="
"""How the locator begins that stands for it: these are the texts that anybody asks here, as JSON."""
CAPABILITIES: Mapping[str, str] = {
    "stop": "a control that stops an answer",
    "retry": "a control that tries again",
    "regenerate": "a control that regenerates an answer",
    "new_chat": "a control that starts a new chat",
    "history": "a conversation that outlives a reload",
    "conversations": "conversations that the service knows apart",
    "files": "files that go with an answer",
    "drafts": "a draft that is kept in the box when sending fails",
    "countdown": "a countdown of the time that it is told to wait",
    "login": "an account that one logs in to",
    "support": "a way to write to support",
    "plans": "plans that one pays for",
    "app": "an app of its own",
    "provider": "the same chat at another provider",
    "websocket": "answers over the service's own WebSocket",
    "releases": "a page of the service's own releases",
    "scripts": "a script in a file of its own",
    "revalidation": "scripts for which a browser asks anew each time",
    "second_press": "patience with whoever presses Enter twice",
}
"""What a client may have, and how it is told that it hasn't."""
MESSAGES = (
    *("connection_termination", "internal_server_error", "bad_gateway", "service_unavailable", "gateway_timeout"),
    *("rate_limited", "generic", "network_error", "websocket_error", "suspicious_activity", "unusual_activity"),
    *("preparation_failed", "generation_failed", "download_failed", "file_not_found", "stalled", "timeout"),
    *("client_outdated", "session_expired"),
)
"""The messages that scenarios speak of. A client without a text for one owes an error all the same."""
SERVICE, PAGE, SERVER, ADDRESS = "service", "page", "server", "address"
RUNS: Mapping[str, str] = {
    SERVICE: "the service serves it",
    PAGE: "a static page with a host of its own",
    SERVER: "a server of its own, which the harness starts",
    ADDRESS: "a server that runs already on this machine",
}
NEVER = 90.0
"""Seconds for which a person waits for a client that never gives up by itself."""
Texts = str | tuple[str, ...]
"""One text or several; one between slashes is a pattern."""


@dataclass(frozen=True)
class Server:
    """How a client comes onto this machine, and runs there. Placeholders stand in `files`, `copies`, `start`, `env`:
    `{env}` (what was installed), `{data}` (a folder of its own), `{port}`, `{api}` (the API's address), `{key}`.

    `pip` and `npm` are pinned requirements. `at`: where one runs already, as `host:port`, which then calls the API at
    `api_port` of this machine with `key`.
    """

    pip: tuple[str, ...] = ()
    npm: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
    start: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    ready: str = "/"
    patience: float = 60.0
    at: str = ""
    api_port: int = 0
    key: str = ""


@dataclass(frozen=True)
class KnownFinding:
    """What a client is known to do wrong: which checks (or `outcome`) fail, in which scenarios and arms (all, when
    empty), why, and since which version. `shows`: a pattern of what is then told; a failure in other words is another.
    `beside`: it follows from one of these, so that it is known only where one of them fails as well.
    """

    checks: tuple[str, ...]
    because: str
    version: str
    shows: str = ""
    scenarios: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Client:
    """One chat client under test. `reply` and `piece`: seconds after which it gives up a silent request or answer.

    `by_api`: its questions reach the service as `POST /v1/chat/completions`. `retries`: how often it tries a failed
    request again before it says so. `pace`: real seconds between two pieces of an answer, 0 for the usual.
    `recovers_by_itself`: what failed it tries again, or takes up again, before anybody acts; then a remedy may not be
    needed that a scenario lists as one, and `by_model` holds. `own_tries`: how often it does so, and `own_time` within
    how many seconds on the page's clock; after them it waits for a person.
    `by_model`: what a scenario's remedies come to follows from this client's traits, not from the scenario's lists.
    """

    name: str
    address: str
    locators: Mapping[str, str]
    messages: Mapping[str, Mapping[str, Texts]]
    reply: float
    piece: float
    recovers_by_itself: bool = False
    own_tries: int = 1
    own_time: float = math.inf
    says: str = ""
    version: str = ""
    runs: str = SERVICE
    by_api: bool = False
    other_origin: bool = False
    server: Server = Server()
    dismiss: tuple[str, ...] = ()
    sends: str = "click"
    has: frozenset[str] = frozenset(CAPABILITIES)
    has_not: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en", "ja")
    own_prompts: tuple[str, ...] = ()
    retries: int = 0
    pace: float = 0.0
    by_model: bool = False
    known: tuple[KnownFinding, ...] = ()
    advice: Mapping[str, Mapping[str, Texts]] = field(default_factory=dict)
    """What the client advises with a message, by language: a text, or several of which one stands there."""
    seen: Mapping[str, Mapping[str, Texts]] = field(default_factory=dict)
    """What the client was seen to say, and nobody has accepted yet: no text here is expected of it."""
    found_at: str = ""
    """What the command line calls it: its name, or its file."""

    @property
    def has_server(self) -> bool:
        """Whether a server of its own stands between the person and the gateway."""
        return self.runs in (SERVER, ADDRESS)

    @property
    def has_host(self) -> bool:
        """Whether its page comes from a host of its own, and not from the service."""
        return self.runs != SERVICE

    @property
    def left_alone(self) -> float:
        """Seconds on the harness's clock for which nobody does anything, so that it can recover by itself."""
        own = self.own_time if self.recovers_by_itself and math.isfinite(self.own_time) else 0.0
        return max(NOTHING_LASTS, own)

    @property
    def stands(self) -> str:
        """What of it stands at the chat's address instead of the service: its `server`, its `page`, or nothing."""
        return "server" if self.has_server else "page" if self.has_host else ""

    @property
    def marks_itself(self) -> bool:
        """Whether its page says by marks when it is ready and busy, so that nobody has to compare answers."""
        return "ready" in self.locators and "busy" in self.locators

    def lacks(self, capability: str) -> str:
        """Why the client hasn't that, or empty when it has, or nothing is asked for."""
        if not capability or capability in self.has:
            return ""
        return self.has_not.get(capability) or f"{self.name} has no {_bare(CAPABILITIES[capability])}"

    def is_own(self, prompt: str) -> bool:
        """Whether the client asked that by itself, and no person did."""
        return any(re.search(pattern, prompt) for pattern in self.own_prompts)

    def advice_of(self, message: str, locale: str) -> tuple[str, ...]:
        """Every advice that may stand with a message in a language."""
        found = self.advice.get(message, {}).get(locale, ())
        return (found,) if isinstance(found, str) else tuple(found)

    def text(self, message: str, locale: str) -> str:
        """The text of a message in a language; a message without one in that language says it in English."""
        return next(iter(self._texts(message, locale)), message)

    def _texts(self, message: str, locale: str) -> tuple[str, ...]:
        texts = self.messages.get(message, {})
        found = texts.get(locale) or texts.get("en") or ()
        return (found,) if isinstance(found, str) else tuple(found)

    def says_it(self, message: str, locale: str, lines: Iterable[str]) -> bool:
        """Whether one of the lines is a text of that message in that language."""
        wanted = self._texts(message, locale)
        return any(_fits(text, line) for line in lines for text in wanted)

    def other_texts(self, message: str, locale: str) -> tuple[str, ...]:
        """What the same message says in the other languages, where it says something else."""
        here = self.text(message, locale)
        others = [self.text(message, language) for language in self.messages.get(message, {}) if language != locale]
        return tuple(text for text in others if text != here)


def _bare(thing: str) -> str:
    """A thing without its article."""
    return thing.removeprefix("an ").removeprefix("a ")


def _fits(text: str, line: str) -> bool:
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        return re.search(text[1:-1], line) is not None
    return text == line


def names() -> tuple[str, ...]:
    """The profiles that are shipped."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
