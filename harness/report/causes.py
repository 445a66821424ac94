"""What decided an arm's verdict: the check, what it expected, and what was shown instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.judging import HARNESS
from harness.report.data import claims, unrepeated
from harness.report.difference import LINES
from harness.values.result import Finding, Result, Verdict

COMPARED = re.compile(
    r"expected (?:the |a |an |at most )?(?P<expected>“.*?”(?: [^,“]*)?|[^,]*?),? "
    r"(?:shown|seen|told|kept|found|observed) (?:was |were |there was )?(?P<shown>.+)",
    re.DOTALL,
)
NO_CONTROL = "its control can't be judged: "
KINDS: dict[str, str] = {
    "message": "Another message than expected",
    "message_again": "The message doesn't come again",
    "within": "Told too late",
    "language": "The wrong language",
    "draft": "The draft is lost",
    "partial": "The partial answer is wrong",
    "conversation": "The conversation changes",
    "draft_again": "The draft is lost at the second failure",
    "other_draft": "The draft of another conversation is lost",
    "raw": "A raw reply is on the screen",
    "connected": "It says that it is connected, and it isn't",
    "pointed": "An advice names a control that isn't there",
    "comes_to_rest": "It goes on, or is locked, after its error",
    "logged_out": "Logging out leaves the session alive",
    "fits": "What stands beside the message is about another failure",
    "quotes": "An earlier failure is quoted",
    "seen": "It can't be seen",
    "otherwise": "It can't be seen or used in the dark or in a narrow window",
    "stands_out": "The error doesn't stand out",
    "stays": "The error goes by itself",
    "heard": "The error isn't announced",
    "usable": "What is offered can't be used",
    "reached": "A control doesn't work by mouse or keyboard",
    "focus": "The focus is thrown away",
    "audit": "axe finds a barrier",
    "logged_in": "The person is logged out",
    "order": "Messages are out of order",
    "own": "A message that nobody wrote",
    "unsent": "A message that was not sent looks sent",
    "unfinished": "An unfinished answer looks whole",
    "listed": "The list of conversations changes",
    "mine_only": "A message lands in another conversation",
    "leaves": "Something of the failure stays",
    "offers_still": "What the page offered is gone",
    "in_the_way": "The fault is over, but the client is in the way",
    "elsewhere": "A new chat is no new one",
    "context": "The model is told another conversation",
    "as_served": "The page differs from what the service has",
    "returned": "Who comes back finds another conversation",
    "spoken": "Who hears the page is told something else",
    "forms": "A login or a dialog isn't for everybody",
    "room": "There is no room to read or write",
    "by_itself": "The client leaves or pretends while nobody acts",
    "in_passing": "An error is told for a moment while all is well",
    "goes_on": "A failure that is over spoils the next question",
    "typed": "Who writes while an error is told does something else",
    "counts_down": "A wait gets longer",
    "late": "The answer is drawn long after it came",
    "files": "The file is not the service's",
    "chats": "A message is not what the person asked",
    "conduct": "The client does something by itself",
    "diagnosis": "The diagnosis names another place",
    "status_page": "The status page says something else",
    "bisection": "The guilty extension is not found",
    "offers": "A control is missing",
    "countdown": "The countdown is wrong",
    "once_on_screen": "Shown more than once",
    "once_at_service": "Sent more than once",
    "answer_text": "The answer's text is wrong",
    "told": "The error isn't told just as long as it holds",
    "reach": "A remedy can't be done",
    "sends": "More is sent than was asked for",
    "leaks": "Private data in an error",
    "scripts": "A script of the page fails",
    "steady": "The client doesn't work before anything breaks",
    "outcome": "The remedy does something else than the scenario says",
    "prediction": "The model foretells something else",
    "stale": "A known failure passes",
    "evidence": "The fault was not seen on the wire",
    "done": "The remedy was not seen to be done",
    "letters": "This machine's fonts lack letters",
    "complete": "The arm was broken off",
    "undone": "The world was not whole again",
    "control": "The control can't be judged",
}
OUTCOMES: dict[tuple[str, str], str] = {
    ("recovers", "does_not_recover"): "The remedy doesn't help",
    ("recovers", "recovers_anyway"): "The remedy isn't needed",
    ("recovers_anyway", "recovers"): "The remedy is needed",
    ("recovers_anyway", "does_not_recover"): "It doesn't work again",
    ("does_not_recover", "recovers"): "The remedy helps",
    ("does_not_recover", "recovers_anyway"): "It works again without the remedy",
}
"""By what the scenario lists a remedy under, and what was observed."""
EXPLAINING = ("scripts", "fits")
"""Checks whose sentence may be the reason why another broke."""
NOTHING_SHOWN = "Nothing is shown"
UNJUDGED = "A check could not be made"


@dataclass(frozen=True)
class Cause:
    """`kind` names it in words, `check` is the check or `outcome`, `prediction`, `stale`; `also` broke as well."""

    check: str
    kind: str
    sentence: str
    expected: str = ""
    shown: str = ""
    also: tuple[str, ...] = ()
    about: str = ""
    """What tells two of the same check apart beside its sides: a remedy, where it is about one."""
    explained: tuple[str, ...] = ()
    """What else broke that may well be the reason."""

    @property
    def key(self) -> tuple[str, ...]:
        """What two arms share that met the same: of a screen's lines the first, for details below it differ by arm."""
        differs = (self.expected, self.shown.split(LINES)[0]) if self.expected or self.shown else (self.sentence,)
        return (self.check, self.about, *differs)


