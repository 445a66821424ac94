"""Whether what the person was shown can be seen, is the right message as a whole, and stays as long as it is true."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from harness.clients import MESSAGES
from harness.judging.case import Case, Screen, answered_whole, lines_on, quoted, squeeze, works
from harness.judging.looks import (
    OTHERWISE,
    Look,
    blocked_on,
    came_since,
    looks,
    only_heard,
    plain,
    remark,
    was_there,
)
from harness.judging.waits import another_wait
from harness.judging.wording import (
    ADVICE,
    BROKE_OFF,
    CONNECTED,
    DISCONNECTED,
    MISFITS,
    OWN_STATUS,
    PAYING,
    RAW,
    REASONS,
    SENT,
    STATUS,
    SUCCESS,
)
from harness.values.result import Finding
from harness.values.scenario import ANY, Expect
from harness.values.situation import Moment, Outcome
from harness.values.text import unopened

LIES_OVER = " over it"
"""How it ends why a text can't be seen that something else covers."""
INK = 0.003
"""The share of an error's rectangle that its letters fill at the least."""
ELEMENT = re.compile(r"<(\w+)[^>]*>([^<]{3,})</\1>")
"""An element of a body that came over the wire, with its text."""
OF_A_PAGE = re.compile(r"h\d|title|center|pre|address|td|li|body", re.IGNORECASE)
"""Elements that no client puts around a text of others by itself."""
NOT_THERE = "it isn't"
ALWAYS_THERE = ("composer", "retry")
"""Controls that no window is too narrow for; others may go into a menu."""


def seen(case: Case) -> Finding | None:
    """What the client says, a person can see: the error, the messages, the answers."""
    for look in looks(case):
        if why := _out_of_sight(look):
            (what, *_) = lines_on(look.screen)
            return Finding(
                "seen", False, f"expected the error “{what}” to be seen ({look.phase}), but {why}", what, why
            )
        hidden = hidden_on(look.screen)
        if hidden:
            (what, why), *_ = hidden
            sentence = f"expected {what} to be seen ({look.phase}), but {why}"
            return Finding("seen", False, sentence, what, f"nothing: {why}")
    return Finding("seen", True, "what is said can be seen")


def hidden_on(screen: Screen) -> list[tuple[str, str]]:
    """What the client says and nobody can see, each with the reason."""
    gone = [one for one in screen.get("unseen", ()) if not _stands_elsewhere(screen, one)]
    hidden = [(f"the error “{one['text']}”", one["why"]) for one in gone]
    hidden += [(f"“{one['text']}”", one["unseen"]) for one in screen["messages"] if one.get("unseen")]
    if screen.get("unread"):
        hidden.append((f"what was written, “{screen['draft']}”,", screen["unread"]))
    return hidden


def _stands_elsewhere(screen: Screen, unseen: Mapping[str, str]) -> bool:
    """Whether what can't be read here is said elsewhere: one toast lies over another, or fades while its words stay."""
    text, told = plain(unseen["text"]), lines_on(screen)
    return text in [plain(line) for line in told] or (LIES_OVER in unseen["why"] and text in " ".join(told))


def otherwise(case: Case) -> Finding | None:
    """What can be seen and pressed is so in the dark and in a narrow window as well."""
    told, usual = looks(case, *OTHERWISE), looks(case)[-1:]
    known = {what for look in usual for what, _ in (*hidden_on(look.screen), *_barred_on(look.screen))}
    for look in told:
        where = {"dark": "in the dark", "narrow": "in a narrow window"}[look.phase]
        barred = [] if look.screen["busy"] else _barred_on(look.screen)
        gone = _gone_from(usual[0].screen, look.screen) if usual and _is_told_after(case, look) else []
        for verb, found in (("seen", hidden_on(look.screen)), ("usable", barred), ("there", gone)):
            for what, why in found:
                if what not in known:
                    sentence = f"expected {what} to be {verb} {where} as well, but {why}"
                    return Finding("otherwise", False, sentence, what, why)
    return Finding("otherwise", True, "it is seen in the dark and in a narrow window as well") if told else None


def _is_told_after(case: Case, look: Look) -> bool:
    """Whether the error stands there when all is as usual again, so that it didn't just go by itself."""
    added = case.history.where("screen", "added", after=look.at)
    return any(event.data.get("told") for event in added[:1]) or any(
        one.screen["error"] for one in looks(case, *OTHERWISE) if one.at > look.at
    )


