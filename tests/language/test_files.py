"""What is refused before it is read: hostile files, each within a second and 200 MB, and files of another kind."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from harness.language.files import left_out, text_of, yaml_files
from harness.language.source import ScenarioError
from harness.prediction.reading import problems
from tests.helpers import CLIENT

HEAD = "title: x\nmoment: send\nfaults: [{at: uplink, do: down}]\n"
BOMB = "x-a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"x-{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "an alias bomb": (BOMB + HEAD, "unfolds to more than"),
    "an alias of itself": (f"x-a: &a [*a]\n{HEAD}", "unfolds to more than"),
    "a scalar of 10 MB": (HEAD + "x-a: " + "a" * 10_000_000, "the file has 100000"),
    "a NUL": (HEAD + 'x-a: "a\0b"\n', r"the character \x00"),
    "5,000 brackets": (HEAD + "x-a: " + "[" * 5000 + "]" * 5000, "nested more than 40 deep"),
    "5,000 brackets without an end": (HEAD + "x-a: " + "[" * 5000, "nested more than 40 deep"),
    "5,000 levels of indentation": (HEAD + "".join(f"{' ' * i}a:\n" for i in range(700)), "nested more than 40 deep"),
    "8,000,000 combinations": (
        HEAD + "matrix: {" + ", ".join(f"{axis}: {list(range(200))}" for axis in "abc") + "}\n",
        "8000000 combinations",
    ),
    "an object of Python": (HEAD + "x-a: !!python/object/apply:os.system [echo]\n", "tags such as !!python"),
    "a name of Python": (HEAD + "x-a: !!python/name:os.system\n", "tags such as !!python"),
    "5,000 remedies": (
        HEAD + "recovers: [" + ", ".join(f"{{wait: {n}s}}" for n in range(1, 5000)) + "]\n",
        "4999 values",
    ),
    "2,500 faults": (
        "title: x\nmoment: send\nfaults: [" + ", ".join(["{at: uplink, do: down}"] * 2500) + "]\n",
        "2500 faults",
    ),
    "a count of 200,000 digits": (
        HEAD.replace("down}", "reset_peer, lasts: " + "9" * 200_000 + " connections}"),
        "not a duration with a unit",
    ),
    "a control sequence": (HEAD + "x-a: \x1b[2J\n", r"the character \x1b"),
}

RUNAWAY = 20
"""Seconds of the processor after which the kernel ends who reads a file: the slowest of these needs 0.4."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    text, word = HOSTILE[name]
    path = tmp_path / "one.yaml"
    path.write_text(text, encoding="utf-8")
    tracemalloc.start()
    found = problems(path, CLIENT, path.name)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one for one in found if word in one.what], found
    assert len(found) == 1
    assert "\x1b" not in str(found[0])
    assert "\0" not in str(found[0])
    assert len(str(found[0])) < 2000
    assert most < 50 << 20


def read_apart(path: Path) -> tuple[int, int]:
    """How many problems a process of its own finds in a file, and how many megabytes it takes; a runaway is ended."""
    code = (
        "import re, resource, sys; from pathlib import Path; from harness.language.profiles import client;"
        "from harness.prediction.reading import problems; chosen = client('default');"
        f"resource.setrlimit(resource.RLIMIT_CPU, ({RUNAWAY}, {RUNAWAY}));"
        "found = problems(Path(sys.argv[1]), chosen);"
        "most = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1];"
        "print(len(found), int(most) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    many, megabytes = done.stdout.split()
    return int(many), int(megabytes)


@pytest.mark.live
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_holds_no_process_up_and_takes_less_than_200_megabytes(tmp_path: Path, name: str) -> None:
    (tmp_path / "one.yaml").write_text(HOSTILE[name][0], encoding="utf-8")
    many, megabytes = read_apart(tmp_path / "one.yaml")
    assert many == 1
    assert megabytes < 200


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n")
    folder = tmp_path / "scenarios" / "ja"
    folder.mkdir(parents=True)
    (folder / "one.yaml").symlink_to(secret)
    (found,) = problems(folder / "one.yaml", CLIENT)
    assert "leads out of the folder" in found.what
    assert "hunter2" not in str(found)


def test_a_link_within_the_folder_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "ja"
    folder.mkdir(parents=True)
    (tmp_path / "scenarios" / "one.yaml").write_text(HEAD)
    (folder / "one.yaml").symlink_to(tmp_path / "scenarios" / "one.yaml")
    assert problems(folder / "one.yaml", CLIENT) == []


@pytest.mark.parametrize("suffix", ["yml", "YAML", "YML"])
def test_a_suffix_may_be_spelled_otherwise(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"one.{suffix}").write_text(HEAD)
    (tmp_path / "one.txt").write_text(HEAD)
    assert [path.name for path in yaml_files(tmp_path)] == [f"one.{suffix}"]
    assert problems(tmp_path / f"one.{suffix}", CLIENT) == []


def test_a_name_with_another_suffix_is_told_which_there_is(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(HEAD)
    with pytest.raises(ScenarioError, match=r"there is no such file\n(.*\n)*.*= there is one.yml"):
        text_of(tmp_path / "one.yaml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_may_say_its_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "one.yaml").write_bytes(HEAD.replace("x", "ü").encode(encoding))
    assert text_of(tmp_path / "one.yaml").startswith("title: ü\n")


def test_what_has_no_key_of_a_scenario_is_left_out_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    (tmp_path / "one.yaml").write_text("moment: send\n")
    assert "none of a scenario's keys" in left_out(tmp_path / "compose.yaml")
    assert left_out(tmp_path / "one.yaml") == ""


def test_of_thousands_of_errors_the_first_are_told(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD + "".join(f"kye{number}: 1\n" for number in range(8000)))
    found = problems(tmp_path / "one.yaml", CLIENT)
    assert len(found) == 101
    assert found[-1].what == "there are more errors than the first 100"


@pytest.mark.live
def test_many_axes_that_nobody_closed_hold_no_process_up(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD + "x-a: '" + "${" * 400_000 + "'\n")
    many, _ = read_apart(tmp_path / "one.yaml")
    assert many <= 1


def test_a_link_in_a_circle_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "in a circle" in problems(tmp_path / "circle.yaml", CLIENT)[0].what
    assert "no file that can be read" in problems(tmp_path / "pipe.yaml", CLIENT)[0].what
