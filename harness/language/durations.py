"""Readers of durations, and how somebody would write the one that they mean."""

from __future__ import annotations

import re
from typing import Any

import yaml

from harness.language.fields import Read, quoted, scalar
from harness.language.source import Node, Source
from harness.values.situation import duration_text

DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
BARE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
LONGEST_TEXT = 60
"""Characters of what somebody may mean for a duration."""
LONGEST = 7 * 24 * 3600
NUMBER = r"(\d+(?:[.,]\d+)?)"
WORDS = {
    "ms": r"ms|msecs?|millis|milliseconds?",
    "s": r"s|secs?|seconds?",
    "m": r"m|mins?|minutes?",
    "h": r"h|hrs?|hours?",
    "d": r"d|days?",
    "us": r"us|µs|μs|usecs?|micros|microseconds?",
}
"""What people write for a unit, whatever its case."""
SECONDS = {**UNITS, "d": 86400.0, "us": 0.000001}
UNIT = "|".join(f"(?P<{unit}>{word})" for unit, word in WORDS.items())
PART = re.compile(rf"{NUMBER} *(?:{UNIT})(?![a-z])", re.IGNORECASE)
CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
EXAMPLE = "write for example 300ms, 45s, 15m or 3h"


def _meant(text: str) -> float | None:
    """The seconds that somebody means who writes a duration in a way of their own: 1m30s, 00:01:30, PT1M, 2 days."""
    clock = CLOCK.fullmatch(text)
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    rest = re.sub(r"^P(\d+D)?T?", r"\1", text) if re.fullmatch(r"P[\dDTHMS.]+", text) else text
    seconds, at = 0.0, 0
    for part in PART.finditer(rest):
        if rest[at : part.start()].strip(" ,+") not in ("", "and"):
            return None
        unit = next(unit for unit in WORDS if part[unit] is not None)
        seconds += float(part[1].replace(",", ".")) * SECONDS[unit]
        at = part.end()
    return seconds if at and not rest[at:].strip() else None


def _with_a_unit(text: str) -> str:
    """How somebody would write the duration that they mean."""
    if len(text) > LONGEST_TEXT:
        return EXAMPLE
    if re.fullmatch(r"[0.,]+ *[a-zµ]*", text) or text == "none":
        return "it is more than nothing: " + EXAMPLE
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return f"write {text}s, {text}m or {text}h"
    seconds = _meant(text.removeprefix("-").removeprefix("+"))
    return EXAMPLE if not seconds or seconds > LONGEST else f"write {duration_text(max(0.001, seconds))}"


def duration(source: Source, node: Node) -> float | None:
    """`45s`, `1m`, `300ms`, `3h` → seconds."""
    text = scalar(source, node)
    if text is None:
        return None
    match = DURATION.fullmatch(text.strip())
    if not match:
        source.problem(node, f"{quoted(text)} is not a duration with a unit", _with_a_unit(text.strip()))
        return None
    seconds = float(match[1]) * UNITS[match[2]]
    if not 0 < seconds <= LONGEST:
        source.problem(node, f"{quoted(text)} is out of range", "a duration is more than 0 and at most a week (168h)")
        return None
    return seconds


def duration_in(unit: float, low: float | None, high: float | None, whole: bool = False) -> Read:
    """A duration as a number of `unit` seconds, within a range that is counted in them too."""

    least = duration_text((low or 0) * unit)
    span = f"it is at least {least}" if high is None else f"it is from {least} to {duration_text(high * unit)}"
    span = span if low else f"it is more than nothing: {EXAMPLE}"

    def fits(value: float) -> bool:
        within = (low is None or value >= low) and (high is None or value <= high)
        return within and 0 < value * unit <= LONGEST and (not whole or value == int(value))

    def read(source: Source, node: Node) -> Any:
        if isinstance(node, yaml.ScalarNode) and BARE.fullmatch(node.value):
            known = ("ms",) if unit < 1 else ("s", "m", "h")
            fit = [node.value + name for name in known if fits(round(float(node.value) * UNITS[name] / unit, 6))]
            cure = f"write {' or '.join(filter(None, (', '.join(fit[:-1]), fit[-1])))}" if fit else span
            source.problem(node, f"{quoted(node.value)} is not a duration with a unit", cure)
            return None
        meant = _meant(str(node.value)) if isinstance(node, yaml.ScalarNode) else None
        if meant is not None and not DURATION.fullmatch(node.value) and not fits(round(meant / unit, 6)):
            source.problem(node, f"{quoted(node.value)} is not a duration with a unit", span)
            return None
        seconds = duration(source, node)
        if seconds is None:
            return None
        value = round(seconds / unit, 6)
        if (low is not None and value < low) or (high is not None and value > high):
            source.problem(node, f"{node.value} is out of range", span)
            return None
        if whole and value != int(value):
            source.problem(node, f"{node.value} is no whole number of {duration_text(unit)[1:]}", "round it")
            return None
        return int(value) if whole else value

    return read
