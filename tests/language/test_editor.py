"""What an editor with yaml-language-server shows: what it completes, what it says of a word, and every error."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from harness.cli.schemas import FOLDER

pytestmark = pytest.mark.live
PACKAGE = "yaml-language-server@1.25.0"
CACHE = Path(platformdirs.user_cache_dir("chatfault")) / "yaml-language-server"
PATIENCE = 120


class Server:
    """One language server, asked over its standard input and output."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process, self._asked, self._told = process, 0, list[dict[str, Any]]()

    async def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await self._process.stdin.drain()

    async def _next(self) -> dict[str, Any]:
        assert self._process.stdout
        head = await asyncio.wait_for(self._process.stdout.readuntil(b"\r\n\r\n"), PATIENCE)
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        message: dict[str, Any] = json.loads(await self._process.stdout.readexactly(length))
        if "method" in message and "id" in message:
            wanted = message.get("params", {}).get("items", [])
            answer = [{"completion": True, "hover": True, "validate": True} for _ in wanted] if wanted else None
            await self._send(id=message["id"], result=answer)
        return message

    async def ask(self, method: str, params: Any) -> Any:
        self._asked += 1
        mine = self._asked
        await self._send(id=mine, method=method, params=params)
        while True:
            message = await self._next()
            if message.get("id") == mine and "method" not in message:
                return message.get("result")
            self._told.append(message)

    async def tell(self, method: str, params: Any) -> None:
        await self._send(method=method, params=params)

    async def errors(self, uri: str) -> list[dict[str, Any]]:
        """The diagnostics of a file, once they are told."""
        while True:
            message = self._told.pop(0) if self._told else await self._next()
            found = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and found["uri"] == uri:
                return list(found["diagnostics"])


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    program = CACHE / "node_modules" / ".bin" / "yaml-language-server"
    if not program.exists():
        npm = shutil.which("npm")
        assert npm, "this test drives yaml-language-server: install Node.js with npm"
        CACHE.mkdir(parents=True, exist_ok=True)
        made = await asyncio.create_subprocess_exec(
            npm, "install", "--silent", "--no-audit", "--no-fund", PACKAGE, cwd=CACHE
        )
        assert await asyncio.wait_for(made.wait(), PATIENCE) == 0
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        program, "--stdio", stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, limit=1 << 26
    )
    try:
        one = Server(process)
        await one.ask("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": {}})
        await one.tell("initialized", {})
        yield one
    finally:
        process.kill()
        await process.wait()


async def opened(one: Server, path: Path, text: str, schema: str = "scenario") -> str:
    head = f"# yaml-language-server: $schema={FOLDER / f'{schema}.schema.json'}\n"
    uri = path.as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": head + text}
    await one.tell("textDocument/didOpen", {"textDocument": document})
    return uri


async def looked(tmp_path: Path) -> tuple[list[str], list[str], str, list[dict[str, Any]]]:
    async with server() as one:
        at = {"line": 4, "character": 8}
        uri = await opened(one, tmp_path / "a.yaml", "title: x\nmoment: send\nfaults:\n  - at: ")
        places = await one.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": at})
        uri = await opened(one, tmp_path / "b.yaml", "title: x\nmoment: send\nfaults:\n  - at: device\n    do: ")
        kinds = await one.ask(
            "textDocument/completion", {"textDocument": {"uri": uri}, "position": {"line": 5, "character": 8}}
        )
        text = "title: x\nmoment: sned\nfaults:\n  - at: uplink\n    do: latency\n    latency: 300\n"
        uri = await opened(one, tmp_path / "c.yaml", text)
        said = await one.ask(
            "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 2}}
        )
        wrong = await one.errors(uri)
        labels = [[item["label"] for item in found["items"]] for found in (places, kinds)]
        return labels[0], labels[1], json.dumps(said), wrong


def test_an_editor_completes_explains_and_marks(tmp_path: Path) -> None:
    places, kinds, said, wrong = asyncio.run(looked(tmp_path))
    assert {"service_link", "wifi", "account"} <= set(places)
    assert "block" in kinds
    assert "crash" not in kinds
    assert "When the fault begins" in said
    assert {error["range"]["start"]["line"]: error["message"] for error in wrong} == {
        2: 'Value must be "open" | "send" | "mid_answer" | "download".',
        6: "a time has its unit: 300ms, 45s, 15m, 3h",
    }


async def looked_at_a_profile(tmp_path: Path) -> tuple[list[str], list[str], str, list[dict[str, Any]]]:
    async with server() as one:
        uri = await opened(one, tmp_path / "a.yaml", "runs: ", "profile")
        runs = await one.ask(
            "textDocument/completion", {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 6}}
        )
        uri = await opened(one, tmp_path / "b.yaml", "runs: page\nlocators:\n  root: main\n  ", "profile")
        places = await one.ask(
            "textDocument/completion", {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 2}}
        )
        parts = "locators: {root: main, composer: input, message: li, user_message: .me}\n"
        text = f"runs: pgae\nsends: Enter\nretries: many\n{parts}"
        uri = await opened(one, tmp_path / "c.yaml", text, "profile")
        said = await one.ask(
            "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 2}}
        )
        wrong = await one.errors(uri)
        labels = [[item["label"] for item in found["items"]] for found in (runs, places)]
        return labels[0], labels[1], json.dumps(said), wrong


def test_an_editor_helps_with_a_profile_as_well(tmp_path: Path) -> None:
    runs, places, said, wrong = asyncio.run(looked_at_a_profile(tmp_path))
    assert {"page", "server", "address"} <= set(runs)
    assert {"composer", "user_message", "error"} <= set(places)
    assert "root" not in places
    assert "How often it repeats a failed request" in said
    assert {error["range"]["start"]["line"] for error in wrong} == {1, 3}
