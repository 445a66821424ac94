"""Each check has a history that it accepts and one that it doesn't, and says what was expected and what was shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.judging import CLIENT as CLIENT_CHECKS
from harness.judging import HARNESS, Case
from harness.judging.countdown import fits, grain, seconds_in
from harness.values.result import Finding
from harness.values.secrets import REDACTED
from tests.helpers import (
    ANSWER,
    ANSWERED,
    ASKED,
    BEFORE,
    CLIENT,
    OUTAGE,
    QUESTION,
    STEADY,
    STEADY_ANSWER,
    Story,
    access,
    answer,
    arm_of,
    foreign_page,
    message,
    said,
    scenario,
    screen,
)
from tests.judging.noticed import MORE, NOTICED, SECOND, another_status, noticed, told_to_the_model
from tests.judging.screens import QUIET, SCREENS, heard

CHECKS = {**HARNESS, **CLIENT_CHECKS}
MESSAGE = "expect: {message: bad_gateway}"
HALF = (*ASKED, said("assistant", "The moon", "error"))


def check(
    name: str, story: Story, remedy: str = "control[ask_again]", moment: str = "send", more: str = "", **of: Any
) -> Finding | None:
    listed = "" if remedy.startswith("control") else f"recovers: [{remedy}]\n"
    one = scenario(of.get("faults", OUTAGE), moment, listed + more)
    return CHECKS[name](Case.of(arm_of(one, remedy), of.get("client", CLIENT), story.history))


def symptom(*args: Any, **other: Any) -> Story:
    return Story().shows("symptom", screen(*args, **other))


def recovery(*args: Any, **other: Any) -> Story:
    return Story().shows("recovery", screen(*args, **other))


def asks(
    *at: float, path: str = "/api/conversations/c-12345678/messages", method: str = "POST", key: str = ""
) -> Story:
    """The person sends at 10, and the page asks for this at those seconds; what it asked for before was a message."""
    told = {"method": "POST", "path": "/api/conversations/c-12345678/messages", "key": "s", "foreign": ""}
    story = Story().note(3, "browser", "request", **told).note(10, "browser", "clicked", control="send")
    for n, second in enumerate(at):
        asked = {"method": method, "path": path, "key": key or f"k{n}", "foreign": ""}
        story.note(second, "browser", "request", **asked)
    return story.note(10, "run", "asked", question=QUESTION, conversation="c")


def opened_anew(at: float) -> Story:
    """The page is loaded anew, and sends at that second what was sent before when the person pressed to send."""
    story = asks(at, key="k").note(2.9, "browser", "clicked", control="send")
    return story.note(21, "browser", "document", host="x")


def came_back(path: str) -> Story:
    """The page was opened anew with an error and no message; this had come by the time that retry was pressed."""
    story = Story().lacks("remedy").shows("recovery", screen((), "Oops", url="http://x/c/c"))
    story.note(20.5, "browser", "document", host="x").note(25, "run", "pressed", control="retry", hand="mouse")
    return story.note(21, "browser", "response", method="GET", path=path, status=200)


def part_of(came: str) -> Story:
    """Half an answer is shown when it fails, of which the service had sent this in words."""
    story = Story().shows("moment", screen(HALF)).shows("symptom", screen(HALF, "Oops"))
    last = f" {came.rpartition(' ')[2]}"
    return story.note(9.4, "service", "part", text=came, pieces=came.count(" ") + 1, last=last).lacks("answer")


def withheld(*at: float) -> Story:
    """Nothing is shown of an answer while it is written, whose pieces came at those seconds, and then it fails."""
    story = Story().lacks("armed").note(3.1, "run", "asked", question=QUESTION, conversation="c")
    for number, when in enumerate(at):
        story.note(when, "service", "piece", answer="a-2", n=number)
    return story.shows("moment", screen(ASKED, busy=True)).shows("symptom", screen(HALF, "Oops"))


def by_server(path: str) -> Story:
    """What a client's own server asks of the API."""
    return symptom(ASKED, "Oops").note(11, "gateway", "access", **{**access(200), "road": "client_api", "path": path})


FOUR = (12, 12.1, 12.2, 12.3)


def in_parts(*at: float) -> Story:
    """The page asks for this at those seconds after an act; before anything broke it sent it in three parts."""
    story = asks(*at)
    for second in (3.1, 3.2):
        told = {"method": "POST", "path": "/api/conversations/c-12345678/messages", "key": "s", "foreign": ""}
        story.note(second, "browser", "request", **told)
    return story


def gives(path: str = "/api/telemetry", **what: str) -> Story:
    """The page sends this after the failure; before anything broke the person's words went out in a message only."""
    told = {"method": "POST", "path": "/api/conversations/c-12345678/messages", "key": "s", "foreign": ""}
    story = Story().note(3, "browser", "request", **told, carries="what the person wrote")
    return story.note(12, "browser", "request", **{**told, "path": path, **what})


def passwords(*paths: str) -> Story:
    """A password was sent there, one after another, by what somebody filled in."""
    story = Story().note(11.5, "browser", "clicked", control="login_submit")
    for n, path in enumerate(paths):
        story.note(12 + n / 10, "browser", "request", method="POST", path=path, foreign="", carries="a password")
    return story