def _gone_from(usual: Screen, screen: Screen) -> list[tuple[str, str]]:
    """What is told or offered in the usual window and isn't there at all in another one, each with the reason."""
    gone = []
    if usual["error"] and not screen["error"] and not screen.get("unseen"):
        gone.append((f"the error “{usual['error']['lines'][0]}”", NOT_THERE))
    offered = [name for name in ALWAYS_THERE if usual["controls"].get(name) == "enabled"]
    return gone + [(name, NOT_THERE) for name in offered if screen["controls"].get(name) == "absent"]


def _barred_on(screen: Screen) -> list[tuple[str, str]]:
    """The controls that are offered and that something keeps a person from using."""
    return [(name, why) for name, why in blocked_on(screen).items() if screen["controls"].get(name) == "enabled"]


def _out_of_sight(look: Look) -> str:
    """Why an error that could be read isn't where the person looks, or empty."""
    error = look.screen["error"] or {}
    if error.get("blinks"):
        return "it comes and goes without end"
    return "one has to scroll to it" if look.phase == "symptom" and error.get("away") else ""


def stands_out(case: Case) -> Finding | None:
    """In a picture of the error there is something that stands out from its ground, as letters do."""
    taken = case.history.last("screen", "pixels")
    if taken is None or case.symptom is None or not case.symptom["error"]:
        return None
    share = float(taken.data["share"])
    sentence = f"expected the error's text to stand out in a picture of it, {share:.2%} of its pixels do"
    return Finding("stands_out", share >= INK, sentence, f"at least {INK:.1%}", f"{share:.2%}")


def message(case: Case) -> Finding | None:
    """The person is shown the message that the scenario expects, and no other one."""
    expect, screen = case.arm.scenario.expect, case.symptom
    if screen is None or expect.message == ANY:
        return None
    lines, navigation = lines_on(screen), str(screen.get("navigation", ""))
    if expect.message in ("browser_error", "still_loading"):
        loading = navigation == "still_loading"
        want = "a page that still loads" if expect.message == "still_loading" else "the browser's own error page"
        right = loading if expect.message == "still_loading" else navigation.startswith(("net::", "NS_", "Page.goto"))
        what = "a page that still loaded" if loading else f"an address that did not open ({_why_not(case, navigation)})"
        return _message(right, want, what if navigation else quoted(lines))
    if not expect.message:
        fine = bool(screen["client"]) and not screen["error"]
        shown = quoted(lines if screen["client"] else lines or [navigation])
        return Finding("message", fine, f"expected no error, shown was {shown}", "no error", shown)
    want, right = _wanted(case, expect, screen)
    named = expect.message not in MESSAGES or want in {case.client.text(expect.message, case.locale)}
    contrary = _other_messages(case, screen, want) if right and named else []
    if contrary:
        sentence = f"expected {quoted(want)} alone, shown beside it was {quoted(contrary)}"
        return Finding("message", False, sentence, want, " / ".join(contrary))
    return _message(right, quoted(want), quoted(lines or navigation) + _elsewhere(case, screen, want))


def _why_not(case: Case, navigation: str) -> str:
    """The browser's own word for why an address did not open; where its driver has none, that of the request."""
    step = case.history.step("remedy")
    failed = case.history.where("browser", "request_failed", before=step.at if step else float("inf"))
    named = "net::" in navigation or "NS_" in navigation
    return unopened(navigation if named or not failed else str(failed[-1].data["error"]))


def _message(right: bool, want: str, shown: str) -> Finding:
    return Finding("message", right, f"expected {want}, shown was {shown}", want.strip("“”"), shown.strip("“”"))


def _wanted(case: Case, expect: Expect, screen: Screen) -> tuple[str, bool]:
    """The text that is to be shown, and whether it is. On the client's page a scenario's own text is a whole line."""
    lines = lines_on(screen)
    unnamed = case.client.by_api and case.arm.scenario.moment is Moment.MID_ANSWER  # a stream that is cut says no why
    if expect.message in MESSAGES and (unnamed or expect.message not in case.client.messages):
        return "an error in any words", bool(lines or screen.get("navigation"))
    if expect.message in case.client.messages:
        want = case.client.text(expect.message, case.locale)
        return want, case.client.says_it(expect.message, case.locale, lines) or any(want in line for line in lines)
    if not screen["client"]:
        return expect.message, any(expect.message in line for line in lines)
    want = plain(expect.message)
    return expect.message, any(plain(line) == want for line in [*lines, " ".join(lines)])


def _elsewhere(case: Case, screen: Screen, want: str) -> str:
    """Where the message stands although it isn't shown as one, for the sentence."""
    steady, title = case.history.screen("steady"), str(screen.get("title", ""))
    if screen["client"] and not screen["error"] and steady and title != steady.get("title", ""):
        return f" (only the title of the tab says {quoted(title)})"
    if any(want in line for line in screen.get("others", ())):
        return " as an error (it stands on the page, but nothing marks it as one)"
    return ""


