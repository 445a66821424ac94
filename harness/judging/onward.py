"""What becomes of the next question once all works again, and of what stood there before it was asked."""

from __future__ import annotations

from harness.judging import context, kept, own, said, shown, spoken
from harness.judging.case import Case, Check, answer_to, quoted, squeeze, times
from harness.judging.leaks import WRITTEN
from harness.judging.left import beside_words
from harness.judging.looks import ANSWERED
from harness.judging.partial import STOOD_THERE, gone
from harness.values.history import Event
from harness.values.questions import FURTHER
from harness.values.result import Finding

HOLDS_ON: dict[str, Check] = {
    "seen": shown.seen,
    "raw": shown.raw,
    "language": said.language,
    "own": own.own,
    "order": kept.order,
    "unsent": kept.unsent,
    "unfinished": kept.unfinished,
    "spoken": spoken.spoken,
    "context": context.context,
}
"""What holds at every look, and so once somebody goes on as well."""


def goes_on(case: Case) -> Finding | None:
    """A failure that is over keeps nobody from the next question, which is sent once and has its answer."""
    later = case.onward()
    if later is None:
        return None
    sentence = _asked_in_vain(later) or _answered(later) or _dropped(later)
    if not sentence:
        found = ((check(case), check(later)) for check in HOLDS_ON.values())
        sentence = next((after.sentence for before, after in found if after and not after.holds and _held(before)), "")
    return Finding("goes_on", not sentence, sentence or "the next question has its answer once all works")


def _held(found: Finding | None) -> bool:
    return found is None or found.holds is not False


def _asked_in_vain(case: Case) -> str:
    """That the next question was not sent, or more than once, in words."""
    question = FURTHER[case.locale]
    asked, first = case.history.last("run", "asked"), case.history.first("run", "asked")
    if asked is None or first is None or asked.data["question"] != question:
        return ""
    messages = [one for one in case.history.where("service", "message") if squeeze(str(one.data["text"])) == question]
    taken = len([one for one in messages if not one.data["duplicate"]])
    if taken > 1:
        return f"expected the next question, {quoted(question)}, once at the service, it came {times(taken)}"
    broken = case.history.step("break")
    usual = {"after": first.at, "before": broken.at if broken else asked.at}
    by_request = case.history.where("browser", "request", **usual)
    sent = case.history.where("browser", "request", "request_failed", "websocket_made", after=asked.at)
    if any(_carries_it(one) for one in by_request):  # a page may ask for something else as well
        sent = [one for one in sent if _carries_it(one)]
    if not taken and by_request and not sent:
        return f"expected the next question, {quoted(question)}, to be sent once all works, nothing was"
    if by_request and sent and _held_back(case, asked, sent[0]):
        return f"expected the next question, {quoted(question)}, to be sent at once, it was held back for a while"
    return ""


def _carries_it(request: Event) -> bool:
    return WRITTEN in str(request.data.get("carries"))


def _held_back(case: Case, asked: Event, sent: Event) -> bool:
    """Whether the first that the page asked for after that came only once somebody had looked and time had gone by."""
    seen = case.history.where("screen", "snapshot", after=asked.at, before=sent.at)
    taken = case.history.where("service", "message", after=asked.at, before=sent.at)
    return any(one.data["phase"] == ANSWERED for one in seen) and sent.world > asked.world and not taken


def _dropped(case: Case) -> str:
    """An answer, or a part of one, that stood there before the next question was asked and no longer does, in words."""
    before, after = case.history.screen("writing"), case.history.screen("onward")
    if before is None or after is None or not after["client"] or after["login"]:
        return ""
    dropped = gone(before, after)
    return f"{STOOD_THERE}, {quoted(dropped[0])} is gone" if dropped else ""


def _answered(case: Case) -> str:
    """What is shown in the place of the whole answer to the next question, which the service has given, in words."""
    question, screen = FURTHER[case.locale], case.history.screen("onward")
    want = case.whole(question)
    if screen is None or not screen["client"] or screen["login"] or not want:
        return ""
    stands = sum(one["role"] == "user" and one["text"] == question for one in screen["messages"])
    if stands != 1:
        return f"expected the next question, {quoted(question)}, once on the screen, it stood there {times(stands)}"
    answer = answer_to(screen, question)
    if answer is None or answer["text"] not in want:
        has = quoted(answer["text"]) if answer else "nothing"
        return f"expected the answer to the next question, {quoted(want)}, once all works, shown was {has}"
    if screen["error"]:
        return (
            "expected nothing of a failure that is over beside the answer to the next question, "
            f"shown was {quoted(screen['error']['lines'])}"
        )
    if squeeze(screen["draft"]) == question:
        return f"expected an empty composer once the next question is answered, shown was {quoted(question)}"
    before = case.history.screen("steady")
    return beside_words(case, before, screen) if before else ""
