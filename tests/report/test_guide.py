"""The guide: its tables are the code's, its examples load, its index leads to faults that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.faults import FAULTS
from harness.language import lexicon
from harness.language.names import MEANT, SYNONYMS, meant
from harness.language.profiles import client
from harness.language.runbooks import OWN, is_runbook, parse_runbook
from harness.language.scenarios import parse
from harness.prediction.contradictions import contradictions
from harness.remedies import REMEDIES
from harness.report import guide, words
from harness.values.errors import AuthorError
from harness.values.situation import PLACES, Moment

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
PAGE = client("default")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
INDEX = [
    line for line in GUIDE.partition("| they say |")[2].splitlines() if line.startswith("| ") and "---" not in line
]


def test_the_tables_of_the_guide_are_the_codes() -> None:
    between = GUIDE.partition(guide.BEGIN)[2].partition(guide.END)[0].strip()
    assert between == guide.tables(PAGE).strip(), "`chatfault list --write scenarios/README.md` writes them anew"


@pytest.mark.parametrize("text", [pytest.param(text, id=text.splitlines()[0][7:40]) for text in EXAMPLES])
def test_every_example_of_the_guide_loads_and_the_model_agrees(text: str) -> None:
    if is_runbook(text):
        assert parse_runbook("scenarios/runbooks/one.yaml", text, ("f3_misconfigured", "f1_send")).steps
        return
    for scenario in parse("scenarios/one.yaml", text, PAGE):
        assert [one.what for one in contradictions(scenario, PAGE)] == []


def test_the_guide_has_an_example_of_every_key() -> None:
    told = "\n".join(EXAMPLES)
    missing = [key for key in lexicon.TOP if not re.search(rf"^{key}:", told, re.MULTILINE)]
    assert missing in ([], ["claims", "browser"], ["browser"], ["claims"])


@pytest.mark.parametrize("row", INDEX[:40])
def test_the_index_leads_to_faults_that_there_are(row: str) -> None:
    kinds = {name for table in FAULTS.values() for name in table}
    for at in re.findall(r"`at: (\w+)`", row):
        assert at in FAULTS
    for do in re.findall(r"`do: (\w+)`", row):
        assert do in kinds


def test_every_name_is_explained() -> None:
    assert set(lexicon.PLACES) >= set(PLACES)
    assert set(lexicon.MOMENTS) == {one.value for one in Moment}
    for sort in words.SORTS:
        assert all(word.says for word in words.words(sort, PAGE))
    with_params = [(do, name, one) for do, kind in words.kinds().items() for name, one in kind.params.items()]
    assert [(do, name) for do, name, one in with_params if not one.says] == []


def test_every_name_has_words_that_lead_to_it() -> None:
    names = {*PLACES, *REMEDIES, *words.kinds()} - {"none"}
    assert names <= set(SYNONYMS), names - set(SYNONYMS)


@pytest.mark.parametrize(
    ("word", "among", "name"),
    [
        ("other_network", REMEDIES, "switch_network"),
        ("proxy_off", REMEDIES, "correct_proxy"),
        ("other_device", REMEDIES, "phone"),
        ("Incognito", REMEDIES, "private_window"),
        ("clear cache", REMEDIES, "clear_site_data"),
        ("refresh", REMEDIES, "reload"),
        ("relaod", REMEDIES, "reload"),
        ("server", PLACES, "service"),
        ("upstream", PLACES, "service_link"),
        ("reset", FAULTS["uplink"], "reset_peer"),
        ("blackhole", FAULTS["uplink"], "timeout"),
        ("xyzzy", REMEDIES, ""),
    ],
)
def test_what_people_call_things_leads_to_them(word: str, among: object, name: str) -> None:
    assert meant(word, among) == name  # type: ignore[arg-type]


def test_no_word_for_something_is_the_name_of_another_thing_of_its_sort() -> None:
    for sort in (set(REMEDIES), set(PLACES)):
        assert [word for word in MEANT if word in sort and set(MEANT[word]) & sort] == []


@pytest.mark.parametrize("do", sorted({name for name in words.kinds() if name != "none"}))
def test_a_fault_is_explained_with_an_example_that_loads(do: str) -> None:
    told = "\n".join(words.explained(do, PAGE))
    example = re.search(r"foretells it:\n\n((?:    .*\n?)+)", told)
    assert example, told
    text = re.sub(r"^    ", "", example[1], flags=re.MULTILINE)
    assert parse("scenarios/one.yaml", text, PAGE)


@pytest.mark.parametrize(
    "name", ["wifi", "reload", "send", "bad_gateway", "F1", "C15", "K1", "lasts", "delay", "within"]
)
def test_every_sort_of_name_is_explained(name: str) -> None:
    assert name in "\n".join(words.explained(name, PAGE))


def test_an_unknown_name_is_an_authors_error() -> None:
    with pytest.raises(AuthorError, match="nothing called 'frobnicate'"):
        words.explained("frobnicate", PAGE)


def test_an_order_of_ones_own_is_a_runbook() -> None:
    text = "title: Mine\nrunbook: own\nsteps: [reload, {wait: 1m}]\nagainst: [f1_send]\n"
    assert parse_runbook("scenarios/runbooks/mine.yaml", text, ("f1_send",)).document == OWN


@pytest.mark.parametrize("name", sorted(guide.keys()))
def test_every_key_and_word_is_explained(name: str) -> None:
    assert any(line.startswith(f"{name} (") for line in words.explained(name, PAGE))


@pytest.mark.parametrize("name", lexicon.EXAMPLES)
def test_the_example_of_a_key_loads_in_a_scenario(name: str) -> None:
    parts = {"title": "title: x", "moment": "moment: send", "faults": "faults: [{at: uplink, do: down, lasts: 45s}]"}
    example = lexicon.EXAMPLES[name]
    keys = set(re.findall(r"^(\w+):", example, flags=re.MULTILINE))
    text = "\n".join([*(part for key, part in parts.items() if key not in keys), example])
    assert parse("scenarios/one.yaml", text, PAGE)