def _other_messages(case: Case, screen: Screen, want: str) -> list[str]:
    """Texts of other messages that the client says itself, beside the right one: in its error, or in a toast."""
    if not screen["client"]:
        return []
    quotes = set(screen.get("details", ()))
    own = [line for line in [*lines_on(screen), *came_since(case, screen), *only_heard(screen)] if line not in quotes]
    known = {case.client.text(name, case.locale) for name in case.client.messages} - {want}
    right = case.arm.scenario.expect.message
    wrong = [line for line in own if want not in line and any(_says(line, text) for text in known)]
    return [line for line in wrong if not case.client.says_it(right, case.locale, [line])]


def _says(line: str, text: str) -> bool:
    rest = plain(line).removeprefix(text)
    return rest != plain(line) and not rest[:1].isalnum()


def fits(case: Case) -> Finding | None:
    """What stands with the message is about the same failure: its advice, its details, whatever else came with it."""
    name, screen = case.arm.scenario.expect.message, case.symptom
    if screen is None or not screen["client"] or not screen["error"]:
        return None
    if untrue := _told_as_begun(case, screen):
        sentence = (
            f"expected what fits a question that was refused, shown was an answer that had begun: {quoted(untrue)}"
        )
        return Finding("fits", False, sentence, "no answer", untrue)
    if name not in case.client.messages:
        return None
    quotes = set(screen.get("details", ()))
    lines = [line for line in [*lines_on(screen), *came_since(case, screen)] if line not in quotes]
    own = case.client.advice_of(name, case.locale)
    others = {
        text: other
        for other in case.client.messages
        if other != name
        for text in case.client.advice_of(other, case.locale)
        if text not in own
    }
    text = case.client.text(name, case.locale)
    for each in [*lines, *only_heard(screen)]:
        reason = next((why for looks_, why, remedy in REASONS if looks_.search(each) and not _helps(case, remedy)), "")
        if reason:
            sentence = f"expected what fits this failure, shown was the advice about {reason}: {quoted(each)}"
            return Finding("fits", False, sentence, " / ".join(own), each)
        line = _beside(each, (text, *own))
        if not line:
            continue
        told = next((f"the advice of {other}" for said, other in others.items() if said in line), "")
        about = next((what for what, fit in _about(line) if name not in fit), "")
        about = "" if about == PAYING and _helps(case, "paid_plan") else about
        told = told or (f"advice about {about}" if about and not screen["login"] else "")
        success = "a success" if SUCCESS.search(line) and not _was_sent(case, line) else ""
        told = told or success or _another_status(case, line, text)
        told = told or another_wait(case, line, own, str(screen.get("countdown", "")))
        if told:
            how = "shown" if each in lines else "told to screen readers alone"
            sentence = f"expected what fits {quoted(text)}, {how} was {told}: {quoted(line)}"
            return Finding("fits", False, sentence, " / ".join(own), line)
    if own and not any(ADVICE.search(line) for line in lines if line != text):
        sentence = f"expected {quoted(text)} with some advice, shown was {quoted(lines)} alone"
        return Finding("fits", False, sentence, " / ".join(own), " / ".join(lines))
    return Finding("fits", True, "what stands with the message is about the same failure")


def _told_as_begun(case: Case, screen: Screen) -> str:
    """A line that says that the answer broke off, where the question got a status of 400 and more, and no answer."""
    shot = next(reversed(looks(case, "symptom")), None)
    asked = case.history.last("run", "asked", before=shot.at) if shot else None
    if shot is None or asked is None or case.arm.scenario.moment is not Moment.SEND:
        return ""
    within = {"after": asked.at, "before": shot.at}
    refused = any(
        one.data["method"] == "POST" and int(one.data["status"]) >= 400
        for one in case.history.where("gateway", "access", **within)
    )
    if not refused or case.history.where("service", "piece", **within):
        return ""
    return next((line for line in lines_on(screen) if BROKE_OFF.search(line)), "")


def _was_sent(case: Case, line: str) -> bool:
    """Whether a line tells of no more than that the message was sent, and it was."""
    taken = [one for one in case.history.where("service", "message") if squeeze(str(one.data["text"])) == case.question]
    return bool(SENT.search(line) and taken and case.arm.scenario.moment is Moment.MID_ANSWER)


def _beside(line: str, known: Iterable[str]) -> str:
    """What stands in a line beside the texts that are known of its message, if those are words."""
    for text in sorted(known, key=len, reverse=True):
        line = line.replace(text, " ")
    return line.strip() if any(letter.isalnum() for letter in line) else ""


