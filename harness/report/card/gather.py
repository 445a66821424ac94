"""What a card tells, from a run's results and history alone: nothing is judged here that was not judged by the run."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from harness.report.matrix import results as results_of
from harness.values.catalogue import FAILURES
from harness.values.errors import AuthorError
from harness.values.history import Event, History
from harness.values.recordings import histories, recorded
from harness.values.result import Result, Verdict
from harness.values.scenario import ANY, NOTHING

GRADES = ((1.0, "A"), (0.95, "B"), (0.8, "C"), (0.5, "D"), (0.0, "E"))
"""The least share of judged arms that hold, and its grade."""
BROWSERS_OWN = re.compile(r"(net::|NS_)\w+|still_loading|Protocol error")
"""How a browser names what kept a page from coming."""
TRACE = re.compile(r'Traceback\b|File ".*", line \d|at \S+ \(')
"""How the first line of a stack trace begins."""
RULE = "A: all that were judged hold; B: 95 % or more; C: 80 %; D: 50 %; E: fewer. What is invalid counts nowhere."


@dataclass(frozen=True)
class Aspect:
    """One thing that a client owes, and the checks that tell whether an arm has it."""

    name: str
    owes: str
    checks: tuple[str, ...]


ASPECTS = (
    Aspect(
        "message",
        "the documented message (in any words where the profile has no text for it), alone",
        ("message", "fits", "pointed", "quotes", "message_again", "in_passing"),
    ),
    Aspect("in time", "it comes within the scenario's limit", ("within", "countdown", "counts_down", "late")),
    Aspect(
        "visible",
        "it can be seen where it stands, for as long as it is true",
        ("seen", "stands_out", "stays", "otherwise"),
    ),
    Aspect("announced", "it is announced to those who don't see", ("heard", "spoken")),
    Aspect("language", "every word is in the person's language", ("language",)),
    Aspect("no raw body", "no body of a reply and no stack trace is shown", ("raw",)),
    Aspect("confidentiality", "nothing confidential is told, sent elsewhere or left lying", ("leaks",)),
    Aspect("draft", "what was written and not taken is kept", ("draft", "draft_again", "other_draft")),
    Aspect("partial answer", "what had come of an answer stays, told as a part", ("partial", "unfinished")),
    Aspect(
        "conversation",
        "the messages are those of the service, in order, once",
        ("conversation", "own", "order", "once_on_screen", "as_served", "returned", "context", "listed", "unsent"),
    ),
    Aspect(
        "usable",
        "what is offered can be reached and used",
        ("usable", "comes_to_rest", "reached", "focus", "reach", "in_the_way", "room", "forms", "typed"),
    ),
    Aspect("leaves", "nothing of the failure is left once it is over", ("leaves", "offers_still", "told", "goes_on")),
    Aspect(
        "quiet",
        "no storms, nothing sent twice or elsewhere",
        ("conduct", "sends", "chats", "once_at_service", "by_itself"),
    ),
)


@dataclass(frozen=True)
class Share:
    """How many of the arms that were judged hold; `failed` is what the first of the others said."""

    holds: int
    judged: int
    failed: str = ""

    @property
    def mark(self) -> str:
        if not self.judged:
            return "none"
        return "pass" if self.holds == self.judged else "fail" if not self.holds else "some"

    @property
    def grade(self) -> str:
        """The grade by the rule, or empty where nothing was judged."""
        share = self.holds / self.judged if self.judged else -1.0
        return next((letter for least, letter in GRADES if share >= least), "")


@dataclass(frozen=True)
class Shown:
    """One text that was shown at the symptom: in how many arms, and how soon (seconds, the median)."""

    text: str
    times: int
    seconds: float | None
    alike: tuple[str, ...] = ()
    """Other failures that are told by the same words, although their documented messages differ."""


@dataclass(frozen=True)
class Row:
    """One documented failure: what was shown, what held, and what remedies came to."""

    id: str
    name: str
    shown: tuple[Shown, ...]
    shares: Mapping[str, Share]
    helps: tuple[str, ...] = ()
    needless: tuple[str, ...] = ()
    spoiled: tuple[str, ...] = ()
    vain: tuple[str, ...] = ()
    arms: int = 0


@dataclass(frozen=True)
class Card:
    """One client's card."""

    client: str
    about: Mapping[str, Any]
    rows: tuple[Row, ...]
    shares: Mapping[str, Share]
    counts: Mapping[str, int]
    apart: Share = Share(0, 0)
    known: tuple[str, ...] = ()
    untested: tuple[str, ...] = ()


@dataclass
class _Seen:
    """What was shown in one arm: the lines, how soon, and the name of the message that is documented."""

    lines: list[str]
    seconds: float | None
    documented: str
    ids: Sequence[str] = field(default_factory=tuple)

    @property
    def words(self) -> str:
        """What a person reads of it, without what counts on and without a stack trace, which is another each time."""
        first, *more = [*takewhile(lambda line: not TRACE.match(line), self.lines), ""]
        return " / ".join([first, *(re.sub(r"\d+", "0", line) for line in more if line)])