def pressed_in_vain(shown: Any) -> Story:
    """Another answer was asked for in the place of half a one, which failed, and this is what was shown then."""
    story = Story().shows("moment", screen(HALF)).shows("symptom", screen(HALF, "Oops"))
    story.note(25, "run", "pressed", control="regenerate", hand="mouse").lacks("document", "navigation", "message")
    return story.shows("recovery", screen(shown, "Oops"))


def sockets(many: int) -> Story:
    story = asks()
    for n in range(many):
        story.note(12 + n / 20, "browser", "websocket_made", url="/api/stream")
    return story


def opened(before: int, after: int, works: bool = False) -> Story:
    """So many WebSockets are open before anything broke, and in the end."""
    steady = screen(sockets={"open": before, "frames": 1})
    shown = (ANSWERED, "") if works else (ASKED, "Oops")
    return asks().shows("steady", steady).shows("recovery", screen(*shown, sockets={"open": after, "frames": 1}))


def frames(many: int) -> Story:
    """So much is said on WebSockets from the failure to the end, while nobody does anything."""
    failed, later = ({"sockets": {"open": 1, "frames": count}} for count in (2, 2 + many))
    story = asks().shows("symptom", screen(ASKED, "Oops", **failed)).shows("remedy", screen(ASKED, "Oops", **later))
    return story.lacks("navigation")


def asked_in(conversation: str) -> Story:
    """A message in the steady state and the question, both in this conversation."""
    story = Story().note(3, "service", "message", **message(STEADY, conversation))
    return story.note(2, "run", "asked", question=STEADY, conversation=conversation).note(
        10, "run", "asked", question=QUESTION, conversation=conversation
    )


def limited(countdown: str, asked: str = "57", **controls: str) -> Story:
    states = {"send": "disabled", "retry": "disabled", **controls}
    shown = symptom(ASKED, "Too many requests", countdown=countdown, controls=states)
    return shown.note(11, "gateway", "access", **access(429, retry_after=asked))


def entered_early(sent: bool = False) -> Story:
    """Enter was pressed while nothing may be sent."""
    story = limited("57 s").note(36, "run", "step", name="afterwards").note(25, "run", "held_back", control="send")
    return story.note(25.1 if sent else 37, "browser", "sent", path="/m", key="k")


def whole_road(whole: bool = True, because: str = "it lasted 45s") -> Story:
    """The fault ended before the recovery, and the person asked once more."""
    story = Story().note(21, "fault", "lifted", fault=0, because=because)
    story.note(23, "run", "asked", question=QUESTION, conversation="c")
    return story.note(39, "run", "probe", page=200, status=200 if whole else 503, whole=whole)


JA = "locale: ja\nexpect: {message: bad_gateway}"
MID = {"moment": "mid_answer"}
DRAFT = {"more": "expect: {draft: kept}"}
OFFERS = {"more": "expect: {offers: [retry]}"}
COUNT = {"more": "expect: {countdown: true}"}
WITHIN = {"more": "expect: {message: bad_gateway, within: 3s}"}
DOUBLED = (*ANSWERED, said("user", QUESTION))
ABSENT = {"send": "enabled", "retry": "absent", "regenerate": "absent", "new_chat": "enabled"}


def parts(*parts: list[str]) -> dict[str, Any]:
    """A screen on which an error stands in these parts, each of these lines."""
    shown = screen(ASKED, [line for part in parts for line in part])
    return {**shown, "error": {**shown["error"], "parts": parts, "count": len(parts)}}


def again(text: str) -> Story:
    """The person asked again, and the client said this."""
    return Story().shows("recovery", screen(ASKED, text, draft=QUESTION))


def asked_and_sent() -> Story:
    story = Story().note(10, "run", "asked", question=QUESTION, conversation="c")
    return story.note(10.1, "browser", "sent", path="/api/conversations/c/messages")


def in_a_new_chat(conversation: str) -> Story:
    """A new chat opened, and the question was asked in that conversation."""
    story = Story().shows("remedy", screen(())).note(5, "run", "asked", question=STEADY, conversation="c")
    return story.note(23, "run", "asked", question=QUESTION, conversation=conversation)


def diagnosed(by: str, place: str) -> Story:
    return Story().note(21, "run", "diagnosis", by=by, place=place, because="so it seems")


def looked_up(state: str) -> Story:
    return Story().note(21, "run", "status_page", state=state, title="")


def bisected(found: str) -> Story:
    return Story().note(21, "run", "bisected", found=found, guilty="Notes", among=["Reader", "Notes"])


def asked_over(stands: Any, **shown: Any) -> Story:
    """Half an answer had come; somebody wrote and sent the question anew, and of the conversation this stood there."""
    story = Story().shows("moment", screen(HALF)).shows("symptom", screen(HALF, "Oops"))
    story.shows("remedy", screen(HALF, "Oops")).note(25, "run", "asked", question=QUESTION, conversation="c")
    again = (said("user", QUESTION), said("assistant", ANSWER))
    return story.shows("recovery", screen((*stands, *again), **shown))


