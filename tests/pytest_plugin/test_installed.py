"""The wheel in other people's projects: their tests run as before, and an arm runs far from any checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.live

ROOT = Path(__file__).parent.parent.parent
PACKAGED = ("harness", "fake_upstream", "pyproject.toml", "README.md", "LICENSE")
PLUGINS = (
    *("pytest-playwright", "pytest-asyncio", "pytest-timeout", "pytest-xdist", "pytest-randomly"),
    *("pytest-rerunfailures", "pytest-cov", "pytest-html", "pytest-sugar", "pytest-django"),
)
TESTS = """
import asyncio
import pytest

def test_one(browser_name): assert browser_name == "chromium"

@pytest.mark.asyncio
async def test_two(): await asyncio.sleep(0)

@pytest.mark.timeout(20)
def test_three(): pass

def test_four(): assert not True
"""
YAML = {
    "docs/page.yaml": b"title: A page\nmoment: summer\n",
    "schemas/thing.yaml": b'{"title": "Thing", "type": "object"}\n',
    "chart/templates/config.yaml": b"title: {{ .Values.title }}\nfaults: {{- toYaml . }}\n",
    "docs/latin.yaml": b"title: caf\xe9\n",
    "broken.yaml": b"title: [\n\tfaults: }\n",
    "folder.yaml/inside.txt": b"",
}
PROJECTS = {
    "ini": ("pytest.ini", "[pytest]\naddopts = --browser chromium --headed\n", ()),
    "toml": ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = "--reruns 1 --cov"\n', ("--html", "r.html")),
    "tox": ("tox.ini", "[pytest]\ntestpaths = .\n", ("-n", "2", "--dist", "worksteal")),
}


def ran(cwd: Path, *command: str) -> tuple[int, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "PYTHONPATH", "COV"))}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def must(cwd: Path, *command: str) -> None:
    code, said = ran(cwd, *command)
    assert code == 0, said


def project(folder: Path, ini: str, text: str) -> Path:
    for name, content in {**YAML, "test_own.py": TESTS.encode(), ini: text.encode()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "docs" / "latin.yaml").chmod(0)
    return folder


def outcomes(folder: Path, python: Path, *options: str) -> tuple[int, list[str]]:
    """The exit code, and each test with its outcome, as JUnit's file tells it."""
    code, said = ran(folder, str(python), "-m", "pytest", "-p", "no:sugar", "--junitxml", "junit.xml", *options)
    assert "PytestAssertRewriteWarning" not in said
    assert (folder / "junit.xml").exists(), said
    cases = ElementTree.parse(folder / "junit.xml").iter("testcase")
    failed = {one.get("name"): one.find("failure") is not None for one in cases}
    return code, sorted(f"{name} {'fails' if bad else 'passes'}" for name, bad in failed.items())


def test_beside_ten_plugins_everybodys_tests_run_as_before_and_an_arm_runs_anywhere(tmp_path: Path) -> None:
    source, python = tmp_path / "source", tmp_path / "venv" / "bin" / "python"
    source.mkdir()
    for name in PACKAGED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    must(tmp_path, sys.executable, "-m", "venv", str(tmp_path / "venv"))
    must(tmp_path, str(python), "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path / "dist"), str(source))
    (wheel,) = (tmp_path / "dist").glob("chatfault-*.whl")
    must(tmp_path, str(python), "-m", "pip", "install", "-q", "--no-compile", str(wheel), *PLUGINS)
    shutil.rmtree(source)

    for name, (ini, text, options) in PROJECTS.items():
        folder = project(tmp_path / name, ini, text)
        with_it, without = outcomes(folder, python, *options), outcomes(folder, python, *options, "-p", "no:chatfault")
        assert with_it == without
        assert with_it == (1, ["test_four fails", "test_one[chromium] passes", "test_three passes", "test_two passes"])

    elsewhere = tmp_path / "tox" / "mine"
    elsewhere.mkdir()
    shutil.copy(ROOT / "scenarios" / "f1_send.yaml", elsewhere / "mine.yaml")
    chatfault = str(python.with_name("chatfault"))
    code, said = ran(elsewhere, chatfault, "run", "mine.yaml", "-k", "retry", "--out", "out", "--browser", "chromium")
    assert code == 0, said
    assert "2 arms: 2 pass" in said
    assert "PytestAssertRewriteWarning" not in said
    assert (elsewhere / "out" / "index.html").exists()
