"""What of a person's stands in a text, an address or a reply's headers is told by its name."""

from __future__ import annotations

import pytest

from harness.person.confidential import WRITTEN, Confidential

OWN = {"a session": "s-7f3a9c", "an API key": "sk-talk", WRITTEN: "How do the tides work?"}


@pytest.fixture
def own() -> Confidential:
    made = Confidential()
    made.values = dict(OWN)
    return made


@pytest.mark.parametrize("address", ["http://x/?q=How+do+the+tides+work%3F", "http://x/How%20do%20the%20tides%20work?"])
def test_a_prompt_in_an_address_is_found_however_it_is_written(own: Confidential, address: str) -> None:
    assert own.in_address(address) == WRITTEN


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"content-type": "text/html", "x-request-id": "5f0c2d3e-1b4a-4c5d-9e8f-7a6b5c4d3e2f"}, ""),
        ({"x-debug": "key=sk-talk"}, "an API key"),
        ({"Set-Cookie": "session=s-7f3a9c"}, ""),
        ({"x-upstream": "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln"}, "a secret"),
        ({"x-api-key": "sk-ant-api03-Pq5Yt2Nw8Rz6Hc4J"}, "a secret"),
        ({"etag": 'W/"5f0c2d3e1b4a"', "cache-control": "no-store"}, ""),
    ],
)
def test_a_secret_in_headers_is_found_where_none_is_handed_over(
    own: Confidential, headers: dict[str, str], told: str
) -> None:
    assert own.in_headers(headers) == told


@pytest.mark.parametrize(
    "text", ["How do the tides work?", r"\/How do\u0020the tides work\u003f", r"ü, and How do the tides work\u003F"]
)
def test_what_was_written_is_found_also_as_json_writes_it(own: Confidential, text: str) -> None:
    assert own.within(text) == WRITTEN


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("Basic Y2hhdHRlci0xOk1vb25saWdodC00Mg==", "a password"),
        ("Basic Y2hhdHRlci0xOk1vb25saWdodC00MiE", "a password"),
        ("Bearer s-7f3a9c", ""),
        ("Basic Y2hhdHRlci0xOnNvbWV0aGluZy1lbHNl", ""),
        ("Moonlight-42", "a password"),
    ],
)
def test_what_a_person_types_is_found_in_the_headers_of_a_request_also_in_base64(
    own: Confidential, value: str, told: str
) -> None:
    own.values["a password"] = "Moonlight-42"
    assert own.carried("", {"accept": "*/*", "authorization": value}) == told


def test_what_a_body_and_what_the_headers_beside_it_carry_are_both_told(own: Confidential) -> None:
    own.values["a password"] = "Moonlight-42"
    told = own.carried("How do the tides work?", {"authorization": "Basic Y2hhdHRlci0xOk1vb25saWdodC00Mg=="})
    assert told == f"{WRITTEN} and a password"