def wrote_and_asked(wrote: str) -> Story:
    """Somebody wrote this before anything broke, and this is what the service was asked and has answered: `STEADY`."""
    story = Story().lacks("break").note(-1, "run", "questions", steady=wrote, question=QUESTION)
    shown = screen((said("user", STEADY), said("assistant", STEADY_ANSWER)))
    return story.shows("steady", shown).note(3, "run", "asked", question=wrote, conversation="c")


CASES: dict[str, dict[str, tuple[bool, Story, dict[str, Any]]]] = {
    "complete": {
        "came to its end": (True, Story(), {}),
        "broken off": (False, Story().lacks("undone"), {}),
        "stopped": (False, Story().note(15, "run", "stopped", because="a part died"), {}),
    },
    "evidence": {
        "the gateway's log has the reset": (True, Story(flags="UC"), {}),
        "nobody saw it": (False, Story(flags="-"), {}),
        "it was never armed": (False, Story().lacks("armed"), {}),
        "seen before it was armed": (False, Story(flags="-").note(8, "gateway", "access", **access(503, "UC")), {}),
        "one of two was seen": (False, Story(), {"faults": f"[{OUTAGE}, {{at: uplink, do: down}}]"}),
    },
    "done": {
        "the browser asked for another document": (True, Story(), {"remedy": "reload"}),
        "nobody saw it": (False, Story().lacks("document"), {"remedy": "reload"}),
        "nobody did it": (False, Story(did=()), {"remedy": "reload"}),
    },
    "undone": {"clean": (True, Story(), {}), "a toxic is left": (False, Story(clean=False), {})},
    "steady": {
        "the whole answer": (True, Story().shows("steady", screen(BEFORE)), {}),
        "half of it": (
            False,
            Story().shows("steady", screen((said("user", STEADY), said("assistant", "For ships.")))),
            {},
        ),
        "an error": (False, Story().shows("steady", screen((), "Oops")), {}),
        "asked without its last letter": (False, wrote_and_asked(STEADY + "!"), {}),
        "asked as it was written": (True, wrote_and_asked(STEADY), {}),
        "Enter does nothing": (
            False,
            Story()
            .shows("steady", screen((), draft=STEADY))
            .note(3, "run", "asked", question=STEADY, conversation="c")
            .lacks("break", "answer"),
            {"client": replace(CLIENT, locators={"ready": "#x", "busy": "#y"})},
        ),
    },
    "message": {
        "by name": (True, symptom(ASKED, "Bad gateway"), {"more": MESSAGE}),
        "by name, among other lines": (True, symptom(ASKED, ["Bad gateway", "Retry"]), {"more": MESSAGE}),
        "by name, with an icon and a full stop": (True, symptom(ASKED, "⚠ Bad gateway."), {"more": MESSAGE}),
        "beside another message": (False, symptom(ASKED, ["Bad gateway", "Too many requests"]), {"more": MESSAGE}),
        "beside a toast of another": (
            False,
            symptom(ASKED, "Bad gateway", others=["Too many requests"]),
            {"more": MESSAGE},
        ),
        "in another language": (False, symptom(ASKED, "Bad gateway"), {"more": JA}),
        "in the person's language": (True, symptom(ASKED, "不正なゲートウェイ"), {"more": JA}),
        "by text, with a full stop": (True, symptom(ASKED, "So sorry!"), {"more": "expect: {message: So sorry}"}),
        "by text, as a part of a line": (
            False,
            symptom(ASKED, "So sorry, but no"),
            {"more": "expect: {message: So sorry}"},
        ),
        "another text": (False, symptom(ASKED, "Sorry"), {"more": "expect: {message: So sorry}"}),
        "nothing": (False, symptom(ASKED), {"more": MESSAGE}),
        "on the gateway's own page": (
            True,
            Story().shows("symptom", foreign_page("502", "Bad gateway")),
            {"more": MESSAGE},
        ),
        "none": (True, symptom(ASKED), {"more": "expect: {message: none}"}),
        "one where none is expected": (False, symptom(ASKED, "Oops"), {"more": "expect: {message: none}"}),
        "a foreign page where none is expected": (
            False,
            Story().shows("symptom", foreign_page("502")),
            {"more": "expect: {message: none}"},
        ),
        "the browser's": (
            True,
            Story().shows("symptom", foreign_page(navigation="net::ERR_CONNECTION_RESET")),
            {"more": "expect: {message: browser_error}"},
        ),
        "not the browser's": (False, symptom(ASKED, "Oops"), {"more": "expect: {message: browser_error}"}),
    },
    "within": {
        "in two seconds": (True, Story(), WITHIN),
        "in five seconds": (
            False,
            Story(symptom_at=15),
            WITHIN,
        ),
        "in time, and looked at for a while before it counted": (
            True,
            Story(symptom_at=15).shows("symptom", screen(ASKED, "Oops", stood=2.6)),
            WITHIN,
        ),
        "in time since it was asked, which took the machine long": (
            True,
            Story(symptom_at=13.2).note(10.4, "run", "asked", question=QUESTION, conversation="c"),
            WITHIN,
        ),
        "late, on a machine that was as late while all was well": (
            True,
            Story(symptom_at=14.5).note(1.2, "run", "asked", question=STEADY, conversation="c"),
            WITHIN,
        ),
        "later than the machine was while all was well": (
            False,
            Story(symptom_at=15).note(2.2, "run", "asked", question=STEADY, conversation="c"),
            WITHIN,
        ),
        "after the client's own patience": (
            True,
            Story(symptom_at=41),
            {**WITHIN, "faults": "{at: uplink, do: timeout, direction: upstream}"},
        ),
        "after the client's own patience and more": (
            False,
            Story(symptom_at=44),
            {**WITHIN, "faults": "{at: uplink, do: timeout, direction: upstream}"},
        ),
    },
    "language": {
        "English": (True, symptom(ASKED, ["Bad gateway", "Try again"]), {"more": MESSAGE}),
        "Japanese for an English person": (False, symptom(ASKED, ["Bad gateway", "再試行"]), {"more": MESSAGE}),
        "marked as another one": (False, noticed(tongues=[{"text": "Bad gateway", "lang": "ja"}]), {"more": MESSAGE}),
        "marked as it is": (True, noticed(tongues=[{"text": "Bad gateway", "lang": "en-GB"}]), {"more": MESSAGE}),
        "Japanese": (True, symptom(ASKED, ["不正なゲートウェイ", "再試行"]), {"more": JA}),
        "English for a Japanese person": (False, symptom(ASKED, ["不正なゲートウェイ", "Try again"]), {"more": JA}),
        "the English message for a Japanese person": (False, symptom(ASKED, "Bad gateway"), {"more": JA}),
        "what the gateway said may be English": (
            True,
            symptom(ASKED, ["不正なゲートウェイ", "upstream reset"], details=["upstream reset"]),
            {"more": JA},
        ),
        "half a sentence, to its full stop": (
            False,
            symptom(ASKED, ["不正なゲートウェイ", "少し待ってから, please try again."]),
            {"more": JA},
        ),
        "Chinese for a Japanese person": (False, symptom(ASKED, ["不正なゲートウェイ", "请稍后重试"]), {"more": JA}),
        "the name of a file": (True, symptom(ASKED, ["不正なゲートウェイ", "answer-65dea9.txt を保存"]), {"more": JA}),
        "half a sentence": (False, symptom(ASKED, ["不正なゲートウェイ", "エラー: Check your network"]), {"more": JA}),
        "a label": (False, symptom(ASKED, "不正なゲートウェイ", labels=["Send message"]), {"more": JA}),
        "German for an English person": (
            False,
            symptom(ASKED, ["Bad gateway", "Bitte erneut versuchen"]),
            {"more": MESSAGE},
        ),
        "Russian for a Japanese person": (False, symptom(ASKED, ["不正なゲートウェイ", "ошибка"]), {"more": JA}),
        "a name is no language": (True, symptom(ASKED, "不正なゲートウェイ", others=["person-7"]), {"more": JA}),
    },
    "draft": {
        "in the composer": (True, symptom(ASKED, "Oops", draft=QUESTION), DRAFT),
        "in the composer, with other spaces": (True, symptom(ASKED, "Oops", draft=f" {QUESTION} "), DRAFT),
        "lost": (False, symptom(BEFORE, "Oops"), {}),
        "in the conversation": (True, symptom(ASKED, "Oops"), {}),
        "in the conversation, but expected in the composer": (False, symptom(ASKED, "Oops"), DRAFT),
        "lost by a reload": (False, Story().shows("remedy", screen(BEFORE)), {"remedy": "reload"}),
        "lost as time goes by": (
            False,
            symptom(BEFORE, "Oops", draft=QUESTION).note(38, "screen", "snapshot", phase="later", **screen(BEFORE)),
            {"remedy": "control[nothing]"},
        ),
        "lost by who asks support": (False, Story().shows("remedy", screen(BEFORE)), {"remedy": "support"}),
        "not asked of a private window": (True, Story().shows("remedy", screen(BEFORE)), {"remedy": "private_window"}),
    },
    "partial": {
        "stays": (True, Story().shows("moment", screen(HALF)).shows("symptom", screen(HALF, "Oops")), MID),
        "grows": (True, Story().shows("moment", screen(HALF)).shows("symptom", screen(ANSWERED)), MID),
        "is withheld until it is whole": (False, withheld(3.2, 3.3, 3.4), MID),
        "has hardly come": (True, withheld(9.2, 9.3, 9.4).shows("moment", screen(HALF)), MID),
        "is taken away": (False, Story().shows("moment", screen(HALF)).shows("symptom", screen(ASKED, "Oops")), MID),
        "is all that had come": (True, part_of("The moon"), MID),
        "is all but the last piece": (True, part_of("The moon considerably"), MID),
        "is less than had come": (False, part_of("The moon pulls the water after it."), MID),
        "is taken away by a press that fails": (False, pressed_in_vain(ASKED), MID),
        "stays after one": (True, pressed_in_vain(HALF), MID),
        "is replaced by another answer that fails": (
            True,
            pressed_in_vain(ASKED).note(26, "service", "piece", answer="a-2", n=1),
            MID,
        ),
        "stays when it is asked again": (True, asked_over(HALF), MID),
        "vanishes when it is asked again": (False, asked_over(ASKED), MID),
        "may vanish with a page that loads itself anew": (True, asked_over(ASKED, born="b"), MID),
        "is garbled": (
            False,
            Story()
            .shows("moment", screen(HALF))
            .shows("symptom", screen((*ASKED, said("assistant", "The moon, or so")), "Oops")),
            MID,
        ),
    },
    "conversation": {
        "stays": (True, Story(), {}),
        "vanishes with the error": (False, symptom((), "Oops"), {}),
        "is another one": (False, symptom((said("user", STEADY), said("assistant", "Cheese."))), {}),
        "vanishes on recovery": (False, recovery(ANSWERED[2:]), {}),
        "may not be there where opening failed": (True, symptom((), "Oops"), {"moment": "open"}),
        "does not come with an error": (True, came_back("/c/c"), {"remedy": "reload"}),
        "had come, and an error stands alone": (False, came_back("/api/c"), {"remedy": "reload"}),
        "is elsewhere in a new chat": (True, recovery(ANSWERED[2:]), {"remedy": "new_chat"}),
    },
    "offers": {
        "is there": (True, symptom(ASKED, "Oops"), OFFERS),
        "is absent": (False, symptom(ASKED, "Oops", controls=ABSENT), OFFERS),
        "is absent when it failed again": (
            False,
            symptom(ASKED, "Oops").shows("recovery", screen(ASKED, "Oops", controls=ABSENT)),
            {**OFFERS, "remedy": "control[ask_again]"},
        ),
        "is absent when another try failed": (
            False,
            symptom(ASKED, "Oops").shows("recovery", screen(ASKED, "Oops", controls=ABSENT)),
            {**OFFERS, "remedy": "retry"},
        ),
        "is no control of a foreign page": (False, Story().shows("symptom", foreign_page("502")), OFFERS),
    },
    "countdown": {
        "as asked": (True, limited("57 s"), COUNT),
        "a little later": (True, limited("0:55"), COUNT),
        "another one": (False, limited("30 s"), COUNT),
        "none": (False, limited(""), COUNT),
        "with a control that can't help yet": (False, limited("57 s", retry="enabled"), COUNT),
        "where Enter sends nothing": (True, entered_early(), COUNT),
        "where Enter sends all the same": (False, entered_early(sent=True), COUNT),
    },
    "once_on_screen": {
        "once": (True, recovery(ANSWERED), {}),
        "the question twice": (False, recovery(DOUBLED), {}),
        "an error and its toast": (True, Story().shows("symptom", parts(["Oops", "Wait"], ["Oops."])), {}),
        "two errors": (False, Story().shows("symptom", parts(["Oops", "Wait"], ["Too bad"])), {}),
        "an error below itself": (False, Story().shows("symptom", parts(*[["Oops", "Wait", "Retry"]] * 2)), {}),
        "an error behind itself": (False, recovery(ASKED, "No answer (503).No answer (503)."), {}),
        "a toast for each failure": (False, recovery(ASKED, "Oops", others=["Network problem"] * 2), {}),
        "the answer twice": (False, recovery((*ANSWERED, said("assistant", ANSWER))), {}),
    },
    "once_at_service": {
        "once": (True, Story(), {}),
        "never": (True, Story().lacks("message"), {}),
        "twice": (False, Story().note(25, "service", "message", **message(QUESTION)), {}),
        "again under the same key": (
            True,
            Story().note(25, "service", "message", **message(QUESTION, duplicate=True)),
            {},
        ),
        "in another conversation": (True, Story().note(25, "service", "message", **message(QUESTION, "d")), {}),
    },
    "answer_text": {
        "letter by letter": (True, recovery(ANSWERED), {}),
        "half, shown as ended": (False, recovery((*ASKED, said("assistant", "The moon"))), {}),
        "another whole answer": (
            True,
            recovery((*ASKED, said("assistant", "Tides."))).note(39, "service", "answer", **answer(QUESTION, "Tides.")),
            {},
        ),
    },
    "told": {
        "an error as long as there is no answer": (True, recovery(ASKED, "Oops"), {}),
        "no error once there is one": (True, recovery(ANSWERED), {}),
        "an error although there is an answer": (False, recovery(ANSWERED, "Oops"), {}),
        "nothing at all": (False, recovery(ASKED), {}),
        "half an answer, and nothing said": (False, recovery(HALF), {}),
    },
    "reach": {
        "no such control": (
            False,
            Story().note(21, "run", "unavailable", what="retry", because="it is absent"),
            {"remedy": "retry"},
        ),
    },
    "message_again": {
        "in other words": (False, again("Oops"), {"remedy": "retry", "more": MESSAGE}),
        "in the same words": (True, again("Bad gateway"), {"remedy": "retry", "more": MESSAGE}),
    },
    "sends": {
        "by itself": (False, Story().note(14, "browser", "sent", path="/api/conversations/c/messages"), {}),
        "when asked": (True, asked_and_sent(), {}),
    },
    "leaks": {
        "an account": (
            False,
            symptom(ASKED, "person-7 can't be served").note(9, "service", "login", account="person-7"),
            {},
        ),
        "a question in its server's addresses": (
            False,
            by_server("/v1/x?q=How+do+the+tides+work?"),
            {},
        ),
        "another word in it": (True, by_server("/v1/x?q=How+to"), {}),
        "a secret in it": (False, by_server(f"/v1/x?api_key={REDACTED}"), {}),
        "a password that is shown": (False, symptom(ASKED, "Oops", shows="a password"), {}),
        "nothing": (True, symptom(ASKED, "Oops").note(9, "service", "login", account="person-7"), {}),
        "a cookie": (False, symptom(ASKED, "503 set-cookie: session=1f2e3d4c"), {}),
        "a key on the wire": (
            False,
            Story().note(12, "gateway", "access", **access(503, reply="Bearer sk-live-123456789")),
            {},
        ),
        "another origin, by somebody on the way": (True, gives(foreign="far.example", led="yes"), {}),
        "words to another origin, by somebody on the way": (
            False,
            gives(path="/api/conversations/c-12345678/messages", foreign="far.example", led="yes", carries="its words"),
            {},
        ),
        "a password with what only asks": (False, gives(method="GET", carries="a password"), {}),
        "a password to a third place": (False, passwords("/api/login", "/api/password", "/api/notes"), {}),
        "a password to log in and to change it": (True, passwords("/api/login", "/api/password", "/api/login"), {}),
        "a stack trace": (False, symptom(ASKED, "TypeError: x at send (main.js:227:9)"), {}),
        "a password in the storage": (
            False,
            Story().note(12, "browser", "lying", where="the browser's storage", what="a password"),
            {},
        ),
        "a key in its server's log": (False, Story().note(30, "client", "logged", what="an API key"), {}),
        "a key in a reply's headers": (
            False,
            Story().note(3, "browser", "response", method="GET", path="/", status=200, gives_away="an API key"),
            {},
        ),
        "a session in the address": (False, symptom(ASKED, "Oops", url="http://x/c/c?session=1f2e3d4c"), {}),
        "the time of day": (True, symptom(ASKED, "503 at 10:15:30 in /api/conversations"), {}),
        "an internal address": (False, symptom(ASKED, "no route to chat-7.prod.internal"), {}),
        "the prompt in an error report": (False, gives(carries="what the person wrote"), {}),
        "a prompt in an address": (False, gives(in_address="what the person wrote"), {}),
        "a prompt in the page's address": (
            False,
            Story().note(8, "screen", "snapshot", phase="moment", in_address="what the person wrote"),
            {},
        ),
        "another origin": (False, gives(foreign="tracker.example"), {}),
        "a message": (True, gives("/api/conversations/c-12345678/messages", carries="what the person wrote"), {}),
    },
    "in_the_way": {
        "asked again, and nothing came": (False, whole_road(), {}),
        "the box is disabled": (
            False,
            whole_road().lacks("asked").note(23, "run", "unavailable", what="ask_again", because="it is disabled"),
            {},
        ),
    },
    "elsewhere": {
        "in the old chat": (False, in_a_new_chat("c"), {"remedy": "new_chat"}),
        "in a new chat": (True, in_a_new_chat("d"), {"remedy": "new_chat"}),
    },
    "conduct": {
        "one silent retry with the same key": (True, asks(12, 12, key="k"), {}),
        "a window that nobody asked for": (
            False,
            asks(12, key="k").note(13, "browser", "took", what="opened a window"),
            {},
        ),
        "a window for a download": (
            True,
            asks(12, key="k")
            .note(12.9, "browser", "clicked", control="download")
            .note(13, "browser", "took", what="opened a window"),
            {},
        ),
        "a setting that nobody changed": (False, asks(12, key="k").note(29, "service", "settings", files=False), {}),
        "a setting that somebody changed": (
            True,
            asks(12, key="k")
            .note(12.8, "browser", "clicked", control="setting_files")
            .note(13, "service", "settings", files=True),
            {},
        ),
        "a setting that was changed as a fault": (
            True,
            asks(12, key="k").note(9.1, "service", "settings", files=False).note(9.2, "fault", "armed", fault=0),
            {},
        ),
        "the same again with another key": (False, asks(12, 13), {}),
        "the same three times": (False, asks(12, 12, 12, key="k"), {}),
        "what nobody asked for": (False, asks(12, path="/api/logout"), {}),
        "what a page sends that is opened anew": (False, opened_anew(21.5), {}),
        "what it sends on a press": (True, opened_anew(21.5).note(21.4, "browser", "clicked", control="send"), {}),
        "the same a dozen times at once, while all is well": (
            False,
            asks(*(4 + n / 20 for n in range(12)), method="GET"),
            {},
        ),
        "as often, in their time": (True, asks(*(3.2 + n / 3 for n in range(12)), method="GET"), {}),
        "in as many parts as while nothing was broken": (True, in_parts(12, 12.1, 12.2), {}),
        "in more of them": (False, in_parts(12, 12.1, 12.2, 12.3), {}),
        "in one more, for a retry": (True, in_parts(*FOUR).note(11.9, "browser", "clicked", control="retry"), {}),
        "in two more, for a retry": (
            False,
            in_parts(*FOUR, 12.4).note(11.9, "browser", "clicked", control="retry"),
            {},
        ),
        "backing off": (True, asks(11, 11.5, 12.5, 14.5, 18.5, method="GET"), {}),
        "a beacon about the error": (
            True,
            Story()
            .note(3, "browser", "request", method="GET", path="/api/me", key="", foreign="")
            .note(12, "browser", "request", method="POST", path="/api/errors", key="", foreign="", beacon=True),
            {},
        ),
        "another try that buys something": (
            False,
            asks(12, path="/api/plan").note(11.9, "browser", "clicked", control="retry"),
            {},
        ),
        "another try": (True, asks(12).note(11.9, "browser", "clicked", control="retry"), {}),
        "a storm": (False, asks(*[12 + n / 20 for n in range(30)], method="GET"), {}),
        "a storm of sockets": (False, sockets(30), {}),
        "a socket in the place of a dead one": (True, opened(1, 2), {}),
        "a socket too many once all works again": (False, opened(1, 2, works=True), {}),
        "sockets that are never closed": (False, opened(1, 4), {}),
        "a word now and then": (True, frames(20), {"remedy": "control[nothing]"}),
        "a storm of frames": (False, frames(3000), {"remedy": "control[nothing]"}),
    },
    "chats": {
        "where it was asked": (True, asked_in("c"), {}),
        "in another conversation": (False, asked_in("c").note(13, "service", "message", **message(QUESTION, "d")), {}),
        "another message": (False, asked_in("c").note(13, "service", "message", **message(STEADY)), {}),
    },
    "scripts": {"an error": (False, Story().note(12, "browser", "page_error", text="x is undefined"), {})},
    "diagnosis": {
        "the network by name": (True, diagnosed("check_network", "beyond"), {"remedy": "check_network"}),
        "a network that works": (False, diagnosed("check_network", "wifi"), {"remedy": "check_network"}),
        "the panel": (True, diagnosed("developer_tools", "service"), {"remedy": "developer_tools"}),
        "the panel, wrongly": (False, diagnosed("developer_tools", "network"), {"remedy": "developer_tools"}),
        "unclear, though the panel is plain": (
            False,
            diagnosed("developer_tools", "unclear").note(20.5, "browser", "response", path="/api/me", status=503),
            {"remedy": "developer_tools"},
        ),
    },
    "status_page": {
        "an incident of the service's": (True, looked_up("incident"), {"remedy": "status_page"}),
        "none, though the service is down": (False, looked_up("operational"), {"remedy": "status_page"}),
        "one, though the network is down": (
            False,
            looked_up("incident"),
            {"remedy": "status_page", "faults": "{at: wifi, do: down}"},
        ),
        "none, for it is over": (
            True,
            looked_up("operational").note(20.5, "fault", "lifted", fault=0, because="it lasted 45s"),
            {"remedy": "status_page"},
        ),
    },
    "bisection": {
        "the guilty one": (True, bisected("Notes"), {"remedy": "bisect_extensions"}),
        "another one": (False, bisected("Reader"), {"remedy": "bisect_extensions"}),
    },
    **{name: {**cases, **MORE.get(name, {})} for name, cases in SCREENS.items()},
    **NOTICED,
}
SILENT: dict[str, tuple[Story, dict[str, Any]]] = {
    "evidence": (Story(), {"faults": "[]"}),
    "done": (Story(did=()), {"label": "control[nothing]"}),
    "undone": (Story().lacks("undone"), {}),
    "steady": (Story().lacks("steady"), {}),
    "message": (Story().lacks("symptom"), {"more": MESSAGE}),
    "within": (Story(symptom_at=90).shows("symptom", screen(ASKED, gave_up=True)), {"more": "expect: {message: any}"}),
    "draft": (Story(), {"moment": "open"}),
    "partial": (Story(), {}),
    "offers": (Story(), {}),
    "countdown": (limited("57 s"), {}),
    "answer_text": (recovery(ASKED, "Oops"), {}),
    "told": (Story().shows("recovery", foreign_page("502")), {}),
    "reach": (
        Story().note(21, "run", "unavailable", what="retry", because="it is disabled"),
        {"remedy": "retry"},
    ),
    "message_again": (again("Oops"), {"remedy": "reload", "more": MESSAGE}),
    "elsewhere": (Story(), {"remedy": "reload"}),
    "conduct": (Story(), {}),
    "chats": (Story(), {}),
    "scripts": (Story(), {}),
    "diagnosis": (
        diagnosed("developer_tools", "unclear").note(20.5, "browser", "request_failed", path="/", error="ERR_ABORTED"),
        {"remedy": "developer_tools"},
    ),
    "status_page": (looked_up("unreachable"), {"remedy": "status_page"}),
    "bisection": (Story(), {}),
    "in_the_way": (whole_road(because="the arm is over"), {}),
    **QUIET,
}


