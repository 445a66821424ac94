"""The chat page in a real browser against the real service: what it shows, and that everyone can use it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[3]
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


def test_every_module_that_a_first_visit_needs_is_preloaded_and_there_are_few() -> None:
    preloaded = re.findall(r'rel="modulepreload" href="/([^"]+)"', sources()["index.html"])
    modules = {name: text for name, text in sources().items() if name.endswith(".js")}
    imported = {f"app/{name}" for text in modules.values() for name in re.findall(r'from "\./([^"]+)"', text)}
    assert sorted(preloaded) == sorted({"app/main.js"} | imported)
    assert modules.keys() - imported == {"app/main.js", "app/dialogs.js"}
    assert len(modules) <= 10


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


@pytest.mark.parametrize(("code", "name"), [("generation_failed", "generation_failed"), ("internal_error", "generic")])
def test_an_answer_whose_generation_fails_is_told_by_the_streams_code(crowd: Crowd, code: str, name: str) -> None:
    person = crowd.person().open()
    fault = f"/control/faults/{person.account}-generation"
    person.service.control("PUT", fault, {"do": "fail_generation", "code": code, "account": person.account})
    person.send("Will this work?")
    person.sees_error(name)
    expect(person.see("message").last).to_have_attribute("data-state", "failed")
    assert person.see("message-text").last.text_content() == person.answers()[-1]["text"]
    person.lift("generation")
    person.see("retry").click()
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


# -- files ------------------------------------------------------------------------------------------------

MIB = 1 << 20


def has_a_file(person: Person, state: str = "ready") -> None:
    person.ask("Make me a file about bread")
    expect(person.see("file")).to_have_attribute("data-state", state)


def downloads(person: Person, button: str = "download") -> bytes:
    with person.page.expect_download() as download:
        person.see(button).click()
    expect(person.see("file")).to_have_attribute("data-downloaded", "true")
    person.rests()
    assert download.value.suggested_filename == person.see("file-name").text_content()
    return Path(download.value.path()).read_bytes()


def switch_files(person: Person, on: bool) -> None:
    person.see("settings").click()
    expect(person.see("setting-files")).to_be_enabled()
    person.see("setting-files").set_checked(on)
    expect(person.see("settings-dialog")).to_have_attribute("data-busy", "false")
    person.see("dialog-close").click()
    expect(person.see("settings-dialog")).to_have_count(0)


def files_sent(person: Person) -> list[dict[str, Any]]:
    events = person.service.control("GET", "/control/events?after=0")["events"]
    return [each for each in events if each["kind"] == "file_sent" and each["account"] == person.account]


def test_a_file_is_handed_over_whole(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.ask("Just talk to me")
    expect(person.see("file")).to_have_count(0)
    person.see("new-chat").click()
    expect(person.see("message")).to_have_count(0)
    has_a_file(person)
    got = downloads(person)
    assert [each["bytes"] for each in files_sent(person)] == [len(got)]
    expect(person.see("file-size")).to_have_text(re.compile(rf"^{round(len(got) / 1024, 1):g} kB$"))
    person.reload()
    assert downloads(person) == got


def test_a_file_that_is_too_old_is_made_again(crowd: Crowd) -> None:
    person = crowd.person().open()
    has_a_file(person)
    person.service.control("POST", "/control/clock", {"advance": 3601})
    person.see("download").click()
    person.sees_error("file_not_found")
    person.see("retry").click()
    person.sees_error("file_not_found")
    person.see("regenerate").click()
    person.has_whole_answers(2)
    person.sees_no_error()
    downloads(person)


@pytest.mark.parametrize(
    ("do", "params", "state", "advice"),
    [
        ("file_incomplete", {}, "incomplete", "never completely made"),
        ("file_size", {"size": 600 * MIB}, "ready", "over the limit of 512 MB"),
    ],
)
def test_a_file_that_can_not_be_sent_says_why(
    crowd: Crowd, do: str, params: dict[str, Any], state: str, advice: str
) -> None:
    person = crowd.person().open()
    person.service.control("PUT", f"/control/faults/{person.account}", {"do": do, "account": person.account, **params})
    has_a_file(person, state)
    person.service.control("DELETE", f"/control/faults/{person.account}")
    person.see("download").click()
    person.sees_error("download_failed")
    expect(person.see("error-advice")).to_contain_text(advice)
    person.see("regenerate").click()
    person.has_whole_answers(2)
    person.sees_no_error()
    downloads(person)


def test_a_tool_that_is_off_makes_no_file_until_it_is_on(crowd: Crowd) -> None:
    person = crowd.person().open()
    switch_files(person, on=False)
    has_a_file(person, "failed")
    person.see("download").click()
    person.sees_error("download_failed")
    expect(person.see("error-advice")).to_contain_text("switched off")
    switch_files(person, on=True)
    person.see("regenerate").click()
    person.has_whole_answers(2)
    person.sees_no_error()
    downloads(person)


@pytest.mark.parametrize(
    ("do", "params", "name"),
    [
        ("truncate", {}, "download_failed"),
        ("drop", {}, "download_failed"),
        ("status", {"status": 418}, "generic"),
        ("status", {"status": 502}, "bad_gateway"),
        ("status", {"status": 503, "body": GATEWAY_SENTENCE}, "connection_termination"),
    ],
)
def test_a_download_that_fails_is_tried_again_when_asked(
    crowd: Crowd, do: str, params: dict[str, Any], name: str
) -> None:
    person = crowd.person().open()
    has_a_file(person)
    person.arm(do, "files", **params)
    person.see("download").click()
    person.sees_error(name)
    expect(person.see("file")).not_to_have_attribute("data-downloaded", "true")
    hits = person.lift("files")
    # Where a kept connection ends without a word, the browser itself asks once more on the next one.
    assert hits >= 1 if do == "drop" else hits == 1
    downloads(person, "retry")
    person.sees_no_error()


def test_the_page_is_busy_while_it_downloads_and_gives_up_when_nothing_comes(crowd: Crowd) -> None:
    person = crowd.person()
    person.page.clock.install()
    person.open()
    has_a_file(person)
    person.arm("hang", "files")
    person.see("download").click()
    expect(person.see("chat")).to_have_attribute("data-busy", "true")
    expect(person.see("download")).to_be_disabled()
    person.page.clock.run_for(29_000)
    person.sees_no_error()
    person.page.clock.run_for(2_000)
    person.sees_error("download_failed")
    expect(person.see("error-advice")).to_contain_text("Nothing of the file")


# -- settings and help ------------------------------------------------------------------------------------


def focused(person: Person) -> str:
    name: str = person.page.evaluate("document.activeElement.dataset.testid ?? document.activeElement.localName")
    return name


def tickets(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.service.control("GET", "/control/tickets")["tickets"]
    return found


def test_settings_and_help_are_not_fetched_before_they_are_asked_for(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.ask("Anything")
    assert [url for url in person.requests if "dialogs.js" in url] == []
    person.page.route("**/app/dialogs.js*", lambda route: route.abort())
    person.see("support-open").click()
    expect(person.see("not-loaded")).to_contain_text("could not be opened")
    person.page.unroute("**/app/dialogs.js*")
    person.see("support-open").click()
    expect(person.see("support")).to_be_visible()
    expect(person.see("not-loaded")).to_be_empty()


def test_a_changed_password_ends_the_other_sessions(crowd: Crowd) -> None:
    person = crowd.person().open()
    elsewhere = person.page.context.browser.new_context()  # type: ignore[union-attr]
    credentials = {"account": person.account, "password": person.password}
    assert elsewhere.request.post(f"{person.service.base}/api/login", data=credentials).ok
    person.see("settings").click()
    person.see("password-old").fill("not the password")
    person.see("password-new").fill("a longer password")
    person.see("password-submit").click()
    expect(person.see("dialog-error")).to_have_attribute("data-error", "wrong_password")
    assert elsewhere.request.get(f"{person.service.base}/api/me").ok
    person.see("password-old").fill(person.password)
    person.see("password-submit").click()
    expect(person.see("password-done")).to_be_visible()
    expect(person.see("dialog-error")).to_be_hidden()
    assert elsewhere.request.get(f"{person.service.base}/api/me").status == 401
    elsewhere.close()
    person.page.keyboard.press("Escape")
    person.ask("Am I still here?")


@pytest.mark.parametrize("locale", ["en-GB", "ja-JP"])
def test_a_free_account_becomes_a_paid_one(crowd: Crowd, locale: str) -> None:
    person = crowd.person(locale=locale).open()
    person.see("settings").click()
    expect(person.see("plan")).to_have_attribute("data-plan", "free")
    expect(person.see("plan-done")).to_be_hidden()
    person.arm("status", "me", status=503, requests=1)
    person.see("upgrade").click()
    expect(person.see("dialog-error")).to_have_attribute("data-error", "service_unavailable")
    expect(person.see("plan")).to_have_attribute("data-plan", "free")
    person.see("upgrade").click()
    expect(person.see("plan-done")).to_be_visible()
    expect(person.see("plan-done")).to_have_text(
        "有料プランに変更しました。" if locale == "ja-JP" else re.compile("paid")
    )
    expect(person.see("upgrade")).to_be_hidden()
    expect(person.see("dialog-error")).to_be_hidden()
    assert focused(person) == "plan-done"
    me = person.page.context.request.get(f"{person.service.base}/api/me").json()
    assert me["account"]["plan"] == "paid"
    for look_again in (lambda: person.see("dialog-close").click(), person.reload):
        look_again()
        person.see("settings").click()
        expect(person.see("plan")).to_have_attribute("data-plan", "paid")
        expect(person.see("upgrade")).to_be_hidden()
        expect(person.see("plan-done")).to_be_hidden()


def test_an_ended_session_closes_the_settings_and_asks_for_a_login(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.service.control("POST", "/control/sessions/expire", {"account": person.account})
    person.see("settings").click()
    person.sees_error("session_expired")
    expect(person.see("login-form")).to_be_visible()
    expect(person.see("settings-dialog")).to_have_count(0)


def test_a_setting_that_could_not_be_saved_is_shown_as_it_was(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.see("settings").click()
    expect(person.see("setting-files")).to_be_checked()
    person.arm("status", "me", status=502)
    person.see("setting-files").click()
    expect(person.see("dialog-error")).to_have_attribute("data-error", "bad_gateway")
    expect(person.see("setting-files")).to_be_checked()
    person.lift("me")
    person.see("setting-files").uncheck()
    expect(person.see("dialog-error")).to_be_hidden()
    expect(person.see("setting-files")).not_to_be_checked()


def test_the_support_gets_the_error_and_what_was_tried(crowd: Crowd) -> None:
    person = crowd.person().open()
    person.arm("status", "messages", status=503, body=GATEWAY_SENTENCE)
    person.send("Is anyone there?")
    person.sees_error("connection_termination")
    title = person.see("error-title").text_content()
    person.see("support-open").click()
    expect(person.see("support-hint")).not_to_have_text(re.compile("Loading|does not answer"))
    expect(person.see("support-text")).to_have_value(f"{title}\n{GATEWAY_SENTENCE}")
    person.see("support-tried").fill("Another browser")
    person.arm("status", "support", status=500, requests=1)
    person.see("support-submit").click()
    expect(person.see("dialog-error")).to_have_attribute("data-error", "internal_server_error")
    person.see("support-submit").click()
    expect(person.see("support-ticket")).to_be_visible()
    [ticket] = [each for each in tickets(person) if each["account"] == person.account]
    assert person.see("support-ticket").text_content() == str(ticket["id"])
    assert (ticket["error"], ticket["tried"]) == ("connection_termination", ["Another browser"])
    person.see("dialog-close").click()
    person.sees_error("connection_termination")


def test_the_support_is_there_without_a_session_and_without_its_bot(crowd: Crowd) -> None:
    person = crowd.person(logged_in=False)
    person.page.route("**/api/support/bot*", lambda route: route.abort())
    person.open().see("support-open").click()
    expect(person.see("support-hint")).to_contain_text("does not answer")
    person.see("support-text").fill("I can't log in")
    person.page.keyboard.press("Escape")
    expect(person.see("support")).to_have_count(0)
    person.see("support-open").click()
    expect(person.see("support-text")).to_have_value("I can't log in")
    person.see("support-submit").click()
    expect(person.see("support-ticket")).to_be_visible()


@pytest.mark.parametrize(("opener", "dialog"), [("settings", "settings-dialog"), ("support-open", "support")])
def test_a_dialog_keeps_the_focus_and_gives_it_back(crowd: Crowd, opener: str, dialog: str) -> None:
    person = crowd.person().open()
    person.focus_by_tab(opener)
    person.page.keyboard.press("Enter")
    expect(person.see(dialog)).to_have_attribute("data-busy", "false")
    for key in ("Tab", "Shift+Tab"):
        reached = []
        for _ in range(8):
            person.page.keyboard.press(key)
            reached.append(focused(person))
        assert "body" not in reached
        assert opener not in reached
        assert len(set(reached)) < 8, "it goes round"
    person.page.keyboard.press("Escape")
    expect(person.see(dialog)).to_have_count(0)
    assert focused(person) == opener


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_files_settings_and_help(crowd: Crowd, scheme: Any, width: int) -> None:
    person = crowd.person(color_scheme=scheme, viewport={"width": width, "height": 780}, locale="ja-JP").open()
    has_a_file(person)
    downloads(person)
    person.arm("drop", "files")
    person.see("download").click()
    person.sees_error("download_failed")
    assert violations(person) == [], "a file"
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width < 720:
        person.see("menu").click()
    person.see("settings").click()
    person.see("password-old").fill("not the password")
    person.see("password-new").fill("a longer password")
    person.see("password-submit").click()
    expect(person.see("dialog-error")).to_be_visible()
    assert violations(person) == [], "the settings"
    person.see("upgrade").click()
    expect(person.see("plan-done")).to_be_visible()
    assert violations(person) == [], "another plan"
    person.page.keyboard.press("Escape")
    assert focused(person) == ("menu" if width < 720 else "settings")
    person.see("support-open").click()
    expect(person.see("support-hint")).to_have_text(re.compile("[ぁ-ん]"))
    assert violations(person) == [], "the help"
    person.see("support-submit").click()
    expect(person.see("support-ticket")).to_be_visible()
    assert violations(person) == [], "a ticket"
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# -- what the service refuses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "name"),
    [
        (403, "unusual_activity", "unusual_activity"),
        (403, "suspicious_activity", "suspicious_activity"),
        (422, "generation_failed", "generation_failed"),
        (503, "generation_failed", "generation_failed"),
        (503, "overloaded", "service_unavailable"),
        (429, "too_many_sessions", "rate_limited"),
        (426, "client_outdated", "client_outdated"),
    ],
)
def test_a_refusal_is_told_by_its_name(crowd: Crowd, status: int, code: str, name: str) -> None:
    person = crowd.person().open()
    body = json.dumps({"error": {"code": code, "message": "no"}})
    person.arm("status", "messages", status=status, body=body)
    person.send("Please")
    person.sees_error(name)
    expect(person.see("retry")).to_be_enabled()
    person.lift("messages")
    person.see("retry").click()
    person.has_whole_answers(2)


def told_versions(person: Person) -> list[str | None]:
    """The release that each call tells, from now on."""
    versions: list[str | None] = []
    person.page.on(
        "request",
        lambda request: (
            versions.append(request.headers.get("x-client-version"))
            if "/api/" in request.url and "/stream" not in request.url
            else None
        ),
    )
    return versions


def test_every_call_says_of_which_release_the_page_is(crowd: Crowd) -> None:
    person = crowd.person()
    versions = told_versions(person)
    person.open().ask("How old am I?")
    assert set(versions) == {"2"}


@pytest.fixture
def release(service: Service) -> Iterator[Any]:
    """Has the service serve a release of the page; afterwards it is the current one."""

    def serve(name: str) -> None:
        service.control("PUT", "/control/release", {"release": name})

    yield serve
    serve("current")


def test_a_page_of_the_previous_release_is_kept_by_the_browser(crowd: Crowd, release: Any, rule: Any) -> None:
    release("previous")
    person = crowd.person()
    versions = told_versions(person)
    person.open()
    release("current")
    rule("oldest_release", 2)
    person.reload()
    person.sees_error("internal_server_error")
    assert set(versions) == {"1"}
    fresh = crowd.person().open()
    fresh.ask("Do you understand me?")


CONTROLLED = """navigator.serviceWorker.register("/sw.js").then(() => new Promise((resolve) => {
  if (navigator.serviceWorker.controller) resolve();
  else navigator.serviceWorker.oncontrollerchange = () => resolve();
}))"""
FORGOTTEN = """Promise.all([
  navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((each) => each.unregister()))),
  caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))),
])"""


def test_a_worker_of_the_previous_release_keeps_the_page_until_it_is_cleared(
    crowd: Crowd, release: Any, rule: Any
) -> None:
    release("previous")
    person = crowd.person().open()
    person.page.evaluate(CONTROLLED)
    release("current")
    rule("oldest_release", 2)
    # The browser's own cache is out of the way: what is old now comes from the worker.
    session = person.page.context.new_cdp_session(person.page)
    session.send("Network.clearBrowserCache")
    person.reload()
    person.sees_error("internal_server_error")
    assert person.page.evaluate("navigator.serviceWorker.controller !== null")
    person.page.evaluate(FORGOTTEN)
    person.reload()
    person.ask("Do you understand me now?")
    person.sees_no_error()


def test_nothing_registers_a_worker_unasked(crowd: Crowd, release: Any) -> None:
    release("previous")
    person = crowd.person().open()
    assert person.page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


@pytest.fixture
def rule(service: Service) -> Iterator[Any]:
    """Puts one of the service's own rules in force until the test ends."""
    laid_down: list[str] = []

    def lay_down(name: str, value: Any) -> None:
        laid_down.append(name)
        service.control("PUT", "/control/rules", {name: value})

    yield lay_down
    service.control("PUT", "/control/rules", dict.fromkeys(laid_down))


