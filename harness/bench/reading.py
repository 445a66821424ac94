"""What reading many scenarios costs beside their YAML and the model, and a start beside Python's."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.language.runbooks import is_runbook

YAML_AND_MODEL = """
import gc, sys, time, yaml
from pathlib import Path
from harness.language.profiles import client
from harness.language.scenarios import load
from harness.prediction.contradictions import contradictions
from harness.prediction.plan import plan
files, page = sorted(Path(sys.argv[1]).glob("*.yaml")), client("default")
scenarios = [one for path in files for one in load(path, page)]
gc.disable()
begin = time.process_time()
for path in files:
    yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
for one in scenarios:
    list(contradictions(one, page)), plan(one, page)
print(time.process_time() - begin)
"""
"""What PyYAML's C loader and the model need for a folder of scenarios: seconds of the processor."""
MANY = 1000


def reading() -> None:
    """Print what reading many scenarios costs beside their YAML and the model, and a start beside Python's."""
    shipped = [path for path in sorted(Path("scenarios").glob("*.yaml")) if not is_runbook(path.read_text("utf-8"))]
    with tempfile.TemporaryDirectory() as made:
        for number in range(MANY):
            path = shipped[number % len(shipped)]
            Path(made, f"{number:04}_{path.name}").write_bytes(path.read_bytes())
        least = min(float(_output(sys.executable, "-c", YAML_AND_MODEL, made)) for _ in range(3))
        imports = _cpu(sys.executable, "-c", "import harness.cli.writing")
        lint = _cpu(sys.executable, "-m", "harness.cli", "lint", made)
    print(f"lint of {MANY} scenarios {lint:.2f} s, its imports {imports:.2f}; their YAML and the model {least:.2f} s")
    start, python = _cpu(sys.executable, "-m", "harness.cli", "--help"), _cpu(sys.executable, "-c", "pass")
    print(f"chatfault --help {start:.3f} s, python -c pass {python:.3f} s")


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _cpu(*command: str) -> float:
    """Seconds of the processor that a command takes, the least of three."""
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _output(*command)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)
