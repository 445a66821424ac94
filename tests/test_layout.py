"""The rooms of the house, what they may import, and the size budget, held against the code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
FLOORS: tuple[tuple[str, ...], ...] = (
    ("values",),
    ("tools",),
    ("clients", "faults", "remedies"),
    ("browser",),
    ("language",),
    ("judging",),
    ("prediction",),
    ("stack",),
    ("report",),
    ("person",),
    ("arm",),
    ("options",),
    ("bench", "cli", "pytest_plugin"),
)
"""The rooms of the harness, from bottom to top. A module imports from its own room or from floors below it."""
DOORS = FLOORS[-1]
"""What people and programs enter by; nobody imports them."""
SERVICE_FLOORS: tuple[tuple[str, ...], ...] = (
    ("http",),
    ("faults",),
    ("chat",),
    ("around", "pages"),
    ("limits",),
    ("service",),
    ("doors",),
    ("server",),
    ("__main__", "bench"),
)
"""The rooms of the service, in the same way."""
LIVES_THERE = {
    "values": "what is frozen and does no I/O",
    "tools": "how a tool comes onto this machine",
    "clients": "what is tested",
    "faults": "what can break",
    "remedies": "what people try",
    "browser": "engines, extensions, and the scripts in a page",
    "language": "YAML to values, and every error's words",
    "judging": "the checks, and the verdict",
    "prediction": "what is foretold",
    "stack": "the world: its processes, ports, clock and recorder",
    "report": "what is told of results and history",
    "person": "what somebody at a browser does and sees",
    "arm": "one arm, and a worker's arms",
}
AT_MOST = {"harness": 5, "fake_upstream": 4}
"""Modules that may stand beside the folders."""

LOOP_OWNERS = (
    "cli",
    "cli.check_client",
    "cli.new_client",
    "cli.machine",
    "pytest_plugin",
    "bench.__main__",
    "arm.aside",
    "fake_upstream.__main__",
    "fake_upstream.bench.__main__",
    "fake_upstream.around.instance",
    "fake_upstream.around.elsewhere",
)
OBSERVERS = ("arm", "person", "stack", "browser", "judging", "faults")
"""What looks at a run, or makes it: none of it imports what foretells."""
FORETELLING = ("prediction", "remedies.base.renewed")
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
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def part(self) -> str:
        """What stands in the table: `faults` for `faults.link`, `chat` for `fake_upstream.chat.files`."""
        names = self.name.split(".")
        return names[1] if self.of_service and len(names) > 1 else names[0]

    @property
    def of_service(self) -> bool:
        return self.name.split(".")[0] == "fake_upstream"


def modules(package: str) -> list[Module]:
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        names = path.relative_to(ROOT).with_suffix("").parts
        dotted = ".".join(names[:-1] if names[-1] == "__init__" else names)
        name = dotted.removeprefix("harness.") if dotted != "harness" else ""
        found.append(Module(name, path.read_text("utf-8"), path.stem == "__init__"))
    return [one for one in found if one.name not in ("", "fake_upstream")]


HARNESS, UPSTREAM = modules("harness"), modules("fake_upstream")
BOTH = HARNESS + UPSTREAM


def imported(module: Module) -> Iterator[str]:
    """Every name that a module imports, in full, wherever in it the import stands."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, (_above(module, node.level), node.module)))
            yield from (f"{base}.{alias.name}" for alias in node.names)
            if node.level and not module.of_service:
                yield f"{'.' * node.level} (a relative import)"


def _above(module: Module, levels: int) -> str:
    """The package that a relative import starts from."""
    names = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    return ".".join(names[: len(names) - levels + 1]) if levels else ""


def rooms_used(module: Module) -> set[str]:
    """The rooms of its own house that a module imports from, without its own."""
    house = "fake_upstream" if module.of_service else "harness"
    names = (name.split(".") for name in imported(module) if name.split(".")[0] == house)
    return {name[1] for name in names if len(name) > 1} - {module.part}


def upward(module: Module) -> list[str]:
    """Imports from floors above the module's own, in words that say where what is imported belongs."""
    floors = SERVICE_FLOORS if module.of_service else FLOORS
    floor = {room: i for i, rooms in enumerate(floors) for room in rooms}
    own = floor.get(module.part)
    if own is None:
        return [f"{module.name} stands in no room of the table: it belongs into one of {', '.join(floor)}"]
    return [
        f"{module.name} imports {room}, which stands above it or beside it: move what it needs down into "
        f"{_rooms_below(floors, own)}, or {module.name} up into {room} or above"
        for room in sorted(rooms_used(module))
        if floor.get(room, len(floors)) >= own
    ]


def _rooms_below(floors: tuple[tuple[str, ...], ...], own: int) -> str:
    below = [room for rooms in floors[: own + 1] for room in rooms]
    return " or ".join(f"{room} ({LIVES_THERE[room]})" if room in LIVES_THERE else room for room in below)


