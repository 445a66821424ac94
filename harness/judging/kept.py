"""Whether the client keeps what is the person's: the conversation as the service has it, drafts, files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from harness.judging.case import Case, Screen, came, quoted, squeeze, works
from harness.judging.looks import UNDER_WAY, Look, conversation_of, looks, remark, soundly_opened
from harness.judging.own import asked_of
from harness.judging.wording import FAILED
from harness.remedies import REMEDIES
from harness.values.history import Event, History
from harness.values.result import Finding
from harness.values.situation import Moment

NOT_SENT = ("failed", "unsent", "error", "pending", "sending", "queued", "not_sent")
"""How a client may mark a message that the service has not taken."""
ARRIVED = re.compile(
    r"\W*(?:message )?(?:delivered|sent|received|seen|read|arrived|saved|[✓✔]+"
    r"|配信済み?|送信済み?|送信しました|既読|受信済み?)"
    r"(?:[\W\d]|am|pm|at|just now|today)*",
    re.IGNORECASE,
)
"""How a client tells that a message has come to where it was to go."""


NEVER_MADE = re.compile(
    r"\b(?:not|never|couldn['’]?t|can['’]?t|cannot) ?(?:be )?(?:made|created?|generated?|prepared?|written)\b"
    r"|\b(?:creation|generation|preparation) failed\b|\bno file\b"
    r"|(?:作成|生成|準備)(?:できま|に失敗|されま)",
    re.IGNORECASE,
)
"""How a client tells that there is no file."""
WHOLE = re.compile(
    r"\b(?:completed?|all done|all of it|(?:the )?whole answer|that(?:['’]s| is) all|end of (?:the )?answer)\b"
    r"|(?:完了|完成)(?:しました|です|済み)|すべて(?:届|受信|表示)|以上です",
    re.IGNORECASE,
)
"""How a client tells that an answer is all there."""
DENIED = re.compile(r"\b(?:not|never|no|before|until)\b|n['’]t\b|ません|ない|未", re.IGNORECASE)
"""What turns such a word round."""
SIZE = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?) ?(bytes?|B|[kKMG]i?B)\b")
"""How a client tells the size of a file."""
GROUPED = re.compile(r",(?=\d{3}(?!\d))")
"""What parts the thousands of a number, in English and in Japanese."""
STOPPED = re.compile(
    r"\W*(?:you(?:['’]ve| have)? )?(?:(?:stopped|cancell?ed|aborted)(?: by (?:you|the user))?)\W*"
    r"|\W*(?:あなたが)?(?:停止|中止|キャンセル)(?:しました|済み|されました)?\W*",
    re.IGNORECASE,
)
"""How a client tells that somebody wanted no more of an answer."""
ROUNDED = 0.06
"""The share of a size by which it may be rounded."""


def order(case: Case) -> Finding | None:
    """Messages stand in the order in which the service took them; what it never took, in that in which it was asked."""
    taken: dict[tuple[str, str], float] = {}
    for event in case.history.where("service", "message"):
        taken.setdefault((str(event.data["conversation"]), squeeze(str(event.data["text"]))), event.at)
    asked: dict[str, float] = {}
    for event in case.history.where("run", "asked"):
        asked.setdefault(squeeze(str(event.data["question"])), event.at)
    for look in looks(case):
        here = conversation_of(look.screen)
        texts = [one["text"] for one in look.screen["messages"] if one["role"] == "user"]
        times = [taken.get((here, text), asked.get(text)) for text in dict.fromkeys(texts)]
        if any(later < earlier for earlier, later in pairwise([one for one in times if one is not None])):
            sentence = (
                f"expected messages in the order in which they were sent ({look.phase}), shown was {quoted(texts)}"
            )
            return Finding("order", False, sentence, "the order of the service", " / ".join(texts))
    return Finding("order", True, "messages stand in their order")


def unsent(case: Case) -> Finding | None:
    """A message that the service never took is told as not sent, where it stands in the conversation."""
    for look in looks(case):
        if look.screen["busy"] or not look.screen["error"]:
            continue
        sent = case.history.where("service", "message", before=look.at)
        taken = {case.steady_question, *(squeeze(str(event.data["text"])) for event in sent)}
        for one in look.screen["messages"]:
            if one["role"] == "user" and one["text"] == look.screen["draft"] != "" and not _marked(case, one):
                sentence = (
                    f"expected {quoted(one['text'])} to be told as sent or as not sent ({look.phase}), "
                    "it stands in the conversation like one that was sent and in the composer like one that was not"
                )
                return Finding("unsent", False, sentence, "sent or not sent", "both")
            if one["role"] == "user" and one["text"] not in taken and not _marked(case, one):
                sentence = (
                    f"expected {quoted(one['text'])} to be told as not sent ({look.phase}): the service never took it, "
                    "and it stands in the conversation like one that was sent"
                )
                return Finding("unsent", False, sentence, "told as not sent", "shown as sent")
    if wrong := _told_as_failed(case):
        return Finding("unsent", False, wrong, "told as sent", "told as failed")
    return Finding("unsent", True, "what was not sent is not told as sent")


def _told_as_failed(case: Case) -> str:
    """A question that has its whole answer, or that answer, told as one that did not come through, in words."""
    for look in looks(case):
        messages = list(look.screen["messages"])
        for one, other in pairwise(messages):
            if (one["role"], other["role"]) != ("user", "assistant") or other["text"] not in case.whole(one["text"]):
                continue
            for told in (one, other):
                if FAILED.search(said := remark(case, told)):
                    return (
                        f"expected {quoted(told['text'])} to be told as what came through ({look.phase}), "
                        f"for the answer is there, beside it stands {quoted(said)}"
                    )
    return ""


def _marked(case: Case, one: Mapping[str, Any]) -> bool:
    said = remark(case, one)
    return bool((said and not ARRIVED.fullmatch(said)) or one.get("failed") or one.get("state") in NOT_SENT)


def unfinished(case: Case) -> Finding | None:
    """An answer that the service never finished, or of which a part has come, isn't told as a whole one.

    A page that comes anew has all that the service has of it, and none is told as stopped that nobody stopped.
    """
    stopped = min((e.at for e in _stopped(case)), default=float("inf"))
    for look in looks(case):
        if look.screen["busy"] or look.phase == UNDER_WAY:
            continue
        question, beside = "", bool(look.screen["error"])  # which tells of it, unless a note says the contrary
        for one in look.screen["messages"]:
            if one["role"] == "user":
                question = one["text"]
            elif one["text"] and not _whole(case, question, one["text"]) and not _told_as_part(case, one, beside):
                sentence = (
                    f"expected the unfinished answer to {quoted(question)} to be told as unfinished ({look.phase}), "
                    f"shown as whole was {quoted(one['text'])}"
                )
                return Finding("unfinished", False, sentence, "told as unfinished", "shown as whole")
            elif look.at < stopped and STOPPED.fullmatch(said := remark(case, one)):
                sentence = f"expected no answer to be told as stopped that nobody stopped, shown was {quoted(said)}"
                return Finding("unfinished", False, f"{sentence} ({look.phase})", "nothing", said)
            elif one["text"] and not _whole(case, question, one["text"]) and _is_done(case, question, look):
                sentence = (
                    f"expected all of the answer to {quoted(question)} on the page that came anew ({look.phase}), "
                    f"for the service has it and nothing has failed since, shown was {quoted(one['text'])}"
                )
                return Finding("unfinished", False, sentence, quoted(case.whole(question)), one["text"])
    return Finding("unfinished", True, "unfinished answers are told as such")


def _stopped(case: Case) -> Iterator[Event]:
    """Each time that somebody stopped an answer: by the client, or as the service took it."""
    yield from (e for e in case.history.where("browser", "clicked") if e.data.get("control") == "stop")
    yield from (e for e in case.history.where("service", "answer_done") if e.data.get("state") == "stopped")


def _whole(case: Case, question: str, text: str) -> bool:
    return not case.given(question) or text in case.whole(question)


def _is_done(case: Case, question: str, look: Look) -> bool:
    """Whether the service had made all of the answer when somebody looked at a page that had come anew."""
    asked = case.history.last("run", "asked", before=look.at)
    answers = case.history.where("service", "answer")
    mine = {str(e.data["id"]) for e in answers if squeeze(str(e.data["prompt"])) == question}
    made = case.history.where("service", "answer_done", before=look.at)
    done = any(str(e.data["answer"]) in mine and e.data.get("state") == "complete" for e in made)
    return done and asked is not None and soundly_opened(case, look, asked.at)


def _told_as_part(case: Case, one: Mapping[str, Any], beside: bool) -> bool:
    """Whether it is told as a part: by a note, or by an error `beside` it, and by no note as a whole one."""
    said = remark(case, one)
    return not _tells_whole(said) and bool(said or beside or one.get("failed"))


def _tells_whole(said: str) -> bool:
    return bool(WHOLE.search(said)) and not (FAILED.search(said) or DENIED.search(said))


def mine_only(case: Case) -> Finding | None:
    """A message goes to the conversation in which it was asked, and none goes twice."""
    asked = {str(event.data.get("conversation")) for event in case.history.where("run", "asked")}
    own_texts = asked_of(case)
    sent = [e for e in case.history.where("service", "message") if squeeze(str(e.data["text"])) in own_texts]
    for event in sent:
        where = str(event.data["conversation"])
        if asked and where not in asked and event.data["conversation"] is not None:
            sentence = (
                f"expected {quoted(str(event.data['text']))} in the conversation in which it was asked, "
                "the service took it in another one"
            )
            return Finding("mine_only", False, sentence, ", ".join(sorted(asked)), where)
    taken = [event for event in sent if squeeze(str(event.data["text"])) == case.steady_question]
    first = [event for event in taken if not event.data["duplicate"]]
    sentence = f"expected {quoted(case.steady_question)} at most once at the service, {came(len(first))}"
    return Finding("mine_only", len(first) < 2, sentence)


def other_draft(case: Case) -> Finding | None:
    """What the person wrote in another conversation is there when they come back to it, to the last letter."""
    wrote, screen = case.history.first("run", "wrote"), case.history.screen("other")
    if wrote and (strayed := _strayed(case, squeeze(str(wrote.data["draft"])), str(wrote.data["conversation"]))):
        return Finding("other_draft", False, strayed)
    if moved := _carried(case) or _left_behind(case):
        return Finding("other_draft", False, moved)
    if screen is None or not screen["client"] or screen["login"]:
        return None
    want, shown = squeeze(str(wrote.data["draft"])) if wrote else "", squeeze(screen["draft"])
    sentence = f"expected the other conversation's draft {quoted(want)}, shown was {quoted(shown)}"
    if shown == want and (screen["messages"] or (screen["error"] and not _all_must_wait(case))):
        there = quoted(screen["error"]["lines"]) if screen["error"] else quoted(screen["messages"][0]["text"])
        return Finding("other_draft", False, f"expected the other conversation as it was left, shown was {there}")
    back = case.history.screen("back")
    if shown == want and back and back["client"] and not back["login"] and squeeze(back["draft"]) != want:
        sentence = f"{sentence.partition(', shown')[0]} after a new chat, shown was {quoted(back['draft'])}"
        return Finding("other_draft", False, sentence, want, squeeze(back["draft"]))
    return Finding("other_draft", shown == want, sentence, want, shown)


def _strayed(case: Case, draft: str, where: str) -> str:
    """A draft that stands in another conversation than that in which it was written, in words."""
    for look in [*looks(case), *looks(case, "new_chat", "last", "returned")]:
        shown = squeeze(look.screen["draft"])
        if draft and draft in shown and conversation_of(look.screen) != where:
            return _in_another(look, shown)
    return ""


def _in_another(look: Look, shown: str) -> str:
    return f"expected what was written in one conversation there only ({look.phase}), another has {quoted(shown)}"


def _carried(case: Case) -> str:
    """What stood unsent in a conversation and stands then in a new chat, though nobody wrote it there, in words."""
    pressed = _left_for_another(case)
    if pressed is None:
        return ""
    acts = case.history.where("run", "asked", "wrote", "adds", after=pressed.at)
    until = min((act.at for act in acts), default=float("inf"))
    before = [look.screen for look in looks(case) if look.at < pressed.at]
    after = [look for look in looks(case) if pressed.at < look.at < until]
    if not before or not after or not (draft := squeeze(before[-1]["draft"])):
        return ""
    left = conversation_of(before[-1])
    moved = all(conversation_of(one.screen) != left and squeeze(one.screen["draft"]) == draft for one in after)
    return _in_another(after[0], draft) if moved else ""


def _left_for_another(case: Case) -> Event | None:
    """The press by which somebody began a new chat."""
    return next((e for e in case.history.where("browser", "clicked") if e.data.get("control") == "new_chat"), None)


def _left_behind(case: Case) -> str:
    """What stood unsent in a conversation that was left for a new chat, and is no longer there, in words."""
    before, after = case.symptom, case.history.screen("behind")
    if before is None or after is None or _left_for_another(case) is None:
        return ""
    if not after["client"] or after["login"] or after["error"] or after["busy"]:
        return ""
    draft = squeeze(before["draft"])
    if not draft or conversation_of(before) != conversation_of(after):
        return ""
    stands = draft == squeeze(after["draft"]) or any(one["text"] == draft for one in after["messages"])
    return "" if stands else f"expected {quoted(draft)} in the conversation that was left for a new chat, it is gone"


def _all_must_wait(case: Case) -> bool:
    """Whether a reply asked for a wait: then that is said in every conversation, for the limit is the account's."""
    return any(e.data.get("retry_after") or e.data["status"] == 429 for e in case.history.where("gateway", "access"))


