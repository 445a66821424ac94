"""Cases of the checks of what a person sees, hears, reaches and keeps: whether each holds, its story, and its arm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.judging.looks import NO_PRESS
from tests.helpers import (
    ANSWERED,
    ASKED,
    BEFORE,
    CLIENT,
    QUESTION,
    STEADY,
    STEADY_ANSWER,
    Story,
    access,
    answer,
    message,
    said,
    screen,
)

MESSAGE = {"more": "expect: {message: bad_gateway}"}
GATEWAY_TIMEOUT = {
    "more": "expect: {message: gateway_timeout}",
    "client": replace(CLIENT, messages={**CLIENT.messages, "gateway_timeout": {"en": "504 Gateway Timeout"}}),
}
FILE = {"name": "tides.txt", "size": 9, "state": "ready", "sha256": "aa"}
THERE = [{"title": STEADY, "address": "/c/c"}]
OTHERS = [{"title": "Cheese", "address": "/c/d"}]
STRANGER = said("user", "What did my doctor write?")
UNSENT = "And the moon?"
ADDED = {"client": True, "draft": f"{UNSENT} Or", "text": " Or"}
GREETS = said("assistant", "Good morning!")


def symptom(*args: Any, **other: Any) -> Story:
    return Story().shows("symptom", screen(*args, **other))


def moves_on(path: str, draft: str) -> Story:
    """What failed stands in the composer, and after the remedy, there, this does."""
    story = wrote("A week\nby the sea").shows("symptom", screen(ASKED, "Oops", draft=QUESTION, url="http://x/c/c"))
    there = screen((), draft=draft, url=f"http://x{path}")
    story.note(20.5, "browser", "clicked", control="new_chat")
    return story.shows("remedy", there).shows("recovery", there)


def asks(story: Story) -> Story:
    """Somebody asked a question that was answered, and then another one."""
    story.note(3, "run", "asked", question=STEADY, conversation="").note(4, "service", "answer_done", answer="a")
    return story.note(10, "run", "asked", question=QUESTION, conversation="")


def comes_back(messages: Any, draft: str) -> Story:
    """Somebody comes back to the conversation in which something failed, and that they had left for a new chat."""
    return moves_on("/c/n", "").note(
        38, "screen", "snapshot", phase="behind", **screen(messages, draft=draft, url="http://x/c/c")
    )


def greets(otherwise: str) -> Story:
    """A client that greets before anybody asks, and says this there later."""
    return Story().shows("steady", screen((GREETS,))).shows("recovery", screen((said("assistant", otherwise), *ASKED)))


def recovery(*args: Any, **other: Any) -> Story:
    return Story().shows("recovery", screen(*args, **other))


def told(line: str, *lines: str, **other: Any) -> Story:
    return symptom(ASKED, [line, *lines], **other)


def becomes(told: str, later: str) -> Story:
    """A question was refused, and the one that said so says this while nobody does anything."""
    story = Story().lacks("document", "navigation", "remedy", "clicked").shows("symptom", screen(ASKED, told))
    story.note(10.1, "run", "asked", question=QUESTION, conversation="c").shows("recovery", screen(ASKED, later))
    return story


def refused(line: str, pieces: int = 0) -> Story:
    """The question got a 429, and this was said of it."""
    story = told("Bad gateway", "Try again", line).note(10.1, "run", "asked", question=QUESTION, conversation="c")
    for n in range(pieces):
        story.note(10.3, "service", "piece", answer="a", n=n + 1)
    story.status = 429
    return story


def numbered(line: str) -> Story:
    """An error whose text has a status, and a line beside it; the one side of the gateway said 504, the other 502."""
    story = told("504 Gateway Timeout", line, "Wait a minute, then try again.")
    for status in (502, 504):
        story.note(11, "gateway", "access", **access(status))
    return story


def heard(text: str) -> Story:
    """An error with its advice, and what it says to screen readers alone."""
    shown = screen(ASKED, ["Bad gateway", "Wait a minute, then try again."])
    return Story().shows("symptom", {**shown, "error": {**shown["error"], "heard": [text]}})


def error(**more: Any) -> Story:
    shown = screen(ASKED, "Bad gateway", details=["502"])
    return Story().shows("symptom", {**shown, "error": {**shown["error"], **more}})


def badge(words: str, open_now: int, phase: str = "symptom") -> Story:
    """A client that had one WebSocket in its steady state, and what it says of that later."""
    steady = screen((), others=["Connected"], sockets={"open": 1, "frames": 0})
    later = screen(ASKED, ["Bad gateway"], others=[words], sockets={"open": open_now, "frames": 0})
    return (
        Story()
        .shows("steady", steady)
        .shows("symptom", later if phase == "symptom" else screen(ASKED))
        .shows(phase, later)
    )


def saved(**file: Any) -> Story:
    made = {**answer(QUESTION, "x"), "file": FILE}
    got = {"name": "tides.txt", "bytes": 9, "sha256": "aa", **file}
    return Story().note(39, "service", "answer", **made).note(25, "browser", "downloaded", **got)


def saved_twice() -> Story:
    story = saved().note(24, "browser", "clicked", control="download")
    return story.note(26, "browser", "downloaded", name="tides.txt", bytes=9, sha256="aa")


def sized(note: str, size: int = 9) -> Story:
    """A file of so many bytes, and what the client says beside it."""
    shown = [*ANSWERED[:-1], {**ANSWERED[-1], "note": f"tides.txt {note}"}]
    made = {**answer(QUESTION, "x"), "file": {**FILE, "size": size}}
    return Story().note(39, "service", "answer", **made).shows("recovery", screen(shown))


def back(draft: str) -> Story:
    story = wrote("A week\nby the sea")
    return story.note(38.5, "screen", "snapshot", phase="back", **screen((), draft=draft))


def typed(where: str) -> Story:
    story = symptom(ASKED, "Oops", focus=where)
    return story.note(10.2, "run", "asked", question=QUESTION, conversation="c", hand="keyboard")


def wrote(shown: str, **other: Any) -> Story:
    return turned_to(Story().note(3, "run", "wrote", draft="A week\nby the sea", conversation="d"), shown, **other)


def turned_to(story: Story, draft: str = "", **other: Any) -> Story:
    """In the end somebody turns to another conversation, which shows this."""
    return story.note(38, "screen", "snapshot", phase="other", **{**screen((), draft=draft), **other})


def opened_anew(*messages: Any) -> Story:
    story = Story().note(3, "service", "message", **message(STEADY))
    return story.note(38, "screen", "snapshot", phase="last", **screen(messages, url="http://x/c/c"))


def returns(draft: str = UNSENT, countdown: str = "", then: tuple[Any, ...] = ASKED, waits: str = "") -> Story:
    """Somebody turns to another conversation while a question stands unsent, and comes back a little later.

    `countdown`, `waits`: what it counts when they leave, and when they come back.
    """
    here = {"url": "http://x/c/c"}
    story = Story().note(3, "service", "message", **message(STEADY))
    story.shows("recovery", screen(ASKED, "Oops", draft=UNSENT, countdown=countdown, **here))
    back = screen(then, "Oops", draft=draft, countdown=waits, **here)
    return turned_to(story).note(39, "screen", "snapshot", phase="returned", **back)


def left_with_a_file(**final: Any) -> Story:
    story = left(**final)
    story.note(39, "service", "answer", **{**answer(QUESTION, "x"), "file": FILE})
    return story.note(35, "browser", "downloaded", name="tides.txt", bytes=9, sha256="aa")


def listing(shown: Any) -> Story:
    steady = screen(conversations=THERE, url="http://x/c/c")
    story = symptom(ASKED, "Oops", conversations=shown, url="http://x/c/c").shows("steady", steady)
    return story.lacks("moment", "remedy", "recovery")


def comes_to_be_called(*names: str) -> Story:
    """What the conversation is called as it is opened, once it has its answer, and when somebody comes back to it."""
    story = listing(THERE)
    for at, phase, name in zip((2.0, 4.2, 38.0), ("steady", "steady", "last"), names, strict=True):
        shown = screen(ASKED, conversations=[{"title": name, "address": "/c/c"}], url="http://x/c/c")
        story.note(at, "screen", "snapshot", phase=phase, **shown)
    return story


def begun_anew(shown: Any, taken: str = "n") -> Story:
    """A new chat has its answer, and these are listed beside it."""
    story = Story().lacks("moment", "remedy").note(3, "service", "message", **message(STEADY))
    for phase in ("steady", "symptom"):
        story.shows(phase, screen(ASKED, conversations=THERE, url="http://x/c/c"))
    story.note(29, "service", "message", **{**message(QUESTION), "conversation": taken})
    there = screen(ANSWERED[-2:], conversations=shown, url="http://x/c/n")
    return story.shows("recovery", there).note(38, "screen", "snapshot", phase="begun", **there)


def left(**final: Any) -> Story:
    said = {
        "title": "(!) Chat",
        "labels": ["Send", "Retrying", "Download again"],
        "conversations": [{**THERE[0], "title": f"! {STEADY}"}],
    }
    broken = screen(ASKED, "Oops", others=["Chat", "Reconnecting…"], **said)
    style = {"icon": "http://x:1/icon.png", "opacity": 1}
    offers = {"offered": ["settings", "logout"], "width": 1280}
    steady = screen(others=["Chat"], title="Chat", labels=["Send"], conversations=THERE, style=style, **offers)
    return Story().shows("steady", steady).shows("symptom", broken).shows("recovery", screen(ANSWERED, **final))


def stopped(note: str) -> Story:
    """A part of an answer, with this beside it."""
    return recovery((*ASKED, {**said("assistant", "The moon"), "note": note}))


def wrote_to_support(*shown: Any) -> Story:
    story = Story().lacks("clicked", "document", "navigation").shows("symptom", screen(ASKED, "Oops"))
    return story.shows("remedy", screen(*shown))


def left_in_composer(then: str) -> Story:
    """Somebody writes in another conversation while an error is told; where the focus is a moment later."""
    story = typed("error")
    for at, focus in ((38, "composer"), (38.5, then)):
        told = screen((), "Too many requests", focus=focus, url="http://x/c/d")
        story.note(at, "screen", "snapshot", phase="other", **told)
    return story


def come_back(made: float, born: str = "b") -> Story:
    """The page was loaded anew and shows the half of an answer, and says so; when the service had made all of it.

    `born`: which document was looked at then; the one of before is called a.
    """
    half = {**said("assistant", "The moon"), "note": "Interrupted"}
    story = Story().shows("symptom", screen((*ASKED, half), "Oops", born="a"))
    story = story.note(11, "run", "asked", question=QUESTION).note(21, "browser", "document", host="x")
    story.note(made, "service", "answer_done", answer=answer(QUESTION, "")["id"], state="complete", pieces=9)
    return story.shows("recovery", screen((*ASKED, half), url="http://x/c/c", born=born))


def timed(before: str, after: str) -> Story:
    """Beside each answer stands when it came."""
    steady, answered = [dict(one) for one in BEFORE], [dict(one) for one in ANSWERED]
    steady[1]["note"] = answered[1]["note"] = before
    answered[-1]["note"] = after
    return Story().shows("steady", screen(steady)).shows("recovery", screen(answered))


def noted(which: int, note: str) -> Story:
    """An answered question with this beside it, or beside its answer."""
    shown = [dict(one) for one in ANSWERED]
    shown[which]["note"] = note
    return Story().lacks("symptom", "remedy").shows("recovery", screen(shown))


def waiting(line: str) -> Story:
    story = told("Bad gateway", line, "You can try again in 57 s.", countdown="You can try again in 57 s.")
    return story.note(11, "gateway", "access", **access(429, retry_after="60"))


def titled(*others: str) -> Story:
    """The conversation's title stood over it before anything broke."""
    there = {"conversations": THERE, "url": "http://x/c/c"}
    story = symptom(ASKED, "Oops", others=list(others), **there).shows("steady", screen(others=[STEADY], **there))
    return story.lacks("moment", "remedy", "recovery")


