"""Unit tests touch nothing: a test that is not marked `live` can start no process and open no connection."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

collect_ignore_glob = ["language/bad/*", "mutants/*"]

PROCESSES: tuple[tuple[object, str], ...] = (
    (subprocess.Popen, "__init__"),
    (asyncio, "create_subprocess_exec"),
    (asyncio, "create_subprocess_shell"),
    *((os, name) for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system")),
)
CONNECTIONS = ("connect", "connect_ex", "bind")


def refused(what: str) -> NoReturn:
    """`pytest.fail` raises what no `except Exception` of the code under test can swallow."""
    pytest.fail(f"a unit test may not {what}: fake it, or mark the test `live`")


def _refusing(what: str) -> Callable[..., NoReturn]:
    return lambda *_args, **_kwargs: refused(what)


def _unix_only(name: str, really: Callable[..., Any]) -> Callable[..., Any]:
    def act(self: socket.socket, *args: Any) -> Any:
        return really(self, *args) if self.family == socket.AF_UNIX else refused(f"{name} a socket to {args[0]}")

    return act


@pytest.fixture(autouse=True)
def untouched_world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("live"):
        return
    for owner, name in PROCESSES:
        monkeypatch.setattr(owner, name, _refusing(f"start a process ({name})"))
    for name in CONNECTIONS:
        monkeypatch.setattr(socket.socket, name, _unix_only(name, getattr(socket.socket, name)))
