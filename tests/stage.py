"""One stack on which many pages are tried one after another: what a run of its own for each would cost is paid once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from _pytest.mark.expression import Expression

from harness.arm.session import Session, Settings
from harness.language.profiles import client
from harness.prediction.reading import read
from harness.tools.provision import provide
from harness.values.result import Result
from harness.values.scenario import Arm

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "fake_upstream" / "page"


class Stage:
    """A worker's session whose page is another one for each trial. `folder`: where the page and the report stand."""

    def __init__(self, folder: Path) -> None:
        self._page, self._client = folder / "page", client("default")
        settings = Settings(self._client, folder / "report", page=str(self._page))
        self._session = Session(settings, provide(say=lambda _text: None))

    def results(self, plant: Callable[[Path], None], select: str, scenarios: tuple[str, ...]) -> list[Result]:
        """What comes of the arms of these scenarios that `select` chooses, as `-k` does, with what `plant` changes."""
        shutil.rmtree(self._page, ignore_errors=True)
        shutil.copytree(PAGE, self._page)
        plant(self._page)
        self._session.results.clear()
        found = [one for name in scenarios for one in self._of(name, Expression.compile(select))]
        assert found, f"no arm is chosen by {select!r} of {', '.join(scenarios)}"
        return found

    def _of(self, scenario: str, chosen: Expression) -> list[Result]:
        path = ROOT / "scenarios" / f"{scenario}.yaml"
        texts = {str(path): path.read_text(encoding="utf-8")}
        found = []
        for _, arms in read(path, self._client):
            for arm in arms:
                if chosen.evaluate(lambda word, /, arm=arm, **_: word.lower() in arm.id.lower()):
                    found.append(self._session.result(arm, _control_of(arm, arms), 0, texts))
        return found

    def close(self) -> None:
        """Take the stack down."""
        self._session.close()


def _control_of(arm: Arm, arms: tuple[Arm, ...]) -> Arm | None:
    return next((one for one in arms if one.label == arm.control), None)
