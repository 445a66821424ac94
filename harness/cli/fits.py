"""What a check of a profile comes to: how often each locator finds something at each step, and what doesn't fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.clients import ASKED, BY_WHAT_WAS_ASKED, NEEDED, Client
from harness.judging import answer_to
from harness.language.words_of_profiles import PLACES
from harness.values.questions import QUESTION, STEADY
from harness.values.text import shown

Screen = Mapping[str, Any]
OPENED, ANSWERING, ANSWERED, FAILED, RELOADED = STEPS = ("opened", "answering", "answered", "failed", "reloaded")
ONE_OF_ITS_KIND = ("root", "composer", "send", "ready", "busy", "stop", "new_chat", "error_countdown", "login_form")
"""Places of which the page has one at a time: with several, nobody knows which is meant."""
OF_A_TURN = ("message", "user_message", "message_text")
"""Places that are there once somebody has asked."""
UNREADABLE = -1
"""Instead of a count: the selector can't be read."""


@dataclass(frozen=True)
class Step:
    """What one step came to. `found` and `visible`: how many of each locator; `screen` is None if it couldn't be done.

    `lines`: what could be read in the whole page. `tries`: how often the client asked the service with the failure.
    `news`: words that came with the failure, and `news_at` by what they are found (CSS), where both could be told.
    """

    name: str
    found: Mapping[str, int]
    visible: Mapping[str, int] = field(default_factory=dict)
    screen: Screen | None = None
    trouble: str = ""
    lines: tuple[str, ...] = ()
    tries: int = 0
    news: str = ""
    news_at: str = ""


def table(client: Client, steps: Sequence[Step]) -> list[str]:
    """A line for each locator: what it finds at each step, found/visible where these differ."""
    head = f"   {'':16}" + "".join(f"{step.name:>11}" for step in steps)
    lines = [head]
    for place, selector in client.locators.items():
        cells = "".join(f"{_cell(step, place):>11}" for step in steps)
        written = ASKED if selector.startswith(BY_WHAT_WAS_ASKED) else selector
        lines.append(f"   {place:16}{cells}  {_times(steps, place):9} {shown(written, 60)}")
    return lines


def _cell(step: Step, place: str) -> str:
    found, visible = step.found.get(place, 0), step.visible.get(place, 0)
    if found == UNREADABLE:
        return "?"
    return "–" if not found else str(found) if found == visible else f"{found} ({visible})"


def _times(steps: Sequence[Step], place: str) -> str:
    most = max((step.found.get(place, 0) for step in steps), default=0)
    return "never" if most <= 0 else "once" if most == 1 else "many"


def misfits(client: Client, steps: Sequence[Step]) -> list[str]:
    """What of the profile is wrong, each with its cure; while there is any, it does not fit.

    A step that couldn't be done is told for itself only where no locator says why.
    """
    by_name = {step.name: step for step in steps}
    wrong = list(_wrong_locators(client, steps))
    return [*wrong, *_wrong_turns(client, by_name), *_unfound_error(client, by_name)] or _troubles(steps)


def _troubles(steps: Sequence[Step]) -> list[str]:
    first = {step.trouble: step.name for step in reversed(steps) if step.trouble}
    return [f"{name}: {trouble}" for trouble, name in reversed(first.items())]


def _wrong_locators(client: Client, steps: Sequence[Step]) -> Iterator[str]:
    asked = any(step.name == ANSWERED and step.screen for step in steps)
    for place, selector in client.locators.items():
        if any(step.found.get(place) == UNREADABLE for step in steps):
            yield f"{place}: {shown(selector)} is no selector that a browser can read"
        elif place in OF_A_TURN and not asked:
            continue  # nobody could ask, so there are no turns
        elif place in NEEDED and _times(steps, place) == "never":
            what = PLACES[place][0].lower() + PLACES[place][1:]
            yield f"{place} is never found: it is {what} Name it by CSS, role, text or test id"
        elif place in NEEDED and not any(step.visible.get(place) for step in steps):
            yield f"{place} is found, and can never be seen: name the one that people see"
        elif place in ONE_OF_ITS_KIND:
            most = max(step.visible.get(place, 0) for step in steps)
            if most > 1:
                yield f"{place} is found {most} times at once: name one of them, such as with :last-of-type or a name"


