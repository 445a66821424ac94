"""What can keep a text from being YAML, in words of our own: what is wrong there, and what to write."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml


class Trouble(NamedTuple):
    """What is wrong: 0-based line and column, how many characters it spans, a sentence, the cure."""

    line: int
    column: int
    width: int
    what: str
    cure: str


class Saying(NamedTuple):
    """How one of the parser's complaints is told. `context`: it is about where something began, not where it broke."""

    pattern: str
    what: str
    cure: str
    context: bool = False


COMMENT = re.compile(r"[^#]*[\[{][^#\]}]*[\s,](#[^\s,\]}]*)[^#]*[\]}]\s*$")
"""A line with a # behind an opened bracket and before the one that closes it."""
FEW = 20
"""Lines before the one at which the parser gave up, in which what made it do so is looked for."""
UNQUOTED = re.compile(r"(?<![\"'\w])\$\{(\w+)\}")
SAYINGS = (
    Saying(r"exceeded max", "this is nested more than 40 deep", "no scenario needs that", True),
    Saying(
        r"quoted scalar.*(end of stream|document indicator)",
        "this quote is never closed",
        "close it where the value ends",
        True,
    ),
    Saying(
        r"unknown escape character|hexdecimal|hexadecimal",
        "a backslash before this means nothing",
        "write \\\\, or use single quotes",
    ),
    Saying(
        r"undefined alias", "no value before this one has this name", "name one with &name, and write *name after it"
    ),
    Saying(r"duplicate anchor", "two values have this name", "give the second another name"),
    Saying(r"undefined tag|scanning a tag|parsing a tag", "tags (!…) are not read", "leave it out, or quote the value"),
    Saying(
        r"another document", "a second document begins here", "a file holds one scenario: put the second into its own"
    ),
    Saying(r"scanning an? (alias|anchor)", "a name is missing here", "quote the value if it is a text"),
    Saying(
        r"block scalar",
        "nothing may stand behind this sign but the next lines",
        "begin the text in the next line, or quote it",
    ),
    Saying(r"directive", "directives (%…) are not read", "leave the line out, or quote the value"),
    Saying(r"flow sequence", "a comma or a ] is missing before this", "close the list that begins with ["),
    Saying(r"flow mapping", "a comma or a } is missing before this", "close the mapping that begins with {"),
    Saying(
        r"mapping values are not allowed",
        "a second colon can't stand here",
        'quote a text that holds a colon ("a: b"), and give a key of its own a line of its own',
    ),
    Saying(r"block sequence entries", "a list can't begin in this line", "begin it in the next line, or write [a, b]"),
    Saying(r"'-' indicator", "this is no item of the list above", "begin it with -, or take its indentation back"),
    Saying(
        r"could not find expected ':'|<document start>",
        "there is no colon here",
        "a line is `key: value`; quote a text that goes over several lines",
        True,
    ),
    Saying(
        r"did not find expected key",
        "this belongs to nothing above it",
        "indent it like the keys beside it; quote a text with a quote in it",
    ),
    Saying(r"node content", "a value is missing before this", "leave the sign out, or give the value"),
)


class Other(NamedTuple):
    """Of a bracket that closes: within what it can't stand, what that lacks, and what opens the bracket."""

    within: str
    lacks: str
    opens: str


MISSING = {"]": Other("mapping", "}", "["), "}": Other("sequence", "]", "{")}
SIGNS = {
    "\t": ("a tab can't indent a line", "use spaces"),
    "@": ("a value can't begin with @", "quote it"),
    "`": ("a value can't begin with `", "quote it"),
    "%": ("a value can't begin with %", "quote it"),
}