def card(folder: Path) -> Card:
    """The card of the run that a folder holds. `AuthorError` when it holds none."""
    results, about = results_of(folder)
    path = folder / "history.jsonl"
    if not path.is_file():
        raise AuthorError(f"there is no history.jsonl in {folder}", cure="name a folder that --out named")
    events = recorded(path)
    documented = documented_messages(events)
    judged = [one for one in results if one.kind != "runbook" and one.documents]
    seen = _seen_in(judged, histories(events), documented)
    alike = _alike(seen)
    ids = [name for name in FAILURES if any(name in one.documents for one in judged)]
    rows = tuple(_row(name, [one for one in judged if name in one.documents], seen, alike) for name in ids)
    told = [one for one in seen.values() if one.words]
    return Card(
        client=str(about.get("client") or "default"),
        about=about,
        rows=rows,
        shares={one.name: _share(one, judged) for one in ASPECTS},
        counts={verdict.value: sum(one.verdict is verdict for one in results) for verdict in Verdict},
        apart=Share(sum(not alike.get(one.words) for one in told), len(told)),
        known=tuple(dict.fromkeys(one.issue for one in results if one.verdict is Verdict.KNOWN and one.issue)),
        untested=tuple(name for name in FAILURES if name not in ids),
    )


def _seen_in(
    results: Iterable[Result], stories: Mapping[str, History], documented: Mapping[str, str]
) -> dict[str, _Seen]:
    """What was shown at the symptom of every control that does nothing, by the arm."""
    found = {}
    for one in results:
        story = stories.get(one.arm)
        if one.kind != "control" or one.remedy != NOTHING or one.verdict is Verdict.INVALID or story is None:
            continue
        found[one.arm] = _Seen(*_symptom(story), documented.get(one.path, ""), one.documents)
    return found


def _symptom(story: History) -> tuple[list[str], float | None]:
    shots = [e for e in story.where("screen", "snapshot") if e.data.get("phase") == "symptom"]
    moment = story.step("moment")
    if not shots or moment is None:
        return [], None
    last = shots[-1]
    screen, acted = last.data, story.first("run", "asked", "pressed", after=moment.at, before=last.at) or moment
    lines = list(screen["error"]["lines"]) if screen.get("error") else list(screen.get("document") or ())
    own = BROWSERS_OWN.search(str(screen.get("navigation") or ""))
    return lines or [f"a page of the browser's own ({own[0]})"] if own else lines, max(
        0.0, last.at - acted.at + last.world - acted.world - float(screen.get("stood", 0.0))
    )


def documented_messages(events: Iterable[Event]) -> dict[str, str]:
    """The message that each scenario of a run expects, by the scenario's path."""
    texts = {str(e.data["path"]): str(e.data["text"]) for e in events if (e.source, e.kind) == ("run", "scenario")}
    return {path: _documented(text) for path, text in texts.items()}


def _documented(text: str) -> str:
    """The message that a scenario expects, by its name; empty where it says none, or a value of its matrix."""
    try:
        told = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return ""
    expect = told.get("expect") if isinstance(told, dict) else None
    message = expect.get("message") if isinstance(expect, dict) else None
    return message if isinstance(message, str) and message != ANY and "$" not in message else ""


def _alike(seen: Mapping[str, _Seen]) -> dict[str, tuple[str, ...]]:
    """Words that stand for failures whose documented messages differ, each with these failures."""
    documented: dict[str, set[str]] = {}
    failures: dict[str, set[str]] = {}
    for one in seen.values():
        if one.words and one.documented:
            documented.setdefault(one.words, set()).add(one.documented)
            failures.setdefault(one.words, set()).update(one.ids)
    return {
        title: tuple(sorted(failures[title], key=list(FAILURES).index))
        for title, messages in documented.items()
        if len(messages) > 1 and len(failures[title]) > 1
    }


def _row(name: str, results: list[Result], seen: Mapping[str, _Seen], alike: Mapping[str, tuple[str, ...]]) -> Row:
    remedies = [one for one in results if one.kind == "remedy" and one.verdict is not Verdict.INVALID]
    by_outcome: dict[str, list[str]] = {}
    for one in remedies:
        spoiled = one.observed == "does_not_recover" and one.predicted in ("recovers", "recovers_anyway")
        by_outcome.setdefault("spoiled" if spoiled else one.observed, []).append(one.remedy)
    lists = {outcome: tuple(dict.fromkeys(names)) for outcome, names in by_outcome.items()}
    return Row(
        id=name,
        name=FAILURES[name][0],
        shown=_texts(name, [seen[one.arm] for one in results if one.arm in seen], alike),
        shares={one.name: _share(one, results) for one in ASPECTS},
        helps=lists.get("recovers", ()),
        needless=lists.get("recovers_anyway", ()),
        spoiled=lists.get("spoiled", ()),
        vain=lists.get("does_not_recover", ()),
        arms=len(results),
    )


def _texts(name: str, seen: Sequence[_Seen], alike: Mapping[str, tuple[str, ...]]) -> tuple[Shown, ...]:
    by_text: dict[str, list[_Seen]] = {}
    for one in seen:
        by_text.setdefault(one.words, []).append(one)
    found = []
    for some in sorted(by_text.values(), key=len, reverse=True):
        text = max((" / ".join(one.lines) for one in some), key=len)
        times = [one.seconds for one in some if one.seconds is not None]
        others = tuple(one for one in alike.get(some[0].words, ()) if one != name)
        found.append(Shown(text, len(some), statistics.median(times) if times else None, others))
    return tuple(found)


def _share(aspect: Aspect, results: Iterable[Result]) -> Share:
    holds = judged = 0
    failed = ""
    for one in results:
        found = [each for each in one.findings if each.check in aspect.checks and each.holds is not None]
        if one.verdict is Verdict.INVALID or not found:
            continue
        judged += 1
        wrong = next((each.sentence for each in found if not each.holds), "")
        holds += not wrong
        failed = failed or wrong
    return Share(holds, judged, failed)