def cycle(some: Iterable[Module]) -> list[str]:
    """Rooms that import each other in a circle, if any."""
    graph: dict[str, set[str]] = {}
    for module in some:
        graph.setdefault(module.part, set()).update(rooms_used(module))
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
    other = "harness" if module.of_service else "fake_upstream"
    return [name for name in imported(module) if name.split(".")[0] == other or name.startswith(".")]


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


@pytest.mark.parametrize("module", named(BOTH))
def test_a_module_imports_from_its_own_room_or_below(module: Module) -> None:
    assert upward(module) == []


@pytest.mark.parametrize("some", [pytest.param(HARNESS, id="harness"), pytest.param(UPSTREAM, id="fake_upstream")])
def test_no_room_is_in_a_circle(some: list[Module]) -> None:
    assert cycle(some) == []


def test_a_door_is_imported_by_nobody() -> None:
    doors = frozenset(DOORS)
    assert {one.name: rooms_used(one) & doors for one in HARNESS if rooms_used(one) & doors} == {}


@pytest.mark.parametrize("package", AT_MOST)
def test_few_modules_stand_beside_the_folders(package: str) -> None:
    assert len(list((ROOT / package).glob("*.py"))) <= AT_MOST[package]


@pytest.mark.parametrize("package", AT_MOST)
def test_a_folder_says_in_a_sentence_what_lives_there(package: str) -> None:
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    said = {
        folder.name: ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) for folder in folders
    }
    assert {name: text for name, text in said.items() if not text or not text.splitlines()[0].endswith(".")} == {}


@pytest.mark.parametrize("package", AT_MOST)
def test_no_module_repeats_its_folders_name(package: str) -> None:
    paths = [path for path in (ROOT / package).rglob("*.py") if path.stem != "__init__"]
    assert [str(path) for path in paths if path.stem in (path.parent.name, path.parent.name.rstrip("s"))] == []


def test_the_tests_stand_in_the_rooms_of_what_they_test() -> None:
    rooms = {path.relative_to(ROOT / "tests").parent for path in (ROOT / "tests").rglob("test_*.py")}
    houses = [ROOT / "harness", ROOT]
    assert [str(room) for room in rooms if not any((house / room).is_dir() for house in houses)] == []


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


def test_a_room_stands_on_one_floor_only() -> None:
    for floors, modules_ in ((FLOORS, HARNESS), (SERVICE_FLOORS, UPSTREAM)):
        rooms = [room for floor in floors for room in floor]
        assert len(rooms) == len(set(rooms))
        assert set(rooms) == {module.part for module in modules_}


# -- the rules themselves see a violation


@pytest.mark.parametrize(
    ("name", "text", "sees"),
    [
        ("values.situation", "from harness.faults import FAULTS", True),
        ("values.situation", "from harness import arm", True),
        ("values.situation", "import harness.arm.play", True),
        ("values.situation", "def f():\n    import harness.stack.gateway", True),
        ("faults.link", "from harness.prediction.plan import plan", True),
        ("faults.link", "from harness.remedies import REMEDIES", True),
        ("faults.link", "from harness.faults.base import Kind\nfrom harness.values.situation import Fault", False),
        ("report.page", "from harness.cli import main", True),
        ("report.page", "from harness.values import errors, history", False),
        ("nowhere", "", True),
        ("arm.play", "from harness.nowhere import x", True),
        ("fake_upstream.chat.files", "from ..doors.app import make_app", True),
        ("fake_upstream.chat.files", "from ..http.wire import ApiError\nfrom .journal import Journal", False),
        ("fake_upstream.chat.files", "from ..pages.releases import Releases", True),
    ],
)
def test_the_floors_see_a_planted_import(name: str, text: str, sees: bool) -> None:
    assert bool(upward(Module(name, text))) is sees


def test_a_stray_import_is_told_where_to_go() -> None:
    (said,) = upward(Module("faults.link", "from harness.stack.world import World"))
    assert "faults.link imports stack" in said
    assert "values (what is frozen and does no I/O)" in said
    (said,) = upward(Module("elsewhere.thing", ""))
    assert "it belongs into one of values, tools" in said


def test_the_floors_see_a_planted_circle() -> None:
    one, other = (
        Module("language.x", "import harness.prediction"),
        Module("prediction.y", "from harness import language"),
    )
    assert set(cycle([one, other])) == {"language", "prediction"}
    assert cycle([one, Module("prediction.y", "")]) == []


@pytest.mark.parametrize(
    ("text", "sees"),
    [
        ("from harness.prediction.acts import attempt", True),
        ("from harness.prediction import model", True),
        ("from harness import prediction", True),
        ("from harness.remedies.base import renewed", True),
        ("def f(remedy, now):\n    return remedy.changes(now)", True),
        ("from harness.values.situation import Fault, Situation\nfrom harness.remedies import REMEDIES", False),
    ],
)
def test_a_planted_foresight_is_seen(text: str, sees: bool) -> None:
    assert bool(foresight(Module("arm.play", text))) is sees


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run", "import fake_upstream.chat"),
        ("run", "from fake_upstream import chat"),
        ("fake_upstream.chat.files", "from harness.values.situation import Fault"),
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