@pytest.mark.parametrize(
    ("name", "holds", "story", "how"),
    [pytest.param(name, *case, id=f"{name}: {what}") for name, cases in CASES.items() for what, case in cases.items()],
)
def test_a_check_holds_or_not(name: str, holds: bool, story: Story, how: dict[str, Any]) -> None:
    found = check(name, story, **how)
    assert found is not None
    assert (found.check, found.holds) == (name, holds), found.sentence
    assert found.sentence


@pytest.mark.parametrize(
    ("name", "story", "how"), [pytest.param(name, *case, id=name) for name, case in SILENT.items()]
)
def test_a_check_that_does_not_apply_says_nothing(name: str, story: Story, how: dict[str, Any]) -> None:
    assert check(name, story, **how) is None


def test_what_somebody_asks_the_api_without_a_page_has_no_context() -> None:
    story = told_to_the_model(SECOND, [SECOND[-1], SECOND[-1]])
    assert check("context", story) is not None
    assert check("context", story.note(30.5, "run", "asked", question=QUESTION, conversation="", by="api")) is None


def test_what_screen_readers_alone_are_told_is_told_so() -> None:
    found = check("fits", heard("Message sent."), more=MESSAGE)
    assert found is not None
    assert found.sentence == (
        "expected what fits “Bad gateway”, told to screen readers alone was a success: “Message sent.”"
    )


