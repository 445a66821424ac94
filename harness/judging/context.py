"""Whether a client that calls the API itself tells the model the conversation that the person has in front of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from harness.judging.case import Case, Screen, quoted, squeeze
from harness.judging.looks import looks
from harness.values.history import Event
from harness.values.result import Finding

MESSAGES = "messages"
LEAST = 12
"""Letters from which a part of an answer is known again in what a client has put around it."""
BEGUN = 4
"""Letters from which it is known again at the beginning, with something behind it."""


def context(case: Case) -> Finding | None:
    """The model is told what stands on the screen: no turn twice, none of another visit, no error as its own answer."""
    requests = [one for one in _requests(case) if _is_of_the_person(case, one)]
    if not requests or case.by_api:  # who calls the API by hand has no screen
        return None
    sentence = next(_wrong(case, requests), "")
    return Finding("context", not sentence, sentence or "the model is told the conversation that is on the screen")


def _requests(case: Case) -> Iterator[Event]:
    """Each request of the API's at the time when it came, with what its end tells of it."""
    ended = {str(event.data["request"]): event.data for event in case.history.where("service", "api_ended")}
    for event in case.history.where("service", "api_request"):
        yield replace(event, data={**event.data, **ended.get(str(event.data["request"]), {})})


def _is_of_the_person(case: Case, request: Event) -> bool:
    """Whether it asks what the person has asked, and not what the client or somebody else wants to know."""
    mine = {str(event.data.get("name")) for event in case.history.where("service", "account")}
    said = [squeeze(str(event.data["question"])) for event in case.history.where("run", "asked")]
    told = _told(request, "user")
    return bool(told) and told[-1] in said and (not mine or str(request.data.get("account")) in mine)


def _told(request: Event, role: str) -> list[str]:
    return [squeeze(str(one["text"])) for one in request.data.get(MESSAGES) or () if one["role"] == role]


def _wrong(case: Case, requests: list[Event]) -> Iterator[str]:
    most = 0
    for request, following in pairwise([*requests, None]):
        assert request is not None
        told = _told(request, "user")
        screen = _shown(case, request, following)
        if screen is not None:
            yield from _beside(case, told, screen, most)
        most = max(most, len(told))
        if following is not None and (more := _instructed(request, following)):
            yield f"expected the model to be asked as before, for the next answer it was told {quoted(more)} as well"
        if following is not None and (changed := _changed(request, following)):
            yield f"expected the model to be asked as before, of the next answer was asked {changed}"
        strange = [one for one in _told(request, "assistant") if one and not _is_an_answer(case, one)]
        if strange:
            yield f"expected the model to be told its own answers only, it was told that it had said {quoted(strange)}"


def _changed(request: Event, following: Event) -> str:
    """What shapes the answer to the second of two requests and not that to the first, in words: nobody changed it."""
    before, after = (one.data.get("settings") or {} for one in (request, following))
    return ", ".join(f"{name} {value:g}" for name, value in after.items() if before.get(name) != value)


def _instructed(request: Event, following: Event) -> list[str]:
    """What the model is told beside the conversation with the second of two requests, and was not with the first."""
    before, after = ([*_told(one, "system"), *_told(one, "developer")] for one in (request, following))
    return [text for text in after if text not in before] if len(after) > len(before) else []


def _shown(case: Case, request: Event, following: Event | None) -> Screen | None:
    """The first look at the conversation after a request, by somebody who has done nothing since."""
    acts = case.history.where("run", "asked", "pressed", "begins", after=request.at)
    acts += case.history.where("browser", "navigation", "document", after=request.at)
    until = min([act.at for act in acts] + ([following.at] if following else []), default=float("inf"))
    seen = [look for look in looks(case) if request.at < look.at < until]
    return seen[0].screen if seen else None


def _beside(case: Case, told: list[str], screen: Screen, most: int) -> Iterator[str]:
    """What the model was told beside what stands on the screen, or was not. `most`: turns of a person told so far."""
    shown = [one["text"] for one in screen["messages"] if one["role"] == "user"]
    there = Counter(shown) | Counter([told[-1]])  # what failed may be back in the composer
    more = [text for text, count in Counter(told).items() if count > there[text]]
    if more:
        often = "again" if there[more[0]] else "though it stands nowhere on the screen"
        yield f"expected the model to be told the conversation on the screen, it was told {quoted(more[0])} {often}"
    answered = [text for text in dict.fromkeys(shown) if text not in told and case.whole(text)]
    if len(told) < most and answered:
        yield (
            f"expected the model to be told the conversation on the screen, as it was before, it was not told "
            f"{quoted(answered[0])}"
        )


def _is_an_answer(case: Case, text: str) -> bool:
    """Whether it is one of the service's answers, or a part of one, whatever a client has put around it."""
    given = [squeeze(str(event.data["text"])) for event in case.history.where("service", "answer")]
    plain = " ".join(text.split())
    answers = [one for one in (" ".join(one.split()) for one in given) if one]
    return any(
        plain in one or (len(one) >= BEGUN and plain.startswith(one)) or (len(one) >= LEAST and one in plain)
        for one in answers
    )
