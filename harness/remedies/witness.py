"""Witnesses of a remedy: which recorded event shows that it was really done. Pure questions to a history.

The hand that does a remedy is never its own witness: the browser says which documents it asked for and which controls
were pressed, Toxiproxy where its links lead, Envoy which routes it has, the service who logged in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.values.history import Event, History
from harness.values.situation import NETWORKS

CUT_BY_CLIENT = "DC"
SITES = "elsewhere.localhost"
OTHER = "other.localhost"
APP = "app.localhost"
NEARLY = 0.9
"""The part of a time that must have gone by on a clock: what is read of two clocks is not read at once."""


@dataclass(frozen=True)
class Act:
    """A remedy that somebody says they did: from `begun` to `done`, asked for again until `until` (wall-clock seconds).

    `seconds`: how long it was to take on the harness's clock, where it is given a time.
    """

    history: History
    begun: float
    done: float
    until: float
    seconds: float = 0.0

    def events(self, source: str, *kinds: str) -> list[Event]:
        """What one source saw while it was done."""
        return self.history.where(source, *kinds, after=self.begun, before=self.done)

    def later(self, source: str, *kinds: str) -> list[Event]:
        """What it saw since it was begun, until the next remedy or the end."""
        return self.history.where(source, *kinds, after=self.begun, before=self.until)

    def asked(self, when: str, source: str, kind: str) -> Event | None:
        """What somebody answered right before it was begun (`before`), or right after it was done (`after`)."""
        found = [event for event in self.events(source, kind) if event.data.get("when") == when]
        return found[0] if found and when == "before" else found[-1] if found else None


Seen = Callable[[Act], Event | None]


@dataclass(frozen=True)
class Witness:
    """Who can tell that a remedy was done. `says`: what they must have seen, as a clause.

    `asks`: who is asked right before and right after it, beside what is recorded anyway (`road`: Toxiproxy, where the
    person's link leads; `gateway`: Envoy, what its routes are; `browser`: what it has kept, and its clock).
    """

    says: str
    seen: Seen
    asks: frozenset[str] = frozenset()


def _documents(act: Act) -> list[Event]:
    return act.events("browser", "document")


def _last_before(act: Act) -> Event | None:
    """The document that the person had: the chat's, which is not that of another site."""
    mine = [e for e in act.history.where("browser", "document", before=act.begun) if e.data.get("host") != SITES]
    return mine[-1] if mine else None


def _same_tab(act: Act) -> Event | None:
    had = _last_before(act)
    return next((e for e in _documents(act) if had and e.data.get("tab") == had.data.get("tab")), None)


def _new_tab(act: Act) -> Event | None:
    had = act.history.where("browser", "document", before=act.begun)
    tabs, windows = {e.data.get("tab") for e in had}, {e.data.get("window") for e in had}
    fresh = [e for e in _documents(act) if e.data.get("tab") not in tabs]
    return next((e for e in fresh if e.data.get("window") in windows), None)


def _cookies_same(act: Act) -> bool | None:
    """Whether the browser has the cookies that it had; None where it had none, so that nothing can be told."""
    after = act.asked("after", "browser", "kept")
    return None if after is None else after.data.get("same_cookies")


def _with_cookies(act: Act, event: Event | None) -> Event | None:
    """The same document, with what is known of the cookies that it was asked for with."""
    same = _cookies_same(act)
    if event is None or same is None:
        return event
    told = "with the cookies of before" if same else "without the cookies of before"
    return replace(event, data={**event.data, "cookies": told})


def _other_cookies(act: Act) -> Event | None:
    return None if _cookies_same(act) is True else _with_cookies(act, next(iter(_documents(act)), None))


def _window(act: Act, keeps: bool) -> Event | None:
    """A document in another window that has what the old one had kept (`keeps`), or nothing of it."""
    had = _last_before(act)
    fresh = [e for e in _documents(act) if had and e.data.get("window") != had.data.get("window")]
    if _cookies_same(act) is (not keeps):
        return None
    return _with_cookies(act, next(iter(fresh), None))


def _private(act: Act) -> Event | None:
    return _window(act, keeps=False)


def _by(event: Event, whom: str) -> Event:
    """The same document, with who asked for it."""
    return replace(event, data={**event.data, "by": whom})


def _engine(agent: object) -> str:
    return "firefox" if "Firefox/" in str(agent) else "chromium"


def _other_engine(act: Act) -> Event | None:
    had, found = _last_before(act), _window(act, keeps=False)
    same = had and found and _engine(had.data.get("agent")) == _engine(found.data.get("agent"))
    return None if same or found is None else _by(found, _engine(found.data.get("agent")).capitalize())


def _phone(act: Act) -> Event | None:
    found = _window(act, keeps=False)
    return _by(found, "a mobile browser") if found and "Mobile" in str(found.data.get("agent")) else None


def _app(act: Act) -> Event | None:
    found = _phone(act)
    return found if found and found.data.get("host") == APP else None


def _restarted(act: Act) -> Event | None:
    closed = act.events("browser", "window_closed")
    return _window(act, keeps=True) if closed else None


def _updated(act: Act) -> Event | None:
    had, found = _last_before(act), _restarted(act)
    return found if found and had and had.data.get("agent") != found.data.get("agent") else None


def _direct(act: Act) -> Event | None:
    """From a browser that has left its proxy nothing new comes to the proxy; what was open there ends."""
    found, logged = _restarted(act), act.events("gateway", "access")
    new = [e for e in logged if e.data.get("road") == "proxy" and e.at - float(e.data["ms"]) / 1000 >= act.begun]
    return None if new else found


def _at(host: str) -> Seen:
    return lambda act: next((e for e in _documents(act) if e.data.get("host") == host), None)


def pressed(*controls: str) -> Seen:
    """The page had a real press on one of these controls; the first of them that was pressed tells of it.

    Where it took a control away under who pressed it, it was touched.
    """

    def seen(act: Act) -> Event | None:
        felt = [*act.events("browser", "clicked"), *act.events("browser", "touched")]
        return next((e for name in controls for e in felt if e.data.get("control") == name), None)

    return seen


def _shorter(act: Act) -> Event | None:
    """What stands on the screen, or came to the service, is shorter than what was asked before."""
    asked = act.history.first("run", "questions")
    long = len(str(asked.data["question"])) if asked else 0
    steady = str(asked.data["steady"]) if asked else ""
    for event in act.later("service", "message"):
        if str(event.data["text"]) != steady and len(str(event.data["text"])) < long:
            return event
    for event in act.later("screen", "snapshot"):
        mine = [str(one["text"]) for one in event.data.get("messages", ()) if one["role"] == "user"]
        if any(0 < len(text) < long for text in (str(event.data.get("draft", "")), *mine) if text != steady):
            return event
    return None


def _clocks(act: Act) -> Event | None:
    """Every clock that can be read has gone on by as much: the browser's, and the service's for as long as it ran."""
    before, after = act.asked("before", "browser", "kept"), act.asked("after", "browser", "kept")
    ticks = act.events("service", "clock")
    due = []
    if before and after and before.data.get("clock") and after.data.get("clock"):
        due.append(((float(after.data["clock"]) - float(before.data["clock"])) / 1000, act.seconds))
    if ticks:
        gone = float(ticks[-1].data["now"]) - float(ticks[0].data["before"])
        due.append((gone, act.seconds - (_world_before(act, ticks[0]) - _world_before(act, None)) * bool(due)))
    if after is None or not due or any(gone < NEARLY * asked for gone, asked in due):
        return None
    return replace(after, data={**after.data, "went": round(min(gone for gone, _ in due))})


def _world_before(act: Act, event: Event | None) -> float:
    """The harness's clock right before an event of the act, or (None) when the act was begun."""
    until = event.at if event else act.begun
    before = [one.world for one in act.history if one is not event and one.at <= until]
    return before[-1] if before else 0.0


def _road(act: Act) -> tuple[list[str], Event | None]:
    """Where the person's link led before, and what Toxiproxy says of it now."""
    before, after = act.asked("before", "link", "road"), act.asked("after", "link", "road")
    return (list(before.data["passes"]) if before else []), after


def _off(named: str) -> Seen:
    """The person's traffic passed something whose name begins so, and passes it no more."""

    def seen(act: Act) -> Event | None:
        had, after = _road(act)
        there = [place for place in had if place.startswith(named)]
        gone = after is not None and not set(there) & set(after.data["passes"])
        return after if there and gone else None

    return seen


def _another(*names: str) -> Seen:
    """The person's traffic passes another one of these than before."""

    def seen(act: Act) -> Event | None:
        had, after = _road(act)
        now = set(after.data["passes"]) & set(names) if after else set()
        return after if now and now != set(had) & set(names) else None

    return seen


def _new_lease(act: Act) -> Event | None:
    before, after = act.asked("before", "gateway", "routes"), act.asked("after", "gateway", "routes")
    changed = before and after and before.data["addresses"] != after.data["addresses"]
    return after if changed else None


def _trusted(act: Act) -> Event | None:
    after = act.asked("after", "gateway", "routes")
    return after if after and after.data.get("trusted") else None


def _hung_up(path: str) -> Seen:
    """Somebody else hung up on what they had open, as the gateway's log has it."""

    def seen(act: Act) -> Event | None:
        ended = [e for e in act.events("gateway", "access") if str(e.data.get("path", "")).startswith(path)]
        return next((e for e in ended if CUT_BY_CLIENT in str(e.data.get("flags"))), None)

    return seen


def _account(**wanted: object) -> Seen:
    """What the service has of the account in the end."""

    def seen(act: Act) -> Event | None:
        known = [e for e in act.history.where("service", "account") if e.data.get("phase") == "after"]
        return next((e for e in known if all(e.data.get(key) == value for key, value in wanted.items())), None)

    return seen


def _noted(kind: str) -> Seen:
    """The service noted that it did something."""
    return lambda act: next(iter(act.events("service", kind)), None)


def _by_api(act: Act) -> Event | None:
    """The package that the API's users have says what became of its call."""
    return next(iter(act.later("run", "api_answer", "api_error")), None)


def _switched(act: Act) -> Event | None:
    """The browser's own list of extensions has one that is off."""
    return next((e for e in act.events("browser", "extension") if e.data.get("state") == "DISABLED"), None)


def _panel_read(act: Act) -> Event | None:
    """What the browser had recorded and a diagnosis gives as its reason; the diagnosis itself, where it has none."""
    made = next((e for e in act.events("run", "diagnosis") if e.data.get("by") == "developer_tools"), None)
    if made is None or made.data.get("place") == "unclear":
        return made
    reason = str(made.data.get("because"))
    lines = act.history.where("browser", before=act.done)
    told = (str(e.data.get("error") or e.data.get("status") or e.data.get("code") or "") for e in lines)
    return next((e for e, words in zip(lines, told, strict=True) if words and words in reason), None)


_BROWSER, _ROAD, _GATEWAY = frozenset({"browser"}), frozenset({"road"}), frozenset({"gateway"})
SAME_TAB = Witness("the browser ask for a document in the same tab", _same_tab)
NEW_TAB = Witness("the browser ask for a document in a tab that it had not", _new_tab)
CLEARED = Witness("the browser ask for a document without the cookies that it had", _other_cookies, _BROWSER)
PRIVATE = Witness("another window ask for a document without the cookies of the first", _private, _BROWSER)
OTHER_ENGINE = Witness("a browser of another engine ask for a document", _other_engine, _BROWSER)
PHONE = Witness("a mobile browser ask for a document", _phone, _BROWSER)
IN_THE_APP = Witness("a mobile browser ask for a document at the app's entrance", _app, _BROWSER)
RESTARTED = Witness("a browser close, and another one ask for a document with its cookies", _restarted, _BROWSER)
UPDATED = Witness("a browser of another name ask for a document with the old one's cookies", _updated, _BROWSER)
DIRECT = Witness("a browser without a proxy ask for a document with the old one's cookies", _direct, _BROWSER)
OTHER_SITE = Witness("the browser ask for a document of another site", _at(SITES))
OTHER_PROVIDER = Witness("the browser ask for a document of another provider", _at(OTHER))
SHORTER = Witness("a shorter question on the screen or at the service", _shorter)
CLOCKS = Witness("that time go by on the browser's clock and the service's", _clocks, _BROWSER)
OTHER_NETWORK = Witness("Toxiproxy lead the person's link over another network", _another(*NETWORKS), _ROAD)
VPN_LEFT = Witness("Toxiproxy lead the person's link past the VPN's exit", _off("vpn_"), _ROAD)
SECURITY_LEFT = Witness("Toxiproxy lead the person's link past the security software", _off("security"), _ROAD)
OTHER_EXIT = Witness("Toxiproxy lead the person's link to another VPN exit", _another("vpn_a", "vpn_b"), _ROAD)
NEW_ADDRESS = Witness("Envoy give the network another address", _new_lease, _GATEWAY)
TRUSTED = Witness("Envoy, as the security software, let the chat through", _trusted, _GATEWAY)
PROGRAMS_ENDED = Witness("other programs hang up on what they fetched", _hung_up("/large"))
SESSIONS_ENDED = Witness("the chat close elsewhere", _hung_up("/api/stream"))
PASSWORD = Witness("the service have another password", _account(password_changed=True))
PAID = Witness("the service change the account's plan", _noted("plan_changed"))
TICKET = Witness("the service's people handle a ticket", _noted("ticket_handled"))
BY_API = Witness("the API's package be answered, or say why not", _by_api)
EXTENSION = Witness("an extension be off in the browser's own list", _switched)
PANEL = Witness("a diagnosis from what the browser recorded", _panel_read)


def press(*controls: str) -> Witness:
    return Witness(f"a real press on {' or '.join(controls)} in the page", pressed(*controls))
