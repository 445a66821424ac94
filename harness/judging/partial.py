"""Whether what had come of an answer stays on the screen, through the failure and what is asked after it."""

from __future__ import annotations

from harness.judging.case import Case, Screen, answer_to, quoted, squeeze
from harness.judging.looks import Look, acts, conversation_of, looks
from harness.values.history import Event
from harness.values.result import Finding
from harness.values.situation import Moment

ANEW = ("regenerate", "retry")
"""Controls that ask for an answer in the place of the one that is there."""
WITHHELD = 4.0
"""Seconds after which a piece that the service has sent is on the screen, also on a slow machine."""
MUCH = 3
"""So many pieces show that a client draws an answer as it comes."""
STOOD_THERE = "expected what stood there to stay when something else was asked"


def partial(case: Case) -> Finding | None:
    """The part of the answer that was already shown stays, also where asking for another one came to nothing."""
    if lost := _lost_in_vain(case):
        return lost
    if swept := _swept_away(case):
        return Finding("partial", False, f"{STOOD_THERE}, {quoted(swept)} is gone", swept, "nothing")
    if case.arm.scenario.moment is not Moment.MID_ANSWER or case.symptom is None or not case.symptom["client"]:
        return None
    before = case.history.screen("moment")
    had = answer_to(before, case.question) if before else None
    if had is None or not had["text"]:
        withheld = _withheld(case)
        return Finding("partial", False, withheld, "what had come", "nothing") if withheld else None
    has = answer_to(case.symptom, case.question)
    shown = has["text"] if has else ""
    whole, given = case.whole(case.question), case.given(case.question)
    kept = shown.startswith(had["text"]) and (not given or any(text.startswith(shown) for text in given))
    if kept and has and has["state"] == "complete" and whole and shown not in whole:
        return Finding(
            "partial", False, f"expected the partial answer to be told as partial, shown as whole was {quoted(shown)}"
        )
    if kept and (whole_part := _less_than_came(case)):
        want = f"expected all on the screen that had come of the answer, {quoted(whole_part)}"
        return Finding("partial", False, f"{want}, shown was {quoted(shown)}", whole_part, shown)
    return Finding(
        "partial", kept, f"expected the partial answer {quoted(had['text'])} to stay, shown was {quoted(shown)}"
    )


def _less_than_came(case: Case) -> str:
    """What the service had made of the answer while all was well, if more of it is never shown than its last piece.

    At no look, that is, from the symptom until somebody does something: a client may draw it letter by letter.
    """
    part, step = case.history.last("service", "part"), case.history.step("symptom")
    if part is None or step is None:
        return ""
    text = squeeze(str(part.data["text"]))
    least = len(squeeze(str(part.data["text"]).removesuffix(str(part.data["last"]))))
    did = case.history.where("run", "asked", "pressed", after=step.at)
    did += case.history.where("browser", "navigation", "document", after=step.at)
    until = min((act.at for act in did), default=float("inf"))
    seen = [look.screen for look in looks(case, "symptom", "recovery", "later") if step.at < look.at < until]
    shown = [answer["text"] for answer in (answer_to(screen, case.question) for screen in seen) if answer]
    return text if shown and all(text.startswith(one) and len(one) < least for one in shown) else ""


def _withheld(case: Case) -> str:
    """That nothing was shown of an answer of which much had come for long, while all was well, in words."""
    look, armed = next(reversed(looks(case, "moment")), None), case.history.first("fault", "armed")
    asked = case.history.last("run", "asked", before=look.at) if look else None
    if look is None or asked is None or (armed and armed.at < look.at) or look.screen["error"]:
        return ""
    sent = case.history.where("service", "piece", after=asked.at, before=look.at - WITHHELD)
    said = f"expected what had come of the answer to {quoted(case.question)} on the screen while it is written"
    return f"{said}, nothing of it was shown" if len(sent) >= MUCH else ""


def _lost_in_vain(case: Case) -> Finding | None:
    """What of the answer is gone since a press that failed, and that the service never began to answer."""
    pressed = case.history.last("run", "pressed")
    if pressed is None or pressed.data["control"] not in ANEW or case.symptom is None or case.final is None:
        return None
    asked = case.history.where("service", "message", "api_request", "subscribe", "piece", after=pressed.at)
    begun = any(event.kind != "piece" or event.data["n"] == 1 for event in asked)
    had, has = answer_to(case.symptom, case.question), answer_to(case.final, case.question)
    if begun or not had or not case.final["error"] or case.history.where("browser", "document", after=pressed.at):
        return None
    shown = has["text"] if has else ""
    sentence = (
        f"expected {quoted(had['text'])} to stay when {pressed.data['control']} came to nothing, "
        f"shown was {quoted(shown)}"
    )
    return None if shown.startswith(had["text"]) else Finding("partial", False, sentence, had["text"], shown)


def _swept_away(case: Case) -> str:
    """An answer, or a part of one, that stood there until somebody wrote and sent a message, and then no longer did."""
    step = case.history.step("symptom")
    asked = case.history.where("run", "asked", after=step.at) if step else []
    return next((gone for one in asked for gone in _gone_since(case, one)), "")


def _gone_since(case: Case, asked: Event) -> list[str]:
    """What no longer stands there when somebody looks, once that was sent and before they did anything else."""
    until = min((act.at for act in acts(case) if act.at > asked.at), default=float("inf"))
    before = next((look for look in reversed(looks(case)) if look.at < asked.at), None)
    after = next((look for look in reversed(looks(case)) if asked.at < look.at < until), None)
    if before is None or after is None or before.screen["busy"] or not _same_page(before, after):
        return []
    return gone(before.screen, after.screen)


def gone(before: Screen, after: Screen) -> list[str]:
    """The answers, and parts of one, that stood there before and no longer do. Below another question all is new."""
    turns = list(after["messages"])
    asked = [at for at, one in enumerate(turns) if one["role"] == "user"]
    if len(asked) > sum(one["role"] == "user" for one in before["messages"]):
        turns = turns[: asked[-1]]
    had = [one["text"] for one in before["messages"] if one["role"] == "assistant" and one["text"]]
    return [text for text in had if not any(one["text"].startswith(text) for one in turns)]


def _same_page(one: Look, other: Look) -> bool:
    """Whether both are at the same document, and at the same conversation."""
    same = conversation_of(one.screen) == conversation_of(other.screen)
    return same and one.screen.get("born") == other.screen.get("born")
