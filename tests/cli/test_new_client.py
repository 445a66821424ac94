"""`chatfault client new`: what is found on a page, what is said of the rest, and that the profile loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.new_client import Wanted, create, described, drafted, filled, missing, pairs
from harness.clients import LOCATORS
from harness.language import profiles
from harness.person.finding import Found
from harness.values.errors import AuthorError
from tests.runs import ROOT

FOUND = Found(
    {"root": "main", "composer": "textarea", "message": ".me, .them", "user_message": ".me", "retry": "#again"},
    sends="Enter",
    own_prompts=["### Task: a title"],
    notes=["error: a status of 500 was told\nby nothing"],
)
COMMAND = Wanted(command="{python} app.py {port} {api} {key}")


def test_what_is_written_loads_and_says_what_was_found() -> None:
    text = drafted(filled(described(COMMAND), FOUND), missing(FOUND))
    client = profiles.parse("mine.yaml", text, "mine")
    assert (client.runs, client.sends, client.has) == ("server", "Enter", frozenset({"retry"}))
    assert client.locators == FOUND.locators
    assert client.lacks("history") == "the conversation was gone after a reload"
    assert client.is_own("### Task: a title for this")


def test_what_was_not_found_stands_above_it_in_a_line_each() -> None:
    text = drafted({"says": "x"}, missing(FOUND))
    lines = text.splitlines()
    assert lines[0] == r"# not found: error: a status of 500 was told\nby nothing"
    assert "# not found: stop: a control that stops an answer" in lines
    assert not any("retry: a control" in line for line in lines)


def test_a_page_is_served_from_its_own_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my page"
    folder.mkdir()
    (folder / "index.html").write_text("<p>x</p>")
    said = described(Wanted(str(folder), key="sk-test"))
    assert (said["runs"], said["key"]) == ("page", "sk-test")
    assert said["start"].endswith(f"'{folder}'")


def test_an_address_keeps_its_path_and_says_where_the_api_is() -> None:
    said = described(Wanted("http://localhost:3000/chat?x=1", api_port=9100, key="sk-test"))
    assert (said["at"], said["address"], said["api_port"]) == ("127.0.0.1:3000", "/chat?x=1", 9100)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted(), "in one way"),
        (Wanted("page", command="x"), "in one way"),
        (Wanted("nowhere"), "no index.html"),
        (Wanted("https://example.com/", key="k", api_port=9100), "no address on this machine"),
        (Wanted("http://example.com:80/", key="k", api_port=9100), "no address on this machine"),
        (Wanted("http://127.0.0.1:3000/"), "nothing says where"),
    ],
)
def test_what_cannot_be_a_client_is_said_with_its_cure(wanted: Wanted, says: str) -> None:
    with pytest.raises(AuthorError, match=says) as error:
        described(wanted)
    assert error.value.cure


def test_a_page_without_a_key_is_asked_for_one(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>x</p>")
    with pytest.raises(AuthorError, match="which key"):
        described(Wanted(str(tmp_path)))


@pytest.mark.parametrize("one", ["composer", "=x", "composer=", "compser=x"])
def test_a_locator_has_a_known_name_and_a_value(one: str) -> None:
    with pytest.raises(AuthorError):
        pairs([one], "locator", LOCATORS)
    assert pairs(["composer=a[b=c]"], "locator", LOCATORS) == {"composer": "a[b=c]"}


def test_a_profile_that_is_there_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("x")
    with pytest.raises(AuthorError, match="is there already"):
        create(COMMAND, mine, headed=False)
    assert mine.read_text() == "x"


# -- with a browser and a stack


def made(tmp_path: Path, *arguments: str) -> tuple[int, str, Path]:
    """The exit code, what was printed, and where the profile goes."""
    mine = tmp_path / "mine.yaml"
    command = (sys.executable, "-m", "harness.cli", "client", "new", *arguments, "--out", str(mine))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr, mine


@pytest.mark.live
def test_a_client_with_a_server_of_its_own_is_found_out(tmp_path: Path) -> None:
    code, said, mine = made(
        tmp_path, "--command", f"{{python}} {ROOT}/tests/clients/server.py {{port}} {{api}} {{key}}"
    )
    assert code == 0, said
    client = profiles.client(str(mine))
    assert client.sends == "Enter"
    assert {name: client.locators[name] for name in ("message", "user_message", "busy", "error")} == {
        "message": 'li[aria-label="You"], li[aria-label="Assistant"]',
        "user_message": 'li[aria-label="You"]',
        "busy": ".typing",
        "error": ".trouble",
    }
    assert "a 500 shows   “No answer (500).”" in said


PAGE = """<!doctype html><html lang="en"><title>x</title><main><div id="list"></div><p role="alert" hidden></p>
<form><input type="search" placeholder="Search chats">
<textarea placeholder="Ask me"></textarea><button>Send</button></form>
<button class="fresh">New chat</button></main><script>
const $ = (one) => document.querySelector(one);
const add = (role, text) => {
  const one = $("#list").appendChild(document.createElement("p"));
  one.dataset.role = role;
  one.textContent = text;
};
$("form").onsubmit = async (event) => {
  event.preventDefault();
  const content = $("textarea").value;
  $("textarea").value = "";
  add("user", content);
  const headers = { "Content-Type": "application/json", Authorization: "Bearer KEY" };
  const reply = await fetch("/v1/chat/completions", { method: "POST", headers,
    body: JSON.stringify({ model: "a-model-of-theirs", messages: [{ role: "user", content }] }) });
  const said = await reply.json();
  $("[role=alert]").hidden = reply.ok;
  if (reply.ok) add("assistant", said.choices[0].message.content);
  else $("[role=alert]").textContent = `Sorry: ${reply.status}`;
};
</script></html>"""


@pytest.mark.live
@pytest.mark.parametrize(("key", "works"), [("sk-test", True), ("sk-other", False)])
def test_a_page_of_ones_own_is_found_out_or_said_why_not(tmp_path: Path, key: str, works: bool) -> None:
    (tmp_path / "index.html").write_text(PAGE.replace("KEY", key))
    code, said, mine = made(tmp_path, str(tmp_path), "--key", "sk-test")
    assert (code == 0) is works, said
    if not works:
        assert "did not reach the fake service" in said
        assert "the fake service answered POST /v1/chat/completions with 401" in said
        assert "--locator message=CSS" in said
        assert not mine.exists()
        return
    client = profiles.client(str(mine))
    assert (client.sends, client.has) == ("click", frozenset({"new_chat"}))
    assert client.locators["user_message"] == '[data-role="user"]'
    assert client.locators["message"] == '[data-role="user"], [data-role="assistant"]'
    assert client.locators["composer"].startswith("textarea")
    assert client.locators["error"] == '[role="alert"]'


CHANGING = (
    ('<main><div id="list">', '<main class="start"><div id="list">'),
    ('<textarea placeholder="Ask me">', '<textarea data-hint="Ask me">'),
    (
        '$("form").onsubmit = async (event) => {',
        """$("textarea").oninput = () => delete $("textarea").dataset.hint;
$("form").onsubmit = async (event) => {
  $("main").className = "talk";""",
    ),
    ('$("[role=alert]").hidden = reply.ok;', ""),
    (
        '$("[role=alert]").textContent = `Sorry: ${reply.status}`',
        'add("assistant", `Sorry, no answer (${reply.status})`)',
    ),
)
"""A page that is otherwise made while it is empty, and tells an error as one more turn."""


@pytest.mark.live
def test_what_is_only_there_for_now_is_not_what_a_part_is_found_by(tmp_path: Path) -> None:
    page = PAGE.replace("KEY", "sk-test")
    for before, after in CHANGING:
        assert before in page
        page = page.replace(before, after)
    (tmp_path / "index.html").write_text(page)
    code, said, mine = made(tmp_path, str(tmp_path), "--key", "sk-test")
    assert code == 0, said
    client = profiles.client(str(mine))
    assert (client.locators["root"], client.locators["composer"]) == ("main", "textarea")
    assert client.locators["error"] == "text=/^Sorry/"
