"""The chat page in a real browser against the real service: what it shows, and that everyone can use it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = pytest.mark.live

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "fake_upstream" / "page"
TOKEN = "the-control-token"
GATEWAY_SENTENCE = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
WIDTHS = (360, 1200)
SCHEMES = ("light", "dark")
# name: (English, Japanese), as documented; None where only one language's text is.
DOCUMENTED_TITLES = {
    "internal_server_error": ("Internal Server Error", None),
    "bad_gateway": (
        "The web server reported a bad gateway error",
        "Web サーバーが不正なゲートウェイ エラーを報告しました",
    ),
    "service_unavailable": ("503 Service Unavailable", None),
    "gateway_timeout": ("504 Gateway Timeout", None),
    "generic": ("Something went wrong", "問題が発生しました"),
    "network_error": ("Network error", "ネットワークエラーが発生しました"),
    "websocket_error": ("Error connecting to WebSocket", "WebSocketへの接続中にエラーが発生しました"),
    "unusual_activity": ("Unusual activity detected", "通常とは異なるアクティビティが検出されました"),
    "suspicious_activity": ("Suspicious activity detected", "不審なアクティビティが検出されました"),
    "preparation_failed": ("There was a problem preparing your chat", "チャットの準備中に問題が発生しました"),
    "generation_failed": ("Error generating a response", "応答の生成中にエラーが発生しました"),
    "download_failed": ("Download failed", "ダウンロードに失敗しました"),
    "file_not_found": ("File not found", "ファイルが見つかりません"),
}


@dataclass(frozen=True)
class Service:
    """The running service; `control` speaks to its control listener."""

    base: str
    control_base: str

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if method == "GET" else json.dumps(body or {}).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        with urlopen(Request(self.control_base + path, data, headers, method=method), timeout=5) as reply:
            return json.loads(reply.read())


@dataclass(frozen=True)
class Person:
    """Someone with an account of their own who looks at the page."""

    service: Service
    account: str
    password: str
    page: Page
    requests: list[str]

    def see(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def open(self, path: str = "/") -> Person:
        self.page.goto(self.service.base + path)
        self.is_ready()
        return self

    def reload(self) -> None:
        self.page.reload()
        self.is_ready()

    def is_ready(self) -> None:
        expect(self.see("chat")).to_have_attribute("data-ready", "true")

    def send(self, text: str) -> None:
        self.see("composer").fill(text)
        self.see("composer").press("Enter")

    def ask(self, text: str) -> None:
        before = self.see("message").count()
        self.send(text)
        self.has_whole_answers(before + 2)

    def has_whole_answers(self, messages: int) -> None:
        expect(self.see("message")).to_have_count(messages)
        self.rests()
        expect(self.page.locator("[data-testid=message][data-state=complete]")).to_have_count(messages)
        shown = self.see("message-text").last.text_content()
        assert shown == self.answers()[-1]["text"]

    def rests(self) -> None:
        expect(self.see("chat")).to_have_attribute("data-busy", "false")

    def sees_error(self, name: str) -> None:
        expect(self.see("error")).to_have_attribute("data-error", name)
        expect(self.see("error")).to_be_visible()
        self.rests()

    def sees_no_error(self) -> None:
        expect(self.see("error")).to_be_hidden()

    def arm(self, do: str, on: str, **params: Any) -> None:
        body = {"do": do, "on": [on], "account": self.account, **params}
        self.service.control("PUT", f"/control/faults/{self.account}-{on}", body)

    def lift(self, on: str) -> int:
        hits: int = self.service.control("DELETE", f"/control/faults/{self.account}-{on}")["hits"]
        return hits

    def answers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.service.control("GET", f"/control/answers?account={self.account}")["answers"]
        return found

    def focus_by_tab(self, name: str) -> None:
        for _ in range(30):
            if self.page.evaluate("document.activeElement.dataset.testid") == name:
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"the Tab key never reaches {name}")


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FAKE_UPSTREAM_TOKEN": TOKEN}
    command = [sys.executable, "-m", "fake_upstream", "--port", "0", "--control-port", "0", "--piece-interval", "0.005"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        line = process.stdout.readline()
        if not line:
            pytest.fail(f"the service did not start: exit code {process.wait(timeout=5)}")
        ready = json.loads(line)
        address = "http://127.0.0.1:{}"
        yield Service(address.format(ready["port"]), address.format(ready["control_port"]))
        process.terminate()
        process.wait(timeout=5)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    shell = os.environ.get("CHATFAULT_HEADLESS_SHELL") or shutil.which("chromium-headless-shell")
    if not shell:
        pytest.fail("no headless shell: install chromium-headless-shell, or name one in CHATFAULT_HEADLESS_SHELL")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=shell, args=["--no-sandbox"])
        yield launched
        launched.close()


class Crowd:
    """Makes people, each in a browser context of their own, and closes the contexts at the end."""

    def __init__(self, browser: Browser, service: Service) -> None:
        self._browser, self._service = browser, service
        self._contexts: list[Any] = []

    def person(self, *, logged_in: bool = True, **context_options: Any) -> Person:
        made = self._service.control("POST", "/control/people")
        context = self._browser.new_context(**context_options)
        context.set_default_timeout(5_000)
        self._contexts.append(context)
        if logged_in:
            context.add_cookies([{"name": "session", "value": made["session"], "url": self._service.base}])
        page = context.new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("websocket", lambda socket: requests.append(socket.url))
        return Person(self._service, made["account"], made["password"], page, requests)

    def go(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def crowd(browser: Browser, service: Service) -> Iterator[Crowd]:
    made = Crowd(browser, service)
    yield made
    made.go()


def sources() -> dict[str, str]:
    return {str(file.relative_to(PAGE)): file.read_text("utf-8") for file in PAGE.rglob("*") if file.is_file()}


def table(person: Person) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = person.page.evaluate(
        "import('/app/messages.js').then((module) => module.MESSAGES)"
    )
    return found


# -- the files --------------------------------------------------------------------------------------------


def test_the_gateways_own_sentence_is_nowhere_in_the_page() -> None:
    assert [name for name, text in sources().items() if GATEWAY_SENTENCE in text] == []


def test_nothing_writes_markup() -> None:
    writers = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    assert [name for name, text in sources().items() if writers.search(text)] == []


def test_every_module_is_preloaded_and_there_are_few() -> None:
    preloaded = re.findall(r'rel="modulepreload" href="/([^"]+)"', sources()["index.html"])
    modules = [name for name in sources() if name.endswith(".js")]
    assert sorted(preloaded) == sorted(modules)
    assert len(modules) <= 8


# -- the message table ------------------------------------------------------------------------------------


def test_every_message_has_title_and_advice_in_both_languages(crowd: Crowd) -> None:
    for name, languages in table(crowd.person().open()).items():
        assert sorted(languages) == ["en", "ja"], name
        for message in languages.values():
            assert sorted(message) == ["advice", "title"], name
            assert all(message.values()), name


def test_documented_titles_stand_verbatim(crowd: Crowd) -> None:
    messages = table(crowd.person().open())
    for name, (english, japanese) in DOCUMENTED_TITLES.items():
        assert messages[name]["en"]["title"] == english
        assert japanese is None or messages[name]["ja"]["title"] == japanese


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("ja-JP", "ja")])
def test_a_script_that_does_not_come_is_told_in_the_tables_words(crowd: Crowd, locale: str, language: str) -> None:
    person = crowd.person(locale=locale)
    person.page.route("**/app/stream.js", lambda route: route.abort())
    person.open().sees_error("preparation_failed")
    message = table(person)["preparation_failed"][language]
    expect(person.see("error-title")).to_have_text(message["title"])
    expect(person.see("error-advice")).to_have_text(message["advice"])


def test_a_script_that_never_answers_is_told_after_five_seconds(crowd: Crowd) -> None:
    person = crowd.person()
    person.page.clock.install()
    person.page.route("**/app/main.js", lambda route: None)
    person.page.goto(person.service.base, wait_until="commit")
    expect(person.see("status-link")).to_be_visible()
    person.sees_no_error()
    person.page.clock.run_for(5_000)
    person.sees_error("preparation_failed")


# -- for everyone -----------------------------------------------------------------------------------------


def violations(person: Person) -> list[tuple[str, Any]]:
    found = Axe().run(person.page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing(crowd: Crowd, scheme: Any, width: int) -> None:
    person = crowd.person(color_scheme=scheme, viewport={"width": width, "height": 780}).open()
    assert violations(person) == [], "an empty conversation"
    person.ask("Which bread is easiest to bake?")
    assert violations(person) == [], "an answer"
    person.arm("status", "messages", status=429, retry_after=60)
    person.send("Tell me more")
    person.sees_error("rate_limited")
    assert violations(person) == [], "an error card"
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    person.service.control("POST", "/control/sessions/expire", {"account": person.account})
    person.reload()
    person.sees_error("session_expired")
    assert violations(person) == [], "the login form"


def test_axe_finds_nothing_in_the_drawer_of_a_narrow_page(crowd: Crowd) -> None:
    person = crowd.person(viewport={"width": 360, "height": 780}).open()
    expect(person.see("conversation-link")).to_be_hidden()
    person.focus_by_tab("menu")
    person.page.keyboard.press("Enter")
    expect(person.see("conversation-link")).to_be_visible()
    assert violations(person) == []
    person.focus_by_tab("logout")
    person.page.keyboard.press("Escape")
    expect(person.see("conversation-link")).to_be_hidden()
    assert person.page.evaluate("document.activeElement.dataset.testid") == "menu"


def test_the_keyboard_alone_is_enough(crowd: Crowd) -> None:
    person = crowd.person(logged_in=False).open()
    keys = person.page.keyboard
    person.focus_by_tab("account")
    keys.type(person.account)
    person.focus_by_tab("password")
    keys.type(person.password)
    keys.press("Enter")
    expect(person.see("login-form")).to_be_hidden()
    person.focus_by_tab("composer")
    keys.type("First line")
    keys.press("Shift+Enter")
    keys.type("second line")
    keys.press("Enter")
    person.has_whole_answers(2)
    assert person.answers()[0]["prompt"] == "First line\nsecond line"

    person.arm("status", "messages", status=502)
    keys.type("Once more")
    keys.press("Enter")
    person.sees_error("bad_gateway")
    person.lift("messages")
    person.focus_by_tab("retry")
    keys.press("Enter")
    person.has_whole_answers(4)
    assert person.page.evaluate("document.activeElement.dataset.testid") == "composer"

    first = person.see("message-text").last.text_content() or ""
    person.focus_by_tab("regenerate")
    keys.press("Enter")
    expect(person.see("message-text").last).not_to_have_text(first)
    person.has_whole_answers(4)
    person.focus_by_tab("new-chat")
    keys.press("Enter")
    expect(person.see("message")).to_have_count(0)
    expect(person.see("composer")).to_be_focused()


def test_focus_is_always_visible(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.ask("Where am I?")
    seen = set()
    for _ in range(12):
        person.page.keyboard.press("Tab")
        name, marked = person.page.evaluate(
            """() => {
                const focused = document.activeElement;
                const ring = focused.id === "composer" ? focused.parentElement : focused;
                const style = getComputedStyle(ring);
                const marked = style.outlineStyle !== "none" || style.boxShadow.split("rgb").length > 2;
                return [focused.dataset.testid, marked || focused === document.body];
            }"""
        )
        seen.add(name)
        assert marked, name
    assert {"new-chat", "conversation-link", "logout", "message-list", "regenerate", "composer"} <= seen


def test_enter_that_ends_a_word_of_an_input_method_does_not_send(crowd: Crowd) -> None:
    person = crowd.person(locale="ja-JP").open()
    person.see("composer").fill("にほんご")
    person.see("composer").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(person.see("chat")).to_have_attribute("data-busy", "false")
    person.ask("日本語で答えてください")
    assert len(person.answers()) == 1


# -- what it does -----------------------------------------------------------------------------------------


def test_no_request_leaves_the_origin(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.ask("Does anyone else hear this?")
    person.arm("drop", "messages")
    person.send("And this?")
    person.sees_error("network_error")
    host = person.service.base.removeprefix("http://")
    outside = [url for url in person.requests if not re.match(rf"(http|ws)://{re.escape(host)}/|data:", url)]
    assert outside == []
    assert any(url.startswith("ws:") for url in person.requests)


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (500, None, "internal_server_error"),
        (502, None, "bad_gateway"),
        (503, None, "service_unavailable"),
        (503, GATEWAY_SENTENCE, "connection_termination"),
        (504, None, "gateway_timeout"),
        (418, None, "generic"),
    ],
)
def test_a_failed_message_is_told_kept_and_sent_again_only_when_asked(
    crowd: Crowd, status: int, body: str | None, name: str
) -> None:
    person = crowd.person().open()
    person.arm("status", "messages", status=status, **({"body": body} if body else {}))
    person.send("Keep this")
    person.sees_error(name)
    if body:
        expect(person.see("error-details")).to_have_text(body)
    expect(person.see("message")).to_have_count(0)
    person.see("retry").click()
    person.sees_error(name)
    assert person.lift("messages") == 2
    expect(person.see("composer")).to_have_value("Keep this")
    person.see("retry").click()
    person.has_whole_answers(2)
    person.sees_no_error()
    expect(person.see("composer")).to_have_value("")


def test_a_message_whose_reply_is_lost_is_taken_once(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.arm("truncate", "messages")
    person.send("Only once")
    person.sees_error("network_error")
    person.lift("messages")
    person.see("send").click()
    person.has_whole_answers(2)
    assert len(person.answers()) == 1


def test_a_draft_outlives_a_reload_unless_its_message_arrived(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.arm("status", "messages", status=503)
    person.send("Not yet there")
    person.sees_error("service_unavailable")
    person.lift("messages")
    person.arm("truncate", "messages", requests=1)
    person.reload()
    expect(person.see("composer")).to_have_value("Not yet there")
    person.see("send").click()
    person.sees_error("network_error")
    person.reload()
    person.has_whole_answers(2)
    expect(person.see("composer")).to_have_value("")


@pytest.mark.parametrize("code", [1001, 1011, 1012, 1013])
def test_a_cut_answer_is_kept_and_goes_on_when_asked(crowd: Crowd, code: int) -> None:
    person = crowd.person().open()
    person.arm("stream_close", "stream", code=code, requests=1)
    person.send("Tell me everything")
    person.sees_error("network_error")
    expect(person.see("error-details")).to_contain_text(str(code))
    expect(person.see("message").last).to_have_attribute("data-state", "interrupted")
    assert person.see("message-text").last.text_content()
    person.see("retry").click()
    person.has_whole_answers(2)
    person.sees_no_error()


def test_the_probe_after_a_cut_tells_why(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.arm("status", "answers", status=502)
    person.arm("stream_close", "stream", code=1012, requests=1)
    person.send("Tell me everything")
    person.sees_error("bad_gateway")
    assert person.lift("answers") == 1
    person.see("regenerate").click()
    person.has_whole_answers(2)
    person.sees_no_error()


def test_an_answer_that_stops_arriving_is_given_up_after_twenty_seconds(crowd: Crowd) -> None:
    person = crowd.person()
    person.page.clock.install()
    person.open()
    person.arm("stream_stall", "stream")
    person.send("Tell me everything")
    expect(person.see("message")).to_have_count(2)
    person.page.clock.run_for(19_000)
    person.sees_no_error()
    person.page.clock.run_for(2_000)
    person.sees_error("stalled")
    person.lift("stream")
    person.see("retry").click()
    person.has_whole_answers(2)


def test_a_rate_limit_counts_down_and_sends_nothing_by_itself(crowd: Crowd) -> None:
    person = crowd.person()
    person.page.clock.install()
    person.open()
    person.arm("status", "messages", status=429, retry_after=60)
    person.send("Too soon")
    person.sees_error("rate_limited")
    expect(person.see("error-countdown")).to_contain_text(re.compile(r"\b(60|59)\b"))
    expect(person.see("retry")).to_be_disabled()
    expect(person.see("send")).to_be_disabled()
    person.page.clock.run_for(61_000)
    expect(person.see("send")).to_be_enabled()
    assert person.lift("messages") == 1
    person.see("retry").click()
    person.has_whole_answers(2)


def test_a_stream_that_can_not_be_opened_is_told_and_nothing_is_posted(crowd: Crowd) -> None:
    person = crowd.person()
    person.arm("status", "stream", status=503)
    person.open().sees_error("websocket_error")
    person.send("Is anyone there?")
    person.sees_error("websocket_error")
    assert person.answers() == []
    person.lift("stream")
    person.see("retry").click()
    person.has_whole_answers(2)
    person.sees_no_error()


def test_an_ended_session_asks_for_a_login_and_keeps_the_draft(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.service.control("POST", "/control/sessions/expire", {"account": person.account})
    person.send("Still mine")
    person.sees_error("session_expired")
    person.see("account").fill(person.account)
    person.see("password").fill("wrong")
    person.see("login-submit").click()
    person.sees_error("bad_credentials")
    person.see("password").fill(person.password)
    person.see("login-submit").click()
    person.sees_no_error()
    expect(person.see("composer")).to_have_value("Still mine")
    person.see("send").click()
    person.has_whole_answers(2)