def walked(*been: str) -> Story:
    """Tab led here, one after another, from the composer."""
    return told("Oops").note(12.5, "screen", "walk", been=list(been), round="composer" in been)


def followed(status: int) -> Story:
    return told("Oops").note(38, "screen", "followed", text="Status", address="http://x/status", status=status)


def pressed(hand: str) -> Story:
    return recovery(ASKED, "Oops").note(25, "run", "pressed", control="retry", hand=hand)


UNSEEN = {"text": "Bad gateway", "why": "it has the colour of its ground"}


def as_others(phase: str, messages: Any = ASKED, error: str = "Oops", **shown: Any) -> Story:
    """What others have on their screen in the end: in the dark, or in a narrow window."""
    return Story().note(36, "screen", "snapshot", phase=phase, **screen(messages, error, **shown))


def told_again(story: Story) -> Story:
    """An error stands there before somebody looked otherwise, with a way to try again, and after it."""
    offered = {**screen()["controls"], "retry": "enabled"}
    story.note(37, "screen", "added", **ADDED, before=QUESTION, told=["Oops"], still=True)
    return story.shows("recovery", screen(ASKED, "Oops", controls=offered))


def retried(**then: Any) -> Story:
    """Retry was pressed and is gone, and this is shown."""
    shown = recovery(ANSWERED, controls={**screen()["controls"], "retry": "absent"}, **then)
    return shown.note(25, "run", "pressed", control="retry", hand="mouse")


