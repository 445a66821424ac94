"""Whether what came with a failure goes with it, once the person has what they wanted."""

from __future__ import annotations

import re

from harness.judging.by_itself import A_WHILE
from harness.judging.case import Case, Screen, answer_to, quoted, works
from harness.judging.countdown import UNITS
from harness.judging.looks import Look, at_rest, came_since, looks, marks_of_writing, remark, was_there
from harness.judging.spoken import CALLED
from harness.judging.wording import FAILED
from harness.values.result import Finding
from harness.values.situation import Moment

ORIGIN = re.compile(r"^https?://[^/]+")
WAIT = re.compile("|".join([r"\d:\d\d", *(rf"\d\s*(?:{unit})(?![A-Za-z])" for _, unit in UNITS)]), re.IGNORECASE)
"""How long something takes, with its unit."""
DENIES = re.compile(r"\b(?:errors?|not|can['’]?t|cannot|unable)\b|エラー|でき(?:ません|なかった)", re.IGNORECASE)
"""How a label says that something could not be done."""
STYLE = {"icon": "the tab's icon", "opacity": "the page", "filter": "the page", "scrolls": "the conversation to scroll"}
"""What of a page's look is kept, and how it is called."""


def leaves(case: Case) -> Finding | None:
    """Once the question is answered no word, badge, spinner, lock or control of the failure is left."""
    screen, before = case.final, case.history.screen("steady")
    if screen is None or before is None or not screen["client"] or case.by_api or screen["error"] or not works(case):
        return None
    sentence = _words(case, screen) or beside_words(case, before, screen)
    return Finding("leaves", not sentence, sentence or "nothing of the failure is left")


def beside_words(case: Case, before: Screen, screen: Screen) -> str:
    """What a screen on which a question is answered still has of the failure, beside what it says; `before`: of old."""
    return _named(case, before, screen) or _goes_on(case, before, screen) or _worn(before, screen)


def offers_still(case: Case) -> Finding | None:
    """What the page offered before anything broke it offers in the end as well, to who is logged in."""
    before, screen = case.history.screen("steady"), case.final
    if before is None or screen is None or not screen["client"] or screen["login"] or not before.get("offered"):
        return None
    if before.get("width") != screen.get("width") or not (works(case) or before.get("born") == screen.get("born")):
        return None  # in a narrow window it may be elsewhere, and a page that comes anew may know nothing of the person
    empty = () if screen["messages"] else ("new_chat",)  # a chat without a message is a new one
    gone = [name for name in before["offered"] if name not in (*screen.get("offered", ()), *empty)]
    sentence = f"expected {', '.join(gone) or 'all'} to be offered as before, it is gone"
    return Finding("offers_still", not gone, sentence)


def comes_to_rest(case: Case) -> Finding | None:
    """Once an error is told, and nobody does anything, nothing is to be stopped, and what it offers can be pressed."""
    for before, after in at_rest(case):
        pair = (before.screen, after.screen)
        if _stays_busy(case, before, after):
            sentence = (
                f"expected nothing to be under way once an error is told ({after.phase}), it is shown as busy still"
            )
            return Finding("comes_to_rest", False, sentence, "at rest", "busy")
        if not all(one["client"] and one["error"] and not one["busy"] for one in pair):
            continue
        if all(one["controls"].get("stop") == "enabled" for one in pair) and not _is_being_written(case, after):
            sentence = f"expected nothing to stop once an error is told ({after.phase}), stop is still offered"
            return Finding("comes_to_rest", False, sentence, "no stop", "stop")
        waits = any(one.get("countdown") or _names_a_wait(case, one) for one in pair)
        if all(one["controls"].get("retry") == "disabled" for one in pair) and not waits:
            sentence = (
                f"expected retry to be pressed where an error offers it ({after.phase}), it is disabled, "
                "and nothing says until when"
            )
            return Finding("comes_to_rest", False, sentence, "retry enabled", "retry disabled")
    return Finding("comes_to_rest", True, "nothing goes on once an error is told") if was_there(case) else None


def _stays_busy(case: Case, before: Look, after: Look) -> bool:
    """Whether a client that asks for nothing is busy for a while beside its error."""
    both = all(one.screen["client"] and one.screen["error"] and one.screen["busy"] for one in (before, after))
    asked = case.history.where("browser", "request", "websocket_made", "document", after=before.at, before=after.at)
    long = after.world + after.at - before.world - before.at >= A_WHILE
    return both and long and not asked and not _is_being_written(case, after)


def _is_being_written(case: Case, look: Look) -> bool:
    """Whether the service was still writing an answer then."""
    begun = case.history.where("service", "piece", before=look.at)
    done = {str(one.data.get("answer")) for one in case.history.where("service", "answer_done", before=look.at)}
    return any(str(one.data.get("answer")) not in done for one in begun)


def _names_a_wait(case: Case, screen: Screen) -> bool:
    """Whether an error says itself until when it holds a control back; that waiting often helps says none."""
    advice = {text for name in case.client.messages for text in case.client.advice_of(name, case.locale)}
    return any(WAIT.search(line) for line in screen["error"]["lines"] if line not in advice)


