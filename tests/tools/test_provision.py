"""Provisioning: the order of the ways, what a failure says, and that nothing unchecked is put in place."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from harness.tools import fetch, provision
from harness.tools.fetch import Say, Unable
from harness.tools.provision import Found, Get, Look, Missing
from harness.values.errors import AuthorError, EnvironmentFault


@dataclass
class World:
    """A machine with nothing on it, where no program runs unless `answers` says what it does."""

    root: Path
    answers: dict[str, Callable[[Sequence[str]], str]] = field(default_factory=dict)
    ran: list[list[str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def program(self, where: str) -> Path:
        path = self.root / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o755)
        return path

    def run(self, command: Sequence[str], **_: object) -> str:
        self.ran.append(list(command))
        name = Path(command[0]).name
        if name not in self.answers:
            raise Unable(f"{name} does not work in this test")
        return self.answers[name](command)

    def files(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path)
    for variable in provision.VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "ms-playwright"))
    monkeypatch.setattr(provision, "APPS", {})
    monkeypatch.setattr(fetch, "cache_dir", lambda: tmp_path / "cache")
    monkeypatch.setattr(fetch, "run", world.run)
    monkeypatch.setattr(fetch, "find_go", lambda: str(tmp_path / "go"))
    monkeypatch.setattr(fetch, "RELEASES", (tmp_path / "releases").as_uri())
    monkeypatch.setattr(fetch, "platform_name", lambda: "linux-amd64")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return world


def go_that_builds(world: World) -> Callable[[Sequence[str]], str]:
    def build(command: Sequence[str]) -> str:
        Path(command[command.index("-o") + 1]).touch(mode=0o755)
        return ""

    return build


def release(world: World, content: bytes, monkeypatch: pytest.MonkeyPatch, sha256: str | None = None) -> None:
    asset = world.root / "releases" / "toxiproxy-server-linux-amd64"
    asset.parent.mkdir()
    asset.write_bytes(content)
    right = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(fetch, "RELEASE_SHA256", {"linux-amd64": sha256 or right})


def the_missing(state: Found | Missing) -> Missing:
    assert isinstance(state, Missing)
    return state


# -- looking


def test_toxiproxy_is_taken_from_the_variable_then_path_then_cache(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = world.program("mine/toxiproxy-server")
    on_path = world.program("bin/toxiproxy-server")
    cached = world.program(f"cache/toxiproxy-{fetch.TOXIPROXY_VERSION}/toxiproxy-server")
    monkeypatch.setenv("TOXIPROXY_SERVER", str(mine))

    assert provision.find(["toxiproxy"])["toxiproxy"] == Found("toxiproxy", mine, "", "env")
    monkeypatch.delenv("TOXIPROXY_SERVER")
    assert provision.find(["toxiproxy"])["toxiproxy"] == Found("toxiproxy", on_path, "", "path")
    on_path.unlink()
    assert provision.find(["toxiproxy"])["toxiproxy"] == Found("toxiproxy", cached, "", "cache")
    cached.unlink()
    assert len(the_missing(provision.find(["toxiproxy"])["toxiproxy"]).tried) == 3
    assert world.ran == []


@pytest.mark.parametrize(("name", "variable"), provision.VARIABLES.items())
def test_a_variable_that_names_nothing_usable_is_an_error_though_others_would_do(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, variable: str
) -> None:
    world.program(f"bin/{provision.COMMANDS[name][0]}")
    assert isinstance(provision.find([name])[name], Found)
    plain_file = world.root / "not-executable"
    plain_file.write_text("")
    monkeypatch.setenv(variable, str(plain_file))

    assert the_missing(provision.find([name])[name]).misled
    with pytest.raises(EnvironmentFault) as caught:
        provision.provide([name], world.said.append)
    assert f"${variable} is '{plain_file}'" in str(caught.value)
    assert "unset it" in caught.value.cure
    assert world.said == []
    assert world.ran == []


@pytest.mark.parametrize(
    ("name", "folder", "system"),
    [
        ("headless_shell", "chrome-headless-shell-linux64/chrome-headless-shell", "chromium-headless-shell"),
        ("headless_shell", "chrome-linux/headless_shell", "chromium-headless-shell"),
        ("chromium", "chrome-linux64/chrome", "google-chrome"),
        ("firefox", "firefox/firefox", "firefox"),
    ],
)
def test_a_browser_is_taken_from_playwright_then_the_system(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, folder: str, system: str
) -> None:
    monkeypatch.setattr(fetch, "playwright_revision", lambda _: "12")
    prefix = f"ms-playwright/{fetch.PLAYWRIGHT_NAMES[name].replace('-', '_')}"
    world.program(f"{prefix}-99/{folder}")  # of another Playwright
    own = world.program(f"{prefix}-12/{folder}")
    stock = world.program(f"bin/{system}")

    found = provision.find([name])[name]
    assert found == Found(name, own, "", "playwright")
    assert isinstance(found, Found)
    assert found.is_playwrights
    own.unlink()
    found = provision.find([name])[name]
    assert found == Found(name, stock, "", "system")
    assert isinstance(found, Found)
    assert not found.is_playwrights


def test_where_playwright_names_no_revision_its_newest_browser_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "playwright_revision", lambda _: "")
    world.program("ms-playwright/firefox-999/firefox/firefox")
    newest = world.program("ms-playwright/firefox-1000/firefox/firefox")
    assert provision.find(["firefox"])["firefox"] == Found("firefox", newest, "", "playwright")


def test_the_installed_playwright_names_its_revisions() -> None:
    assert all(fetch.playwright_revision(name).isdigit() for name in fetch.PLAYWRIGHT_NAMES.values())


def test_a_variable_may_name_playwrights_own_firefox(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATFAULT_FIREFOX", str(world.program("ms-playwright/firefox-7/firefox/firefox")))
    found = provision.find(["firefox"])["firefox"]
    assert isinstance(found, Found)
    assert (found.origin, found.is_playwrights) == ("env", True)


def test_an_unknown_tool_is_the_authors_error(world: World) -> None:
    with pytest.raises(AuthorError, match="safari") as caught:
        provision.find(["safari"])
    assert "firefox" in caught.value.cure


def test_looking_asks_for_versions_and_a_program_that_does_not_answer_is_missing(world: World) -> None:
    server = world.program("bin/toxiproxy-server")
    world.program("bin/firefox")
    world.answers["toxiproxy-server"] = lambda _: "toxiproxy-server version git\n"

    toxiproxy, firefox = provision.look(["toxiproxy", "firefox"])
    assert toxiproxy == Found("toxiproxy", server, "git", "path")
    assert "doesn't answer" in the_missing(firefox).tried[-1]
    assert [command[1:] for command in world.ran] == [["--version"], ["--version"]]


def test_a_number_in_envoys_own_path_is_not_its_version(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    envoy = world.program("lib/python3.11/envoy")
    world.answers["envoy"] = lambda command: f"\n{command[0]}  version: 9e55/1.40.0/Clean/RELEASE/BoringSSL\n"
    [found] = provision.look(["envoy"], {"envoy": (Look("pypi", lambda _: envoy),)})
    assert found == Found("envoy", envoy, "1.40.0", "pypi")


# -- getting


def test_toxiproxy_is_built_in_the_cache_and_a_second_run_touches_nothing(world: World) -> None:
    world.answers["go"] = go_that_builds(world)
    world.answers["toxiproxy-server"] = lambda _: "toxiproxy-server version 2.12.0\n"

    first = provision.provide(["toxiproxy"], world.said.append).need("toxiproxy")
    assert first == Found("toxiproxy", fetch.cached_toxiproxy(), "2.12.0", "built")
    assert first.path.is_file()
    assert [Path(command[0]).name for command in world.ran] == ["go", "toxiproxy-server", "toxiproxy-server"]
    left, world.ran, world.said = world.files(), [], []

    second = provision.provide(["toxiproxy"], world.said.append).need("toxiproxy")
    assert second == Found("toxiproxy", first.path, "", "cache")
    assert (world.ran, world.said, world.files()) == ([], [], left)


def test_a_build_that_does_not_run_is_not_put_in_place(world: World) -> None:
    world.answers["go"] = go_that_builds(world)
    with pytest.raises(Unable, match="toxiproxy-server does not work"):
        fetch.build_toxiproxy(["toxiproxy"], world.said.append)
    assert [Path(command[0]).name for command in world.ran] == ["go", "toxiproxy-server"]
    assert world.files() == set()


def test_where_the_build_fails_the_release_is_used_and_both_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(world, b"the real thing", monkeypatch)
    world.answers["toxiproxy-server"] = lambda _: "toxiproxy-server version 2.12.0\n"

    found = provision.provide(["toxiproxy"], world.said.append).need("toxiproxy")
    assert (found.origin, found.path.read_bytes()) == ("release", b"the real thing")
    assert os.access(found.path, os.X_OK)
    told = "\n".join(world.said)
    assert "toxiproxy: go build: go does not work in this test\n  next: download of the release" in told


def test_a_download_with_the_wrong_checksum_is_refused_and_never_moved_into_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(world, b"something else", monkeypatch, sha256="0" * 64)
    moved: list[object] = []
    monkeypatch.setattr(os, "replace", lambda *paths: moved.append(paths))

    with pytest.raises(EnvironmentFault) as caught:
        provision.provide(["toxiproxy"], world.said.append)
    assert hashlib.sha256(b"something else").hexdigest() in str(caught.value)
    assert "0" * 64 in str(caught.value)
    assert moved == []
    assert world.files() <= {"releases/toxiproxy-server-linux-amd64", "cache/setup.lock"}
    assert not any("toxiproxy-server" in command[0] for command in world.ran)


def test_a_machine_without_a_known_checksum_downloads_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    release(world, b"the real thing", monkeypatch)
    monkeypatch.setattr(fetch, "platform_name", lambda: "linux-riscv64")
    with pytest.raises(Unable, match="linux-riscv64"):
        fetch.download_toxiproxy(["toxiproxy"], world.said.append)
    assert world.files() == {"releases/toxiproxy-server-linux-amd64"}


def test_when_all_ways_fail_the_message_names_each_and_the_cure(world: World) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        provision.provide(["toxiproxy", "firefox"], world.said.append)
    text = str(caught.value)
    for way in (
        "toxiproxy can't be had:",
        "$TOXIPROXY_SERVER is not set",
        "no toxiproxy-server on PATH",
        f"no {fetch.cached_toxiproxy()}",
        "go build: go does not work in this test",
        "download of the release: file://",
        "firefox can't be had:",
        "$CHATFAULT_FIREFOX is not set",
        "no firefox-",
        "no firefox-esr or firefox on PATH",
        "apt-get install: needs apt-get and root",
        "playwright install: ",
    ):
        assert way in text
    for cure in ("Go 1.24 or newer", "set $TOXIPROXY_SERVER", "playwright install firefox"):
        assert cure in caught.value.cure
    assert caught.value.exit_code == 3
    told = "\n".join(world.said)
    for following in ("next: download of the release", "next: playwright install", "no other way is left"):
        assert following in told


def installing(world: World, *arrive: str) -> Callable[[Sequence[str]], str]:
    def install(command: Sequence[str]) -> str:
        for where in arrive if "install" in command else ():
            world.program(where)
        return ""

    return install


def test_root_on_debian_gets_all_missing_browsers_in_one_apt_call_and_only_those(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    world.program("bin/apt-get")
    world.program("bin/chromium")
    world.answers["apt-get"] = installing(world, "bin/chromium-headless-shell", "bin/firefox-esr")
    world.answers["chromium-headless-shell"] = lambda _: "Chromium 156.0.8078.79\n"
    world.answers["firefox-esr"] = lambda _: "Mozilla Firefox 153.7.0esr\n"

    tools = provision.provide(["headless_shell", "chromium", "firefox"], world.said.append)
    assert tools.need("chromium").origin == "system"
    assert (tools.need("headless_shell").origin, tools.need("headless_shell").version) == (
        "apt",
        "156.0.8078.79",
    )
    assert (tools.need("firefox").origin, tools.need("firefox").version) == ("apt", "153.7.0esr")
    update, install = [command[1:] for command in world.ran if Path(command[0]).name == "apt-get"]
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    assert update == [*wait, "update"]
    assert install == [
        *wait, "install", "-y", "--no-install-recommends", "chromium-headless-shell", "firefox-esr"
    ]  # fmt: skip


def test_a_browser_that_came_from_a_failed_install_counts_and_only_the_rest_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(fetch, "playwright_revision", lambda _: "12")
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    world.program("bin/apt-get")

    def half(command: Sequence[str]) -> str:
        if "install" in command:
            world.program("bin/chromium")
            raise Unable("no package firefox-esr")
        return ""

    world.answers["apt-get"] = half
    world.answers["chromium"] = lambda _: "Chromium 156.0\n"
    world.answers["python3"] = installing(world, "ms-playwright/firefox-12/firefox/firefox")
    world.answers["firefox"] = lambda _: "Mozilla Firefox 157.0\n"

    tools = provision.provide(["chromium", "firefox"], world.said.append)
    assert tools.need("chromium").origin == "apt"
    assert tools.need("firefox").origin == "playwright"
    assert tools.need("firefox").is_playwrights
    assert [command[-2:] for command in world.ran if "playwright" in command] == [["--with-deps", "firefox"]]
    assert any("no package firefox-esr" in line for line in world.said)


def test_an_installed_browser_that_does_not_start_is_a_failure_of_that_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    world.program("bin/apt-get")
    world.answers["apt-get"] = installing(world, "bin/chromium")
    with pytest.raises(EnvironmentFault, match="apt-get install: found, but doesn't answer: chromium does not"):
        provision.provide(["chromium"], world.said.append)


def test_an_extra_browser_may_lack_unless_it_was_named(world: World) -> None:
    for command in ("toxiproxy-server", "envoy", "chromium-headless-shell"):
        world.program(f"bin/{command}")

    tools = provision.provide(None, world.said.append)
    assert (tools.chromium, tools.firefox) == (None, None)
    assert all(tools.need(name) for name in provision.REQUIRED)
    with pytest.raises(EnvironmentFault, match="firefox was not provided"):
        tools.need("firefox")
    with pytest.raises(EnvironmentFault, match="firefox can't be had"):
        provision.provide(["firefox"], world.said.append)


def test_a_second_setup_waits_for_the_first_and_then_gets_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filelock import FileLock

    (world.root / "cache").mkdir()
    first = FileLock(world.root / "cache" / "setup.lock")
    first.acquire()

    def hear(line: str) -> None:
        world.said.append(line)
        world.program("bin/toxiproxy-server")  # the first setup ends while we wait
        first.release()

    found = provision.provide(["toxiproxy"], hear).need("toxiproxy")
    assert found.origin == "path"
    assert world.said == ["another setup is at work: waiting for it ..."]
    assert world.ran == []


def test_a_cache_that_cannot_be_written_is_told_with_its_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.root / "file").write_text("")
    monkeypatch.setattr(fetch, "cache_dir", lambda: world.root / "file" / "cache")
    with pytest.raises(EnvironmentFault, match="the cache can't be used") as caught:
        provision.provide(["toxiproxy"], world.said.append)
    assert caught.value.where == str(world.root / "file" / "cache")


def test_ways_are_tried_in_their_order_and_none_after_the_one_that_worked(world: World) -> None:
    called: list[str] = []

    def way(label: str, works: bool) -> Get:
        def get(names: Sequence[str], say: Say) -> None:
            called.append(label)
            if not works:
                raise Unable(f"{label} is shut")
            world.program("bin/toxiproxy-server")

        return Get(label, "release", get)

    world.answers["toxiproxy-server"] = lambda _: "2.12.0"
    ways = {"toxiproxy": (provision.PATH, way("first", False), way("second", True), way("third", True))}
    assert provision.provide(["toxiproxy"], world.said.append, ways).need("toxiproxy").version == "2.12.0"
    assert called == ["first", "second"]
    assert world.said[1] == "  toxiproxy: first: first is shut\n  next: second"


def test_every_tool_has_ways_a_cure_and_a_field(world: World) -> None:
    names = list(provision.WAYS)
    assert sorted(provision.CURES) == sorted(names) == sorted(provision.Tools.__dataclass_fields__)
    for name in names:
        assert [type(way) for way in provision.WAYS[name]].count(Look) >= 2
        looks = [isinstance(way, Look) for way in provision.WAYS[name]]
        assert looks == sorted(looks, reverse=True), "all places are looked in before anything is got"


def test_the_packaged_go_module_builds_the_version_that_is_named() -> None:
    module = (fetch.GO_SOURCES / "go.mod").read_text()
    assert f"github.com/Shopify/toxiproxy/v2 v{fetch.TOXIPROXY_VERSION}" in module
    assert "tool github.com/Shopify/toxiproxy/v2/cmd/server" in module
    assert f"\ngo {fetch.GO_MINIMUM[0]}.{fetch.GO_MINIMUM[1]}\n" in module
    assert (
        f"github.com/Shopify/toxiproxy/v2 v{fetch.TOXIPROXY_VERSION} h1:" in (fetch.GO_SOURCES / "go.sum").read_text()
    )


@pytest.mark.parametrize(
    ("answer", "works"),
    [("go version go1.19.8 linux/amd64", False), ("go version go1.24.0 linux/amd64", True), ("?", False)],
)
def test_go_older_than_the_tool_line_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, works: bool
) -> None:
    go = tmp_path / "go"
    go.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    def run(command: Sequence[str], **_: object) -> str:
        if command[0] != str(go):
            raise Unable("another go is not this test's")
        return answer

    monkeypatch.setattr(fetch, "run", run)
    if works:
        assert fetch.find_go() == str(go)
    else:
        with pytest.raises(Unable, match=r"no Go 1\.24 or newer here"):
            fetch.find_go()


def test_the_report_shows_what_is_there_and_how_to_cure_what_is_not() -> None:
    lines = provision.report_lines(
        [
            Found("envoy", Path("/opt/envoy"), "1.40.0", "pypi"),
            Missing("firefox", ("not here", "nor here"), "get it"),
        ]
    )
    assert lines[0].split() == ["envoy", "1.40.0", "pypi", "/opt/envoy"]
    assert lines[1].split() == ["firefox", "missing"]
    assert [line.strip() for line in lines[2:]] == ["not here", "nor here", "help: get it"]


def test_an_error_reads_where_what_and_the_cure() -> None:
    assert str(EnvironmentFault("it is broken", "/x", "mend it")) == "/x: it is broken\n  help: mend it"
    assert str(AuthorError("it is wrong")) == "it is wrong"
    assert (AuthorError.exit_code, EnvironmentFault.exit_code) == (2, 3)


# -- the real world


@pytest.mark.live
def test_the_toxiproxy_that_is_provided_here_answers() -> None:
    server = provision.provide(["toxiproxy"]).need("toxiproxy")
    answer = subprocess.run([server.path, "-version"], capture_output=True, text=True, timeout=20, check=True)
    assert answer.stdout.startswith("toxiproxy-server version ")
    assert fetch.run([str(server.path), "-version"], timeout=20) == answer.stdout


@pytest.mark.live
def test_a_command_that_does_not_end_is_ended_with_its_children() -> None:
    ours = ["sleep", f"61.{os.getpid()}"]
    with pytest.raises(Unable, match=r"no end within"):
        fetch.run(["sh", "-c", f"{' '.join(ours)} & wait"], timeout=0.3)
    deadline = time.monotonic() + 5
    while left := [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ours]:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)


@pytest.mark.live
def test_a_command_that_fails_says_how() -> None:
    with pytest.raises(Unable, match=r"sh -c .*: exit 4: a / b"):
        fetch.run(["sh", "-c", "echo a >&2; echo b >&2; exit 4"], timeout=20)
    with pytest.raises(Unable, match=r"exit 100: E: no such package$"):
        fetch.run(["sh", "-c", "echo E: no such package >&2; echo '}' >&2; exit 100"], timeout=20)
