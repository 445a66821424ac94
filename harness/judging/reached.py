"""Whether a person can use what they see: hear of it, reach it, press it, type, and stay who they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from harness.judging.case import Case, lines_on, quoted
from harness.judging.looks import UNDER_WAY, Look, blocked_on, left_alone, looks, was_there
from harness.values.history import Event
from harness.values.result import Finding
from harness.values.situation import Moment

NO_SESSION = (401, 403)
"""The statuses that say that a session has ended, or never was."""
SESSION_ENDED = 4401
"""The close code that says so on a WebSocket."""
NOTHING_THERE = (404, 410)
"""The statuses that say that there is nothing at an address."""
ASKING_BACK = 2.0
"""Seconds within which a page asks back whether a press was meant."""
REPEATED = 5
"""How often a client may tell screen readers the same anew: once for each time that it tries again by itself."""
DOES_SOMETHING = ("retry", "regenerate", "new_chat")
"""Controls of which something comes whenever they are pressed."""
ANOTHER = "another control"
"""Where the focus is when it is on what nobody was using and the error doesn't offer."""


def usable(case: Case) -> Finding | None:
    """What the client offers can be used: nothing lies over it, and it does what is asked of it in time."""
    way = case.history.first("run", "in_the_way")
    if way:
        what, why = way.data["what"], way.data["because"]
        return Finding("usable", False, f"expected {what} to be usable, but {why}", f"{what} usable", str(why))
    for box in case.history.where("browser", "boxed"):
        if box.data["box"] == "alert" or (box.data["box"] != "beforeunload" and not _pressed_for(case, box)):
            said = quoted(str(box.data["text"]))
            sentence = f"expected the page to stay of use, a box of the browser's own lay over it and said {said}"
            return Finding("usable", False, sentence, "no box", said)
    for look in looks(case):
        blocked = {name: why for name, why in blocked_on(look.screen).items() if _in_use(case, look, name)}
        for name, why in blocked.items():
            sentence = f"expected {name} to be usable ({look.phase}), but {why}"
            return Finding("usable", False, sentence, f"{name} usable", str(why))
        if look.screen.get("locked") and not look.screen["busy"] and look.phase != UNDER_WAY:
            return Finding("usable", False, f"expected the composer to take text ({look.phase}), but it is locked")
    return Finding("usable", True, "what is offered can be used") if was_there(case) else None


def _in_use(case: Case, look: Look, name: str) -> bool:
    """Whether a person may want it now. A client without a mark of being ready is ready once it isn't busy."""
    ready = look.screen["ready"] or "ready" not in case.client.locators
    return ready and not look.screen["busy"] and look.screen["controls"].get(name) != "disabled"


def _pressed_for(case: Case, box: Event) -> bool:
    """Whether somebody had just pressed something, of which such a box may ask whether they mean it."""
    before = {"after": box.at - ASKING_BACK, "before": box.at}
    return bool(case.history.where("browser", "clicked", **before) or case.history.where("run", "pressed", **before))


def heard(case: Case) -> Finding | None:
    """Who doesn't look at the screen is told of the error as well."""
    for look in looks(case):
        why = (look.screen["error"] or {}).get("unheard")
        if why:
            shown = quoted(look.screen["error"]["lines"][:1])
            sentence = f"expected the error {shown} to be announced to screen readers ({look.phase}), but {why}"
            return Finding("heard", False, sentence, "announced", str(why))
        if look.screen.get("repeated", 0) > REPEATED:
            sentence = (
                f"expected an error to be read out once, screen readers were told the same "
                f"{look.screen['repeated']} times while nobody did anything ({look.phase})"
            )
            return Finding("heard", False, sentence, "once", f"{look.screen['repeated']} times")
        if look.screen.get("muffled") and look.screen["ready"] and not look.screen["busy"]:
            sentence = (
                f"expected what is said to be read out when nothing is under way ({look.phase}), "
                "its region is marked as busy"
            )
            return Finding("heard", False, sentence, "read out", "marked as busy")
    return Finding("heard", True, "errors are announced") if was_there(case) else None


def reached(case: Case) -> Finding | None:
    """Every control has a name, a keyboard reaches it, and every link leads somewhere."""
    for look in looks(case):
        for name, why in look.screen.get("unreached", {}).items():
            sentence = f"expected {name} to be reached and pressed without a mouse ({look.phase}), but {why}"
            return Finding("reached", False, sentence, f"{name} for everybody", str(why))
    sentence = _walked(case) or _pressed(case) or _led(case)
    if not sentence and not was_there(case):
        return None
    return Finding("reached", not sentence, sentence or "controls are reached without a mouse")


