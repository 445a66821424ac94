"""Whether the client did right by the person: what it showed, what it kept, what it sent."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urlsplit

from harness.judging.case import Case, Screen, answer_to, answered_whole, came, lines_on, quoted, squeeze, times, works
from harness.judging.looks import Look, came_since, conversation_of, looks, plain
from harness.remedies import REMEDIES
from harness.values.history import Event
from harness.values.result import Finding
from harness.values.scenario import ASK_AGAIN, NOTHING
from harness.values.situation import Moment

LONG = 12
"""Letters of a line that no two parts of a page have by chance."""
ALIKE = 2
"""Lines up to which an error that stands on the page twice is one that is also told in passing."""
STAYS = ("reload", "new_tab")
"""After these the person looks at the same conversation with the same storage, so nothing may be missing."""
TWICE = re.compile(r"\W*(\w.{7,}?)(?:\W*\1)+\W*")
"""A line that says one thing, and then the same again."""
SWIFT = 1.0
"""Seconds in which an answer stands on the screen while all is well, on a machine that has nothing else to do."""
REMAINS = (
    *("log_in_again", "restart_browser", "switch_network", "vpn_off", "vpn_region", "restart_router", "wait"),
    *("change_password", "close_sessions", "paid_plan", "files_on", "support"),
    *("status_page", "check_network", "developer_tools"),
)
"""These change what is around the conversation and its storage, or only ask others, and touch neither of the two."""


def steady(case: Case) -> Finding | None:
    """Before anything broke, the client showed the service's whole answer."""
    screen = case.history.screen("steady")
    if screen and _pressed_in_vain(case, screen):
        hand = "Enter" if case.arm.remedy == NOTHING else "a press"
        sentence = f"expected {hand} to send what was written, it stands there still, and nothing was sent"
        return Finding("steady", False, sentence, case.steady_question, "nothing")
    if screen and (other := _sent_otherwise(case)):
        sentence = f"expected {quoted(case.steady_question)} to be sent as it was written, sent was {quoted(other)}"
        return Finding("steady", False, sentence, case.steady_question, other)
    if screen is None or not case.whole(case.steady_question):
        return None
    answer = answer_to(screen, case.steady_question)
    want = case.whole(case.steady_question)[0]
    shown = answer["text"] if answer else " / ".join(lines_on(screen))
    if shown == want and (screen["busy"] or screen.get("gave_up")):
        return Finding("steady", False, "expected the client to be ready once the answer ended, it was shown as busy")
    return Finding("steady", shown == want, f"expected the whole answer {quoted(want)}, shown was {quoted(shown)}")


def _pressed_in_vain(case: Case, screen: Screen) -> bool:
    """Whether what was sent before anything broke stands in the composer, and not a byte of it has left the page."""
    asked, broken = case.history.first("run", "asked"), case.history.step("break")
    if asked is None or broken or not screen["client"] or not case.client.marks_itself:
        return False
    stands = squeeze(screen["draft"]) == case.steady_question and not screen["messages"]
    return stands and not case.history.where("browser", "sent", after=asked.at)


def _sent_otherwise(case: Case) -> str:
    """What the service was asked before anything broke, in place of what somebody had written, or nothing."""
    asked, broken = case.history.first("run", "asked"), case.history.step("break")
    if asked is None or broken or case.given(case.steady_question):
        return ""
    said = [squeeze(str(one.data["prompt"])) for one in case.history.where("service", "answer")]
    return next((text for text in said if text and not case.client.is_own(text)), "")


def within(case: Case) -> Finding | None:
    """The message comes in time, on the page's clock. What the machine is too slow for, the client is not."""
    begun = _acted(case)
    shots = [e for e in case.history.where("screen", "snapshot") if e.data.get("phase") == "symptom"]
    if begun is None or not shots or not case.arm.scenario.expect.message:
        return None
    screen = shots[-1]
    if screen.data.get("gave_up") and screen.data.get("client") and not lines_on(screen.data):
        return None  # nothing came, and that is told of by itself
    seconds = (screen.at - begun.at) + (screen.world - begun.world) - float(screen.data.get("stood", 0.0))
    silence = max((f.silence for f in case.arm.scenario.faults), default=0.0)
    tries = 1 + 2 * case.client.retries  # before each retry there is a pause
    limit = case.arm.scenario.expect.within * tries + silence + _held_up(case)
    took = f"{seconds:.1f}" if seconds <= limit or round(seconds, 1) > limit else f"{seconds:.3f}"
    return Finding("within", seconds <= limit, f"expected a message within {round(limit, 1):g} s, it took {took} s")