def touched(*asks: float, usual: bool = True) -> Story:
    """A control went away under a press; the page asked at these seconds, in the steady state usually as well."""
    story = Story().lacks("document", "navigation").shows("recovery", screen(ASKED, "Oops"))
    for at, question in ((2.5, STEADY), (10.2, QUESTION)):
        story.note(at, "run", "asked", question=question, conversation="c")
    for at in (2.6, *asks) if usual else asks:
        story.note(at, "browser", "request", method="POST", path="/x")
    return story.note(25, "browser", "touched", control="retry")


def entered(*asks: float, send: str = "enabled", usual: bool = True) -> Story:
    """Enter was pressed in the steady state and again once it had failed; the page asked at these seconds."""
    story = recovery(ASKED, "Oops", controls={**screen()["controls"], "send": send})
    story.note(2.5, "run", "asked", question=STEADY, conversation="c", hand="keyboard")
    story.note(25, "run", "asked", question=QUESTION, conversation="c", hand="keyboard")
    for at in (2.6, *asks) if usual else asks:
        story.note(at, "browser", "request", method="POST", path="/x")
    return story.note(36, "run", "step", name="afterwards").note(37, "browser", "document", path="/c/d")


def in_order(*messages: Any) -> Story:
    story = symptom(messages, url="http://x/c/c")
    return story.note(3, "service", "message", **message(STEADY))


def asked_in_vain(*messages: Any) -> Story:
    """The service has taken nothing that a person asked in this client, of which it knows no conversations."""
    story = symptom(messages).lacks("message")
    for at, question in ((2.5, STEADY), (10.2, QUESTION)):
        story.note(at, "run", "asked", question=question, conversation="")
    return story


def failed_again(draft: str) -> Story:
    story = Story().shows("recovery", screen(BEFORE, "Oops", draft=draft))
    return story.note(25, "run", "asked", question=QUESTION, conversation="c")


