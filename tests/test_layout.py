"""The layers of the harness and its size budget, held against the code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
ROWS: tuple[tuple[str, ...], ...] = (
    ("errors", "history", "result", "model", "scenario", "documents", "questions", "runbook"),
    ("faults", "remedies", "clients", "checks", "judge"),
    ("source", "fields", "load_fault", "load", "load_runbook", "plan", "plan_runbook", "reading"),
    ("fetch", "provision", "recorder", "recordings", "stack", "browser", "world", "person", "sweep"),
    ("run", "session", "options"),
    ("report", "rejudge", "matrix", "advise", "coverage", "explore", "runbooks"),
    ("pytest_plugin", "cli", "bench"),
)
"""From bottom to top. A module imports from its own row or a lower one; nobody imports the doors, which are the top."""

LOOP_OWNERS = (
    "cli",
    "pytest_plugin",
    "bench",
    "session",
    "fake_upstream.__main__",
    "fake_upstream.instance",
    "fake_upstream.elsewhere",
)
OBSERVERS = ("run", "session", "world", "person", "stack", "browser", "recorder", "checks", "judge", "faults")
"""What looks at a run, or makes it."""
FORETELLING = (
    *("plan", "plan_runbook", "remedies.base.renewed"),
    *(f"model.{name}" for name in ("predict", "holds", "pauses", "credit", "Prediction")),
)
FORETOLD = frozenset({"changes", "uses", "needs"})
"""What a remedy's row has for the model alone."""
LONGEST_MODULE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 420, 60, 12
SENTENCE = "upstream connect error or " + "disconnect/reset before headers"
MAY_SAY_IT = ("scenarios", "harness/clients", "tests", "README.md")
NOT_OURS = frozenset({".git", ".nox", ".venv", "__pycache__", "build", "dist", "report", "node_modules"})


@dataclass(frozen=True)
class Module:
    """A module by its dotted name without the leading `harness.`; a module of `fake_upstream` keeps its own."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def part(self) -> str:
        """What stands in the table: `faults` for `faults.link`."""
        return self.name.split(".")[0]


def modules(package: str) -> list[Module]:
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        names = path.relative_to(ROOT).with_suffix("").parts
        dotted = ".".join(names[:-1] if names[-1] == "__init__" else names)
        found.append(Module(dotted.removeprefix("harness.") if dotted != "harness" else "", path.read_text("utf-8")))
    return [one for one in found if one.name]


HARNESS, UPSTREAM = modules("harness"), modules("fake_upstream")
BOTH = HARNESS + UPSTREAM
PARTS = frozenset(one.part for one in HARNESS)


def imported(module: Module) -> Iterator[str]:
    """Every name that a module imports, in full, wherever in it the import stands."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield from (f"{base}.{alias.name}" for alias in node.names)
            if node.level:
                yield f"{'.' * node.level} (a relative import)"


def of_harness(module: Module) -> set[str]:
    """The parts of the harness that a module imports, without its own."""
    names = (name.split(".") for name in imported(module) if name.split(".")[0] == "harness")
    return {name[1] for name in names if len(name) > 1} - {module.part}


def upward(module: Module) -> list[str]:
    """Imports from rows above the module's own, in words."""
    row = {part: i for i, parts in enumerate(ROWS) for part in parts}
    own = row.get(module.part)
    if own is None:
        return [f"{module.name} stands in no row of the table"]
    return [
        f"{module.name} (row {own}) imports {part} (row {row.get(part, 'none')})"
        for part in sorted(of_harness(module))
        if row.get(part, len(ROWS)) > own
    ]


def cycle(some: Iterable[Module]) -> list[str]:
    """Parts that import each other in a circle, if any."""
    graph: dict[str, set[str]] = {}
    for module in some:
        graph.setdefault(module.part, set()).update(of_harness(module))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def foresight(module: Module) -> list[str]:
    """What a module that observes has of what predicts: its functions, or a remedy's columns for the model."""
    names = {name.removeprefix("harness.") for name in imported(module)}
    taken = [name for name in names if any(name == one or name.startswith(f"{one}.") for one in FORETELLING)]
    columns = {node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)} & FORETOLD
    return sorted([*taken, *columns])


def strangers(module: Module) -> list[str]:
    """Imports of `fake_upstream` by the harness, of the harness by `fake_upstream`.

    A relative import is a stranger in the harness, for the other rules would not see what it leads to.
    """
    other = "harness" if module.part == "fake_upstream" else "fake_upstream"
    hides = module.part != "fake_upstream"
    return [name for name in imported(module) if name.split(".")[0] == other or (hides and name.startswith("."))]


def loops(module: Module) -> list[str]:
    """Where a module starts an event loop: `asyncio.run` and `asyncio.Runner`, under whatever name."""
    names = {"asyncio"}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname for alias in node.names if alias.name == "asyncio" and alias.asname}
    calls = [
        f"{module.name}:{node.lineno} {node.attr}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("run", "Runner")
        and isinstance(node.value, ast.Name)
        and node.value.id in names
    ]
    return calls + [name for name in imported(module) if name in ("asyncio.run", "asyncio.Runner")]