def as_served(case: Case) -> Finding | None:
    """When all is over and the page is opened anew, the conversation is what the service has of it."""
    screen = case.history.screen("last")
    if screen is None or not screen["client"] or screen["login"] or screen["error"]:
        return None
    want = taken_in(case.everything or case.history, conversation_of(screen))
    shown = [one["text"] for one in screen["messages"] if one["role"] == "user"]
    sentence = f"expected the conversation as the service has it, {quoted(want)}, shown was {quoted(shown)}"
    return Finding("as_served", shown == want, sentence, " / ".join(want), " / ".join(shown))


def taken_in(history: History, conversation: str) -> list[str]:
    """What the service took in a conversation, in order, each once."""
    sent = [e for e in history.where("service", "message") if str(e.data["conversation"]) == conversation]
    return list(dict.fromkeys(squeeze(str(e.data["text"])) for e in sent))


def draft_again(case: Case) -> Finding | None:
    """What has failed again is still the person's, in the composer or in the conversation."""
    screen = case.final
    if case.arm.scenario.moment is not Moment.SEND or case.by_api or screen is None or works(case):
        return None
    if not screen["client"] or screen["login"] or screen["busy"] or not _asked_here(case, screen):
        return None
    stands = any(one["role"] == "user" and one["text"] == case.final_question for one in screen["messages"])
    sentence = (
        f"expected the draft {quoted(case.final_question)} in the composer or the conversation after it failed again, "
        f"shown was {quoted(screen['draft'])}"
    )
    kept = stands or squeeze(screen["draft"]) == case.final_question
    return Finding("draft_again", kept, sentence, case.final_question, screen["draft"])