SCREENS: dict[str, dict[str, tuple[bool, Story, dict[str, Any]]]] = {
    "letters": {
        "all are there": (True, Story().note(12.5, "screen", "letters", missing=""), {}),
        "boxes": (False, Story().note(12.5, "screen", "letters", missing="灯台"), {"more": "locale: ja"}),
    },
    "stands_out": {
        "letters": (True, told("Oops").note(12.5, "screen", "pixels", share=0.05), {}),
        "nothing": (False, told("Oops").note(12.5, "screen", "pixels", share=0.0001), {}),
    },
    "audit": {
        "nothing found": (True, Story().note(12.5, "screen", "audit", found=[]), {}),
        "a button without a name": (
            False,
            Story().note(12.5, "screen", "audit", found=[{"rule": "b", "says": "Buttons have names", "where": "#x"}]),
            {},
        ),
    },
    "usable": {
        "all of it": (True, Story(), {}),
        "something lies over the composer": (False, told("Oops", blocked={"composer": "div#veil lies over it"}), {}),
        "what is disabled need not be": (
            True,
            told("Oops", blocked={"send": "it is hidden"}, controls={"send": "disabled"}),
            {},
        ),
        "a row of buttons that lets every press through": (False, told("Oops", blocked={"retry": NO_PRESS}), {}),
        "nothing to send": (True, told("Oops", blocked={"send": NO_PRESS}, draft=""), {}),
        "something to send": (False, told("Oops", blocked={"send": NO_PRESS}, draft=QUESTION), {}),
        "pressed in vain": (False, Story().note(25, "run", "in_the_way", what="retry", because="it is covered"), {}),
        "a composer that takes nothing": (False, told("Oops", locked=True), {}),
        "a box of the browser's own": (False, Story().note(25, "browser", "boxed", box="alert", text="Oops"), {}),
        "a box that asks back": (
            True,
            Story()
            .note(24.5, "run", "pressed", control="new_chat")
            .note(25, "browser", "boxed", box="confirm", text="Leave?"),
            {},
        ),
        "a box that nobody has pressed for": (
            False,
            Story().note(25, "browser", "boxed", box="confirm", text="Try again?"),
            {},
        ),
        "a question before one leaves": (True, Story().note(25, "browser", "boxed", box="beforeunload", text=""), {}),
    },
    "seen": {
        "all of it": (True, Story(), {}),
        "a transparent error": (False, symptom(unseen=[{"text": "Oops", "why": "it is transparent"}]), {}),
        "a toast that fades while its words stay": (
            True,
            told("Oops", unseen=[{"text": "Oops", "why": "it is transparent"}]),
            {},
        ),
        "an error that comes and goes": (False, error(blinks=True), {}),
        "an error below the window": (False, error(away=True), {}),
        "a message under the error": (True, symptom((*BEFORE, {**said("user", QUESTION), "overlaid": "x"})), {}),
        "a covered answer": (False, symptom((*BEFORE, {**said("user", QUESTION), "unseen": "it is covered"})), {}),
    },
    "files": {
        "as it was made": (True, saved(), {}),
        "other bytes": (False, saved(sha256="bb"), {}),
        "a part of it": (False, saved(bytes=4), {}),
        "by another name": (False, saved(name="download"), {}),
        "of its size": (True, sized("9 byte"), {}),
        "of another size": (False, sized("64 kB"), {}),
        "of as many thousands as it has bytes": (False, sized("9 kB"), {}),
        "of a size with its thousands parted": (True, sized("20,273 bytes", 20_273), {}),
        "of as many thousands, parted": (False, sized("20,273 kB", 20_273), {}),
        "of as many millions, parted": (False, sized("536,870,913 MB", 536_870_913), {}),
        "that is told as never made": (False, sized("could not be made"), {}),
        "that can't be made, in Japanese": (False, sized("作成できませんでした"), {}),
        "that is told as ready": (True, sized("made just now"), {}),
        "twice for one press": (False, saved_twice(), {}),
        "told as downloaded, and nothing was saved": (False, told("Download failed", fetched=True), {}),
    },
    "logged_in": {
        "the session had ended": (
            True,
            symptom((), login=True).note(11, "gateway", "access", **access(401)),
            {},
        ),
        "nobody said so": (False, symptom((), login=True), {}),
    },
    "raw": {
        "words": (True, told("Bad gateway", "no healthy upstream"), {}),
        "an epoch": (False, told("Try again after 1970-01-01 00:00."), {}),
        "an old year": (True, told("The lighthouse was built in 1970."), {}),
        "HTML as source": (False, told("<html><body>Oops"), {}),
        "JSON": (False, told('{"error": {"code": 3}}'), {}),
        "a stack trace": (False, told("at send (http://x/app/main.js:12:7)"), {}),
        "an address": (False, told("connect to 127.0.0.1:8000 failed"), {}),
        "a secret": (False, told("Authorization: Bearer sk-live-0123456789"), {}),
        "a secret in a header": (False, told("Oops", "sent with bearer a1b2c3d4e5"), {}),
        "a secret of letters alone": (False, told("Oops", "sent with bearer opensesame"), {}),
        "words about secrets": (True, told("Oops", "It is sent with the bearer token, like before"), {}),
        "the name of a text": (False, told("Oops", "errors.network.hint"), {}),
        "the name of a text beside a message": (False, noted(-2, "talk.note.not_sent"), {}),
        "a host's name, and a file's": (True, told("Oops", "status.example.com", "answer_1.txt"), {}),
        "what had no value": (False, told("Oops", "Wait undefined seconds"), {}),
        "no value of Python's": (False, told("Oops", "Try again in None seconds."), {}),
        "none of the words": (True, told("Oops. None of it was lost, try again."), {}),
        "no value of JavaScript's": (False, told("Oops", "Wait null s"), {}),
        "what stands for a value": (False, told("Oops", "Wait {seconds} seconds"), {}),
        "an object": (False, told("[object Object]"), {}),
        "an entity": (False, told("Couldn&#39;t send"), {}),
        "a script's error": (False, told("Oops", "TypeError: Failed to fetch"), {}),
        "the browser's words for whoever writes pages": (False, told("signal is aborted without reason"), {}),
        "a library's words": (False, told("HTTPConnectionPool(host='x', port=1): Max retries exceeded"), {}),
        "a date that is none": (False, told("Oops", "Last tried: Invalid Date"), {}),
        "a status that is none": (False, told("Oops", "Request failed with status code 0"), {}),
        "an error in words": (True, told("Network error", "An error of type 3 came; the value is unknown"), {}),
        "one of many": (False, told("Oops", "Wait 1 seconds"), {}),
        "many and one": (True, told("Oops", "Wait 1 second, or 21 seconds, or 1 to 2 minutes"), {}),
        "a percentage": (True, told("Oops", "100% sure: 50 %"), {}),
        "letters in a wrong coding": (False, told("Oops", "It didn\u00e2\u20ac\u2122t work"), {}),
        "a note of who wrote it": (False, told("Oops", "TODO: say what to do"), {}),
        "a number with all its digits": (False, told("Oops", "Wait 57.4192 s"), {}),
        "a time below zero": (False, told("Oops", "Wait -3 s"), {}),
        "a time span": (True, told("Oops", "Wait 1-3 s, or 1.5 minutes"), {}),
        "in a note": (False, noted(-2, "Sending again in -3 s"), {}),
        "in a toast": (False, told("Oops", others=["Traceback (most recent call last)"]), {}),
        "HTML as elements": (
            False,
            error(source="<p><h1>502</h1></p>").note(11, "gateway", "access", **access(502, reply="<h1>502</h1>")),
            {},
        ),
    },
    "stays": {
        "as long as nothing works": (True, Story(), {}),
        "gone by itself": (False, Story().shows("recovery", screen(ASKED)), {"remedy": "control[nothing]"}),
        "gone with the answer": (True, recovery(ANSWERED), {"remedy": "control[nothing]"}),
        "gone when somebody writes to support": (False, wrote_to_support(ASKED), {"remedy": "support"}),
        "still there when somebody has written": (True, wrote_to_support(ASKED, "Oops"), {"remedy": "support"}),
        "gone by asking again meanwhile": (
            True,
            wrote_to_support(ASKED).note(19, "run", "asked", question=QUESTION, conversation="c"),
            {"remedy": "support"},
        ),
        "in other words of what was refused": (False, becomes("No answer (503).", "The line is broken."), {}),
        "in the words that it had": (True, becomes("No answer (503).", "No answer (503)."), {}),
        "until its wait is over": (True, becomes("Too many requests, wait 60 s", "You can ask again now"), {}),
        "until the page hears something else": (
            True,
            becomes("Oops", "You are offline").note(15, "browser", "request_failed", path="/up", error="x"),
            {},
        ),
        "and something says that all works": (False, recovery(ASKED, "Everything works again."), {}),
        "and something says that it does with the answer": (True, recovery(ANSWERED, "Everything works again."), {}),
    },
    "connected": {
        "the badge tells that it is gone": (True, badge("Not connected", 0), {}),
        "the badge says that it is there": (False, badge("Connected", 0), {}),
        "the badge says so later": (False, badge("● Online", 0, "recovery"), {}),
        "it is there again": (True, badge("Connected", 1), {}),
        "it says that it is not, and it is": (
            False,
            Story().shows("steady", screen((), others=["Not connected"], sockets={"open": 1, "frames": 0})),
            {},
        ),
    },
    "fits": {
        "its own advice": (True, told("Bad gateway", "Try again"), MESSAGE),
        "the advice of another error": (False, told("Bad gateway", "Log in again to go on."), MESSAGE),
        "another way round": (False, told("Bad gateway", "Turn your VPN on and stay in this network."), MESSAGE),
        "what only screen readers are told": (False, heard("Too many requests"), MESSAGE),
        "what they are told as well": (True, heard("Error: Bad gateway"), MESSAGE),
        "not to wait": (False, told("Bad gateway", "Please don't wait, and don't log in."), MESSAGE),
        "a bill in the same line": (False, told("Bad gateway. Your credit is used up, top it up."), MESSAGE),
        "another status than its own": (False, numbered("HTTP 502 Bad Gateway"), GATEWAY_TIMEOUT),
        "that an answer broke off which never began": (False, refused("The answer broke off."), {}),
        "that it broke off, once a part had come": (True, refused("The answer broke off.", pieces=1), MESSAGE),
        "that there is no answer": (True, refused("There is no answer. Try again"), MESSAGE),
        "its own status": (True, numbered("HTTP 504, try again in a moment."), GATEWAY_TIMEOUT),
        "a button that sells": (False, told("Bad gateway", "Get Plus: no more errors"), MESSAGE),
        "a sanction": (False, told("Bad gateway", "Your account has been blocked for breaking our rules."), MESSAGE),
        "the price of a plan": (
            False,
            told("Bad gateway", "Change to the paid plan to go on."),
            MESSAGE,
        ),
        "an accusation": (False, told("Bad gateway", "Your message may violate our content policy."), MESSAGE),
        "the person's own network": (False, told("Bad gateway", "Please check your internet connection."), MESSAGE),
        "not to do what is offered": (False, told("Bad gateway", "Do not try again."), MESSAGE),
        "a success beside it": (False, told("Bad gateway", others=["Message sent"]), MESSAGE),
        "that it was sent, where an answer fails": (
            True,
            told("Bad gateway", others=["Message sent"]),
            {**MESSAGE, "moment": "mid_answer"},
        ),
        "a success in other words": (False, told("Bad gateway", others=["Your message is on its way."]), MESSAGE),
        "a status that nobody had": (False, told("Bad gateway", "HTTP status 404"), MESSAGE),
        "another wait than the reply's": (False, waiting("Your limit resets in 45 minutes."), MESSAGE),
        "a wait that is far too short": (False, waiting("1〜2 秒ほど間をあけてから送信してください。"), MESSAGE),
        "a try that comes soon by itself": (True, waiting("Retrying in 5 seconds."), MESSAGE),
        "the reply's wait in other words": (True, waiting("That is about a minute."), MESSAGE),
        "a wait of some minutes": (True, waiting("Try again in a few minutes."), MESSAGE),
        "the status that it had": (
            True,
            told("Bad gateway", "HTTP status 502").note(11, "gateway", "access", **access(502)),
            MESSAGE,
        ),
    },
    "own": {
        "what they asked": (True, Story(), {}),
        "the error's words in the composer": (False, symptom(ASKED, "Oops", draft="Oops"), {}),
        "what they asked, in the composer": (True, symptom(ASKED, "Oops", draft=QUESTION), {}),
        "a piece of it in the composer": (False, symptom(ASKED, "Oops", draft=QUESTION[:9]), {}),
        "what they asked before, there": (False, asks(symptom(ASKED, "Oops", draft=STEADY)), {}),
        "what they asked last, there": (True, asks(symptom(ASKED, "Oops", draft=QUESTION)), {}),
        "words of the client's own there": (True, symptom(ASKED, "Oops", draft="Tell me a joke"), {}),
        "somebody else's": (False, symptom((STRANGER, *BEFORE)), {}),
        "an answer to what nobody asked": (False, recovery((said("assistant", "…"), *ASKED)), {}),
        "a greeting of the client's": (
            True,
            recovery((said("assistant", "Hello!"), *ASKED)).shows("steady", screen((said("assistant", "Hello!"),))),
            {},
        ),
        "another greeting, at another time of the day": (
            True,
            greets("Good evening!").passes(25, 8 * 3600),
            {},
        ),
        "another greeting, at the same time": (False, greets("Your blood test came back."), {}),
        "an answer where it greeted": (False, greets(STEADY_ANSWER).passes(25, 8 * 3600), {}),
        "an error where it greeted": (False, greets("Your message was not sent.").passes(25, 8 * 3600), {}),
        "more than a greeting": (
            False,
            recovery((GREETS, said("assistant", "Tides."), *ASKED)).shows("steady", screen((GREETS,))).passes(25, 8e4),
            {},
        ),
        "an answer that begins with another": (False, recovery((*ASKED, said("assistant", "For ships. The moon"))), {}),
    },
    "order": {
        "as sent": (True, in_order(*ASKED), {}),
        "the newest first": (False, in_order(said("user", QUESTION), *BEFORE), {}),
        "what was never taken, first": (
            False,
            asked_in_vain(said("user", QUESTION), *BEFORE),
            {},
        ),
        "what was never taken, last": (True, asked_in_vain(*ASKED), {}),
    },
    "unsent": {
        "taken": (True, symptom(ASKED, "Oops").lacks("remedy", "recovery"), {}),
        "sent and not sent at once": (False, symptom(ASKED, "Oops", draft=QUESTION), {}),
        "never taken, shown as sent": (False, symptom(ASKED, "Oops").lacks("message"), {}),
        "never taken, told as delivered": (
            False,
            symptom((*BEFORE, {**said("user", QUESTION), "note": "Delivered ✓ 10:32"}), "Oops").lacks("message"),
            {},
        ),
        "answered, told as not sent": (False, noted(-2, "Not sent"), {}),
        "an answer that is whole, told as broken off": (False, noted(-1, "(broke off)"), {}),
        "answered, told as delivered": (True, noted(-2, "Delivered"), {}),
        "never taken, and said so": (
            True,
            symptom((*BEFORE, {**said("user", QUESTION), "note": "Not sent"}), "Oops").lacks(
                "message", "remedy", "recovery"
            ),
            {},
        ),
    },
    "unfinished": {
        "whole": (True, recovery(ANSWERED), {}),
        "a part, shown as whole": (False, recovery((*ASKED, said("assistant", "The moon"))), {}),
        "a part, and said so": (
            True,
            recovery((*ASKED, {**said("assistant", "The moon"), "note": "Interrupted"})),
            {},
        ),
        "a part, of what is made already, on a page that came anew": (False, come_back(20), {}),
        "a part, of what is made later, on a page that came anew": (True, come_back(39), {}),
        "a part, on the page of before, for another one was only asked for": (True, come_back(20, "a"), {}),
        "a part, told as stopped by somebody": (False, stopped("Stopped"), {}),
        "a part, told as stopped by somebody who speaks Japanese": (False, stopped("停止しました"), {}),
        "a part that somebody stopped": (True, stopped("Stopped").note(12, "browser", "clicked", control="stop"), {}),
        "a part that stopped arriving": (True, stopped("It stopped arriving"), {}),
        "a part beside an error": (True, recovery((*ASKED, said("assistant", "The moon")), "Oops"), {}),
        "a part, and the contrary is said": (
            False,
            recovery((*ASKED, {**said("assistant", "The moon"), "note": "回答が完了しました。"}), "Oops"),
            {},
        ),
        "a part that couldn't be completed": (
            True,
            recovery((*ASKED, {**said("assistant", "The moon"), "note": "This answer couldn't be completed."})),
            {},
        ),
    },
    "listed": {
        "still": (True, listing(THERE), {}),
        "no longer": (False, listing(OTHERS), {}),
        "none at all": (False, listing([]), {}),
        "twice": (False, listing([*THERE, *THERE]), {}),
        "under its title": (True, titled(STEADY), {}),
        "under another title": (False, titled("Error"), {}),
        "another one is marked as open": (False, listing([*THERE, {**OTHERS[0], "current": True}]), {}),
        "under what went wrong": (False, listing([{**THERE[0], "title": "Oops"}]), {}),
        "under the name from before it was asked in": (False, comes_to_be_called("New chat", STEADY, "New chat"), {}),
        "under a better name": (True, comes_to_be_called("New chat", STEADY, "Lighthouses"), {}),
        "a new one as well": (True, begun_anew([{"title": QUESTION, "address": "/c/n"}, *THERE]), {}),
        "no new one": (False, begun_anew(THERE), {}),
        "no new one, and nothing was asked there": (True, begun_anew(THERE, taken="c"), {}),
        "no new one, for the list couldn't be fetched": (
            True,
            begun_anew(THERE).note(37, "browser", "response", method="GET", path="/c", status=503),
            {},
        ),
        "in the colour of its ground": (False, listing([{**THERE[0], "pale": "it has the colour of its ground"}]), {}),
    },
    "heard": {
        "announced": (True, error(unheard=""), {}),
        "not announced": (False, error(unheard="it is in no live region"), {}),
        "a conversation that is held back for ever": (False, symptom(ASKED, "Oops", muffled=1), {}),
        "held back while it grows": (True, symptom(ASKED, muffled=1, busy=True), {}),
        "told once more for each try": (True, symptom(ASKED, "Oops", repeated=3), {}),
        "told again each second": (False, symptom(ASKED, "Oops", repeated=60), {}),
    },
    "reached": {
        "by keyboard": (True, Story(), {}),
        "by mouse only": (False, told("Oops", unreached={"retry": "a keyboard can't reach it"}), {}),
        "by Tab": (True, walked("send", "retry", "composer"), {}),
        "not by Tab": (False, walked("send", "composer"), {}),
        "out of the page by Tab": (True, walked("browser"), {}),
        "a composer that keeps Tab": (False, walked(), {}),
        "a link to a page": (True, followed(200), {}),
        "a link to nothing": (False, followed(404), {}),
        "pressed by keyboard in vain": (False, pressed("keyboard"), {}),
        "pressed with the mouse": (True, pressed("mouse"), {}),
        "gone under a press, and nothing comes": (False, touched(), {}),
        "gone under a press, and it asks": (True, touched(25.1), {}),
        "gone under a press where all is said on a WebSocket": (True, touched(usual=False), {}),
        "Enter that sends nothing": (False, entered(), {}),
        "Enter that sends": (True, entered(25.1), {}),
        "Enter while nothing may be sent": (True, entered(send="disabled"), {}),
        "Enter where it is said on a WebSocket": (True, entered(usual=False), {}),
        "pressed by keyboard, and it asks": (
            True,
            pressed("keyboard").note(25.1, "browser", "request", method="POST", path="/x"),
            {},
        ),
    },
    "otherwise": {
        "seen": (True, as_others("dark"), {}),
        "an error of the colour of its ground": (False, as_others("dark", unseen=[UNSEEN]), {}),
        "a message that is clipped": (
            False,
            as_others("narrow", messages=[{**said("user", STEADY), "unseen": "it is clipped away"}]),
            {},
        ),
        "what was written is dark on dark": (False, as_others("dark", draft=QUESTION, unread="it is pale"), {}),
        "a button off the screen": (False, as_others("narrow", blocked={"send": "it is off the screen"}), {}),
        "a button that is covered by day as well": (
            True,
            as_others("dark", blocked={"send": "it lies under it"}).shows(
                "recovery", screen(ASKED, "Oops", blocked={"send": "it lies under it"})
            ),
            {},
        ),
        "no error at all": (False, told_again(as_others("narrow", error="")), {}),
        "no error in the dark, and there is one in a narrow window": (
            False,
            as_others("dark", error="").note(37, "screen", "snapshot", phase="narrow", **screen(ASKED, "Oops")),
            {},
        ),
        "no error, which had just gone by itself": (
            True,
            as_others("narrow", error="").shows("recovery", screen(ASKED, "Oops")),
            {},
        ),
        "no error, as by then everywhere": (True, as_others("narrow", error="").shows("recovery", screen(ASKED)), {}),
        "no way to try again": (False, told_again(as_others("narrow", controls={"retry": "absent"})), {}),
        "a button that is of no use now": (True, as_others("narrow", blocked={"stop": "it has no size"}), {}),
    },
    "focus": {
        "where they type": (True, typed("composer"), {}),
        "thrown away": (False, typed(""), {}),
        "to the error": (True, typed("error"), {}),
        "to what nobody was using": (False, typed("another control, Log out"), {}),
        "taken away while it is told": (False, left_in_composer("error"), {}),
        "left where it is while it is told": (True, left_in_composer("composer"), {}),
        "lost with a retry that is gone": (False, retried(focus=""), {}),
        "in the composer once a retry is gone": (True, retried(focus="composer"), {}),
        "taken along by who presses something": (
            True,
            left_in_composer("retry").note(38.4, "browser", "clicked", control="retry"),
            {},
        ),
    },
    "mine_only": {
        "in its conversation": (True, Story().note(9, "run", "asked", question=QUESTION, conversation="c"), {}),
        "in another one": (False, Story().note(9, "run", "asked", question=QUESTION, conversation="d"), {}),
        "the message before, again": (
            False,
            Story().note(3, "service", "message", **message(STEADY)).note(25, "service", "message", **message(STEADY)),
            {},
        ),
    },
    "leaves": {
        "as before": (True, left(others=["Chat"]), {}),
        "a note stays": (False, left(others=["Chat", "Reconnecting…"]), {}),
        "a spinner stays": (False, left(spinning=1), {}),
        "it stays busy": (False, left(others=["Chat"], busy=True), {}),
        "the composer stays told as wrong": (False, left(invalid=True), {}),
        "the composer stays locked": (False, left(locked=True), {}),
        "the tab's title stays": (False, left(title="(!) Chat"), {}),
        "a label stays": (False, left(labels=["Send", "Retrying"]), {}),
        "a label of a file's stays": (
            True,
            left_with_a_file(labels=["Send", "Download again"]),
            {"moment": "download"},
        ),
        "a label that a file failed stays": (
            False,
            left_with_a_file(labels=["Send", "Retrying"]),
            {"moment": "download"},
        ),
        "a label of what was to be fetched stays": (False, left(labels=["Send", "Download again"]), {}),
        "a mark in the list stays": (False, left(conversations=[{**THERE[0], "title": f"! {STEADY}"}]), {}),
        "another icon stays": (False, left(style={"icon": "http://x:1/red.png"}), {}),
        "the same icon at a phone's address": (True, left(style={"icon": "http://x:2/icon.png"}), {}),
        "the page stays dimmed": (False, left(style={"icon": "http://x:1/icon.png", "opacity": 0.5}), {}),
        "the list stays inert": (False, left(conversations=[{**THERE[0], "muted": True}]), {}),
        "an empty box stays": (False, left(emptied=1), {}),
        "a title of its own": (True, left(title=f"{QUESTION} – Chat"), {}),
        "a note beside the answer": (False, timed("", "Interrupted"), {}),
        "a time beside every answer": (True, timed("9:41", "10:07"), {}),
        "stop stays": (False, left(controls={"send": "enabled", "stop": "enabled"}), {}),
        "a control stays disabled": (False, left(controls={"send": "disabled", "new_chat": "disabled"}), {}),
    },
    "offers_still": {
        "all": (True, left(offered=["logout", "settings"], width=1280), {}),
        "less": (False, left(offered=["settings"], width=1280), {}),
    },
    "draft_again": {
        "kept": (True, failed_again(QUESTION), {}),
        "emptied": (False, failed_again(""), {}),
        "emptied, and opened anew after all": (
            False,
            failed_again("").note(38, "browser", "navigation", by="open"),
            {},
        ),
    },
    "other_draft": {
        "to the last letter": (True, wrote("A week\nby the sea"), {}),
        "a part of it": (False, wrote("A week\nby the"), {}),
        "also after a new chat": (True, back("A week\nby the sea"), {}),
        "not after a new chat": (False, back(""), {}),
        "in a new chat as well": (
            False,
            back("A week\nby the sea").note(
                38.2,
                "screen",
                "snapshot",
                phase="new_chat",
                **screen((), draft="A week\nby the sea", url="http://x/c/n"),
            ),
            {},
        ),
        "what failed here, when they come back from a new chat": (True, comes_back(ASKED, QUESTION), {}),
        "what failed here and is sent, when they come back": (True, comes_back(ASKED, ""), {}),
        "nothing of what failed here, when they come back": (False, comes_back(BEFORE, ""), {}),
        "what failed here, in a chat that was begun then": (False, moves_on("/c/n", QUESTION), {}),
        "what failed here, and is written there again": (
            True,
            moves_on("/c/n", QUESTION).note(20.8, "run", "asked", question=QUESTION, conversation="n"),
            {},
        ),
        "a chat that was begun then, and is empty": (True, moves_on("/c/n", ""), {}),
        "what failed here, on the page that came anew": (True, moves_on("/c/c", QUESTION), {}),
        "with an error of the other conversation": (
            False,
            wrote("A week\nby the sea", error={"lines": ["Oops"]}),
            {},
        ),
        "where nobody wrote anything": (True, turned_to(Story()), {}),
        "with an error where nobody wrote anything": (False, turned_to(Story(), error={"lines": ["Oops"]}), {}),
        "with the draft of this one": (False, turned_to(Story(), "How do the tides work?"), {}),
    },
    "returned": {
        "as it was left": (True, returns(), {}),
        "with nothing of what was unsent": (False, returns(""), {}),
        "what was unsent stands as a turn": (True, returns("", then=(*ASKED, said("user", UNSENT))), {}),
        "with what was added beside the error": (
            True,
            returns(f"{UNSENT} Or").note(37, "screen", "added", **ADDED),
            {},
        ),
        "without what was added beside the error": (
            False,
            returns().note(37, "screen", "added", **ADDED),
            {},
        ),
        "without what was sent": (False, returns(then=BEFORE), {}),
        "a wait goes on": (True, returns(countdown="40 s", waits="39 s"), {}),
        "a wait that was over": (False, returns(waits="90 s"), {}),
        "a wait that a reply asks for": (
            True,
            returns(waits="90 s").note(38.5, "gateway", "access", status=429, retry_after="90"),
            {},
        ),
    },
    "as_served": {
        "as the service has it": (True, opened_anew(*ASKED), {}),
        "without a message": (False, opened_anew(*BEFORE), {}),
    },
}
QUIET: dict[str, tuple[Story, dict[str, Any]]] = {
    "logged_in": (Story(), {}),
    "letters": (Story(), {}),
    "stands_out": (Story(), {}),
    "audit": (Story(), {}),
    "connected": (Story(), {}),
    "fits": (Story(), {}),
    "focus": (Story(), {}),
    "leaves": (Story(), {}),
    "draft_again": (Story(), {"moment": "open"}),
    "other_draft": (Story(), {}),
    "as_served": (Story(), {}),
    "returned": (turned_to(Story()), {}),
    "spoken": (Story(), {}),
    "room": (Story(), {}),
    "context": (Story(), {}),
    "logged_out": (Story(), {}),
    "forms": (Story(), {}),
    "in_passing": (Story(), {}),
    "goes_on": (Story(), {}),
    "typed": (Story(), {}),
    "offers_still": (left(offered=["settings"], width=390), {}),
    "otherwise": (Story(), {}),
    "counts_down": (Story(), {}),
}
