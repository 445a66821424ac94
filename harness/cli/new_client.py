"""`chatfault client new`: a first profile of a client, from what its page turns out to have."""

from __future__ import annotations

import asyncio
import re
import shlex
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from playwright.async_api import Error, Page, Route

from harness.clients import CAPABILITIES, LOCATORS, NEEDED, Client
from harness.language import profiles
from harness.language.blocks import with_block
from harness.language.source import suggestion
from harness.person.body import FIRST_VISIT
from harness.person.finding import Finder, Found
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.tools.provision import provide
from harness.values.errors import AuthorError
from harness.values.history import History
from harness.values.scenario import GatewaySettings
from harness.values.situation import Situation
from harness.values.text import shown

SERVE = "{python} -m http.server {port} --bind 127.0.0.1 --directory "
SOMEWHERE = ":is(textarea, input, [contenteditable], [role=textbox]):visible"
"""Where one can write, before it is known where one should."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Wanted:
    """What somebody said on the command line. `where`: an address on this machine, or a folder with an index.html."""

    where: str = ""
    command: str = ""
    key: str = ""
    api_port: int = 0
    env: Mapping[str, str] | None = None
    ready: str = ""
    dismiss: tuple[str, ...] = ()
    locators: Mapping[str, str] | None = None


def create(wanted: Wanted, file: Path, headed: bool) -> int:
    """Look at the client and write its profile; returns 1 where something that every profile has was not found."""
    if file.exists():
        raise AuthorError(f"{file} is there already", cure="name another file with --out, or remove it")
    base = described(wanted)
    given = dict(wanted.locators or {})
    first = {"root": "html", "composer": SOMEWHERE, "message": "main", "user_message": "main"}
    # With Enter nobody has to say where to click; how it is sent is what is found out.
    trial = profiles.parse(str(file), drafted({**base, "sends": "Enter", "locators": {**first, **given}}), file.stem)
    found = asyncio.run(_looked_at(trial, given, headed))
    absent = [name for name in NEEDED if name not in found.locators]
    for name in LOCATORS:
        if name in found.locators:
            print(f"   {name:13} {shown(found.locators[name], 90)}")
    print(f"   sent by       {'Enter' if found.sends == 'Enter' else 'a click'}")
    if found.error:
        print(f"   a 500 shows   “{shown(found.error, 200)}”")
    for note in missing(found):
        print(f"not found: {shown(note)}")
    if absent:
        cure = " ".join(f"--locator {name}=CSS" for name in absent)
        print(f"no profile was written, for it would lack {', '.join(absent)}: say where that is: {cure}")
        return 1
    text = drafted(filled(base, found), missing(found))
    profiles.parse(str(file), text, file.stem)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    print(f"{file}: look at it, then `chatfault client check {file}`")
    return 0


def described(wanted: Wanted) -> dict[str, Any]:
    """How the client runs, as it stands in a profile."""
    if bool(wanted.where) is bool(wanted.command):
        cure = "name its address, or the folder of its page; or --command 'python app.py {port} {api} {key}'"
        raise AuthorError("a client is found in one way", cure=cure)
    said: dict[str, Any] = {"says": "a client of one's own", "asks": "api"}
    more = {"key": wanted.key, "env": dict(wanted.env or {}), "ready": wanted.ready, "dismiss": list(wanted.dismiss)}
    if wanted.command:
        own = {"runs": "server", "start": wanted.command, "address": "/"}
    elif "://" in wanted.where:
        own = _at_address(wanted)
    else:
        folder = Path(wanted.where).resolve()
        if not (folder / "index.html").is_file():
            raise AuthorError(f"there is no index.html in {folder}", cure="name the folder of the page, or its address")
        if not wanted.key:
            cure = "have it call /v1 of its own address with the key sk-test, and say so: --key sk-test"
            raise AuthorError("nothing says with which key the page calls the API", cure=cure)
        own = {"runs": "page", "start": SERVE + shlex.quote(str(folder)), "address": "/"}
    return {**said, **own, **{key: value for key, value in more.items() if value}}


def _at_address(wanted: Wanted) -> dict[str, Any]:
    """A client that runs already: one has to know where it looks for the API, so that the fake service stands there."""
    parts = urlsplit(wanted.where)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or not parts.port:
        raise AuthorError(f"{wanted.where!r} is no address on this machine", cure="write it as http://127.0.0.1:3000/")
    if not wanted.api_port or not wanted.key:
        cure = "have it call http://127.0.0.1:9100/v1 with the key sk-test, and say so: --api-port 9100 --key sk-test"
        raise AuthorError("nothing says where on this machine, and with which key, the client calls the API", cure=cure)
    path = parts.path or "/"
    at = f"127.0.0.1:{parts.port}"
    return {
        "runs": "address",
        "at": at,
        "api_port": wanted.api_port,
        "address": path + (f"?{parts.query}" if parts.query else ""),
    }


def filled(base: Mapping[str, Any], found: Found) -> dict[str, Any]:
    """The whole profile: how it runs, and what was found."""
    has: list[str] = [name for name in ("stop", "retry", "regenerate", "new_chat") if name in found.locators]
    has += ["history"] if found.history else []
    why = {} if found.history else {"history": "the conversation was gone after a reload"}
    locators = {name: found.locators[name] for name in LOCATORS if name in found.locators}
    own = sorted({"^" + re.escape(prompt[:20]) for prompt in found.own_prompts})
    said = {"sends": found.sends, "has": has, "has_not": why, "own_prompts": own}
    waits = {"gives_up_after": {"reply": "never", "piece": "never"}}
    return {**base, **said, **waits, "locators": locators}


def missing(found: Found) -> list[str]:
    """What could not be found, a sentence each."""
    optional = {"busy": "what is shown while it answers", "error": "what it says when it fails"}
    optional |= {name: CAPABILITIES[name] for name in ("stop", "retry", "regenerate", "new_chat")}
    lacks = [f"{name}: {says}" for name, says in optional.items() if name not in found.locators]
    return [*found.notes, *lacks]


def drafted(values: Mapping[str, Any], notes: Iterable[str] = ()) -> str:
    """The text of a profile; what was not found leads it as comments."""
    text = "".join(f"# not found: {shown(note)}\n" for note in notes)
    text += "# To be known by you: gives_up_after (how long it waits for a silent service), retries.\n"
    for key, value in values.items():
        text = with_block(text, key, value)
    return text


async def _looked_at(client: Client, given: Mapping[str, str], headed: bool) -> Found:
    engine = ("toxiproxy", "envoy", "chromium" if headed else "headless_shell")
    with tempfile.TemporaryDirectory(prefix="chatfault-new-") as folder:
        recorder = Recorder(Path(folder) / "history.jsonl")
        async with World(provide(engine), recorder, headed=headed, client=client) as world:
            world.recorder.begin("new")
            start = Situation(client=client.stands)
            account = await world.begin(start, GatewaySettings())
            context = await (await world.engines.get("chromium")).new_context(locale="en-US")
            page = await context.new_page()
            strangers = await _keep_here(page)
            finder = Finder(page, world.service, account, given, _asked)
            await _open(page, world.origin(start) + client.address, client.dismiss)
            try:
                found = await finder.whole()
            finally:
                await context.close()
            await world.service.collect(0.0)
            found.notes += _refused(recorder.history) if "message" not in found.locators else []
            found.notes += [f"{one} is elsewhere: it was refused, and `leaks` will tell of it" for one in strangers]
            return found


def _refused(history: History) -> list[str]:
    """What the client asked of the API and the service would not give it, a sentence each."""
    asked = [one.data for one in history.where("service", "request") if str(one.data["path"]).startswith("/v1/")]
    told = dict.fromkeys(f"{one['method']} {one['path']} with {one['status']}" for one in asked if one["status"] >= 400)
    return [f"the fake service answered {shown(one, 120)}" for one in told]


async def _open(page: Page, url: str, dismiss: Iterable[str]) -> None:
    await page.goto(url, wait_until="load", timeout=30_000)
    for place in dismiss:
        try:
            await page.click(place, timeout=FIRST_VISIT * 1000)
        except Error:
            print(f"nothing to dismiss: {shown(place, 80)}")


async def _keep_here(page: Page) -> dict[str, None]:
    """Refuse whatever is not on this machine; the origins that were asked for come into what is returned."""
    strangers: dict[str, None] = {}

    async def guard(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if (
            parts.scheme in ("http", "https")
            and parts.hostname not in LOOPBACK
            and not str(parts.hostname).endswith(".localhost")
        ):
            strangers[f"{parts.scheme}://{parts.netloc}"] = None
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/*", guard)
    return strangers


async def _asked(name: str) -> str:
    """What somebody at a terminal says of a locator that could not be found; empty without one."""
    if not sys.stdin.isatty():
        return ""
    words = f'Where is the {name}? (CSS, or role=textbox[name="…"])'
    said: str = await asyncio.to_thread(click.prompt, words, default="")
    return said.strip()


def pairs(some: Iterable[str], what: str, known: Iterable[str] = ()) -> dict[str, str]:
    """`NAME=VALUE` each. Raises `AuthorError` for one that isn't, or whose name is none of those known."""
    found, names = {}, list(known)
    for one in some:
        name, equals, value = one.partition("=")
        if not equals or not name or not value:
            raise AuthorError(f"{one!r} is no {what}", cure=f"write it as --{what} NAME=VALUE")
        if names and name not in names:
            raise AuthorError(f"there is no {what} {name!r}", cure=suggestion(name, names))
        found[name] = value
    return found