def _led(case: Case) -> str:
    """A link that leads to nothing, by its address or when it is pressed, in words."""
    for link in case.history.where("screen", "led"):
        if not link.data["came"]:
            said = quoted(str(link.data["text"]))
            return f"expected the link {said} to lead somewhere, it has no address, and nothing comes of a press on it"
    for link in case.history.where("screen", "followed"):
        if link.data["status"] in NOTHING_THERE:
            path = str(link.data["address"]).partition("//")[2].partition("/")[2]
            said = quoted(str(link.data["text"]))
            return f"expected the link {said} to lead somewhere, /{path} is answered with {link.data['status']}"
    return ""


def _walked(case: Case) -> str:
    """What Tab did not lead to on its way around the page, or could not leave, in words."""
    walk, screen = case.history.last("screen", "walk"), case.symptom
    if walk is None or screen is None:
        return ""
    if not walk.data["been"]:
        return "expected Tab to lead out of the composer, the focus stays there"
    wanted = [name for name in ("send", "retry") if screen["controls"].get(name) == "enabled"]
    missed = [name for name in wanted if name not in walk.data["been"]]
    if walk.data["round"] and missed:
        return f"expected Tab to lead to {' and '.join(missed)}, it led once around the page without"
    if walk.data.get("stuck"):
        return f"expected Tab to lead once around the page, it led to {walk.data['been'][-1]} and no further"
    if bare := walk.data.get("bare"):
        return f"expected to see where the keyboard is, {quoted(bare[0])} looks the same with the focus and without"
    return ""


def _pressed(case: Case) -> str:
    """A control that does nothing when it is pressed, in words."""
    final, over = case.final, case.history.step("afterwards")  # from where on others ask, too
    end = over.at if over else float("inf")
    failed = final is not None and final["error"]
    asked, broken = case.history.where("run", "asked"), case.history.step("break")
    # Some say it on a WebSocket that is there.
    usual = len(asked) > 1 and broken is not None and _came(case, asked[0].at, broken.at)
    for touch in case.history.where("browser", "touched") if usual else ():
        seen = [look.at for look in looks(case) if look.at > touch.at]
        if not _came(case, touch.at, min(seen, default=float("inf"))):
            return f"expected {touch.data['control']} to take a press, it went away under it, and nothing came of it"
    for press in case.history.where("run", "pressed", before=end):
        control, by_keyboard = press.data["control"], press.data.get("hand") == "keyboard"
        if failed and by_keyboard and not _came(case, press.at, end):
            return f"expected {control} to do something when it is pressed by keyboard, nothing came of it"
        if usual and control in DOES_SOMETHING and _changed_nothing(case, press.at, end):
            return f"expected {control} to do something when it is pressed, nothing came of it"
    enter = failed and usual and asked[-1].data.get("hand") == "keyboard"
    if enter and final and final["controls"].get("send") == "enabled" and not _came(case, asked[-1].at, end):
        return "expected Enter to send what stands in the composer, nothing came of it"
    return ""


def _changed_nothing(case: Case, pressed: float, end: float) -> bool:
    """Whether the next look shows what the last one before it did, and the page asked for nothing in between."""
    before = [look for look in looks(case) if look.at < pressed][-1:]
    after = [look for look in looks(case) if pressed < look.at < end][:1]
    if not before or not after or _came(case, pressed, after[0].at):
        return False
    had, has = before[0].screen, after[0].screen
    return all(had.get(what) == has.get(what) for what in ("url", "error", "messages", "draft"))


def _came(case: Case, after: float, before: float) -> bool:
    """Whether the page asked for anything in that time."""
    return bool(case.history.where("browser", "request", "document", "websocket_made", after=after, before=before))


def focus(case: Case) -> Finding | None:
    """Who types stays where they type when something fails, and for as long as it is told."""
    if away := next(_taken_away(case), ""):
        return Finding("focus", False, f"expected the focus to stay in the composer while nobody acts, {away}")
    gone = list(_without_retry(case))
    if lost := next((look for look in gone if look.screen.get("focus", "composer") == ""), None):
        sentence = (
            f"expected the focus to go somewhere with a retry that is gone, it is at the top of the page ({lost.phase})"
        )
        return Finding("focus", False, sentence, "somewhere", "nowhere")
    screen, asked = case.symptom, case.history.last("run", "asked", before=_when(case))
    typed = asked is not None and asked.data.get("hand") == "keyboard" and _in_place(case)
    if not typed or screen is None or not screen["client"] or screen["login"] or not screen["error"]:
        return Finding("focus", True, "the focus is where somebody goes on") if gone else None
    where = str(screen.get("focus", ""))
    sentence = f"expected the focus to stay with who was typing, a failure threw it to {where or 'the top of the page'}"
    return Finding("focus", bool(where) and not where.startswith(ANOTHER), sentence)


