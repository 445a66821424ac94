"""The gateway's route tables: what each listener does with a request under the rules that are armed."""

from __future__ import annotations

from typing import Any

import pytest

from harness.stack.gateway_routes import (
    ADDRESSES,
    APP,
    FIREWALL,
    LISTENERS,
    OTHERS,
    PORTAL_HOST,
    PROXY,
    SECURITY,
    Settings,
    routes,
)


def table(listener: str, rule: dict[str, Any] | None = None, **settings: Any) -> list[dict[str, Any]]:
    rules = {"f": rule} if rule else {}
    found: list[dict[str, Any]] = routes(Settings(rules=rules, **settings))[listener]["virtual_hosts"][0]["routes"]
    return found


def replies(listener: str, rule: dict[str, Any], **settings: Any) -> list[int]:
    found = table(listener, rule, **settings)
    return [route["direct_response"]["status"] for route in found if "direct_response" in route]


def status(**more: Any) -> dict[str, Any]:
    return {"do": "status", "on": [], "status": 502, "body": "no", "retry_after": "", **more}


def upgrades(listener: str, rule: dict[str, Any] | None) -> bool:
    (stream,) = (one for one in table(listener, rule) if one["match"].get("prefix") == "/api/stream")
    return bool(stream["route"]["upgrade_configs"][0]["enabled"])


def test_every_listener_has_a_table() -> None:
    assert set(routes(Settings())) == set(LISTENERS)


def test_a_reply_of_the_gateways_own_stands_before_the_way_to_the_service() -> None:
    for listener in (*ADDRESSES, APP):
        assert "direct_response" in table(listener, status())[0]
    assert replies(FIREWALL, status()) == []


def test_a_reply_at_the_web_entrance_spares_the_app_and_the_api() -> None:
    rule = status(entrance="web")
    assert replies(APP, rule) == []
    assert table("wifi", rule)[0]["match"] == {"prefix": "/v1/"}
    assert replies("wifi", rule) == [502]


def test_a_rule_for_one_road_holds_there_only_and_no_longer_with_another_address() -> None:
    rule = status(places=["wifi"], address=True)
    assert (replies("wifi", rule), replies("mobile", rule)) == ([502], [])
    assert replies("wifi", rule, leases={"wifi": 1}) == []
    assert replies("wifi", status(places=["wifi"]), leases={"wifi": 1}) == [502]


def test_another_lease_is_another_address_and_no_other_roads() -> None:
    usual = Settings().address("wifi")
    found = {Settings(leases={"wifi": count}).address("wifi") for count in (1, 2, 3)}
    assert len(found) == 3
    assert not found & set(ADDRESSES.values())
    assert usual == ADDRESSES["wifi"]


def test_other_peoples_answers_last_where_a_stream_on_which_nothing_comes_is_ended() -> None:
    streams = [one for one in table("mobile", idle_timeout=2.0) if one["match"].get("prefix") == "/v1/"]
    others, mine = streams
    assert others["match"]["headers"][0]["name"] == OTHERS
    assert (others["route"]["idle_timeout"], mine["route"]["idle_timeout"]) == ("0s", "2s")


@pytest.mark.parametrize(
    ("places", "refused"), [(["office_firewall", "office"], {FIREWALL}), ([], {*ADDRESSES, APP, FIREWALL} - {"office"})]
)
def test_upgrades_are_refused_where_the_rule_says(places: list[str], refused: set[str]) -> None:
    rule = {"do": "refuse_upgrade", "places": places}
    listeners = (*ADDRESSES, APP, FIREWALL)
    assert {one for one in listeners if not upgrades(one, rule)} == refused
    assert all(upgrades(one, None) for one in listeners)


def test_a_proxy_refuses_to_tunnel() -> None:
    assert replies(PROXY, {"do": "refuse_upgrade", "places": ["proxy"]}) == [403]
    assert replies(PROXY, {"do": "refuse_upgrade", "places": ["office"]}) == []


def portal(status: str, **more: Any) -> dict[str, Any]:
    return {"do": "portal", "places": ["wifi"], "status": status, "body": "Welcome", "port": 21007, **more}


@pytest.mark.parametrize(("status", "body"), [("200", "Welcome"), ("302", None), ("511", "Welcome")])
def test_a_portal_answers_whatever_is_asked_of_every_host_in_its_network(status: str, body: str | None) -> None:
    found = routes(Settings(rules={"f": portal(status)}))["wifi"]["virtual_hosts"]
    assert [host["domains"] for host in found] == [["*"], [PORTAL_HOST]]
    reply = found[0]["routes"][0]
    assert reply["direct_response"]["status"] == int(status)
    assert reply["direct_response"].get("body", {}).get("inline_string") == body
    headers = {one["header"]["key"]: one["header"]["value"] for one in reply["response_headers_to_add"]}
    assert headers.get("location") == (f"http://{PORTAL_HOST}:21007/" if status == "302" else None)
    assert found[1]["routes"][0]["direct_response"] == {"status": 200, "body": {"inline_string": "Welcome"}}


def test_a_portal_of_one_network_is_in_no_other_ones_way() -> None:
    settings = Settings(rules={"f": portal("302")})
    assert {name for name, one in routes(settings).items() if one != routes(Settings())[name]} == {"wifi"}
    office = Settings(rules={"f": portal("302", places=["office"])})
    assert {name for name, one in routes(office).items() if one != routes(Settings())[name]} == {FIREWALL}


def test_an_exception_in_the_security_software_lets_everything_through() -> None:
    rule = {"do": "block", "places": ["device"], "what": "scripts"}
    assert replies(SECURITY, rule) == [403]
    assert replies(SECURITY, rule, trusted=True) == []


def test_a_misrouted_gateway_leads_nowhere_and_a_narrow_one_through_few_places() -> None:
    clusters = {one["route"]["cluster"] for one in table("wifi", {"do": "misroute"})}
    assert clusters == {"nowhere"}
    first = table("wifi", {"do": "overload"})[0]
    assert first["route"]["cluster"] == "service_narrow"


def test_only_a_pair_tries_the_other_instance() -> None:
    assert all("retry_policy" in one["route"] for one in table("wifi", cluster="service_pair_1"))
    assert not any("retry_policy" in one["route"] for one in table("wifi"))


def test_a_gateway_that_tries_again_does_so_on_the_way_to_the_service_and_nowhere_else() -> None:
    tried = [one["route"].get("retry_policy") for one in table("wifi", retries=2)]
    assert tried == [{"retry_on": "5xx,reset,connect-failure", "num_retries": 2}] * len(tried)
    assert not any("retry_policy" in one["route"] for one in [*table(FIREWALL, retries=2), *table(SECURITY, retries=2)])


def test_a_page_of_its_own_host_is_asked_for_anew_each_time_and_the_api_is_as_it_was() -> None:
    *api, page = table("wifi", client="page")
    assert page["response_headers_to_add"][0]["header"] == {"key": "cache-control", "value": "no-cache"}
    assert not any("response_headers_to_add" in one for one in api)
