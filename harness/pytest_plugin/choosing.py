"""Which files of a pytest's are scenarios: those that it is told of, so that nobody else's YAML is ever touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.language.files import is_yaml, left_out

EVERYWHERE, INI = "--chatfault-everywhere", "chatfault_scenarios"
_NAMED = pytest.StashKey[frozenset[Path]]()
_LEFT_OUT = pytest.StashKey[dict[Path, str]]()


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
    if not is_yaml(path):
        return False
    everywhere, named = config.getoption(EVERYWHERE), path in _named(config)
    if named and everywhere:
        return True
    if not (named or everywhere or _below(path, config)):
        return False
    why = _why_not(path)
    if why:
        config.stash.setdefault(_LEFT_OUT, {})[path] = why
    return not why


def left_out_of(config: pytest.Config) -> dict[Path, str]:
    """The YAML files that stand where scenarios do and don't look like one, and why."""
    return config.stash.get(_LEFT_OUT, {})


def only_scenarios(config: pytest.Config) -> bool:
    """Whether the paths that are given hold nothing else that this run would collect."""
    everywhere = config.getoption(EVERYWHERE)
    return bool(config.args) and all(
        is_yaml(path) or (everywhere and path.is_dir()) or _below(path, config) for path in _named(config)
    )


def _named(config: pytest.Config) -> frozenset[Path]:
    if _NAMED not in config.stash:
        folder = config.invocation_params.dir
        config.stash[_NAMED] = frozenset((folder / str(one).split("::")[0]).resolve() for one in config.args)
    return config.stash[_NAMED]


def _below(path: Path, config: pytest.Config) -> bool:
    return any(path.is_relative_to(folder.resolve()) for folder in config.getini(INI))


def _why_not(path: Path) -> str:
    """Why a file is no scenario; empty for one that can't be read, which whoever parses it says."""
    try:
        return left_out(path)
    except OSError:
        return ""