def _taken_away(case: Case) -> Iterator[str]:
    """Each time that the focus left the composer although nobody did anything and the same was told, in words."""
    if case.arm.kind != "control":
        return  # what changes around a page may make it draw itself anew
    seen = looks(case, "symptom", "remedy", "recovery", "later", "other")
    for before, after in pairwise(seen):
        told = [(one.screen.get("url"), lines_on(one.screen)[:1]) for one in (before, after)]
        there = (before.screen.get("focus"), after.screen.get("focus", "composer"))
        if there[0] != "composer" or there[1] == "composer" or told[0] != told[1]:
            continue
        if left_alone(case, before, after) and not after.screen["busy"] and not after.screen.get("locked"):
            yield f"it went to {there[1] or 'the top of the page'} by itself ({after.phase})"


def _without_retry(case: Case) -> Iterator[Look]:
    """Each look at a retry that was pressed and has gone with the error, once the client is at rest."""
    for press in case.history.where("run", "pressed"):
        after = next((look for look in looks(case) if look.at > press.at), None)
        if press.data["control"] != "retry" or after is None:
            continue
        screen = after.screen
        if screen["controls"].get("retry") == "absent" and not (screen["error"] or screen["busy"]):
            yield after


def _in_place(case: Case) -> bool:
    """Whether what failed was done in the page as it stood."""
    return case.arm.scenario.moment in (Moment.SEND, Moment.MID_ANSWER)


def _when(case: Case) -> float:
    symptom = case.history.step("symptom")
    return symptom.at if symptom else float("inf")


def logged_in(case: Case) -> Finding | None:
    """Nobody is logged out unless the service said that their session has ended."""
    screen = case.symptom
    if screen is None or not screen["client"] or not screen["login"]:
        return None
    seen = case.history.last("screen", "snapshot", before=_remedy(case))
    until = seen.at if seen else float("inf")
    replies = [*case.history.where("gateway", "access", before=until), *case.history.where("browser", before=until)]
    ended = any(event.data.get("status") in NO_SESSION or event.data.get("code") == SESSION_ENDED for event in replies)
    sentence = (
        "expected the person to stay logged in, shown was a login, and nobody had said that the session had ended"
    )
    return Finding("logged_in", ended, sentence)


def logged_out(case: Case) -> Finding | None:
    """Who logs out is logged out at the service as well, and leaves nothing of theirs on the screen."""
    left = [one for screen in case.history.where("screen", "snapshot") for one in _left_standing(screen.data)]
    if left:
        sentence = (
            f"expected nothing of the person's on the screen once they have logged out, there stands {quoted(left)}"
        )
        return Finding("logged_out", False, sentence, "nothing", left[0])
    clicked = case.history.where("browser", "clicked")
    pressed = next((event for event in clicked if event.data["control"] == "logout"), None)
    known = case.history.where("service", "account")
    if pressed is None or not known:
        return None
    mine = {str(event.data["name"]) for event in known}
    back = next((e.at for e in clicked if e.at > pressed.at and e.data["control"] == "login_submit"), float("inf"))
    replies = case.history.where("browser", "response", "request_failed", after=pressed.at, before=back)
    if any(int(reply.data.get("status", 400)) >= 400 for reply in replies):
        return None
    broken = case.history.step("break")  # a browser tells of a press when it gets round to it
    over = case.history.where("service", "session_ended", after=broken.at if broken else 0.0)
    ended = [event for event in over if event.data["account"] in mine]
    sentence = "expected the session to end at the service when its person logs out, it is still alive"
    return Finding("logged_out", bool(ended), sentence, "ended", "alive")


def _left_standing(screen: Mapping[str, Any]) -> list[str]:
    """What of a person's conversations the next one at this browser can read beside the login, once they logged out."""
    if screen["phase"] != "logged_out" or not screen["login"]:
        return []
    written = [str(screen.get("draft") or ""), *(one["title"] for one in screen.get("conversations", ()))]
    return [text for text in [*(one["text"] for one in screen["messages"]), *written] if text]


def _remedy(case: Case) -> float:
    remedy = case.history.step("remedy")
    return remedy.at if remedy else float("inf")


def audit(case: Case) -> Finding | None:
    """axe finds nothing on the symptom's screen that keeps people out."""
    looked = case.history.last("screen", "audit")
    if looked is None:
        return None
    found = [f"{one['says']} ({one['where']})" for one in looked.data["found"]]
    sentence = f"expected axe to find nothing on the symptom's screen, it found: {'; '.join(found) or 'nothing'}"
    return Finding("audit", not found, sentence, "nothing", "; ".join(found))