def cause(result: Result) -> Cause:
    """What made the verdict what it is."""
    if result.verdict is Verdict.INVALID:
        return _flaw(result)
    said = _said(result)
    broken = [
        one for one in result.findings if one.holds is False and one.check not in HARNESS and one not in claims(result)
    ]
    deciding = next((one for one in broken if one.sentence and one.sentence in result.sentence), None)
    also = tuple(one.check for one in broken if one is not deciding)
    if deciding:
        expected, shown = compared(deciding)
        explained = tuple(one.sentence for one in broken if one.check in EXPLAINING and one is not deciding)
        kind = _kind(deciding.check, shown)
        return Cause(deciding.check, kind, deciding.sentence, expected, shown, also, explained=explained)
    if result.expected and result.observed and result.expected != result.observed:
        sides = (_words(result.expected), _words(result.observed))
        kind = OUTCOMES.get((result.expected, result.observed), KINDS["outcome"])
        return Cause("outcome", kind, said, *sides, also, result.remedy)
    if result.predicted and result.predicted != result.observed:
        sides = (_words(result.predicted), _words(result.observed))
        return Cause("prediction", KINDS["prediction"], said, *sides, also, result.remedy)
    if "take it off the list" in said:
        return Cause("stale", KINDS["stale"], said, f"a failure ({result.issue})", "a pass", also)
    return Cause("verdict", result.verdict.value.capitalize(), said, also=also)


def _flaw(result: Result) -> Cause:
    """Why an arm can't be judged; one whose control can't be has the control's own reason."""
    said = _said(result)
    if said.startswith(NO_CONTROL):
        reason = re.sub(r"^control\S*: ", "", said.removeprefix(NO_CONTROL))
        return Cause("control", KINDS["control"], said, about=reason)
    named = [one for one in result.findings if one.check in HARNESS or one.holds is None]
    flaw = next((one for one in named if not one.holds), None)
    if flaw is None:
        return Cause("invalid", UNJUDGED, said)
    known = flaw.check in HARNESS and flaw.holds is False
    return Cause(flaw.check, KINDS.get(flaw.check, UNJUDGED) if known else UNJUDGED, flaw.sentence)


def compared(finding: Finding) -> tuple[str, str]:
    """The two sides of what a check compared, as it says them or as its sentence does; empty where it compares none."""
    if finding.expected or finding.shown:
        return finding.expected, finding.shown.replace("\n", LINES)
    match = COMPARED.search(finding.sentence)
    return (_bare(match["expected"]), _bare(match["shown"])) if match else ("", "")


def _bare(side: str) -> str:
    """A side without its quotes, where they are around all of it."""
    whole = re.fullmatch(r"“([^”]*)”", side.strip(), re.DOTALL)
    return whole[1] if whole else side.strip()


def _kind(check: str, shown: str) -> str:
    return NOTHING_SHOWN if check == "message" and shown in ("", "nothing") else kind_of(check)


def kind_of(check: str) -> str:
    """What is wrong where this check doesn't hold, in words."""
    return KINDS.get(check) or f"{check.replace('_', ' ').capitalize()} doesn't hold"


def _said(result: Result) -> str:
    """The sentence without the arm's label and without what a later stage put behind it."""
    label = unrepeated(result.arm.removeprefix(f"{result.scenario}/"))
    said = result.sentence.removeprefix(f"{label}: ")
    if result.issue:
        said = said.removesuffix(f" (known: {result.issue})")
    if result.known_of:
        said = said.removesuffix(f" (known of {result.client}: {result.known_of})")
    return said.removesuffix(" (its repeats disagree)")


def _words(outcome: str) -> str:
    return outcome.replace("_", " ")
