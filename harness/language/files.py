"""Reading a scenario's file, and which files of a folder are scenarios: what is refused before anything is read."""

from __future__ import annotations

import re
import stat
from functools import cache
from pathlib import Path

from harness.language.source import Problem, ScenarioError

SUFFIXES = frozenset({".yaml", ".yml"})
MARK = re.compile(r"^[\"']?(title|documents|moment|faults|expect|runbook|recovers)[\"']?\s*:", re.MULTILINE)
"""A key that only a scenario or a runbook has at its top."""
BIGGEST = 256 * 1024
"""Bytes of a file; the longest scenario that anybody needs has a hundredth of them."""


def is_yaml(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def yaml_files(folder: Path) -> list[Path]:
    """Every YAML file below a folder, whatever its suffix's spelling, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if is_yaml(path) and path.is_file())


def left_out(path: Path) -> str:
    """Why a file of a folder is no scenario, or empty."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(BIGGEST)
    except OSError:
        return ""
    return "" if MARK.search(text) else "it has none of a scenario's keys (title, moment, faults …)"


def text_of(path: Path, name: str = "") -> str:
    """The text of a scenario's or a runbook's file. Raises `ScenarioError` where there is none to be had."""
    name = name or str(path)
    try:
        stays = _stays(path)
    except (OSError, RuntimeError):
        raise _refused(name, "this link leads in a circle", "put the file itself here") from None
    if not stays:
        raise _refused(name, "this link leads out of the folder", "put the file itself here")
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise _refused(name, "this is no file that can be read", "name a scenario's file, or a folder with some")
        size = found.st_size
        if size > BIGGEST:
            raise _refused(name, f"the file has {size} bytes", f"a scenario has at most {BIGGEST >> 10} KB")
        raw = path.read_bytes()
    except OSError as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else "the file can't be read"
        raise _refused(name, f"{why}: {error.strerror}" if "can't" in why else why, _cure(path)) from None
    return _decoded(name, raw)


def _cure(path: Path) -> str:
    beside = sorted(one.name for one in path.parent.glob(f"{path.stem}.*") if is_yaml(one)) if path.name else []
    return f"there is {', '.join(beside)}" if beside else "name a scenario's file, or a folder with some"


def _stays(path: Path) -> bool:
    """Whether what is read lies where the name says, or at least in the same tree of scenarios."""
    here = path.absolute()
    top = next((parent for parent in here.parents if parent.name == "scenarios"), here.parent)
    if path.is_symlink():
        return path.resolve().is_relative_to(top.resolve())
    return _within(here.parent, top)


@cache
def _within(folder: Path, top: Path) -> bool:
    return folder.resolve().is_relative_to(top.resolve())


def _decoded(name: str, raw: bytes) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("latin-1")
        line, column, _ = _place(before, len(before))
        whole = raw.splitlines()[line - 1].decode("utf-8", errors="backslashreplace")
        column = len(raw[: error.start].rpartition(b"\n")[2].decode("utf-8", errors="replace")) + 1
        what = f"the byte 0x{raw[error.start]:02x} in this line is not UTF-8"
        raise ScenarioError([Problem(name, line, column, 4, what, "save the file as UTF-8", whole)]) from None


def _place(text: str, at: int) -> tuple[int, int, str]:
    """Line and column of a position, counted from 1, and the whole line."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text.count("\n", 0, at) + 1, at - start + 1, text[start : end if end >= 0 else len(text)]


def _refused(name: str, what: str, cure: str) -> ScenarioError:
    return ScenarioError([Problem(name, 1, 1, 1, what, cure)])