def test_a_prompt_that_is_too_long_goes_through_when_it_is_shorter(crowd: Crowd, rule: Any) -> None:
    person = crowd.person().open()
    rule("longest_prompt", 40)
    person.send("Explain this at length. " * 4)
    person.sees_error("generation_failed")
    expect(person.see("retry")).to_be_enabled()
    person.ask("Explain this shortly.")
    person.sees_no_error()


def test_a_service_without_a_free_place_is_told_as_a_failed_answer(crowd: Crowd, rule: Any) -> None:
    person = crowd.person().open()
    rule("concurrent_answers", 1)
    person.service.control("POST", "/control/load", {"answers": 1})
    person.send("Is there room for me?")
    person.sees_error("generation_failed")
    person.service.control("POST", "/control/load", {"answers": 0})
    person.see("retry").click()
    person.has_whole_answers(2)
    person.sees_no_error()


def test_more_sessions_at_once_than_allowed_are_told_with_a_countdown(crowd: Crowd, rule: Any) -> None:
    person = crowd.person().open()
    expect(person.see("connection")).to_have_attribute("data-state", "open")
    rule("sessions_per_account", 1)
    other = replace(person, page=person.page.context.new_page()).open(urlsplit(person.page.url).path)
    expect(other.see("connection")).to_have_attribute("data-state", "open")
    for each in (other, person):
        each.send("Me too?")
        each.sees_error("rate_limited")
        expect(each.see("error-countdown")).to_contain_text(re.compile(r"\b(60|59)\b"))
    other.page.close()
    person.reload()
    person.ask("And alone?")


def test_an_outdated_browser_is_told_so(crowd: Crowd, rule: Any) -> None:
    person = crowd.person(locale="ja-JP")
    rule("oldest_browser", 100_000)
    person.open().sees_error("client_outdated")
    expect(person.see("error-title")).to_contain_text("サポートが終了")
    rule("oldest_browser", 100)
    person.see("retry").click()
    person.sees_no_error()
