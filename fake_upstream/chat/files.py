"""Files that answers come with: when one is made, what is in it, and why it can't be had."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from ..faults.armed import Faults, FileIncomplete, FileSize, Subject
from ..http.ids import new_id
from ..http.wire import ApiError
from .clock import Clock
from .journal import Fields, Journal

READY, INCOMPLETE, FAILED = "ready", "incomplete", "failed"
LIFETIME = 3600.0
LARGEST = 512 << 20
_USUAL, _SPREAD = 20_000, 1_000
_WANTED = re.compile(r"\bfile\b|ファイル", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file of an account; `made` is on the service's clock. `seed`, `prompt` and `regenerated` are what its bytes
    depend on."""

    id: str
    account: str
    name: str
    size: int
    state: str
    made: float
    seed: int
    prompt: str
    regenerated: int

    def to_json(self) -> Fields:
        """The file as clients see it: {id, name, size in bytes, state}"""
        return {"id": self.id, "name": self.name, "size": self.size, "state": self.state}

    def evidence(self) -> Fields:
        """The file as the control listener shows it: with the digest of its bytes, where it can be had."""
        there = self.state == READY and self.size <= LARGEST
        return {**self.to_json(), **({"sha256": hashlib.sha256(self.content()).hexdigest()} if there else {})}

    def content(self) -> bytes:
        """The whole file: always the same for the same seed, prompt and count of regenerations."""
        key = _key(self.seed, self.prompt, self.regenerated)
        title = f"{' '.join(self.prompt.split())}\n".encode("utf-8", "replace")
        letters = hashlib.shake_256(key).hexdigest(self.size // 2 + 1).encode()
        lines = b"\n".join(letters[at : at + 79] for at in range(0, len(letters), 79))
        return (title + lines)[: self.size]


class Files:
    """All files, and which accounts have switched off the tool that makes them."""

    def __init__(self, journal: Journal, clock: Clock, faults: Faults, *, seed: int) -> None:
        self._journal, self._clock, self._faults, self._seed = journal, clock, faults, seed
        self._files: dict[str, File] = {}
        self._off: set[str] = set()
        journal.on("settings", self._apply_settings)

    def make(self, account: str, conversation: str, prompt: str, regenerated: int) -> File | None:
        """The file that goes with an answer to this prompt, None when it asks for none. It is there once added."""
        if not _WANTED.search(prompt):
            return None
        digest = hashlib.sha256(_key(self._seed, prompt, regenerated)).hexdigest()
        size = _USUAL + int(digest[:8], 16) % _SPREAD
        state = READY if self.tool_is_on(account) else FAILED
        for fault in self._faults.matching(Subject("files", None, account, None, None, conversation, len(prompt))):
            match fault.act:
                case FileIncomplete() if state != FAILED:
                    state = INCOMPLETE
                case FileSize(told) if state != FAILED:
                    size = told
                case _:
                    continue
            self._faults.hit(fault, Subject("files", None, account))
        name = f"answer-{digest[:6]}.txt"
        size = 0 if state == FAILED else size
        return File(new_id("f-"), account, name, size, state, self._clock.now(), self._seed, prompt, regenerated)

    def add(self, file: File) -> None:
        """It can be had from now on."""
        self._files[file.id] = file

    def get(self, account: str, file_id: str) -> File:
        """The account's file, whole and fresh. ApiError says why it can't be had."""
        file = self._files.get(file_id)
        if file is None or file.account != account:
            raise ApiError(404, "file_not_found", "there is no such file")
        if not self.tool_is_on(account):
            raise ApiError(403, "tool_off", "the tool that makes files is switched off in the settings")
        if file.state == FAILED:
            raise ApiError(404, "file_not_found", "the file was never made: the tool was switched off")
        if self._clock.now() >= file.made + LIFETIME:
            raise ApiError(410, "file_expired", "the file was kept for an hour")
        if file.state == INCOMPLETE:
            raise ApiError(409, "file_incomplete", "the file was never completely made")
        if file.size > LARGEST:
            raise ApiError(413, "file_too_large", f"the file has {file.size} bytes; at most {LARGEST} can be sent")
        return file

    def tool_is_on(self, account: str) -> bool:
        """Whether the account lets answers make files, as it does until it is switched off."""
        return account not in self._off

    def switch_tool(self, account: str, on: bool) -> None:
        """Make files for this account from now on, or don't."""
        self._journal.commit("settings", {"account": account, "files": on})

    def forget(self) -> None:
        """Drop all files and settings."""
        self._files.clear()
        self._off.clear()

    def _apply_settings(self, fields: Fields) -> None:
        if fields["files"]:
            self._off.discard(fields["account"])
        else:
            self._off.add(fields["account"])


def _key(seed: int, prompt: str, regenerated: int) -> bytes:
    return f"file\0{seed}\0{regenerated}\0{prompt}".encode("utf-8", "surrogatepass")