def lengths(module: Module) -> dict[str, int]:
    """How many lines each function has, from its `def` to its end."""
    return {
        f"{module.name}.{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def over(sizes: Mapping[str, int], limit: int) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > limit}


def saying_it(root: Path, exempt: Iterable[str] = MAY_SAY_IT) -> list[str]:
    """Files under a folder that contain the gateway's sentence, which only a real gateway may say."""
    found = []
    for path in sorted(root.rglob("*")):
        where = path.relative_to(root)
        hidden = any(part in NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in where.parts)
        if (hidden and where.parts[:2] != ("harness", "report")) or not path.is_file():
            continue
        if not any(where.is_relative_to(one) for one in exempt) and SENTENCE.encode() in path.read_bytes():
            found.append(str(where))
    return found


def named(some: Iterable[Module]) -> list[object]:
    return [pytest.param(module, id=module.name) for module in some]


@pytest.mark.parametrize("module", named(HARNESS))
def test_a_module_imports_from_its_own_row_or_below(module: Module) -> None:
    assert upward(module) == []


def test_nothing_imports_in_a_circle() -> None:
    assert cycle(HARNESS) == []


def test_a_door_is_imported_by_nobody() -> None:
    assert {one.name: of_harness(one) & set(ROWS[-1]) for one in BOTH if of_harness(one) & set(ROWS[-1])} == {}


@pytest.mark.parametrize("module", named(BOTH))
def test_harness_and_service_do_not_know_each_other(module: Module) -> None:
    assert strangers(module) == []


@pytest.mark.parametrize("module", named(one for one in HARNESS if one.part in OBSERVERS))
def test_what_observes_shares_no_code_with_what_predicts(module: Module) -> None:
    assert foresight(module) == []


@pytest.mark.parametrize("module", named(one for one in BOTH if one.name not in LOOP_OWNERS))
def test_only_the_doors_start_an_event_loop(module: Module) -> None:
    assert loops(module) == []


@pytest.mark.parametrize("module", named(BOTH))
def test_a_module_and_its_functions_keep_to_the_budget(module: Module) -> None:
    assert over({module.name: module.text.count("\n")}, LONGEST_MODULE) == {}
    assert over(lengths(module), LONGEST_FUNCTION) == {}


@pytest.mark.parametrize("some", [pytest.param(HARNESS, id="harness"), pytest.param(UPSTREAM, id="fake_upstream")])
def test_the_median_function_is_short(some: list[Module]) -> None:
    assert median(size for module in some for size in lengths(module).values()) <= MEDIAN_FUNCTION


def test_the_gateways_sentence_comes_from_a_gateway() -> None:
    assert saying_it(ROOT) == []


def test_a_part_stands_in_one_row_only() -> None:
    parts = [part for row in ROWS for part in row]
    assert len(parts) == len(set(parts))
    assert len(PARTS) > 20


# -- the rules themselves see a violation


@pytest.mark.parametrize(
    ("name", "text", "sees"),
    [
        ("model", "from harness.faults import FAULTS", True),
        ("model", "from harness import run", True),
        ("model", "import harness.run", True),
        ("model", "def f():\n    import harness.stack.gateway", True),
        ("faults.link", "from harness.plan import plan", True),
        ("faults.link", "from harness.faults.base import Kind\nfrom harness.model import Fault", False),
        ("report.page", "from harness.cli import main", True),
        ("report.page", "from harness import errors, history", False),
        ("nowhere", "", True),
        ("run", "from harness.nowhere import x", True),
    ],
)
def test_the_layers_see_a_planted_import(name: str, text: str, sees: bool) -> None:
    assert bool(upward(Module(name, text))) is sees


def test_the_layers_see_a_planted_circle() -> None:
    one, other = Module("load", "import harness.plan"), Module("plan", "from harness import load")
    assert set(cycle([one, other])) == {"load", "plan"}
    assert cycle([one, Module("plan", "")]) == []


@pytest.mark.parametrize(
    ("text", "sees"),
    [
        ("from harness.plan import attempt", True),
        ("from harness.model import Fault, holds", True),
        ("from harness.remedies.base import renewed", True),
        ("def f(remedy, now):\n    return remedy.changes(now)", True),
        ("from harness.model import Fault, Situation\nfrom harness.remedies import REMEDIES", False),
    ],
)
def test_a_planted_foresight_is_seen(text: str, sees: bool) -> None:
    assert bool(foresight(Module("run", text))) is sees


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run", "import fake_upstream.chat"),
        ("run", "from fake_upstream import chat"),
        ("fake_upstream.chat", "from harness.model import Fault"),
        ("run", "from .cli import main"),
    ],
)
def test_a_planted_stranger_is_seen(name: str, text: str) -> None:
    assert strangers(Module(name, text))


@pytest.mark.parametrize(
    ("text", "sees"),
    [
        ("import asyncio\nasyncio.run(f())", True),
        ("import asyncio\nrunner = asyncio.Runner", True),
        ("import asyncio as aio\naio.run(f())", True),
        ("from asyncio import run as go\ngo(f())", True),
        ("from asyncio import Runner", True),
        ("import subprocess\nsubprocess.run([])", False),
        ("import asyncio\nasyncio.sleep(1)", False),
    ],
)
def test_a_planted_event_loop_is_seen(text: str, sees: bool) -> None:
    assert bool(loops(Module("world", text))) is sees


def test_a_planted_giant_is_seen() -> None:
    giant = Module("world", "class A:\n  async def f(self):\n" + "    pass\n" * 60)
    assert over(lengths(giant), LONGEST_FUNCTION) == {"world.f:2": 61}
    assert over(lengths(giant), 61) == {}


def test_a_planted_sentence_is_seen(tmp_path: Path) -> None:
    for where in ("harness/run.py", "harness/report/page.py", "tests/test_x.py", ".git/x", "report/index.html"):
        (tmp_path / where).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / where).write_text(f"x = '{SENTENCE}. reset reason'")
    (tmp_path / "harness" / "model.py").write_text("x = 'upstream connect error'")
    assert saying_it(tmp_path) == ["harness/report/page.py", "harness/run.py"]