def test_a_status_that_the_client_has_no_text_for_has_no_name_of_its_own() -> None:
    client = replace(CLIENT, messages={name: said for name, said in CLIENT.messages.items() if name != "bad_gateway"})
    found = check("quotes", another_status("Too many requests"), client=client)
    assert found is None or found.holds


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_has_a_failing_and_a_passing_case(name: str) -> None:
    seen = {holds for holds, _, _ in CASES[name].values()}
    assert seen == {True, False} or (seen == {False} and name in SILENT)


def test_a_sentence_says_what_was_expected_and_what_was_shown() -> None:
    found = check("message", symptom(ASKED, "Sorry"), more=MESSAGE)
    assert found is not None
    assert found.sentence == "expected “Bad gateway”, shown was “Sorry”"


def test_evidence_names_its_witness() -> None:
    found = check("evidence", Story())
    assert found is not None
    assert found.sentence == (
        "reset_peer at service_link: the gateway's log has POST /api/conversations/c/messages 503 UC"
    )


@pytest.mark.parametrize(
    ("begun", "recovers", "asks", "holds"),
    [
        pytest.param(None, False, True, True, id="it never began"),
        pytest.param(21.5, True, True, True, id="they got through"),
        pytest.param(21.5, False, True, False, id="they asked in vain"),
        pytest.param(21.5, False, False, True, id="nobody asked again"),
        pytest.param(31.0, False, True, True, id="it began after they had asked"),
    ],
)
def test_a_fault_that_begins_later_is_seen_by_who_asks_again_in_vain(
    begun: float | None, recovers: bool, asks: bool, holds: bool
) -> None:
    both = f"[{OUTAGE}, {{at: service, do: garbage, after: 1m}}]"
    story = Story(recovers=recovers)
    story = story.note(begun, "fault", "armed", fault=1) if begun else story
    story = story.note(30.5, "run", "asked", question="How do the tides work?") if asks else story
    found = check("evidence", story, faults=both)
    assert found is not None
    assert found.holds is holds


