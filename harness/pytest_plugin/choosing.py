"""Which files of a pytest's are scenarios: those that it is told of, so that nobody else's YAML is ever touched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

EVERYWHERE, INI = "--chatfault-everywhere", "chatfault_scenarios"
SCENARIO = re.compile(r"^(title|documents|moment|faults|expect|runbook)\s*:", re.MULTILINE)
_NAMED = pytest.StashKey[frozenset[Path]]()
SUFFIXES = (".yaml", ".yml")


def add(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    """Add the ways to say where scenarios are."""
    group.addoption(
        EVERYWHERE,
        action="store_true",
        help="take every scenario below the paths that are given (what `chatfault run` does)",
    )
    parser.addini(INI, "folders (or files) whose YAML files are scenarios", type="paths", default=[])


def is_chosen(path: Path, config: pytest.Config) -> bool:
    """Whether a file is to be read as a scenario.

    In a plain pytest it must be named on the command line or lie below what the ini option names, and look like one.
    """
    if path.suffix not in SUFFIXES:
        return False
    everywhere = config.getoption(EVERYWHERE)
    named = path in _named(config)
    if named and everywhere:
        return True
    return (named or everywhere or _below(path, config)) and _looks_like_one(path)


def only_scenarios(config: pytest.Config) -> bool:
    """Whether the paths that are given hold nothing else that this run would collect."""
    everywhere = config.getoption(EVERYWHERE)
    return bool(config.args) and all(
        path.suffix in SUFFIXES or (everywhere and path.is_dir()) or _below(path, config) for path in _named(config)
    )


def _named(config: pytest.Config) -> frozenset[Path]:
    if _NAMED not in config.stash:
        folder = config.invocation_params.dir
        config.stash[_NAMED] = frozenset((folder / str(one).split("::")[0]).resolve() for one in config.args)
    return config.stash[_NAMED]


def _below(path: Path, config: pytest.Config) -> bool:
    return any(path.is_relative_to(folder.resolve()) for folder in config.getini(INI))


def _looks_like_one(path: Path) -> bool:
    """One that can't be read counts: reading it says why."""
    try:
        return bool(SCENARIO.search(path.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return True