def _words(case: Case, screen: Screen) -> str:
    """What the client says still of what failed, beside its messages or with the answer."""
    if case.arm.scenario.moment is Moment.DOWNLOAD:
        return ""
    came = {line for look in looks(case, "symptom") for line in came_since(case, look.screen)}
    left = [line for line in came_since(case, screen) if line in came and not _is_a_title(case, line)]
    if left:
        return f"expected nothing of the failure once the question is answered, shown was still {quoted(left)}"
    answer = answer_to(screen, case.final_question)
    note = remark(case, answer) if answer else ""
    said = "expected the whole answer without a word of what failed, beside it stands still"
    return f"{said} {quoted(note)}" if note else ""


def _named(case: Case, before: Screen, screen: Screen) -> str:
    """A name that changed with the failure and stays so: of the tab, of a control, of a conversation."""
    symptom = case.symptom
    if symptom is None or not symptom["client"]:
        return ""
    titles = [one["title"] for one in screen.get("conversations", ())]
    title = str(screen.get("title", ""))
    own = _is_a_title(case, title) or any(one and one in title for one in titles)
    if title == symptom.get("title", "") != before.get("title", "") and not own:
        return f"expected the tab's title as it was once the question is answered, it says still {quoted(title)}"
    moment = case.history.screen("moment") or before
    came = set(symptom.get("labels", ())) - {*before.get("labels", ()), *moment.get("labels", ())}
    stands = [one for one in screen.get("labels", ()) if one in came]
    left = [one for one in stands if not (_is_a_title(case, one) or _is_a_files(case, one))]
    if left:
        return f"expected every label as it was once the question is answered, one says still {quoted(left[0])}"
    were = {one["address"]: one["title"] for one in before.get("conversations", ())}
    for one in screen.get("conversations", ()):
        had = were.get(one["address"], "")
        more = one["title"].replace(had, "", 1)
        came_then = one in symptom.get("conversations", ()) or not any(letter.isalnum() for letter in more)
        if had and one["title"] != had and had in one["title"] and came_then:
            badge = f"{quoted(one['title'])} in the list, which was {quoted(had)}"
            return f"expected no mark of the failure once the question is answered, shown was still {badge}"
    return ""


def _goes_on(case: Case, before: Screen, screen: Screen) -> str:
    """What keeps moving or locked, and what is offered or refused as if the failure lasted."""
    if screen.get("spinning", 0) > before.get("spinning", 0):
        return "expected nothing to go on once the question is answered, something still spins or is marked as busy"
    if screen.get("busy") and not before.get("busy"):
        return "expected nothing to be under way once the question is answered, it is shown as busy still"
    if set(screen.get("drawn", ())) & marks_of_writing(case):
        return "expected nothing to be under way once the question is answered, its answer still looks unfinished"
    if screen.get("invalid") and not before.get("invalid"):
        return "expected nothing to be wrong with what is written once the question is answered, it is still told so"
    if screen.get("locked"):
        return "expected the composer to take text once the question is answered, it is locked"
    stopped = [name for name, state in screen["controls"].items() if _stopped(before, name, state)]
    if stopped:
        return f"expected {', '.join(stopped)} to be enabled again once the question is answered, still disabled"
    stop = screen["controls"].get("stop") == "enabled" != before["controls"].get("stop")
    return "expected nothing to stop once the question is answered, stop is still offered" if stop else ""


def _worn(before: Screen, screen: Screen) -> str:
    """What of the page's look is still that of the failure: how it is dimmed, its icon, whether it scrolls."""
    if screen.get("emptied"):
        return "expected nothing of the failure once the question is answered, an empty box stands where its error was"
    had, has = before.get("style") or {}, screen.get("style") or {}
    for name, what in STYLE.items():
        if name in had and name in has and _here(had[name]) != _here(has[name]):
            return f"expected {what} as it was once the question is answered, it is still another"
    muted = [one for one in screen.get("conversations", ()) if one.get("muted")]
    if muted and not any(one.get("muted") for one in before.get("conversations", ())):
        title = quoted(muted[0]["title"])
        return f"expected the list of conversations to be of use once all works, {title} can't be pressed"
    return ""


def _here(worn: object) -> object:
    """The same at whatever address the page stands: a phone comes by another one."""
    return ORIGIN.sub("", worn) if isinstance(worn, str) else worn


def _is_a_title(case: Case, line: str) -> bool:
    """Whether a line is how a conversation is called, the start of what was asked in it, or has it in it."""
    start = line.rstrip("….")
    asked = [one for one in (case.question, case.steady_question, case.final_question) if one]
    return any(question.startswith(start) or question in line for question in asked)


def _is_a_files(case: Case, label: str) -> bool:
    """Whether it says what one may do with a file, which may be said once more as long as the file is there."""
    a_file = case.arm.scenario.moment is Moment.DOWNLOAD and CALLED["download"].search(label)
    return bool(a_file) and not (FAILED.search(label) or DENIES.search(label))


def _stopped(before: Screen, name: str, state: str) -> bool:
    return state == "disabled" and before["controls"].get(name) == "enabled" and name != "send"