def _acted(case: Case) -> Event | None:
    """What the person did at the moment that the arm is about; until somebody has done it, no client can fail."""
    moment = case.history.step("moment")
    if moment is None or case.arm.scenario.moment is Moment.MID_ANSWER:
        return moment
    step = case.history.step("symptom")
    until = {"after": moment.at, "before": step.at if step else float("inf")}
    if again := case.history.last("run", "sent_again", **until):
        return again  # nothing had come of it before
    acts = case.history.where("run", "asked", "pressed", **until) + case.history.where("browser", "navigation", **until)
    return min(acts, key=lambda act: act.at, default=moment)


def _held_up(case: Case) -> float:
    """Seconds by which the machine was late with the answer before anything was broken."""
    asked = case.history.first("run", "asked")
    shots = [e for e in case.history.where("screen", "snapshot") if e.data.get("phase") == "steady"]
    took = shots[-1].at - asked.at if asked and shots else 0.0
    return max(0.0, took - SWIFT)


def draft(case: Case) -> Finding | None:
    """What the person wrote and the service has not taken is still theirs, at every look until they ask again."""
    if case.arm.scenario.moment is not Moment.SEND:
        return None
    kept = case.arm.scenario.expect.draft == "kept" and not case.client.lacks("drafts")
    for look in _until_asked_again(case):
        in_composer = squeeze(look.screen["draft"]) == case.question
        stands = any(one["role"] == "user" and one["text"] == case.question for one in look.screen["messages"])
        strict = look.phase == "symptom" and kept
        if not in_composer and (strict or not stands):
            where = "the composer" if strict else "the composer or the conversation"
            shown = quoted(look.screen["draft"])
            want = f"the draft {quoted(case.question)} in {where} ({look.phase})"
            return Finding("draft", False, f"expected {want}, shown was {shown}")
    return Finding("draft", True, "the draft is kept")


def _until_asked_again(case: Case) -> list[Look]:
    """The looks at what was written: at the symptom, and after what leaves a person where they were."""
    step = case.history.step("symptom")
    again = case.history.first("run", "asked", "pressed", after=step.at) if step else None
    until = again.at if again else float("inf")
    remains = case.arm.remedy in (*STAYS, *REMAINS, NOTHING) and not case.client.lacks("history")
    shots = [one for one in looks(case, "remedy", "recovery", "later") if one.at < until and not one.screen["busy"]]
    return [one for one in looks(case, "symptom") if one.screen is case.symptom] + (shots if remains else [])


def conversation(case: Case) -> Finding | None:
    """The conversation so far stays on the screen, through the failure and whatever the person does."""
    if case.arm.scenario.moment is Moment.OPEN and case.client.lacks("history"):
        return None  # each opening begins another one
    phases = ["symptom", "remedy", "recovery"]
    remedy = REMEDIES.get(case.arm.remedy)
    lost = remedy is not None and remedy.opens and case.client.lacks("history")
    if case.arm.steps or lost or (remedy is not None and remedy.elsewhere):
        phases = ["symptom"]
    want = case.whole(case.steady_question)
    for phase in phases:
        screen = case.history.screen(phase)
        if screen is None or not screen["client"] or screen["login"]:
            continue
        if screen["error"] and phase != "symptom" and not _had_come(case, phase):
            continue
        if screen["error"] and case.arm.scenario.moment is Moment.OPEN:
            continue
        answer = answer_to(screen, case.steady_question)
        if answer is None or answer["text"] not in want:
            shown = [one["text"] for one in screen["messages"]]
            return Finding(
                "conversation",
                False,
                f"expected {quoted(case.steady_question)} with its answer ({phase}), shown was {quoted(shown)}",
            )
    return Finding("conversation", True, "the conversation stays")