def test_a_countdown_that_nobody_asked_for_cannot_be_judged() -> None:
    found = check("countdown", symptom(ASKED, "Too many requests", countdown="57 s"), **COUNT)
    assert found is not None
    assert found.holds is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("57", 57),
        ("57 s", 57),
        ("0:57", 57),
        ("1:30", 90),
        ("1分30秒", 90),
        ("2 min", 120),
        ("1 h", 3600),
        ("60 hours", 216_000),
        ("1 minute 30 seconds", 90),
        ("Try again in 57 s", 57),
        ("", None),
        ("soon", None),
    ],
)
def test_seconds_in_a_text(text: str, seconds: float | None) -> None:
    assert seconds_in(text) == seconds


def test_a_retry_after_may_be_a_date() -> None:
    """The clock of the log entry is 1011 s after 1970 began, and the date is 57 s later."""
    found = check("countdown", limited("57 s", asked="Thu, 01 Jan 1970 00:17:48 GMT"), **COUNT)
    assert found is not None
    assert found.holds


def test_a_story_is_one_of_an_arm_that_passes() -> None:
    """Each failing case above is due to the one thing that it changes."""
    one = arm_of(scenario(more="expect: {message: connection_termination}\ndoes_not_recover: [reload]"), "reload")
    for story in (Story(), Story(recovers=True)):
        found = [made for check_ in CHECKS.values() if (made := check_(Case(one, CLIENT, story.history)))]
        assert [one.sentence for one in found if not one.holds] == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("57 s", 1.0), ("1:30", 1.0), ("2 minutes", 60.0), ("1 h 5 min", 60.0), ("3時間", 3600.0), ("7", 1.0)],
)
def test_what_the_unit_of_a_countdown_hides(text: str, seconds: float) -> None:
    assert grain(text) == seconds


def test_a_countdown_goes_on_while_a_slow_machine_looks() -> None:
    """57 s were asked for, and the look came 9 real seconds later."""
    assert fits(57.0, 57.0, 9.0, 3.0)
    assert fits(47.0, 57.0, 9.0, 3.0)
    assert not fits(44.0, 57.0, 9.0, 3.0)
    assert not fits(61.0, 57.0, 9.0, 3.0), "it never goes back"
    assert not fits(47.0, 57.0, 0.5, 3.0)
