"""What a client does and says while nobody acts: it stays, is swift, and says that it works only while it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from harness.judging.case import Case, Screen, answer_to, answered_whole, quoted
from harness.judging.looks import Look, at_rest, looks, marks_of_writing, soundly_opened
from harness.values.history import Event
from harness.values.result import Finding
from harness.values.situation import Moment

UNDER_WAY = re.compile(
    r"\W*(?:(?:re)?(?:connect|load|send|think|generat|typ|retry|try|work|process|sav|fetch|upload|wait)t?ing\b.{0,30}"
    r"|please wait.{0,20}"
    r"|.{0,12}(?:接続中|読み込み中|送信中|生成中|考え中|入力中|処理中|お待ちください).{0,3})",
    re.IGNORECASE,
)
"""How clients say that something is under way."""
UNDER_WAY_BESIDE = re.compile(
    r"(?<!while )\b(?:(?:up|down)?load|connect|sav|send|prepar|generat)ing ?(?:…|\.\.\.)"
    r"|(?:接続|読み込み|送信|受信|生成|準備|保存|処理|ダウンロード|アップロード)中(?:…|\.\.\.)",
    re.IGNORECASE,
)
"""How they say so beside something else."""
GOES_ON = re.compile(r"(…|\.\.\.)\W*$")
A_WHILE = 10.0
"""Seconds on the harness's clock after which what was under way has come to an end, or says so by what it asks for."""
LATE = 3.0
"""Seconds on the page's clock by which an answer is on the screen once it has come, also letter by letter."""
LEAP = 4.0
"""Seconds on the harness's clock that go by only when nothing has come of an answer for ten real ones."""


def by_itself(case: Case) -> Finding | None:
    """A client stays where the person is, and says that something is under way only while it is."""
    sentence = next(_left(case), "") or next(_pretends(case), "") or next(_remembers(case), "")
    sentence = sentence or next(_begins(case), "")
    return Finding("by_itself", not sentence, sentence or "the client does nothing by itself")


def _left(case: Case) -> Iterator[str]:
    """Each time that the page was loaded anew although nobody did anything, in words."""
    if case.arm.kind != "control" or case.arm.scenario.expect.message == "client_outdated":
        return
    for before, after in at_rest(case):
        if _documents(case, before.at, after.at) and not after.screen["login"]:
            yield f"expected the page to stay as it is while nobody acts, it loaded itself anew ({after.phase})"
    if case.arm.scenario.moment is Moment.SEND and _left_on_sending(case):
        yield "expected the page to stay as it is when a message fails, it loaded itself anew (symptom)"


def _left_on_sending(case: Case) -> bool:
    """Whether a page that stayed when a message was sent in the steady state was loaded anew when one failed."""
    broken, symptom, looked = case.history.step("break"), case.history.step("symptom"), looks(case, "symptom")
    if broken is None or symptom is None or not looked:
        return False
    usual = case.history.first("run", "asked", before=broken.at)
    last = case.history.first("run", "asked", after=broken.at)
    if usual is None or last is None or last.at > symptom.at:
        return False
    return bool(_documents(case, last.at, looked[-1].at)) and not _documents(case, usual.at, broken.at)


def _documents(case: Case, after: float, before: float) -> list[Event]:
    return case.history.where("browser", "document", after=after, before=before)


def _pretends(case: Case) -> Iterator[str]:
    """Each thing that says for long that something is under way, although nothing is asked for, in words."""
    steady = case.history.screen("steady")
    if steady is None or (case.arm.kind, case.arm.remedy) != ("control", "nothing"):
        return
    usual = {line for line in _words(steady) if not GOES_ON.search(line)}
    for before, after in at_rest(case):
        if not _idle(case, before, after):
            continue
        there = set(_words(before.screen)) & set(_words(after.screen)) - usual
        if said := next((line for line in _words(after.screen) if line in there and _is_under_way(line)), ""):
            sentence = f"expected nothing to say that it is under way when nothing is ({after.phase})"
            yield f"{sentence}, shown was {quoted(said)}"
        spins = min(before.screen.get("spinning", 0), after.screen.get("spinning", 0))
        if spins > steady.get("spinning", 0):
            yield f"expected nothing to spin when nothing is under way ({after.phase}), something does"
        drawn = set(before.screen.get("drawn", ())) & set(after.screen.get("drawn", ())) & marks_of_writing(case)
        if drawn:
            sentence = f"expected no answer to look as if it were being written when none is ({after.phase})"
            yield f"{sentence}, its last one still has {quoted(sorted(drawn)[0].strip(chr(34)))}"