def _had_come(case: Case, phase: str) -> bool:
    """Whether the page that somebody came back to had its conversation before they did something on it by that look."""
    look = looks(case, phase)[-1]
    documents = case.history.where("browser", "document", before=look.at)
    did = case.history.last("run", "asked", "pressed", before=look.at)
    within = {"after": documents[-1].at if documents else 0.0, "before": did.at if did else 0.0}
    id_, page = conversation_of(look.screen), urlsplit(str(look.screen.get("url", ""))).path
    replies = [e.data for e in case.history.where("browser", "response", **within) if e.data["status"] == 200]
    paths = [str(reply["path"]) for reply in replies if reply["method"] == "GET"]
    failed = [str(e.data.get("path")) for e in case.history.where("browser", "request_failed", after=within["after"])]
    return bool(id_) and any(path.endswith(f"/{id_}") and path not in (page, *failed) for path in paths)


def offers(case: Case) -> Finding | None:
    """The controls that help are offered with the message."""
    screen = case.symptom
    wanted = [name for name in case.arm.scenario.expect.offers if name in case.client.has]
    if not wanted or screen is None:
        return None
    if not screen["client"]:
        return Finding("offers", False, f"expected {', '.join(wanted)}, shown was a page that isn't the client's")
    for seen, when in ((screen, ""), (_failed_again(case), " when it failed again")):
        absent = [name for name in wanted if seen and seen["controls"].get(name) == "absent"]
        if seen and absent:
            there = [name for name, state in seen["controls"].items() if state != "absent"]
            sentence = f"expected the controls {', '.join(wanted)}{when}, shown were {', '.join(there)}"
            return Finding("offers", False, sentence)
    return Finding("offers", True, f"the controls {', '.join(wanted)} are offered")


def _failed_again(case: Case) -> Screen | None:
    """What was shown after the same was asked again in the same page and met the same fault, if it was."""
    again = case.arm.remedy in (ASK_AGAIN, "retry") and not case.arm.takes
    same = again and case.arm.scenario.moment is Moment.SEND
    screen = case.final
    if not same or screen is None or not screen["client"] or not screen["error"] or answered_whole(case, screen):
        return None
    told = lines_on(case.symptom) if case.symptom else []
    return screen if lines_on(screen)[0] in told else None


def once_on_screen(case: Case) -> Finding | None:
    """Nothing is doubled: the question stands once, and its answer once."""
    for phase in ("symptom", "recovery"):
        screen = case.history.screen(phase)
        if screen is None or not screen["client"]:
            continue
        asked = [one for one in screen["messages"] if one["role"] == "user" and one["text"] == case.question]
        texts = [one["text"] for one in screen["messages"] if one["role"] == "assistant" and one["text"]]
        times = _sendings(case) if case.client.lacks("drafts") else 1
        doubled = [text for text in set(texts) if texts.count(text) > times]
        roles = [one["role"] for one in screen["messages"]]
        if any(pair == ("assistant", "assistant") for pair in pairwise(roles)):
            doubled.append("two answers in a row")
        said = [line for line in came_since(case, screen) if len(line) > LONG and any(one.isalpha() for one in line)]
        if again := next((line for line in said if said.count(line) > 1), ""):
            return Finding("once_on_screen", False, f"expected {quoted(again)} once ({phase}), it stands there again")
        if screen["error"] and (errors := two_errors(screen)):
            return Finding("once_on_screen", False, f"{errors} ({phase}), shown was {quoted(lines_on(screen))}")
        if twice := next((line for line in lines_on(screen) if TWICE.fullmatch(line)), ""):
            return Finding(
                "once_on_screen", False, f"expected what failed to be told once ({phase}), shown was {quoted(twice)}"
            )
        if len(asked) > times or doubled:
            shown = quoted([one["text"] for one in screen["messages"]])
            what = f"expected the question and its answer once ({phase}), shown was {shown}"
            return Finding("once_on_screen", False, what)
    return Finding("once_on_screen", True, "nothing is doubled")


def two_errors(screen: Screen) -> str:
    """What is wrong when an error stands on the screen more than once; a toast that says the same is nothing wrong."""
    first, *others = sorted(screen["error"].get("parts") or [lines_on(screen)], key=len, reverse=True)
    said = [plain(line) for line in first]
    different = [
        line for part in others for line in part if not any(plain(line) in one or one in plain(line) for one in said)
    ]
    if different:
        return f"expected one error, two errors at once say different things, one of them {quoted(different)}"
    twice = any(len(part) == len(first) > ALIKE for part in others)
    return "expected one error, two errors at once were there" if twice or _repeated(screen, first) else ""


