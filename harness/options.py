"""The options of a run, beside pytest's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.language.scenarios import ENGINES, LOCALES

OPTIONS: dict[str, dict[str, Any]] = {
    "--client": {"default": "default", "help": "the client's profile: a name, or a .yaml file"},
    "--page": {"default": "", "metavar": "DIR", "help": "serve this folder as the chat page"},
    "--locale": {"choices": LOCALES, "help": "run every scenario in this language"},
    "--browser": {"choices": ENGINES, "help": "run every scenario in this browser"},
    "--headed": {"action": "store_true", "help": "show the browser's window"},
    "--repeat": {"type": int, "default": 1, "metavar": "N", "help": "run every arm N times"},
    "--no-predict": {"action": "store_true", "help": "let the wire decide: don't compare with the model"},
    "--baseline": {
        "default": "",
        "metavar": "RUN",
        "help": "tell what changed beside this report",
    },
    "--no-report": {"action": "store_true", "help": "write history.jsonl and results.json, and nothing else"},
    "--out": {"default": "report", "metavar": "DIR", "help": "where the report goes (default: report)"},
    "--shard": {"default": "", "metavar": "I/N", "help": "run the I-th of N parts of the scenarios"},
}

WITH_A_VALUE = frozenset(name for name, how in OPTIONS.items() if how.get("action") != "store_true")


def joined(arguments: Sequence[str]) -> Iterator[str]:
    """`--out DIR` as `--out=DIR`: pytest takes what stands behind an option that it doesn't know yet for a path."""
    rest = iter(arguments)
    for one in rest:
        value = next(rest, None) if one in WITH_A_VALUE else None
        yield one if value is None else f"{one}={value}"
