"""The page's previous release: which files it has, how long browsers keep them, and what a page that is kept gets."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from fake_upstream.chat.clock import Clock
from fake_upstream.chat.journal import Journal
from fake_upstream.http.wire import ApiError
from fake_upstream.pages.files import Pages
from fake_upstream.pages.releases import CURRENT, PREVIOUS, Releases
from fake_upstream.service import Options
from tests.fake_upstream.live import TOKEN, Process, person, run, start

PAGE = Options().page


def releases(page: Path = PAGE, state: Path | None = None) -> tuple[Releases, Journal]:
    journal = Journal(state, Clock(held=True))
    return Releases(journal, Pages(page)), journal


def version(of: Releases, path: str = "app/api.js") -> str:
    reply = of.reply(path)
    assert reply is not None
    assert isinstance(reply.body, bytes)
    [found] = re.findall(r"CLIENT_VERSION = (\d+)", reply.body.decode())
    return str(found)


def test_the_previous_release_tells_a_lower_version_and_is_kept_for_a_week() -> None:
    of, _ = releases()
    assert version(of) == "2"
    of.set(PREVIOUS)
    assert version(of) == version(of, "app//api.js") == "1"
    for path in ("app/main.js", "app/style.css"):
        reply = of.reply(path, if_none_match="*")
        assert reply is not None
        assert reply.status == 200
        assert reply.headers["Cache-Control"] == "public, max-age=604800"
        assert "ETag" not in reply.headers
        assert reply.body == (PAGE / path).read_bytes()
    assert of.reply("app/nothing.js") is None
    assert of.reply("app/../../pages.py") is None


def test_the_address_itself_is_always_asked_for_anew() -> None:
    of, _ = releases()
    for release in (PREVIOUS, CURRENT):
        of.set(release)
        reply = of.reply("index.html")
        assert reply is not None
        assert reply.headers["Cache-Control"] == "no-cache"
        assert of.reply("index.html", reply.headers["ETag"]).status == 304  # type: ignore[union-attr]


def test_only_the_previous_release_has_a_worker_and_it_takes_what_the_page_needs_at_once() -> None:
    of, _ = releases()
    assert of.reply("sw.js") is None
    of.set(PREVIOUS)
    reply = of.reply("sw.js")
    assert reply is not None
    assert isinstance(reply.body, bytes)
    taken = re.findall(r'"(/app/[^"]+)"', reply.body.decode())
    assert {"/app/main.js", "/app/api.js", "/app/style.css"} <= set(taken)
    assert len(taken) == len(set(taken))
    of.forget()
    assert of.reply("sw.js") is None
    assert version(of) == "2"


@pytest.mark.parametrize("script", [None, "const VERSION = 2;"])
def test_a_page_that_does_not_tell_its_release_has_no_previous_one(tmp_path: Path, script: str | None) -> None:
    (tmp_path / "app").mkdir()
    if script is not None:
        (tmp_path / "app" / "api.js").write_text(script)
    of, _ = releases(tmp_path)
    with pytest.raises(ApiError, match="has no 'CLIENT_VERSION = 2'") as refused:
        of.set(PREVIOUS)
    assert refused.value.status == 409
    assert of.present == CURRENT
    of.set(CURRENT)


def test_the_release_outlives_the_process(tmp_path: Path) -> None:
    of, journal = releases(state=tmp_path / "state")
    of.set(PREVIOUS)
    journal.close()
    again, journal = releases(state=tmp_path / "state")
    journal.replay()
    assert again.present == PREVIOUS
    journal.close()


# -- on the wire ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def service() -> Iterator[Process]:
    process = start(PAGE, "--hold-clock")
    yield process
    assert process.end(signal.SIGTERM) == 0


@pytest.mark.live
def test_the_operator_chooses_the_release_and_a_reset_brings_the_current_one(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            for release, script, worker in (("previous", "1", 200), ("current", "2", 404), ("previous", "1", 200)):
                assert await ann.control("PUT", "release", {"release": release}) == {"release": release}
                assert f"CLIENT_VERSION = {script}" in (await ann.call("GET", "/app/api.js")).text
                assert (await ann.call("GET", "/sw.js")).status == worker
            kind = (await ann.call("GET", "/sw.js")).headers["Content-Type"]
            assert kind == "text/javascript; charset=utf-8"
            await ann.control("POST", "reset", {})
            assert "CLIENT_VERSION = 2" in (await ann.call("GET", "/app/api.js")).text

    run(story())


@pytest.mark.live
@pytest.mark.parametrize("body", [{}, {"release": "next"}, {"release": 1}, {"release": "previous", "for": 5}])
def test_a_release_that_makes_no_sense_is_refused(service: Process, body: dict[str, Any]) -> None:
    async def story() -> None:
        url = f"http://127.0.0.1:{service.control_port}/control/release"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with ClientSession() as http, http.put(url, json=body, headers=headers) as reply:
            assert reply.status == 400

    run(story())
