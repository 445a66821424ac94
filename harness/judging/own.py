"""Whether what stands on the screen is the person's own: what they wrote, and the service's answers to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from harness.judging.case import Case, lines_on, quoted, squeeze
from harness.judging.context import LEAST
from harness.judging.looks import Look, conversation_of, looks
from harness.judging.wording import FAILED
from harness.values.result import Finding

A_WORD = 3
"""So many letters may stand in a composer by chance."""
LATER = 3600.0
"""Seconds after which it may be another time of the day."""


def own(case: Case) -> Finding | None:
    """Every message on the screen is one that this person wrote, or the service's answer to it."""
    asked = asked_of(case)
    greetings = {one["text"] for look in looks(case, "steady") for one in look.screen["messages"]}
    for look in looks(case):
        greetings.update(_otherwise_greeted(case, look))
        question, draft = "", squeeze(look.screen["draft"])
        if draft and _is_not_theirs(case, draft, look):
            want = f"expected in the composer what the person wrote, or nothing ({look.phase})"
            return Finding("own", False, f"{want}, it has {quoted(draft)}", " / ".join(asked), draft)
        for one in look.screen["messages"]:
            if one["role"] == "user":
                question = one["text"]
                if question not in asked:
                    sentence = (
                        f"expected messages of this conversation only, shown was {quoted(question)} ({look.phase})"
                    )
                    return Finding("own", False, sentence, " / ".join(asked), question)
            elif one["text"] and not question and one["text"] not in greetings:
                sentence = f"expected no answer to what nobody asked ({look.phase}), shown was {quoted(one['text'])}"
                return Finding("own", False, sentence, "nothing", one["text"])
            elif one["text"] and not _may_be(case, question, one["text"]):
                want = quoted((case.given(question) or [""])[0])
                sentence = (
                    f"expected the service's answer to {quoted(question)} ({look.phase}), "
                    f"shown was {quoted(one['text'])}"
                )
                return Finding("own", False, sentence, want, one["text"])
    return Finding("own", True, "every message is of this conversation")


def _otherwise_greeted(case: Case, look: Look) -> list[str]:
    """What a client that greets says before anybody asks at another time of the day, in the place of its greeting."""
    steady, said = looks(case, "steady"), _greeting(look.screen["messages"])
    before = max((_greeting(one.screen["messages"]) for one in steady), key=len, default=[])
    if not 0 < len(said) <= len(before) or look.world - steady[0].world < LATER:
        return []
    failed = FAILED.search(" ".join(said)) or any(
        case.client.says_it(name, case.locale, said) for name in case.client.messages
    )
    return [] if failed or any(_was_given(case, one) for one in said) else said


def _greeting(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a client says before anybody asks."""
    return [one["text"] for one in takewhile(lambda one: one["role"] != "user", messages) if one["text"]]


def _was_given(case: Case, text: str) -> bool:
    """Whether it is an answer that the service gave to this person, or a part of one."""
    answers = [squeeze(str(event.data["text"])) for event in case.history.where("service", "answer")]
    return any(text == one or (min(len(text), len(one)) >= LEAST and (text in one or one in text)) for one in answers)


def asked_of(case: Case) -> list[str]:
    said = [str(event.data["question"]) for event in case.history.where("run", "asked")]
    return list(dict.fromkeys(squeeze(text) for text in [case.steady_question, case.question, *said]))


def _is_not_theirs(case: Case, draft: str, look: Look) -> bool:
    """Whether that is what the screen says, a piece of what was written, or what was asked and answered before."""
    return draft in lines_on(look.screen) or _torn(case, draft, look.at) or _is_of_before(case, draft, look)


def _torn(case: Case, draft: str, at: float) -> bool:
    """Whether that is a piece of what the person wrote, and nobody was kept from writing the rest."""
    elsewhere = [str(event.data["draft"]) for event in case.history.where("run", "wrote")]
    written = [squeeze(text) for text in (*asked_of(case), *elsewhere)]
    piece = len(draft) > A_WORD and draft not in written and any(draft in text for text in written)
    return piece and not case.history.where("run", "in_the_way", "unavailable", before=at)


def _is_of_before(case: Case, draft: str, look: Look) -> bool:
    """Whether that was asked here before what was asked last, and had its answer by then."""
    here = conversation_of(look.screen)
    asked = case.history.where("run", "asked", before=look.at)
    mine = [one for one in asked if str(one.data["conversation"]) in ("", here)]
    if not mine or draft == squeeze(str(mine[-1].data["question"])):
        return False
    done = {str(one.data["answer"]) for one in case.history.where("service", "answer_done", before=mine[-1].at)}
    given = [one.data for one in case.history.where("service", "answer") if str(one.data["id"]) in done]
    return any(squeeze(str(one["prompt"])) == draft and one["state"] == "complete" for one in given)


def _may_be(case: Case, question: str, text: str) -> bool:
    given = case.given(question)
    return not given or any(whole.startswith(text) for whole in given)
