"""`lint`, `plan`, `show`, `new`, `import`, `explain`, `list`: what they print, and how they end."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main
from harness.language.profiles import client
from harness.prediction.reading import problems

GOOD = "title: x\nmoment: send\nfaults: [{at: uplink, do: down, lasts: 45s}]\nrecovers: [{wait: 1m}]\n"
BAD = "title: x\nmoment: sned\nfaults: [{at: uplink, do: dwon}]\n"
PAGE = client("default")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yml").write_text(BAD)
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    return tmp_path


def test_lint_tells_all_errors_of_all_files_and_what_it_left_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(folder)]) == 2
    said = capsys.readouterr().out
    assert f"{folder}/bad.yml:2:9: 'sned' is not a moment" in said
    assert f"{folder}/bad.yml:3:27: uplink can't do 'dwon'" in said
    assert f"left out: {folder}/compose.yaml" in said
    assert said.endswith("2 files, 2 errors\n")
    assert "\x1b" not in said


def test_lint_ends_well_where_nothing_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(folder / "good.yaml")]) == 0
    assert capsys.readouterr().out == "1 file, 0 errors\n"


def test_lint_tells_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(folder), "--format", "json"]) == 2
    first, second = json.loads(capsys.readouterr().out)
    assert (first["line"], first["column"], first["cure"]) == (2, 9, "did you mean 'send'?")
    assert main(["lint", str(folder), "--format", "github"]) == 2
    assert capsys.readouterr().out.startswith(f"::error file={folder}/bad.yml,line=2,col=9,endColumn=13::'sned' is not")
    assert main(["lint", str(folder), "--format", "sarif"]) == 2
    sarif = json.loads(capsys.readouterr().out)
    region = sarif["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"]
    assert (sarif["version"], region["startLine"], region["startColumn"]) == ("2.1.0", 3, second["column"])


def test_plan_says_what_would_run_and_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(folder / "good.yaml")]) == 0
    said = capsys.readouterr().out
    assert "wait[1m] beside control[ask_again]" in said
    assert "down at uplink is over after 45s" in said
    assert re.search(r"1 scenario, 3 arms, about [1-9]s", said), said


def test_show_draws_places_against_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(folder / "good.yaml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    (lane,) = [line for line in lines if line.lstrip().startswith("uplink ")]
    assert "█" in lane
    assert lane.endswith("down, 45s")


def drawn(folder: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> str:
    (folder / "one.yaml").write_text(f"title: x\nmoment: send\nfaults:\n  - {fault}\nrecovers: [{{wait: 10m}}]\n")
    main(["show", "--", str(folder / "one.yaml")])
    return next(line for line in capsys.readouterr().out.splitlines() if line.lstrip().startswith("wifi "))


def test_show_draws_what_comes_and_goes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lane = drawn(folder, "{at: wifi, do: flap, down: 60s, up: 60s, lasts: 5m}", capsys)
    assert lane.endswith("flap, down 1m, up 1m, 5m")
    assert [len(one) for one in re.findall("█+", lane)] == [4, 4, 4]
    fast = drawn(folder, "{at: wifi, do: flap, down: 5s, up: 5s, lasts: 5m}", capsys)
    assert re.search("▒{19,21}·", fast)


def test_plan_says_what_is_sound_and_every_error_of_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("worse", "worst"):
        (folder / f"{name}.yaml").write_text("title: x\nmoment: sned\nfaults: [{at: uplink, do: down}]\n")
    assert main(["plan", str(folder)]) == 2
    told = capsys.readouterr()
    assert "wait[1m] beside control[ask_again]" in told.out
    assert re.findall(r"(\w+)\.yaml:2:9", told.err) == ["worse", "worst"]


@pytest.mark.parametrize(
    "given",
    [
        ["--do", "crash"],
        ["--at", "service_link", "--do", "reset", "--lasts", "1 connection"],
        ["--at", "vpn", "--do", "latency"],
        ["--at", "service", "--do", "status", "--moment", "download", "--title", "A: b"],
        ["--do", "extension", "--message", "preparation_failed"],
    ],
)
def test_new_writes_what_lints_clean(tmp_path: Path, given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "scenarios" / "mine.yaml"
    assert main(["new", str(target), *given]) == 0, capsys.readouterr().err
    assert problems(target, PAGE) == []
    assert main(["new", str(target), *given]) == 2
    assert "is there already" in capsys.readouterr().err


def test_new_says_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--at", "moon", "--do", "down"]) == 2
    assert "'moon' is no place" in capsys.readouterr().err


SECRET = "sk-secret-123"


def recorded(tmp_path: Path, *entries: dict[str, Any]) -> Path:
    har = tmp_path / "one.har"
    har.write_text(json.dumps({"log": {"entries": list(entries)}}))
    return har


def entry(status: int, method: str = "POST", took: float = 50, **more: Any) -> dict[str, Any]:
    request = {
        "method": method,
        "url": f"https://chat.example/api/messages?token={SECRET}",
        "headers": [{"name": "Authorization", "value": SECRET}],
        "postData": {"text": SECRET},
    }
    return {
        "request": request,
        "response": {"status": status, "headers": [], "content": {"text": SECRET}} | more,
        "time": took,
    }


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        pytest.param([entry(502)], ["at: service", "status: 502", "moment: send"], id="a status"),
        pytest.param(
            [entry(503, headers=[{"name": "Retry-After", "value": "60"}])],
            ["status: 503", "retry_after: 60s"],
            id="a wait",
        ),
        pytest.param([entry(429)], ["at: account", "do: rate_limit"], id="a rate limit"),
        pytest.param(
            [entry(429, headers=[{"name": "Retry-After", "value": "30"}])], ["lasts: 30s"], id="a limit that says when"
        ),
        pytest.param(
            [
                entry(
                    503,
                    headers=[
                        {"name": "Retry-After", "value": "Fri, 20 Nov 2026 10:02:00 GMT"},
                        {"name": "Date", "value": "Fri, 20 Nov 2026 10:00:00 GMT"},
                    ],
                )
            ],
            ["retry_after: 120s"],
            id="a wait until a date",
        ),
        pytest.param(
            [entry(101, method="GET") | {"_webSocketMessages": [{"opcode": 8, "data": "\x03\xf3gone"}]}],
            ["do: stream_close", "code: 1011", "moment: mid_answer"],
            id="a close code",
        ),
        pytest.param(
            [entry(403) | {"request": {"method": "GET", "url": "wss://chat.example/ws"}}],
            ["do: refuse_upgrade", "moment: open"],
            id="a refused WebSocket",
        ),
        pytest.param([entry(401, method="GET")], ["do: session_expired", "moment: open"], id="a login that ended"),
        pytest.param([entry(0)], ["at: uplink", "do: down"], id="refused"),
        pytest.param([entry(0, took=30_000)], ["at: uplink", "do: timeout"], id="silent"),
        pytest.param([entry(0, _error="net::ERR_BLOCKED_BY_CLIENT")], ["do: extension"], id="blocked"),
        pytest.param(
            [
                entry(200),
                entry(
                    200,
                    method="GET",
                    headers=[{"name": "Content-Length", "value": "900"}],
                    bodySize=100,
                    content={"size": 100},
                ),
            ],
            ["moment: mid_answer", "do: reset_peer"],
            id="a cut stream",
        ),
    ],
)
def test_a_recording_becomes_a_scenario_without_its_secrets(
    tmp_path: Path, entries: list[dict[str, Any]], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "scenarios" / "mine.yaml"
    assert main(["import", str(recorded(tmp_path, *entries)), "--out", str(target)]) == 0
    text = target.read_text()
    assert [word for word in words if word not in text] == []
    assert SECRET not in text
    assert "chat.example" not in text
    assert "not told by the recording: wh" in capsys.readouterr().err
    assert problems(target, PAGE) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"log": 5}', '{"log": {"entries": []}}', "\0"])
def test_what_is_no_recording_of_a_failure_is_an_authors_error(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.har").write_text(text)
    assert main(["import", str(tmp_path / "one.har")]) == 2
    assert "chatfault: " in capsys.readouterr().err


def test_explain_leads_from_what_people_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "other_network"]) == 0
    assert "other_network is called switch_network here" in capsys.readouterr().out
    assert main(["explain", "relaod"]) == 2
    assert "did you mean 'reload'?" in capsys.readouterr().err
    assert main(["explain"]) == 0
    assert "chatfault new" in capsys.readouterr().out


@pytest.mark.parametrize(
    "sort", ["places", "faults", "remedies", "messages", "moments", "failures", "causes", "claims"]
)
def test_every_sort_is_listed(sort: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", sort]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 4


@pytest.mark.parametrize(
    ("options", "what", "cure"),
    [
        (["--do", "hang", "--at", "service", "--moment", "mid_answer"], "can't begin at mid_answer", "it can at open"),
        (["--do", "session_expired", "--lasts", "1h"], "can't last 1h", "its lifetime is no end"),
        (["--do", "crash", "--message", "rate_limitd"], "'rate_limitd' is no message", "did you mean 'rate_limited'?"),
        (["--do", "zzzz", "--at", "service"], "is no fault", ""),
    ],
)
def test_new_says_what_would_fit(options: list[str], what: str, cure: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", *options]) == 2
    said = capsys.readouterr().err
    assert what in said
    assert cure in said


def test_new_chooses_a_place_that_every_client_has(capsys: pytest.CaptureFixture[str]) -> None:
    for do in ("hang", "crash", "status"):
        assert main(["new", "--do", do]) == 0
        assert "client_server" not in (said := capsys.readouterr().out)
        assert "at: edge" not in said
        assert "'502'" not in said


def test_explain_tells_of_every_place_where_a_fault_is_written_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "overload"]) == 0
    assert "reserved: a number" in capsys.readouterr().out
    assert main(["explain", "overload at gateway"]) == 0
    assert "reserved: a number" not in capsys.readouterr().out
    assert main(["explain", "reserved"]) == 0
    assert "a parameter of overload at service" in capsys.readouterr().out


def test_lint_says_where_a_row_of_the_catalogue_and_a_scope_belong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.yaml").write_text(
        "title: x\ndocuments: [F8, K7]\nmoment: send\n"
        "faults: [{at: service, do: accounts_per_address, only: address}]\nexpect: {message: any}\n"
    )
    assert main(["lint", str(tmp_path)]) == 2
    said = capsys.readouterr().out
    assert "write it under `claims:` (claims: K7)" in said
    assert "always holds on to" in said


def test_lint_refuses_a_page_that_comes_so_slowly_that_nobody_can_foretell_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = "title: x\nmoment: send\ngateway: {timeout: 20s}\nfaults: [{at: service, do: delay, delay: 8s%s}]\n"
    (tmp_path / "x.yaml").write_text(slow % "" + "expect: {message: none}\n")
    assert main(["lint", str(tmp_path)]) == 2
    assert "write `on: messages`" in capsys.readouterr().out
    (tmp_path / "x.yaml").write_text(slow % ", on: messages" + "expect: {message: none}\n")
    assert main(["lint", str(tmp_path)]) == 0
