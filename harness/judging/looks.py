"""What somebody saw at every look of an arm, and what was done between two of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from harness.judging.case import Case, Screen
from harness.values.history import Event

OTHERWISE = ("dark", "narrow")
"""Phases of the looks at the page as others have it."""
ANSWERED = "answered"
"""The phase of the look at a page that has just got the answer to what was asked last, and may move still."""
TURNED = ("other", "back", "last", "returned")
"""Phases of the looks of who turns to another conversation after all, and comes back."""
AFTER_ALL = ("elsewhere", "opened", *TURNED, "new_chat", "begun", "behind", ANSWERED, *OTHERWISE)
"""Phases of the looks at another conversation, at a page that comes just now, as others have it, or after all."""
UNDER_WAY = "moment"
"""The phase of the look at an answer that is still coming, also where no mark of the client says so."""
FAILURES = (
    "request_failed",
    "navigation_failed",
    "websocket_error",
    "websocket_refused",
    "websocket_told_error",
    "page_error",
)
"""How the browser tells that something it asked for hasn't come."""
NO_PRESS = "it takes no press"
"""Said of a control whose style lets every press through to what is behind it."""
ENDS = re.compile(r"^[^\w]+|[^\w%)」』”’]+$")


@dataclass(frozen=True)
class Look:
    """One look at the client's own page: when (`at`, `world` in seconds), in which phase, and what was shown."""

    at: float
    world: float
    phase: str
    screen: Screen


def looks(case: Case, *phases: str) -> list[Look]:
    """Every look at the client's page by somebody who is logged in, in order; of these phases if any are named."""
    return [one for one in _all(case) if one.screen["client"] and not one.screen["login"] and _among(one, phases)]


def was_there(case: Case) -> bool:
    """Whether anybody saw the client's own page once something was broken; else nothing of it can be said then."""
    broken = case.history.step("break")
    return any(broken is None or look.at >= broken.at for look in looks(case))


def _among(look: Look, phases: tuple[str, ...]) -> bool:
    return look.phase in phases if phases else look.phase not in AFTER_ALL


def _all(case: Case) -> Iterator[Look]:
    for event in case.history.where("screen", "snapshot"):
        yield Look(event.at, event.world, str(event.data["phase"]), event.data)


def conversation_of(screen: Screen) -> str:
    """The id of the conversation in a page's address."""
    return str(screen.get("url", "")).partition("?")[0].rsplit("/", 1)[-1]


def acts(case: Case) -> list[Event]:
    """Everything that a person did to the page: asked, pressed, opened, or the remedy as a whole."""
    does = case.arm.kind != "control" and case.arm.remedy != "wait"
    steps = [e for e in case.history.where("run", "step") if e.data["name"] == "remedy" and does]
    did = case.history.where("run", "asked", "pressed", "adds")
    return sorted([*did, *case.history.where("browser", "navigation"), *steps], key=lambda event: event.at)


def at_rest(case: Case) -> Iterator[tuple[Look, Look]]:
    """Pairs of looks between which nobody did anything: only time went by. A runbook goes on by its next step."""
    tried = case.history.where("run", "tried")
    shots = [one for one in _all(case) if one.phase not in AFTER_ALL]
    for before, after in itertools.pairwise(shots):
        if not any(before.at <= act.at <= after.at for act in (*acts(case), *tried)):
            yield before, after


def left_alone(case: Case, before: Look, after: Look) -> bool:
    """Whether between two looks nobody did anything to the page, and both were at the same document."""
    within = {"after": before.at, "before": after.at}
    did = [*case.history.where("run", "asked", "pressed", "wrote", "adds", **within)]
    did += case.history.where("browser", "clicked", "navigation", **within)
    born = before.screen.get("born")
    anew = born != after.screen.get("born") if born else case.history.where("browser", "document", **within)
    return not did and not anew


def soundly_opened(case: Case, look: Look, since: float = 0.0) -> bool:
    """Whether the page has come anew since then, and until the look nobody did anything and nothing failed on it."""
    here = urlsplit(str(look.screen.get("url", ""))).hostname
    came = case.history.where("browser", "document", after=since, before=look.at)
    loaded = next((event for event in reversed(came) if event.data.get("host") == here), None)
    if loaded is None or case.history.where("run", "asked", "pressed", after=loaded.at, before=look.at):
        return False
    born, earlier = look.screen.get("born"), [one for one in _all(case) if one.at < loaded.at]
    if born and any(one.screen.get("born") == born for one in earlier):
        return False  # it was asked for, and is not there yet
    within = {"after": loaded.at, "before": look.at}
    replies = case.history.where("browser", "response", **within)
    opened = case.history.first("browser", "websocket_open", **within)
    cut = opened and case.history.where("browser", "websocket_closed", after=opened.at, before=look.at)
    refused = case.history.where("browser", *FAILURES, **within)
    return not (cut or refused or any(int(reply.data["status"]) >= 400 for reply in replies))


def blocked_on(screen: Screen) -> dict[str, str]:
    """What keeps a person from each control. Send need not take a press while there is nothing to send."""
    idle = {"send"} if not screen["draft"] else set()
    blocked = screen.get("blocked", {}).items()
    return {name: str(why) for name, why in blocked if not (name in idle and why == NO_PRESS)}


def plain(text: str) -> str:
    """A text without what may stand around it: an icon, quotes, a full stop."""
    return ENDS.sub("", text)


def came_since(case: Case, screen: Screen) -> list[str]:
    """What the client says outside its messages and errors that it didn't say in the steady state, with any numbers."""
    before = case.history.screen("steady")
    known = {shape(line) for line in before.get("others", ())} if before else set()
    return [line for line in screen.get("others", ()) if shape(line) not in known]


def only_heard(screen: Screen) -> list[str]:
    """What an error says only to who can't see it."""
    return list((screen["error"] or {}).get("heard", ()))


def marks_of_writing(case: Case) -> set[str]:
    """What the style draws in the last message only while its answer is being written, such as a caret."""
    moment, steady = case.history.screen("moment"), case.history.screen("steady")
    under_way = set(moment.get("drawn", ())) if moment and moment["messages"] else set()
    return under_way - set(steady.get("drawn", ())) if steady else set()


def remark(case: Case, message: Mapping[str, Any]) -> str:
    """What the client says beside a message, unless it says so beside each: a time, a model's name."""
    said, before = str(message.get("note") or ""), case.history.screen("steady")
    alike = [one for one in before["messages"] if one["role"] == message["role"]] if before else []
    usual = {shape(str(one.get("note") or "")) for one in alike}
    return "" if shape(said) in usual else said


def shape(text: str) -> str:
    """A text with every number alike, so that one time of day is like another."""
    return re.sub(r"\d+", "0", text)