def _asked_here(case: Case, screen: Screen) -> bool:
    asked = case.history.last("run", "asked")
    seen = [look.at for look in looks(case, "recovery")]
    until = {"after": asked.at if asked else 0.0, "before": seen[-1] if seen else float("inf")}
    opened = case.history.where("browser", "navigation", **until)
    there = asked is not None and asked.data["question"] == case.final_question
    elsewhere = case.arm.remedy in REMEDIES and REMEDIES[case.arm.remedy].elsewhere
    return there and not elsewhere and not any(event.data.get("by") == "open" for event in opened)


def files(case: Case) -> Finding | None:
    """A file that was downloaded is one of the service's, by its name and its bytes."""
    made = [answer.data["file"] for answer in case.history.where("service", "answer") if answer.data.get("file")]
    ready = {str(file["name"]): file for file in made if file["state"] == "ready"}
    for event in case.history.where("browser", "downloaded"):
        name, size, digest = str(event.data["name"]), int(event.data["bytes"]), str(event.data["sha256"])
        file = ready.get(name)
        if file is None:
            return _file(ready, f"saved was {quoted(name)}")
        if size != int(file["size"]):
            return _file(ready, f"saved were {size} of its {file['size']} bytes")
        if file.get("sha256") and digest != file["sha256"]:
            return _file(ready, f"saved was {quoted(name)} with other bytes")
    came = [*case.history.where("browser", "downloaded"), *case.history.where("browser", "saved")]
    first = min((event.at for event in came), default=float("inf"))
    told = [look for look in looks(case) if look.screen.get("fetched") and look.screen["error"] and look.at < first]
    if told:
        return _file(ready, f"it is told as downloaded ({told[0].phase}), and nothing was saved")
    pressed = case.history.where("browser", "clicked")
    pressed = [event for event in pressed if event.data.get("control") in ("download", "retry")]
    if pressed and len(again := case.history.where("browser", "downloaded", after=pressed[-1].at)) > 1:
        return _file(ready, f"saved was a file {len(again)} times for one press")
    if wrong := _told_of(case, ready):
        return _file(ready, wrong)
    for event in case.history.where("browser", "saved"):
        digests = {str(file["sha256"]) for file in ready.values() if file.get("sha256")}
        if digests and event.data.get("sha256") and event.data["sha256"] not in digests:
            return _file(ready, "what the page gave to be saved has other bytes")
    return Finding("files", True, "what was saved is the service's file")


def _told_of(case: Case, ready: Mapping[str, Mapping[str, Any]]) -> str:
    """What the client tells of a file and isn't so: a size that it has by no way of counting, or that none was made."""
    for look in looks(case):
        for one in look.screen["messages"]:
            note = str(one.get("note") or "")
            file = next((ready[name] for name in ready if name in note), None)
            if file and (never := NEVER_MADE.search(note)):
                return f"told was {quoted(never[0])} of a file that is there ({look.phase})"
            said = SIZE.search(note) if file else None
            if file and said and not _about(said, int(file["size"])):
                return f"told was {quoted(said[0])} of {file['size']} bytes ({look.phase})"
    return ""


def _about(said: re.Match[str], size: int) -> bool:
    """Whether a size that is told may be this one, in units of 1000 or of 1024."""
    number, power = float(GROUPED.sub("", said[1]).replace(",", ".")), "bkmg".index(said[2][0].lower())
    return any(abs(number * base**power - size) <= ROUNDED * size for base in (1000, 1024))


def _file(ready: Mapping[str, object], shown: str) -> Finding:
    want = " or ".join(ready) or "no file, for none was ready"
    return Finding("files", False, f"expected {quoted(want)} as the service made it, {shown}", want, shown)
