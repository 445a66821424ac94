"""A YAML file as nodes with positions, and errors that say where, what and the cure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import yaml

from harness.language.drawing import drawn
from harness.language.names import suggestion
from harness.language.not_yaml import Trouble, deepest, trouble
from harness.values.errors import AuthorError
from harness.values.text import printable

Node = yaml.Node
MOST_NODES = 20_000
DEEPEST = 40
MOST_TOLD = 100
"""Errors of a file that are told; nobody reads through more."""
LIBYAML: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where it was built in, for its speed; both give the same nodes and positions."""
TAGS = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq", yaml.MappingNode: "map"}


class Words(LIBYAML):  # type: ignore[misc, valid-type]
    """Every value is the text that stands there: what it may mean is for the loader to say, at its place."""

    def descend_resolver(self, *_path: object) -> None: ...

    def ascend_resolver(self) -> None: ...

    def resolve(self, kind: type[yaml.Node], _value: object, _implicit: object) -> str:
        return f"tag:yaml.org,2002:{TAGS[kind]}"


PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ["str", "int", "float", "bool", "null", "seq", "map", "timestamp", "value"]
)
ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no YAML text may hold."""
MERGE = "<<"


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file: 1-based line and column, how many characters it spans, and what to do about it.

    `text` is the whole line; `combination` is the part of a matrix in which it is wrong, empty for everywhere.
    """

    path: str
    line: int
    column: int
    width: int
    what: str
    cure: str = ""
    text: str = ""
    combination: str = ""

    @property
    def says(self) -> str:
        return f"{self.what} ({self.combination})" if self.combination else self.what

    def __str__(self) -> str:
        return "\n".join(drawn(self))


class ScenarioError(AuthorError):
    """All problems of one file, or of several, at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.path, problem.line, problem.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass
class Source:
    """One file's text, and the problems found in it so far."""

    path: str
    text: str
    problems: list[Problem] = field(default_factory=list)
    noted: int = 0
    """How often a problem was noted; one that is noted again (in another variant of a matrix) stands there once."""
    spoilt: set[tuple[int, int]] = field(default_factory=set)
    """Where something is wrong that makes everything else there wrong too, and is told once."""

    def compose(self) -> Node | None:
        """The file's root node, or None after noting why there is none."""
        acting = ACTING.search(self.text)
        if acting:
            line = self.text.count("\n", 0, acting.start())
            column = acting.start() - self.text.rfind("\n", 0, acting.start()) - 1
            what = f"the character {printable(acting[0])} can't stand in a YAML file"
            other = "\0" in self.text[:4] and not self.text.isprintable() and self.text[:8].count("\0") > 2
            self._note(line, column, 1, what, "save the file as UTF-8" if other else "take it out")
            return None
        depth = deepest(self.text, DEEPEST)
        if depth is not None:
            self._note(*depth, 1, f"this is nested more than {DEEPEST} deep", "no scenario needs that")
            return None
        try:
            root = yaml.compose(self.text, Loader=Words)
        except yaml.YAMLError as error:
            self._trouble(trouble(error, self.lines))
            return None
        except RecursionError:
            self._note(0, 0, 1, "this is nested too deeply", "no scenario needs that")
            return None
        if root is None:
            self._note(0, 0, 1, "the file is empty", "a scenario has at least a title, a moment and faults")
            return None
        many = 0
        for node in walked(root):
            many += 1
            if node.tag not in PLAIN_TAGS or (
                node.value == MERGE and isinstance(node, yaml.ScalarNode) and not node.style
            ):
                self._tagged(node)
        if many >= MOST_NODES:
            self.problem(root, f"the file unfolds to more than {MOST_NODES} values", "use fewer aliases of aliases")
        return None if self.problems else root

    def _tagged(self, node: Node) -> None:
        if node.value == MERGE:
            cure = "write the keys out, or alias the whole value: `- *name`"
            self.problem(node, "merge keys (`<<`) are not read here", cure)
        else:
            start = node.start_mark
            tag = self.lines[start.line][start.column :].split(" ")[0] if start.line < len(self.lines) else "!"
            self._note(start.line, start.column, len(tag), f"tags such as {tag} are not read", "leave it out")

    def _trouble(self, found: Trouble) -> None:
        self._note(found.line, found.column, found.width, found.what, found.cure)

    def comment_after(self, node: Node) -> str:
        """The comment that stands where a value was to stand, or empty."""
        line, column = node.start_mark.line, node.start_mark.column
        return self.lines[line][column:].strip() if self.lines[line][column:].lstrip().startswith("#") else ""

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines() or [""]

    def problem(self, node: Node, what: str, cure: str = "", spoils: bool = False) -> None:
        """Note what is wrong at a node; `spoils`: whatever else is wrong there follows from it."""
        start, end = node.start_mark, node.end_mark
        if (start.line, start.column) in self.spoilt and not spoils:
            self.noted += 1
            return
        if spoils:
            self.spoilt.add((start.line, start.column))
        same_line = isinstance(node, yaml.ScalarNode) and end.line == start.line
        self._note(start.line, start.column, end.column - start.column if same_line else 1, what, cure)

    def _note(self, line: int, column: int, width: int, what: str, cure: str) -> None:
        self.noted += 1
        lines = self.lines
        line = min(line, len(lines) - 1)
        problem = Problem(self.path, line + 1, column + 1, max(1, width), what, cure, lines[line])
        if problem not in self.problems:
            self.problems.append(problem)
        if len(self.problems) > MOST_TOLD:
            self.problems[-1] = replace(problem, what=f"there are more errors than the first {MOST_TOLD}", cure="")
            raise ScenarioError(self.problems)


def in_combinations(found: Mapping[str, Iterable[Problem]]) -> list[Problem]:
    """The problems of a matrix's combinations: one that not all of them have names the first that has it."""
    where: dict[Problem, list[str]] = {}
    for combination, problems in found.items():
        for problem in dict.fromkeys(problems):
            where.setdefault(problem, []).append(combination)
    told = []
    for problem, combinations in where.items():
        if len(combinations) == len(found):
            told.append(problem)
        else:
            more = f" and {len(combinations) - 1} more" if len(combinations) > 1 else ""
            told.append(replace(problem, combination=f"with {combinations[0]}{more}"))
    return told


def walked(root: Node) -> Iterator[Node]:
    """Every node, an alias as often as it is used; stops at the limit, so that nested aliases can't blow up."""
    stack = [root]
    for _ in range(MOST_NODES):
        if not stack:
            return
        current = stack.pop()
        yield current
        if isinstance(current, yaml.MappingNode):
            for pair in current.value:
                stack += pair
        elif isinstance(current, yaml.SequenceNode):
            stack += current.value


__all__ = ["Node", "Problem", "ScenarioError", "Source", "in_combinations", "suggestion", "walked"]