def trouble(error: yaml.YAMLError, lines: list[str]) -> Trouble:
    """What the parser complains about, as somebody would say it who sees the file."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Trouble(0, 0, 1, "this is not YAML", "compare it with an example: `chatfault explain`")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    unquoted = _unquoted(lines, error)
    if unquoted:
        return unquoted
    found = _comment(lines, error) or _no_space(lines, error)
    if found:
        return found
    sign = lines[line][column : column + 1] if line < len(lines) else ""
    begun = error.context_mark
    if sign and sign in "]}" and f"flow {MISSING[sign].within}" in str(error.context):
        before = "".join(lines[begun.line if begun else line : line]) + lines[line][:column]
        if before.count(MISSING[sign].opens) > before.count(sign):
            lacking = MISSING[sign].lacks
            return Trouble(line, column, 1, f"a {lacking} is missing before this {sign}", "close what is open")
    if sign and sign in "]}":
        return Trouble(line, column, 1, f"this {sign} closes nothing that is open", "take it out")
    if "flow" in str(error.context) and begun and begun.line < line:
        opened = lines[begun.line][begun.column : begun.column + 1]
        return Trouble(begun.line, begun.column, 1, f"this {opened} is never closed", "close it where it ends")
    if "cannot start any token" in str(error.problem) and sign in SIGNS:
        return Trouble(line, column, 1, *SIGNS[sign])
    if "document" not in str(error.problem) and line < len(lines) and re.match(r" *\t", lines[line]):
        return Trouble(line, lines[line].index("\t"), 1, *SIGNS["\t"])
    said = f"{error.context or ''}: {error.problem or ''}"
    for saying in SAYINGS:
        if re.search(saying.pattern, said):
            start = error.context_mark if saying.context and error.context_mark else None
            line, column = (start.line, start.column) if start else (line, column)
            return Trouble(line, column, 1, saying.what, saying.cure)
    return Trouble(line, column, 1, "this is not YAML", "compare it with an example: `chatfault explain`")


def _unquoted(lines: list[str], error: yaml.MarkedYAMLError) -> Trouble | None:
    """A `${axis}` in a list or mapping in brackets, where its braces mean something else."""
    if "flow" not in str(error.context) or error.problem_mark is None:
        return None
    begin = error.context_mark.line if error.context_mark else error.problem_mark.line
    for number in range(begin, min(error.problem_mark.line + 1, len(lines))):
        for found in UNQUOTED.finditer(lines[number]):
            quoted = f'"{found[0]}"'
            what = f"{found[0]} must be quoted between brackets"
            return Trouble(number, found.start(), len(found[0]), what, f"write {quoted}")
    return None


def _comment(lines: list[str], error: yaml.MarkedYAMLError) -> Trouble | None:
    """A # between brackets that was to be a part of a value, and made a comment of the rest of the line."""
    if "flow" not in str(error.context) or error.problem_mark is None:
        return None
    last = min(error.problem_mark.line, len(lines) - 1)
    for number in range(last, max(-1, last - FEW), -1):
        sign = COMMENT.match(lines[number])
        if sign:
            cure = f"quote it: '{sign[1]}'"
            return Trouble(number, sign.start(1), len(sign[1]), "what begins with # is a comment", cure)
    return None


def _no_space(lines: list[str], error: yaml.MarkedYAMLError) -> Trouble | None:
    """A line that is no `key: value` because a space is missing or another sign stands in its place."""
    if "mapping values" not in str(error.problem) and "could not find expected" not in str(error.problem):
        return None
    last = error.problem_mark.line if error.problem_mark else 0
    for number in range(max(0, last - 2), min(last + 1, len(lines))):
        line = lines[number]
        odd = re.match(r"[ ]*([^\S \t]+)", line)
        if odd:
            return Trouble(
                number, odd.start(1), len(odd[1]), "a space of another kind can't indent a line", "use spaces"
            )
        dash = re.match(r"\s*-(?=[a-z_]+:\s)", line)
        if dash:
            return Trouble(number, dash.end() - 1, 1, "a space is missing after this -", "write `- key: value`")
        above = lines[number - 1] if number == last and number else ""
        if (
            re.match(r" *[a-z_-]+: +[^\s|>&*#]", above)
            and _indent(line) > _indent(above)
            and re.match(r" *[a-z_-]+:", line)
        ):
            what = "this is indented more than the line above, which has its value already"
            return Trouble(number, _indent(line), 1, what, "take its indentation back")
        key = re.match(r"\s*(?:- )?[a-z_]+:(?=[^\s/:])", line)
        if key:
            return Trouble(number, key.end() - 1, 1, "a space is missing after this colon", "write `key: value`")
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def deepest(text: str, most: int) -> tuple[int, int] | None:
    """Where a text is nested more than `most` deep (0-based line and column), or None.

    Only a text with so many brackets or dashes, or so much indentation, is looked at closely.
    """
    dense = text.count("[") + text.count("{") + text.count("- ") + text.count("? ")
    if dense <= most and not re.search(rf"^ {{{most}}}", text, re.MULTILINE):
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > most and event.start_mark:
                    return event.start_mark.line, event.start_mark.column
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return None
    return None
