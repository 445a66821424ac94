"""The options of a run: short for `chatfault run`, and under a name of their own in everybody's pytest."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from harness.language.scenarios import ENGINES, LOCALES
from harness.values.errors import AuthorError


def times(text: str) -> int:
    """How often, from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of times: from 1 on, for example 3")
    return int(text)


def shard(text: str) -> str:
    """`I/N` as it stands, or empty for all."""
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if text and not (match and 1 <= int(match[1]) <= int(match[2])):
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with I from 1 to N, for example 1/3")
    return text


OPTIONS: dict[str, dict[str, Any]] = {
    "--client": {"default": "default", "metavar": "NAME", "help": "the client's profile: a name, or a .yaml file"},
    "--page": {"default": "", "metavar": "DIR", "help": "serve this folder as the chat page"},
    "--locale": {"choices": LOCALES, "help": "run every scenario in this language"},
    "--browser": {"choices": ENGINES, "help": "run every scenario in this browser"},
    "--headed": {"action": "store_true", "help": "show the browser's window"},
    "--whole-traces": {
        "action": "store_true",
        "help": "have the network and the page at each act in every trace, not only in those of each first control",
    },
    "--repeat": {"type": times, "default": 1, "metavar": "N", "help": "run every arm N times"},
    "--no-predict": {"action": "store_true", "help": "let the wire decide: don't compare with the model"},
    "--baseline": {"default": "", "metavar": "RUN", "help": "tell what changed beside this report"},
    "--no-report": {"action": "store_true", "help": "write no pages: history.jsonl, results.json and traces only"},
    "--out": {"default": "report", "metavar": "DIR", "help": "where the report goes (default: report)"},
    "--shard": {"type": shard, "default": "", "metavar": "I/N", "help": "run the I-th of N parts of about equal time"},
}
"""By the names that `chatfault run` knows them under."""

USAGE = "chatfault run [PATH…] [options]"
PYTESTS = "It takes pytest's options as well: -k, -x, --lf, -n 2, --junitxml FILE … (`pytest --help`)."


def long(name: str) -> str:
    """The name in everybody's pytest, where `--browser` or `--headed` may be another plugin's."""
    return f"--chatfault-{name.removeprefix('--')}"


def asked(config: Any, name: str) -> Any:
    """What a run's pytest was asked for by this option (`--out`), whichever way it was given."""
    return config.getoption(long(name))


def again(config: Any) -> tuple[str, ...]:
    """The words of a run's command line without which its arms would be others, or meet something else."""
    words: list[str] = []
    for name in ("--client", "--page", "--locale", "--browser", "--headed", "--no-predict"):
        value = asked(config, name)
        if value and value != OPTIONS[name].get("default"):
            words += [name] if value is True else [name, str(value)]
    return tuple(words)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise AuthorError(message, cure="`chatfault run --help` lists the options")


def parser() -> argparse.ArgumentParser:
    """Of the options that are a run's own; what it doesn't know is pytest's."""
    made = _Parser(usage=USAGE, epilog=PYTESTS, add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    for name, how in OPTIONS.items():
        plain = {key: value for key, value in how.items() if key != "default"}
        made.add_argument(name, dest=name, **plain)
    return made


def translated(arguments: Sequence[str]) -> list[str]:
    """A command line of `chatfault run` as pytest's: `--out DIR` is `--chatfault-out=DIR`. Raises `AuthorError`.

    Name and value are one word there, for pytest takes what stands behind an option that it doesn't know for a path.
    """
    short = {long(name): name for name in OPTIONS}
    named = [(one.partition("="), one) for one in arguments]
    given, rest = parser().parse_known_args(
        [short[name] + equals + value if name in short else one for (name, equals, value), one in named]
    )
    flags = {name for name, how in OPTIONS.items() if how.get("action") == "store_true"}
    return [*(long(name) if name in flags else f"{long(name)}={value}" for name, value in vars(given).items()), *rest]
