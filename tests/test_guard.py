"""The guard in conftest.py: what it refuses, what it lets through, and that it stays away from live tests."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def a_socket(family: socket.AddressFamily = socket.AF_INET) -> socket.socket:
    return socket.socket(family, socket.SOCK_STREAM)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(lambda: subprocess.run(["true"]), id="subprocess.run"),
        pytest.param(lambda: subprocess.Popen(["true"]), id="subprocess.Popen"),
        pytest.param(lambda: asyncio.run(asyncio.create_subprocess_exec("true")), id="asyncio exec"),
        pytest.param(lambda: asyncio.run(asyncio.create_subprocess_shell("true")), id="asyncio shell"),
        pytest.param(lambda: os.fork(), id="os.fork"),
        pytest.param(lambda: os.posix_spawn("/bin/true", ["true"], {}), id="os.posix_spawn"),
        pytest.param(lambda: os.system("true"), id="os.system"),
    ],
)
def test_no_process_starts(start: Callable[[], object]) -> None:
    with pytest.raises(pytest.fail.Exception, match="may not start a process"):
        start()


@pytest.mark.parametrize("name", ["connect", "connect_ex", "bind"])
@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_no_socket_reaches_out_or_listens(name: str, family: socket.AddressFamily, host: str) -> None:
    with a_socket(family) as one, pytest.raises(pytest.fail.Exception, match=f"may not {name} a socket to"):
        getattr(one, name)((host, 9))


def test_a_refusal_is_not_swallowed_by_the_code_under_test() -> None:
    def swallow() -> None:
        with a_socket() as one, contextlib.suppress(Exception):
            one.connect(("127.0.0.1", 9))

    with pytest.raises(pytest.fail.Exception):
        swallow()


def test_an_event_loop_still_runs() -> None:
    async def wake() -> str:
        return await asyncio.to_thread(lambda: "awake")

    assert asyncio.run(wake()) == "awake"


def test_unix_sockets_are_let_through(tmp_path: Path) -> None:
    with a_socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(tmp_path / "s"))


@pytest.mark.live
def test_live_tests_are_left_alone() -> None:
    assert subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0
    with a_socket() as one:
        one.bind(("127.0.0.1", 0))