def _about(line: str) -> list[tuple[str, tuple[str, ...]]]:
    """What a line's advice is about, with the messages that it fits."""
    return [(what, fit) for pattern, what, fit in MISFITS if pattern.search(line)]


def _helps(case: Case, remedy: str) -> bool:
    """Whether the scenario says that this recovers."""
    listed = case.arm.scenario.listed
    return any(one.remedy == remedy and one.outcome is not Outcome.DOES_NOT_RECOVER for one in listed)


def connected(case: Case) -> Finding | None:
    """Nothing says that the client is connected when its WebSocket is gone, nor the other way round."""
    before = case.history.screen("steady") or {}
    if not (before.get("sockets") or {}).get("open"):
        return None
    for look in looks(case):
        sockets = look.screen.get("sockets")
        said = [line for line in look.screen.get("others", ()) if CONNECTED.fullmatch(line)]
        if said and sockets and not sockets["open"]:
            sentence = (
                f"expected nothing to say that it is connected when it isn't ({look.phase}), it says {quoted(said)}"
            )
            return Finding("connected", False, sentence, "", " / ".join(said))
    for phase, screen in (("steady", before), ("recovery", (works(case) and case.final) or {})):
        sockets = screen.get("sockets") or {}
        said = [line for line in screen.get("others", ()) if DISCONNECTED.fullmatch(line)]
        if said and sockets.get("open", 0) > sockets.get("connecting", 0):
            sentence = f"expected nothing to say that it isn't connected when it is ({phase}), shown was {quoted(said)}"
            return Finding("connected", False, sentence, "", " / ".join(said))
    return Finding("connected", True, "nothing says that it is connected when it isn't") if was_there(case) else None


def _another_status(case: Case, line: str, text: str) -> str:
    """The status that a line names and no reply had, or not that of the message's `text`, in words, or empty."""
    replies = [*case.history.where("gateway", "access"), *case.history.where("browser", "response")]
    had = {str(event.data.get("status")) for event in replies}
    named = [one or other for one, other in STATUS.findall(line)]
    own = set(OWN_STATUS.findall(text))
    strange = next((f"a status that no reply had ({one})" for one in named if one not in had), "")
    return strange or next((f"another status than its own ({one})" for one in named if own and one not in own), "")


def raw(case: Case) -> Finding | None:
    """No body as it came over the wire, no stack trace, no address and no secret of those inside is on the screen."""
    documented = [case.client.text(name, case.locale) for name in case.client.messages]
    for look in looks(case):
        source = str((look.screen["error"] or {}).get("source", ""))
        if foreign := [
            f"<{tag}>" for tag, text in _elements_sent(case) if re.search(rf"<{tag}\b[^>]*>{text}</", source)
        ]:
            shown = f"HTML as elements: {', '.join(foreign)}"
            return Finding("raw", False, f"expected no body of others on the screen ({look.phase}), shown was {shown}")
        notes = [said for one in look.screen["messages"] if (said := remark(case, one))]
        for line in [*lines_on(look.screen), *came_since(case, look.screen), *notes, *only_heard(look.screen)]:
            found = next((what for what, looks_ in RAW.items() if looks_.search(line)), "")
            if found and not any(line in text or text in line for text in documented if RAW[found].search(text)):
                sentence = f"expected no body of others on the screen ({look.phase}), shown was {found}: {quoted(line)}"
                return Finding("raw", False, sentence, "words for a person", line)
    return Finding("raw", True, "nothing raw is on the screen")


def _elements_sent(case: Case) -> list[tuple[str, str]]:
    """The elements, as patterns, of every page that a reply brought in the place of an answer."""
    replies = [*case.history.where("gateway", "access"), *case.history.where("browser", "reply")]
    texts = {str(event.data.get("reply") or event.data.get("text") or "") for event in replies}
    found = [pair for text in texts if text.lstrip().startswith("<") for pair in ELEMENT.findall(text)]
    return [(tag, re.escape(text)) for tag, text in found if OF_A_PAGE.fullmatch(tag)]


def message_again(case: Case) -> Finding | None:
    """Asking again in the same page and meeting the same fault is told in the same words."""
    expect, screen = case.arm.scenario.expect, case.final
    same = case.arm.scenario.moment is Moment.SEND and case.arm.remedy in ("ask_again", "retry") and not case.arm.takes
    known = expect.message in case.client.messages
    if not same or not known or screen is None or not screen["client"] or not screen["error"]:
        return None
    if answered_whole(case, screen):
        return None
    want, lines = case.client.text(expect.message, case.locale), lines_on(screen)
    right = case.client.says_it(expect.message, case.locale, lines) or any(want in line for line in lines)
    return Finding(
        "message_again", right, f"expected {quoted(want)} again, shown was {quoted(lines)}", want, quoted(lines)
    )