def _sendings(case: Case) -> int:
    """How often the person sent the question: where the box doesn't keep it, each stands on the screen."""
    asked = [e for e in case.history.where("run", "asked") if e.data["question"] == case.question]
    return max(1, len(asked))


def _repeated(screen: Screen, lines: list[str]) -> bool:
    """Whether the client says a line of its error twice; what it quotes of others may well say the same."""
    lines = list(lines)
    if any(line.startswith("Traceback") for line in lines):
        return False  # a program's trace says many a line twice, and is a fault of its own
    for quote in screen.get("details", ()):
        if quote in lines:
            lines.remove(quote)
    return any(lines.count(line) > 1 for line in lines if len(line) > LONG)


def once_at_service(case: Case) -> Finding | None:
    """The service took the message at most once per conversation, and once if it has an answer."""
    taken: dict[str, int] = {}
    for event in case.history.where("service", "message"):
        if squeeze(str(event.data["text"])) == case.question and not event.data["duplicate"]:
            conversation_id = str(event.data["conversation"])
            taken[conversation_id] = taken.get(conversation_id, 0) + 1
    most = max(taken.values(), default=0)
    if case.client.by_api:
        acts = len(case.history.where("run", "asked")) + len(case.history.where("run", "pressed")) - 1
        limit = max(1, acts) * (1 + case.client.retries)
        says = f"expected the message at most {times(limit)} at the service, {came(most)}"
        return Finding("once_at_service", most <= limit, says)
    asked = [e for e in case.history.where("run", "asked") if e.data["question"] == case.question]
    allowed = len(asked) if case.arm.scenario.moment is Moment.DOWNLOAD else 1  # a file is asked for anew on purpose
    sentence = f"expected the message at most {times(max(1, allowed))} at the service, {came(most)}"
    return Finding("once_at_service", most <= max(1, allowed), sentence)


def answer_text(case: Case) -> Finding | None:
    """An answer that is shown as ended is one of the service's whole answers, letter by letter."""
    screen = case.final
    if screen is None or not screen["client"] or screen["error"]:
        return None
    answer, whole = answer_to(screen, case.final_question), case.whole(case.final_question)
    if answer is None or not whole or answer["state"] not in ("complete", ""):
        return None
    return Finding(
        "answer_text", answer["text"] in whole, f"expected {quoted(whole[0])}, shown was {quoted(answer['text'])}"
    )


def told(case: Case) -> Finding | None:
    """The error is there as long as the question has no answer, and gone as soon as it has."""
    screen = case.final
    if screen and not screen["client"] and case.arm.remedy == NOTHING and case.symptom and case.symptom["client"]:
        return Finding("told", False, "expected the client to stay on the screen, shown was another page")
    if screen is None or not screen["client"]:
        return None
    if case.by_api:
        return None  # the page was left as it was
    has_it = works(case)
    sent = case.arm.scenario.moment is not Moment.DOWNLOAD
    if has_it and sent and squeeze(screen["draft"]) == case.final_question:
        sentence = f"expected an empty composer once the question is answered, shown was {quoted(screen['draft'])}"
        return Finding("told", False, sentence)
    if has_it and screen["error"]:
        return Finding(
            "told", False, f"expected no error once the question is answered, shown was {quoted(lines_on(screen))}"
        )
    if not has_it and not screen["error"] and not screen["login"]:
        return Finding("told", False, "expected an error while the question has no whole answer, shown was nothing")
    if has_it:
        return Finding("told", True, "no error stands on the screen once the question is answered")
    stands = "an error" if screen["error"] else "a login"
    return Finding("told", True, f"{stands} stands on the screen while the question has no whole answer")


def scripts(case: Case) -> Finding | None:
    """The page's own scripts raise nothing."""
    errors = [str(event.data["text"]) for event in case.history.where("browser", "page_error")]
    return (
        Finding("scripts", not errors, f"expected no script error, the page raised {quoted(errors)}")
        if errors
        else None
    )