def _wrong_turns(client: Client, steps: Mapping[str, Step]) -> Iterator[str]:
    answered = steps.get(ANSWERED)
    screen = answered.screen if answered else None
    if answered is None or screen is None:
        return
    turns = list(screen["messages"])
    mine = [one for one in turns if one["role"] == "user"]
    question = STEADY["en"]
    if len(turns) > 1 and len(mine) == len(turns):
        yield "user_message finds every turn, the answers too: name what only the person's own turns have"
    elif turns and not any(one["text"] == question for one in mine):
        texts = " / ".join(shown(one["text"], 40) for one in (mine or turns))
        cure = "name message_text, or another user_message"
        yield f"no turn of the person's is “{question}”, they read “{texts}”: {cure}"
    elif not whole(screen, question):
        answer = answer_to(screen, question)
        said = f"it reads “{shown(answer['text'], 80)}”" if answer else "there is none"
        yield f"the answer is not what the service answered, {said}: name message, or message_text within it"
    if screen["busy"]:
        yield "busy still shows once the answer has ended: name what only shows while one comes"
    if "ready" in client.locators and not screen["ready"]:
        yield "ready doesn't show although the answer has ended: name what shows then"


def _new_lines(steps: Mapping[str, Step]) -> list[str]:
    """The lines of the page that came with the failure, but for the question."""
    failed, before = steps.get(FAILED), steps.get(ANSWERED)
    known = {*(before.lines if before else ()), QUESTION["en"]}
    return [line for line in (failed.lines if failed else ()) if line not in known]


def _unfound_error(client: Client, steps: Mapping[str, Step]) -> Iterator[str]:
    """An error that the client tells in words, and the profile's `error` does not find."""
    failed = steps.get(FAILED)
    if failed is None or failed.screen is None or failed.screen["error"]:
        return
    news = failed.news or " / ".join(one for one in _new_lines(steps) if QUESTION["en"] not in one)
    if not news:
        return
    named = "error finds nothing" if "error" in client.locators else "the profile names no error"
    where = f'write `error: "{failed.news_at}"`' if failed.news_at else "name where that stands"
    yield f"{named} when the service fails, and “{shown(news, 120)}” is new on the page: {where}"


def whole(screen: Screen | None, question: str) -> bool:
    """Whether the answer to the question stands there whole."""
    answer = answer_to(screen, question) if screen else None
    return answer is not None and answer["state"] in ("complete", "")


def notes(client: Client, steps: Sequence[Step]) -> list[str]:
    """What was seen beside that, and where the profile says otherwise."""
    by_name = {step.name: step for step in steps}
    return [*_of_the_failure(client, by_name), *_of_traits(client, by_name), *_unseen(client, steps)]


def _of_the_failure(client: Client, steps: Mapping[str, Step]) -> Iterator[str]:
    failed = steps.get(FAILED)
    if failed is None or failed.screen is None:
        return
    if failed.screen["error"]:
        yield f"an error of the service is told as “{shown(' / '.join(failed.screen['error']['lines']))}”"
    else:
        new = _new_lines(steps)
        yield "an error of the service is not told where `error` looks" + (
            f"; new on the page is “{shown(' / '.join(new))}”" if new else ", nor anywhere else"
        )
    if failed.tries:
        times = "once" if failed.tries == 1 else f"{failed.tries} times"
        differs = failed.tries - 1 != client.retries
        yield f"it asked {times} when that failed" + (f": write retries: {failed.tries - 1}" if differs else "")


def _of_traits(client: Client, steps: Mapping[str, Step]) -> Iterator[str]:
    failed, reloaded = steps.get(FAILED), steps.get(RELOADED)
    if failed and failed.screen is not None:
        kept = failed.screen["draft"] == QUESTION["en"]
        yield _against(
            client, "drafts", kept, f"what was written is {'kept' if kept else 'not kept'} when sending fails"
        )
    asked = steps.get(ANSWERED)
    if asked and asked.screen and reloaded and reloaded.screen is not None:
        stays = whole(reloaded.screen, STEADY["en"])
        told = f"the conversation {'outlives' if stays else 'does not outlive'} a reload"
        yield _against(client, "history", stays, told)


def _against(client: Client, name: str, seen: bool, told: str) -> str:
    """What was seen; with what to write where the profile says something else."""
    if seen == (name in client.has):
        return told
    return f"{told}: {'add' if seen else 'take'} {name} {'to' if seen else 'out of'} has"


def _unseen(client: Client, steps: Sequence[Step]) -> Iterator[str]:
    absent = [name for name in client.locators if name not in NEEDED and _times(steps, name) == "never"]
    if absent:
        yield f"never found, and perhaps only there at other times: {', '.join(absent)}"
