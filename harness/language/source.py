"""A YAML file as nodes with positions, and errors that say where, what and the cure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import yaml

from harness.values.errors import AuthorError

Node = yaml.Node
MOST_NODES = 20_000


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file: 1-based line and column, how many characters it spans, and what to do about it."""

    path: str
    line: int
    column: int
    width: int
    what: str
    cure: str = ""
    text: str = ""

    def __str__(self) -> str:
        gutter = len(str(self.line))
        lines = [f"{self.path}:{self.line}:{self.column}: {self.what}"]
        lines.append(f"  {self.line} | {self.text}")
        lines.append(f"  {' ' * gutter} | {' ' * (self.column - 1)}{'^' * max(1, self.width)}")
        if self.cure:
            lines.append(f"  {' ' * gutter} = {self.cure}")
        return "\n".join(lines)


class ScenarioError(AuthorError):
    """All problems of one file at once."""

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

    def compose(self) -> Node | None:
        """The file's root node, or None after noting why there is none."""
        try:
            root = yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            said = error.problem or error.context or ""
            if error.context and error.problem and error.problem.startswith("but "):
                said = f"{error.context}, {error.problem}"
            self._note(line, column, 1, f"this is not YAML: {said}", "")
            return None
        except RecursionError:
            self._note(0, 0, 1, "this is not YAML that anybody could read: it is nested too deeply", "")
            return None
        except yaml.YAMLError as error:
            self._note(0, 0, 1, f"this is not YAML: {error}", "")
            return None
        if root is None:
            self._note(0, 0, 1, "the file is empty", "a scenario has at least a title and a moment")
            return None
        if sum(1 for _ in _walk(root, 0)) >= MOST_NODES:
            self.problem(root, f"the file unfolds to more than {MOST_NODES} values", "use fewer aliases of aliases")
            return None
        return root

    def problem(self, node: Node, what: str, cure: str = "") -> None:
        start, end = node.start_mark, node.end_mark
        same_line = isinstance(node, yaml.ScalarNode) and end.line == start.line
        self._note(start.line, start.column, end.column - start.column if same_line else 1, what, cure)

    def _note(self, line: int, column: int, width: int, what: str, cure: str) -> None:
        self.noted += 1
        lines = self.text.splitlines() or [""]
        line = min(line, len(lines) - 1)
        shown = lines[line].expandtabs(1)
        problem = Problem(self.path, line + 1, column + 1, width, what, cure, shown)
        if problem not in self.problems:
            self.problems.append(problem)


def _walk(node: Node, depth: int) -> Iterator[Node]:
    """Every node, an alias as often as it is used; stops at the limit, so that nested aliases can't blow up."""
    stack = [node]
    for _ in range(MOST_NODES):
        if not stack:
            return
        current = stack.pop()
        yield current
        if isinstance(current, yaml.MappingNode):
            for key, value in current.value:
                stack += (key, value)
        elif isinstance(current, yaml.SequenceNode):
            stack += current.value


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, or the list of what there is."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there is {', '.join(words)}" if words else ""
