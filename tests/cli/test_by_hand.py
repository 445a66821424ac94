"""What somebody does at a terminal: answering what `new` asks, and saving files that `watch` looks at."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.runs import parts, until

CHATFAULT = (sys.executable, "-m", "harness.cli")
GOOD = "title: x\nmoment: send\nfaults: [{at: uplink, do: down, lasts: 45s}]\nexpect: {message: websocket_error}\n"
GOOD += "recovers: [{wait: 1m}]\n"
LONG = 90


@pytest.mark.live
def test_new_asks_at_a_terminal_for_what_was_not_given(tmp_path: Path) -> None:
    made = tmp_path / "made.yaml"
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(
        [*CHATFAULT, "new", str(made)], stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True
    ) as process:
        os.close(terminal)
        shown = b""
        for asked, answer in ((b"--at", b"nowhere\n"), (b"is no place", b"backend\n"), (b"--do", b"crash\n")):
            while asked not in shown:
                shown += os.read(keyboard, 4096)
            shown = b""
            os.write(keyboard, answer)
        assert process.wait(LONG) == 0
    os.close(keyboard)
    assert "do: crash" in made.read_text()
    assert subprocess.run([*CHATFAULT, "lint", str(made)], check=False).returncode == 0


@pytest.mark.live
def test_watch_tells_errors_runs_what_is_mended_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    file, log = tmp_path / "mine.yaml", tmp_path / "log"
    file.write_text(GOOD)
    with log.open("w") as out:
        process = subprocess.Popen(
            [*CHATFAULT, "watch", str(file), "-k", "nothing", "--out", str(tmp_path / "report")],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            until(lambda: "watching" in log.read_text(), "it watches")
            until(
                lambda: _saved(file, GOOD.replace("down", "dwon")) and "can't do 'dwon'" in log.read_text(), "it tells"
            )
            until(lambda: _saved(file, GOOD) and "1 arms: 1 pass" in log.read_text(), "it runs")
            begun = log.read_text().count("test session starts")
            file.write_text(GOOD + "\n")
            until(lambda: log.read_text().count("test session starts") > begun, "it runs again")
            (runner,) = psutil.Process(process.pid).children()
            until(lambda: parts(runner.pid), "the run has parts")
            process.send_signal(signal.SIGINT)
            assert process.wait(LONG) == 0
            assert not parts(runner.pid)
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()
    assert "Warning" not in log.read_text()


def _saved(file: Path, text: str) -> bool:
    """Save what isn't there yet: a watcher that has only just begun may miss a first time."""
    if file.read_text() != text:
        file.write_text(text)
    return True