def _is_under_way(line: str) -> bool:
    return bool(UNDER_WAY.fullmatch(line) or UNDER_WAY_BESIDE.search(line))


def _remembers(case: Case) -> Iterator[str]:
    """Each error on a page that was opened just now, empty or with the answer, although nothing has failed since."""
    for look in looks(case, "opened", "remedy", "recovery"):
        has_it = not look.screen["messages"] or answered_whole(case, look.screen)
        if not look.screen["error"] or look.screen["busy"] or not has_it or not soundly_opened(case, look):
            continue
        shown = quoted(look.screen["error"]["lines"])
        yield f"expected nothing of an earlier failure on a page that was opened just now, shown was {shown}"


def _begins(case: Case) -> Iterator[str]:
    """Each time that an empty page that was opened just now goes on being busy with what nobody asked for, in words."""
    for before, after in pairwise(looks(case, "opened", "remedy", "recovery")):
        both = all(
            one.screen["busy"] and not one.screen["messages"] and not one.screen["error"] for one in (before, after)
        )
        if both and before.screen.get("born") == after.screen.get("born") and soundly_opened(case, before):
            opened = max(e.at for e in case.history.where("browser", "document", before=before.at))
            within = {"after": opened, "before": after.at}
            asked = case.history.where("browser", "request", "websocket_made", **within)
            if len(asked) <= len(case.history.where("browser", "response", "request_failed", **within)):
                sentence = "expected nothing to be under way on a page that was opened just now"
                yield f"{sentence} ({after.phase}), it is shown as busy, and it asks for nothing"


def _idle(case: Case, before: Look, after: Look) -> bool:
    """Whether the client had time for whatever it does, and asked for nothing in it."""
    asked = case.history.where("browser", "request", "websocket_made", "document", after=before.at, before=after.at)
    both = all(one.screen["client"] and not one.screen["login"] and not one.screen["busy"] for one in (before, after))
    connecting = (after.screen.get("sockets") or {}).get("connecting", 0)
    long = after.world + after.at - before.world - before.at >= A_WHILE
    return both and not asked and not connecting and long


def _words(screen: Screen) -> list[str]:
    """All that the client says and isn't the error: also its labels, and what stands beside messages."""
    notes = [str(one["note"]) for one in screen["messages"] if one.get("note")]
    return [*screen.get("others", ()), *screen.get("labels", ()), *notes]


def _since_asked(case: Case, look: Look) -> float:
    """Seconds since somebody last asked or pressed something: what came before is shown by what they did."""
    acts = case.history.where("run", "asked", "pressed", before=look.at)
    return look.world + look.at - acts[-1].world - acts[-1].at if acts else float("inf")


def late(case: Case) -> Finding | None:
    """An answer is on the screen soon after it has come."""
    told = False
    for look in looks(case, "steady", "recovery"):
        question = case.steady_question if look.phase == "steady" else case.final_question
        answer = answer_to(look.screen, question)
        if look.screen["error"] or answer is None or answer["text"] not in case.whole(question):
            continue
        told = True
        lag = float(look.screen.get("lag") or 0.0) / 1000
        if LATE < lag <= _since_asked(case, look):
            sentence = (
                f"expected the answer on the screen once it had come, it was there {lag:.0f} s later ({look.phase})"
            )
            return Finding("late", False, sentence, f"within {LATE:g} s", f"{lag:.0f} s")
    asked = case.history.first("run", "asked")
    steady = next((look for look in looks(case, "steady") if asked and look.at > asked.at), None)
    if asked and steady and steady.world - asked.world > LEAP:
        seconds = steady.world - asked.world
        sentence = f"expected the answer on the screen while all is well, {seconds:.0f} s and more went by"
        return Finding("late", False, sentence, "at once", f"{seconds:.0f} s")
    return Finding("late", True, "answers are on the screen once they have come") if told else None
