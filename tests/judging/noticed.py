"""Cases of the checks of what only somebody notices who looks closely, who hears the page, or who leaves it alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.values.questions import FURTHER
from tests.helpers import (
    ANSWERED,
    ASKED,
    BEFORE,
    QUESTION,
    STEADY,
    STEADY_ANSWER,
    Story,
    access,
    account,
    answer,
    message,
    said,
    screen,
)
from tests.judging.screens import OTHERS, THERE, listing, told, walked

ALL_WELL: dict[str, Any] = {
    "marred": [],
    "silent": [],
    "misnamed": [],
    "speakers": {"user": "You", "assistant": "Assistant"},
    "unheard": "",
    "room": {"height": 300, "line": 26, "more": True},
    "composer_away": False,
    "sideways": False,
    "zoom": False,
    "loud": False,
    "anew": False,
    "clear": False,
    "dead": [],
}
NEXT = FURTHER["en"]
ALONE = {"remedy": "control[nothing]"}
"""The arm in which nobody does anything."""


def noticed(**symptom: Any) -> Story:
    """Somebody looked closely in the steady state, when all was well, and at the symptom."""
    story = Story().note(4.1, "screen", "closely", phase="steady", **ALL_WELL)
    return story.note(12.1, "screen", "closely", phase="symptom", **{**ALL_WELL, **symptom})


def by(user: str, assistant: str) -> Story:
    return noticed(speakers={"user": user, "assistant": assistant})


def left_alone(asks: bool = False, **later: Any) -> Story:
    """Nobody touched a page that failed; half a minute later it shows this as well, and has asked for something."""
    shown = {**screen(ASKED, "Oops"), **later}
    story = Story().lacks("document", "navigation", "remedy").shows("symptom", shown).shows("recovery", shown)
    return story.note(15.0, "browser", "request", method="GET", path="/api/me") if asks else story


def still_drawn(later: str, moment: str = '"●"', steady: str = "") -> Story:
    """What the style drew in the last message while it was written, and long after it had failed."""
    story = left_alone(drawn=[later]).shows("moment", screen(ASKED, drawn=[moment]))
    return story.shows("steady", screen(BEFORE, drawn=[steady]))


def loads_on_sending() -> Story:
    story = Story().note(10.8, "browser", "document", path="/c/c", tab=1, window=1)
    story.note(3, "run", "asked", question=STEADY, conversation="c").lacks("remedy")
    return story.note(10.2, "run", "asked", question=QUESTION, conversation="c")


def left_waiting(**shown: Any) -> Story:
    """Nobody touches a page that failed, and it shows this, then and later."""
    controls = {"stop": "absent", "retry": "enabled", **shown.pop("controls", {})}
    lines = shown.pop("lines", ["Oops"])
    failed = screen(ASKED, lines, controls={**screen()["controls"], **controls}, **shown)
    story = Story().lacks("document", "navigation", "remedy", "moment")
    return story.shows("symptom", failed).shows("recovery", failed)


def one_press(asks: bool = False, usual: bool = True, **later: Any) -> Story:
    """A new chat was asked for once it had failed, and this is what it led to."""
    failed = screen(ASKED, "Oops")
    story = Story().shows("symptom", failed).shows("remedy", failed).shows("recovery", {**failed, **later})
    story.lacks("document", "navigation")
    for at, question in ((2.5, STEADY), (10.2, QUESTION)):
        story.note(at, "run", "asked", question=question, conversation="c")
    for at in [2.6] * usual + [25.1] * asks:
        story.note(at, "browser", "request", method="POST", path="/x")
    return story.note(25, "run", "pressed", control="new_chat", hand="mouse")


def advises(line: str, *others: str) -> Story:
    return told("Oops", line, others=list(others), labels=["Send"])


def advises_in(source: str) -> Story:
    """An error that tells one to log in, by its source (HTML)."""
    shown = screen(ASKED, ["Oops", "Log in again."], labels=["Send"])
    return Story().shows("symptom", {**shown, "error": {**shown["error"], "source": source}})


def logs_out(ended: bool, status: int = 200) -> Story:
    story = Story().note(5, "service", "account", **account("before"))
    story.note(24, "browser", "clicked", control="logout")
    story.note(24, "service", "session_ended", account="monitor", reason="replaced")
    story.note(24.1, "browser", "response", method="POST", path="/logout", status=status)
    if ended:
        story.note(23.9, "service", "session_ended", account="person-7", reason="logout")
    return story.note(26, "browser", "clicked", control="login_submit")


def logged_out(messages: Any, **more: Any) -> dict[str, Any]:
    """What stands beside the login once somebody has logged out."""
    return {"phase": "logged_out", **screen(messages, login=True, **more)}


def fills_in(**other: Any) -> Story:
    """Somebody fills in a login or a dialog, and looks at it."""
    found = {"what": "login", "said": ["Ticket 7"], "unreached": {}, "clear": False, "shows": "", **other}
    return Story().note(25, "screen", "form", **found)


def takes_a_plan(*lines: str, names: Mapping[str, str] | None = None) -> Story:
    """Somebody took the paid plan in the settings, which then say this."""
    story = fills_in(what="settings", said=list(lines), names=names or {})
    story.note(5, "service", "account", **account("before")).note(20.1, "run", "begins", remedy="paid_plan")
    return story.note(39, "service", "account", **account("after", plan="paid"))


def lagging(milliseconds: float) -> Story:
    return Story().shows("recovery", screen(ANSWERED, lag=milliseconds))


def failed_twice(shows: str, last: str = '{"error": {"message": "Down for maintenance."}}', status: int = 503) -> Story:
    """It failed, and when it was asked again it failed with another reply; then the screen shows this."""
    story = Story().lacks("remedy").shows("recovery", screen(ASKED, ["Not sent", shows]))
    first = '{"error": {"code": "internal_error", "message": "Internal Server Error"}}'
    story.note(11, "browser", "reply", path="/m", status=500, text=first)
    return story.note(24, "browser", "reply", path="/m", status=status, text=last)


def read_late() -> Story:
    """The last reply was shown before its text was read."""
    story = Story().lacks("remedy").shows("recovery", screen(ASKED, ["Not sent", "It said: Internal Server Error"]))
    story.note(11, "browser", "reply", path="/m", status=500, text="Internal Server Error")
    story.note(29, "browser", "response", path="/m", status=503)
    return story.note(30.5, "browser", "reply", path="/m", status=503, text="Down for maintenance.")


def told_to_the_model(
    *requests: list[tuple[str, str]], shown: Any = ANSWERED, settings: Sequence[Mapping[str, float]] = ()
) -> Story:
    """What a client told the model of the conversation, once for each time that it asked, and what it shows then.

    `settings`: what of each request shapes its answer.
    """
    story = Story().lacks("remedy", "navigation", "document").shows("recovery", screen(shown))
    for number, turns in enumerate(requests):
        asked, messages = turns[-1][1], [{"role": role, "text": text} for role, text in turns]
        story.note(2 + 20 * number, "run", "asked", question=asked, conversation="c")
        about = {"request": str(number), "account": "person-7"}
        shapes = settings[number] if settings else {}
        story.note(2.1 + 20 * number, "service", "api_request", **about, settings=shapes)
        story.note(39.4, "service", "api_ended", **about, messages=messages)
    return story.note(5, "service", "account", **account("before"))


def opened_with(line: str, messages: Any = ()) -> Story:
    """A page that was opened anew, on which this error stands, and nothing but these messages."""
    story = Story().note(20.5, "browser", "document", host="x")
    return story.shows("remedy", screen(messages, line, url="http://x/c/c"))


def begins(messages: Any = ()) -> Story:
    """A page that was opened anew is busy, and is so still when somebody looks at it once more."""
    shown = screen(messages, busy=True, born="b", url="http://x/c/c")
    story = Story().note(20.5, "browser", "document", host="x")
    return story.shows("remedy", shown).shows("recovery", shown)


AFTER = (*ASKED, said("user", NEXT), said("assistant", "By the air."))
"""The conversation once somebody has gone on: what they asked next has its answer."""


def went_on(messages: Any = AFTER, taken: int = 1, given: str = "By the air.", **shown: Any) -> Story:
    """Once all worked again somebody asked something else: how often the service took it, and what was shown then."""
    story = Story().note(31, "run", "step", name="onward").note(33, "run", "onward")
    story.note(3, "run", "asked", question=STEADY, conversation="c")
    story.note(3.1, "browser", "request", method="POST", path="/x")
    story.note(31.5, "run", "asked", question=NEXT, conversation="c")
    for _ in range(taken):
        story.note(31.6, "browser", "request", method="POST", path="/x")
        story.note(31.7, "service", "message", **message(NEXT))
    if given:
        story.note(39, "service", "answer", **answer(NEXT, given))
    return story.note(32, "screen", "snapshot", phase="onward", **screen(messages, **shown))


def blames(status: int) -> Story:
    """After a reply the box to write in is told as filled in wrongly."""
    story = noticed().shows("symptom", screen(BEFORE, "Oops", draft=QUESTION, invalid=True))
    return story.note(12, "browser", "response", method="POST", path="/x", status=status)


def is_writing() -> Story:
    """Somebody looks once the next question is written, before it is sent."""
    story = went_on().note(10, "run", "asked", question=QUESTION, conversation="c")
    return story.note(31.4, "screen", "snapshot", phase="writing", **screen(ASKED, draft=NEXT))


def tells_onward(as_its_own: str) -> Story:
    """A client that calls the API tells the model this as an answer of its own when something else is asked."""
    turns = [("user", STEADY), ("assistant", as_its_own), ("user", NEXT)]
    told = {"request": "7", "account": "person-7", "messages": [{"role": role, "text": text} for role, text in turns]}
    story = went_on().note(31.6, "service", "api_request", request="7", account="person-7")
    return story.note(31.7, "service", "api_ended", **told)


def held_back(seconds: float) -> Story:
    """The next question was sent only after somebody had looked, and so much time had gone by meanwhile."""
    story = went_on().passes(31.55, seconds)
    return story.note(31.52, "screen", "snapshot", phase="answered", **screen(BEFORE))


def asks_for_something_else() -> Story:
    """What is written leaves a page in a request; the next question does not, and it asks for something else."""
    story = went_on(taken=0)
    story.note(3.1, "browser", "request", method="POST", path="/x", carries="what the person wrote")
    return story.note(31.7, "browser", "request", method="GET", path="/up", carries="")


def wrote_beside(shown: str, client: bool = True, **then: bool) -> Story:
    """Somebody wrote on while an error was told, beside the question that failed; what then stood in the composer."""
    story = Story().note(3, "run", "asked", question=STEADY, conversation="c")
    story.note(3.1, "browser", "sent", path="/c/5d1b22/messages", key="").note(40, "run", "adds", text=" A b.")
    added = {"before": QUESTION, "text": " A b.", "told": ["Oops"], "url": "", "draft": shown}
    return story.note(41, "screen", "added", client=client, **added, **then)


def waits(then: str, now: str = "Try again in 60 s.") -> Story:
    """Nobody does anything, and what is said of a wait goes on to this."""
    story = Story().lacks("document", "navigation", "remedy")
    return story.shows("symptom", screen(ASKED, ["Oops", now])).shows("recovery", screen(ASKED, ["Oops", then]))


def wrote_to_support(came: str) -> Story:
    return fills_in().note(27, "run", "support", tickets=1, told="It says: Oops.", came=[came])


def another_status(shows: str) -> Story:
    """It failed with a 429 at first, and with a 502 when it was asked again; then the screen shows this."""
    story = Story(status=429).lacks("remedy").shows("recovery", screen(ASKED, [shows]))
    told = {"path": "/m", "text": ""}
    story.note(11, "browser", "reply", status=429, **told).note(24, "browser", "reply", status=502, **told)
    return story.note(24, "gateway", "access", **access(502))


def flashed(text: str, failed: bool = False, **shown: Any) -> Story:
    """A page came and then came anew, and had said this as an error until it was there; a request may have failed."""
    first, opened = (
        screen(url="http://x/c/c"),
        screen(ASKED, url="http://x/c/c", flashed=[text] if text else [], **shown),
    )
    story = Story().shows("steady", first).shows("remedy", opened)
    story.note(1, "browser", "document", host="x").note(20.5, "browser", "document", host="x")
    return story.note(20.8, "browser", "response", path="/x", status=503) if failed else story


def called(**names: str) -> Story:
    return noticed().shows("symptom", screen(ASKED, "Oops", names=names))


def led(came: bool) -> Story:
    return told("Oops").note(38, "screen", "led", text="What to do", came=came)


def walk(**more: Any) -> Story:
    return told("Oops").note(12.5, "screen", "walk", **{"been": ["send", "retry"], "round": True, **more})


def two(shown: Any, **more: Any) -> Story:
    """Two conversations were listed, and later these are."""
    steady = screen(conversations=[{**THERE[0], "current": True}, *OTHERS], url="http://x/c/c")
    return listing(shown).shows("steady", {**steady, **more})


FIRST = [("user", STEADY)]
RULE = ("system", "Answer in one sentence.")
SECOND = [*FIRST, ("assistant", STEADY_ANSWER), ("user", QUESTION)]
FAILED_TURN = [*FIRST, ("assistant", STEADY_ANSWER), ("user", QUESTION), ("user", QUESTION)]
AS_ITS_OWN = [*FIRST, ("assistant", "Sorry, the server had a problem"), ("user", QUESTION)]
NOTICED: dict[str, dict[str, tuple[bool, Story, dict[str, Any]]]] = {
    "context": {
        "the conversation": (True, told_to_the_model(FIRST, SECOND), {}),
        "the last turn only, as always": (True, told_to_the_model(FIRST, [SECOND[-1]]), {}),
        "asked as before": (True, told_to_the_model(FIRST, SECOND, settings=[{"max_tokens": 900}] * 2), {}),
        "asked for less than before": (False, told_to_the_model(FIRST, SECOND, settings=[{}, {"max_tokens": 5}]), {}),
        "what has failed, again": (False, told_to_the_model(FIRST, FAILED_TURN), {}),
        "what has failed, and stands there twice": (
            True,
            told_to_the_model(FIRST, FAILED_TURN, shown=(*ASKED, *ANSWERED[len(ASKED) - 1 :])),
            {},
        ),
        "a turn of another visit": (False, told_to_the_model(FIRST, SECOND, shown=ANSWERED[2:]), {}),
        "no more than the last turn any more": (False, told_to_the_model(SECOND, [SECOND[-1]]), {}),
        "instructed as before": (True, told_to_the_model([RULE, *FIRST], [RULE, *SECOND]), {}),
        "instructed since it failed": (False, told_to_the_model(FIRST, [RULE, *SECOND]), {}),
        "an error as its own answer": (False, told_to_the_model(FIRST, AS_ITS_OWN), {}),
    },
    "comes_to_rest": {
        "as it should": (True, left_waiting(), ALONE),
        "with stop still there": (False, left_waiting(controls={"stop": "enabled"}), ALONE),
        "with stop while the service still writes": (
            True,
            left_waiting(controls={"stop": "enabled"}).note(11, "service", "piece", answer="a-2", n=1),
            ALONE,
        ),
        "with retry disabled": (False, left_waiting(controls={"retry": "disabled"}), ALONE),
        "with retry disabled as long as it counts": (
            True,
            left_waiting(controls={"retry": "disabled"}, countdown="You can try again in 57 s."),
            ALONE,
        ),
        "with retry disabled, and it says until when": (
            True,
            left_waiting(controls={"retry": "disabled"}, lines=["Oops", "Try again in 57 s."]),
            ALONE,
        ),
        "busy, and it asks": (
            True,
            left_waiting(busy=True).note(15, "browser", "request", method="GET", path="/x"),
            ALONE,
        ),
        "busy, and nothing is under way": (False, left_waiting(busy=True), ALONE),
    },
    "pointed": {
        "to nothing": (True, advises("Try again in a minute."), {}),
        "to what is there": (True, advises("Press Settings, then look.", "Settings"), {}),
        "to what is there by its label": (True, advises("Press Send once more."), {}),
        "to a login": (True, advises("Log in again to go on.", "Log in"), {}),
        "to a login that is a link of its own": (True, advises_in('<a href="/login"><b>Log in</b></a> again.'), {}),
        "to a login beside another button": (False, advises_in("<button>Retry</button><p>Log in again.</p>"), {}),
        "to a login that is nowhere": (False, advises("Log in again to go on."), {}),
        "to a login that is nowhere, in Japanese": (False, advises("もう一度ログインしてください。"), {}),
        "to what is nowhere": (False, advises("Press Repair connection below."), {}),
        "to a name in quotes": (True, advises("Click on “Log out” first.", "Log out"), {}),
        "to a name in quotes that is nowhere": (False, advises("Click on “Repair” first.", "Log out"), {}),
        "to it in Japanese": (True, advises("「再試行」を押してください。", "再試行"), {"more": "locale: ja"}),
        "to what is nowhere, in Japanese": (False, advises("「修復」ボタンを押してください。"), {"more": "locale: ja"}),
        "to a key": (True, advises("Press Enter to send it again."), {}),
        "to the browser's own": (True, advises("Click Reload at the top."), {}),
    },
    "logged_out": {
        "at the service as well": (True, logs_out(True), {}),
        "in the page only": (False, logs_out(False), {}),
        "and nothing is left": (True, logs_out(True).note(25, "screen", "snapshot", **logged_out(())), {}),
        "and the conversation stays": (False, logs_out(True).note(25, "screen", "snapshot", **logged_out(ASKED)), {}),
        "and the list stays": (
            False,
            logs_out(True).note(25, "screen", "snapshot", **logged_out((), conversations=THERE)),
            {},
        ),
    },
    "spoken": {
        "as others see it": (True, noticed(), {}),
        "a box that is told as filled in wrongly": (False, blames(503), {}),
        "a box that is told as filled in wrongly, for it is": (True, blames(413), {}),
        "an answer that nobody announces": (False, noticed(unheard="it is in no live region"), {}),
        "a sentence that is hidden": (False, noticed(silent=["The connection was cut"]), {}),
        "a countdown in a live region": (False, noticed(loud=True), {}),
        "who wrote what, the other way round": (False, by("Assistant", "You"), {}),
        "both as the person": (False, by("You", "You"), {}),
        "nobody": (False, by("", ""), {}),
        "apart by the time only": (False, by("9:41", "9:42"), {}),
        "by their names": (True, by("person-1", "Model 3"), {}),
        "an assistant for you": (True, by("Alex", "Your assistant, for you"), {}),
        "in Japanese": (False, by("アシスタント", "あなた"), {}),
        "all of the conversation each time": (False, noticed(anew=True), {}),
        "controls by what they do": (True, called(send="Ask it", retry="Send again", stop="停止"), {}),
        "controls by another word": (True, called(send="Go!", retry="Once more"), {}),
        "send by what stop does": (False, called(send="Stop the answer"), {}),
        "send by what stop does, in Japanese": (False, called(send="停止"), {}),
        "stop by what send does": (False, called(stop="送信"), {}),
        "a control under another name": (False, noticed(misnamed=[{"seen": "Try again", "heard": "Button 3"}]), {}),
    },
    "room": {
        "for some lines": (True, noticed(), {}),
        "for one line": (False, noticed(room={"height": 30, "line": 26, "more": True}), {}),
        "for all that there is": (True, noticed(room={"height": 30, "line": 26, "more": False}), {}),
        "a composer off the screen": (False, noticed(composer_away=True), {}),
        "a page that is too wide": (False, noticed(sideways=True), {}),
        "no zoom": (False, noticed(zoom=True), {}),
        "a text that nobody can copy": (False, noticed(marred=[{"text": "Oops", "why": "nobody can copy it"}]), {}),
        "a line over another": (False, noticed(overprinted=["Bad gateway", "Try again."]), {}),
        "a password in clear": (False, noticed(clear=True), {}),
    },
    "forms": {
        "as they should be": (True, fills_in(), {}),
        "a field that only a mouse reaches": (False, fills_in(unreached={"login_account": "a keyboard can't"}), {}),
        "a password that all can read": (False, fills_in(clear=True), {}),
        "the plan that was taken": (True, takes_a_plan("Plan", "Paid", "You have it now."), {}),
        "the plan of before": (False, takes_a_plan("Plan: Free", "You have it now."), {}),
        "what free plans have not": (True, takes_a_plan("Paid", "Free plans have no priority."), {}),
        "the plan that was taken, for sale": (False, takes_a_plan("Paid", names={"upgrade": "Upgrade"}), {}),
        "boxes by their names": (True, fills_in(names={"login_account": "Account", "login_password": "Password"}), {}),
        "boxes by each other's names": (
            False,
            fills_in(names={"login_account": "Password", "login_password": "Account"}),
            {},
        ),
        "words across others": (False, fills_in(overprinted=["Settings", "Bad gateway"]), {}),
        "a word that nobody sees": (False, fills_in(unseen=[{"text": "Account", "why": "it is transparent"}]), {}),
        "a password that is said again": (False, fills_in(shows="a password"), {}),
        "a password left in its box": (False, fills_in().shows("remedy", screen(passwords=1)), {}),
        "a password in its box before it is sent": (
            True,
            fills_in().shows("symptom", screen(login=True, passwords=1)),
            {},
        ),
        "a ticket as it was written": (True, wrote_to_support("Error 503\nIt says: Oops."), {}),
        "a ticket with a draft as well": (
            False,
            wrote_to_support("It says: Oops.\ndraft:c-1: Why is it dark").note(
                9, "run", "wrote", draft="Why is it dark"
            ),
            {},
        ),
        "a ticket without what was written": (False, wrote_to_support("Error 503"), {}),
        "what a program says": (False, fills_in(said=["Ticket [object Object]"]), {}),
        "another language": (False, fills_in(said=["The ticket was sent"]), {"more": "locale: ja"}),
        "the person's": (True, fills_in(said=["受付番号 7"]), {"more": "locale: ja"}),
    },
    "by_itself": {
        "an error of before on a page that was opened anew": (False, opened_with("Oops"), {"remedy": "reload"}),
        "an error of before beside the answer": (False, opened_with("Oops", ANSWERED), {"remedy": "reload"}),
        "an error of what is not answered": (True, opened_with("Oops", ASKED), {"remedy": "reload"}),
        "work that nobody asked for": (False, begins(), {"remedy": "reload"}),
        "work for which it asks": (True, begins().note(20.8, "browser", "request", path="/x"), {"remedy": "reload"}),
        "work beside messages": (True, begins(ASKED), {"remedy": "reload"}),
        "an error of now on it": (
            True,
            opened_with("Oops").note(20.8, "browser", "response", method="GET", path="/x", status=503),
            {"remedy": "reload"},
        ),
        "nothing": (True, left_alone(), ALONE),
        "says for long that it connects": (False, left_alone(others=["Connecting…"]), ALONE),
        "says so beside a file": (False, left_alone(messages=[{**ASKED[0], "note": "a.txt 9 B Downloading…"}]), ALONE),
        "says so in Japanese": (False, left_alone(others=["接続中…"]), ALONE),
        "says so, and it does": (True, left_alone(asks=True, others=["Connecting…"]), ALONE),
        "an answer that looks as if it went on": (False, still_drawn('"●"'), ALONE),
        "a mark that came with the failure": (True, still_drawn('"!"'), ALONE),
        "a mark that every answer has": (True, still_drawn('"●"', steady='"●"'), ALONE),
        "a spinner": (False, left_alone(spinning=1), ALONE),
        "a spinner, and it asks": (True, left_alone(asks=True, spinning=1), ALONE),
        "a label": (False, left_alone(labels=["Sending"]), ALONE),
        "another word": (True, left_alone(others=["Not connected"], labels=["Send"]), ALONE),
        "the page is loaded anew": (False, Story().lacks("navigation"), ALONE),
        "the person loads it": (True, Story(), ALONE),
        "the page is loaded anew when a message fails": (False, loads_on_sending(), ALONE),
    },
    "goes_on": {
        "answered": (True, went_on(), {}),
        "never sent": (False, went_on(BEFORE, taken=0, given=""), {}),
        "sent twice": (False, went_on(taken=2), {}),
        "without its answer": (False, went_on(AFTER[:-1]), {}),
        "standing there twice": (False, went_on((*AFTER, *AFTER[-2:])), {}),
        "beside what failed before": (False, went_on(error="Oops"), {}),
        "and the box is told as filled in wrongly": (False, went_on(invalid=True), {}),
        "and the tab still says what failed": (
            False,
            went_on(title="Oops – Chat").shows("symptom", screen(BEFORE, "Oops", title="Oops – Chat")),
            {},
        ),
        "and the client stays busy": (False, went_on(busy=True), {}),
        "and half an answer of before is told as whole": (
            False,
            went_on((*ASKED, said("assistant", "The moon"), *AFTER[-2:])),
            {},
        ),
        "after a part that is told as such": (
            True,
            went_on((*ASKED, {**said("assistant", "The moon"), "note": "Interrupted"}, *AFTER[-2:])),
            {},
        ),
        "and what stood there before is gone": (
            False,
            went_on(AFTER[2:]).note(31.2, "screen", "snapshot", phase="writing", **screen(ASKED)),
            {},
        ),
        "where the service gave none": (True, went_on(AFTER[:-1], given=""), {}),
        "and stays in the composer": (False, went_on(draft=NEXT), {}),
        "beside what is written already": (True, went_on(draft="And at night?"), {}),
        "and the model is told an error as what it had said": (False, tells_onward("Sorry, no answer."), {}),
        "and the model is told what it had said": (True, tells_onward(STEADY_ANSWER), {}),
        "which is being written": (True, is_writing(), {}),
        "which is held back for a while": (False, held_back(10.0), {}),
        "which is sent late on a slow machine": (True, held_back(0.0), {}),
        "in whose place a page asks whether its server is back": (False, asks_for_something_else(), {}),
        "and nobody hears of its answer": (
            False,
            went_on().note(32.1, "screen", "closely", phase="onward", unheard="its live region is off"),
            {},
        ),
    },
    "typed": {
        "as it was written": (True, wrote_beside("How do the tides work? A b."), {}),
        "a letter is missing": (False, wrote_beside("How do the tides work? A ."), {}),
        "nothing of what stood there": (False, wrote_beside("A b."), {}),
        "on another page": (False, wrote_beside("", client=False), {}),
        "and it was sent": (
            False,
            wrote_beside("How do the tides work? A b.").note(
                40.2, "browser", "sent", path="/c/7f3a90/messages", key=""
            ),
            {},
        ),
        "and the service has it": (
            False,
            wrote_beside("How do the tides work? A b.").note(40.2, "service", "message", **message("A b.")),
            {},
        ),
        "and the error stays": (True, wrote_beside("How do the tides work? A b.", still=True), {}),
        "and the error goes": (False, wrote_beside("How do the tides work? A b.", still=False), {}),
        "and the error goes, for a reply came": (
            True,
            wrote_beside("How do the tides work? A b.", still=False).note(40.2, "browser", "response", method="GET"),
            {},
        ),
        "and it was saved": (
            True,
            wrote_beside("How do the tides work? A b.").note(40.2, "browser", "sent", path="/c/7f3a90/draft", key=""),
            {},
        ),
    },
    "counts_down": {
        "down": (True, waits("Try again in 30 s."), ALONE),
        "up": (False, waits("Try again in 90 s."), ALONE),
        "with a dash before a number": (True, waits("Try again in 3 s. – 12 s", now="Try again in 9 s. – 12 s"), ALONE),
        "up, in Japanese": (False, waits("あと 90 秒", now="あと 60 秒"), ALONE),
        "a number that is no wait": (True, waits("Try again in 30 s. (7)", now="Try again in 60 s. (5)"), ALONE),
    },
    "in_passing": {
        "nothing": (True, flashed(""), {"remedy": "reload"}),
        "an error until all was there": (False, flashed("Something went wrong"), {"remedy": "reload"}),
        "an error that stands": (True, flashed("Oops", error="Oops"), {"remedy": "reload"}),
        "an error while something failed": (True, flashed("Oops", failed=True), {"remedy": "reload"}),
    },
    "quotes": {
        "the name of an earlier status": (False, another_status("Too many requests"), {}),
        "the name of the last one": (True, another_status("Bad gateway"), {}),
        "what was said last": (True, failed_twice("It said: Down for maintenance."), {}),
        "what was said of an earlier failure": (False, failed_twice("It said: Internal Server Error"), {}),
        "what was said of an earlier failure, before the last one is read": (False, read_late(), {}),
        "neither of them": (True, failed_twice("Wait a minute."), {}),
        "what both have said": (True, failed_twice("Internal Server Error", "Internal Server Error, again"), {}),
        "what was said before the last without a reply": (
            False,
            failed_twice("It said: Internal Server Error", status=500).note(
                25, "browser", "request_failed", method="POST", path="/m", error="net::ERR_CONNECTION_RESET"
            ),
            {},
        ),
        "what was said of something else": (
            True,
            failed_twice("It said: Down for maintenance.").note(
                25, "browser", "reply", path="/other", status=404, text="There is no such thing."
            ),
            {},
        ),
    },
    "late": {
        "soon": (True, lagging(400), {}),
        "long after it came": (False, lagging(20_000), {}),
        "it came before they asked again": (True, lagging(20_000).note(29, "run", "pressed", control="retry"), {}),
    },
}
MORE: dict[str, dict[str, tuple[bool, Story, dict[str, Any]]]] = {
    "reached": {
        "a link that leads nowhere": (False, led(False), {}),
        "a link that does something": (True, led(True), {}),
        "no sign of where the keyboard is": (False, walk(bare=["Try again"]), {}),
        "Tab goes in a circle": (False, walk(round=False, stuck=True), {}),
        "a press of which nothing comes": (False, one_press(), {}),
        "a press that asks": (True, one_press(asks=True), {}),
        "a press that shows something": (True, one_press(messages=[]), {}),
        "a press where all is said on a WebSocket": (True, one_press(usual=False), {}),
        "a keyboard that is seen": (True, walked("send", "retry", "composer"), {}),
    },
    "listed": {
        "as they were": (True, two([{**THERE[0], "current": True}, *OTHERS]), {}),
        "all by one name": (False, two([{**one, "title": "New chat"} for one in (*THERE, *OTHERS)]), {}),
        "another by another name": (False, two([*THERE, {**OTHERS[0], "title": "Bread"}]), {}),
        "the open one by another name": (True, two([{**THERE[0], "title": "Lights", "current": True}, *OTHERS]), {}),
        "none marked as open": (False, two([*THERE, *OTHERS]), {}),
        "two marked as open": (
            False,
            two([{**THERE[0], "current": True}, *({**one, "current": True} for one in OTHERS)]),
            {},
        ),
        "the open one sinks": (False, two([*OTHERS, {**THERE[0], "current": True}]), {}),
        "one more": (
            True,
            two([{"title": "New", "address": "/c/e"}, {**THERE[0], "current": True}, *OTHERS]),
            {},
        ),
    },
}
