"""The gateway's route tables as data: what each listener does with a request, given the rules that are armed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Json = dict[str, Any]
TYPE = "type.googleapis.com/envoy."
ROUTES = TYPE + "config.route.v3.RouteConfiguration"
RUNTIME = TYPE + "service.runtime.v3.Runtime"
BUCKET = TYPE + "extensions.filters.http.local_ratelimit.v3.LocalRateLimit"

ADDRESSES = {
    "wifi": "203.0.113.10",
    "mobile": "198.51.100.20",
    "office": "192.0.2.30",
    "vpn_a": "203.0.113.201",
    "vpn_b": "198.51.100.202",
}
"""The public address of each road, as the service sees it (from the ranges for documentation, RFC 5737)."""
MONITOR, MONITOR_ADDRESS = "monitor", "192.0.2.99"
"""The road by which the status page looks at the service."""
FIREWALL, APP, PROXY, SECURITY = "office_firewall", "app", "proxy", "security"
CLIENT_API, CLIENT_ADDRESS = "client_api", "192.0.2.50"
"""Where a client's own server comes to the gateway, and whence the service sees it come."""
LISTENERS = (*ADDRESSES, MONITOR, FIREWALL, APP, CLIENT_API, PROXY, SECURITY)
"""Every listener whose routes can change, by the name of its route table."""
HOSTS = {"app.localhost": "gateway_app", "other.localhost": "gateway_provider", "elsewhere.localhost": "elsewhere"}
"""Host names that a network leads somewhere else than to the service's web page, and the clusters for them."""
API_HOST = "api.localhost"
"""The host name by which the service's API is reached directly, whatever stands at the chat's own address."""
OTHERS = "x-of-others"
"""The header of other people's requests. Their answers are held, and are to last for as long as a fault needs them."""
PORTAL, PORTAL_HOST = "portal", "portal.localhost"
"""What a network's captive portal is called in the access log, and where its page is."""
PAIR = "service_pair"
"""How the names of clusters with two instances begin."""
TRY_THE_OTHER: Json = {
    "retry_on": "connect-failure,reset-before-request",
    "num_retries": 2,
    "retry_host_predicate": [
        {
            "name": "envoy.retry_host_predicates.previous_hosts",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
            },
        }
    ],
    "retry_priority": {
        "name": "envoy.retry_priorities.previous_priorities",
        "typed_config": {
            "@type": TYPE + "extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
            "update_frequency": 1,
        },
    },
}
"""Only what never reached an instance is tried at the other one, so that no message is taken twice."""
ONCE_MORE = "5xx,reset,connect-failure"
"""After what a gateway that tries again by itself does so, whatever was asked; a time-out is none of it."""
BRANDED = "gateway.branded_pages"
DRAIN_PATHS = ("/api/conversations/-/messages", "/v1/chat/completions?nobody")
"""What the gateway itself asks for to use up a bucket; nobody's conversation, and nobody's key."""

CLASS_MATCH: dict[str, list[Json]] = {
    "page": [{"path": "/"}, {"prefix": "/c/"}, {"prefix": "/app/"}],
    "login": [{"prefix": "/api/login"}, {"prefix": "/api/logout"}],
    "me": [{"path": "/api/me"}],
    "messages": [{"safe_regex": {"regex": "/api/conversations/[^/]+/messages"}}],
    "history": [{"prefix": "/api/conversations"}],
    "stream": [{"prefix": "/api/stream"}],
    "answers": [{"prefix": "/api/answers"}],
    "files": [{"prefix": "/api/files/"}],
    "status": [{"prefix": "/status"}, {"path": "/api/status"}],
    "api": [{"prefix": "/v1/"}],
}
"""Which requests belong to a class of traffic; `messages` stands before `history`, whose prefix it shares."""
BLOCKS: dict[str, list[Json]] = {
    "scripts": [{"prefix": "/", "headers": [{"name": "sec-fetch-dest", "string_match": {"exact": "script"}}]}],
    "websocket": [{"prefix": "/api/stream"}],
    "everything": [{"prefix": "/"}],
}
"""What security software on a device can block."""
TRUSTED = "trusted"
"""How the security software's one host is called while it makes an exception for the chat."""
BLOCKED = "Blocked by the security software on this device."


@dataclass(frozen=True)
class Settings:
    """What a scenario sets, and the rules of the faults that are armed now (by fault id).

    `timeout` and `idle_timeout` are real seconds; `cluster` is where the service's instances are found, and `retries`
    how often they are asked once more. `trusted`: the security software makes an exception for the chat. `leases`: how
    often a road has got another address. `client`: what stands at the chat's address if not the service: a client's
    `server`, or the host of its `page`.
    """

    branded: bool = False
    timeout: float = 2.0
    idle_timeout: float = 0.0
    cluster: str = "service"
    retries: int = 0
    trusted: bool = False
    client: str = ""
    leases: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def armed(self, do: str, *places: str, at: str = "gateway") -> list[Mapping[str, Any]]:
        """The armed rules of a kind that hold at one of these places; a rule without places holds at all.

        `at`: `edge` for those of what stands before a client's own server.

        One that is about an address no longer holds once the road has got another.
        """
        return [
            rule
            for rule in self.rules.values()
            if rule["do"] == do
            and rule.get("at", "gateway") == at
            and (not rule.get("places") or set(places) & set(rule["places"]))
            and not (rule.get("address") and self.leases.get(places[0], 0))
        ]

    def address(self, road: str) -> str:
        """The public address of a road by its present lease."""
        usual = {**ADDRESSES, MONITOR: MONITOR_ADDRESS, CLIENT_API: CLIENT_ADDRESS}[road]
        network, _, host = usual.rpartition(".")
        return f"{network}.{(int(host) + 37 * self.leases.get(road, 0)) % 254 + 1}" if self.leases.get(road) else usual

    @property
    def throttles(self) -> bool:
        return any(rule["do"] == "throttle" for rule in self.rules.values())


def routes(settings: Settings) -> dict[str, Json]:
    """The route tables by listener."""
    tables = [
        *(_road(road, settings) for road in (*ADDRESSES, MONITOR)),
        _configuration(CLIENT_API, [_host("*", _service_routes(CLIENT_API, settings))], [_stamp(CLIENT_API, settings)]),
        _configuration(FIREWALL, _portal("office", settings) or [_host("*", _firewall_routes(settings))]),
        _configuration(APP, [_host("*", _service_routes(APP, settings))]),
        _configuration(PROXY, [_host("*", _proxy_routes(settings))]),
        _configuration(SECURITY, [_host("*", _security_routes(settings), TRUSTED if settings.trusted else "")]),
    ]
    return {one["name"]: one for one in tables}


def runtime(settings: Settings, version: str) -> Json:
    layer = {BRANDED: 100 if settings.branded else 0}
    return {"version_info": version, "resources": [{"@type": RUNTIME, "name": "rtds", "layer": layer}]}


@dataclass(frozen=True)
class _Pass:
    """How traffic is let through: time-outs in real seconds (0: none), whether a WebSocket is, how often again."""

    timeout: float = 0.0
    idle_timeout: float = 0.0
    upgrades: bool = True
    retries: int = 0


def _pass(listener: str, place: str, settings: Settings) -> _Pass:
    return _Pass(upgrades=not settings.armed("refuse_upgrade", listener, place))


def _road(road: str, settings: Settings) -> Json:
    elsewhere = [_host(name, _to(cluster, _Pass())) for name, cluster in HOSTS.items()]
    service = _service_routes(road, settings)
    hosts = [_host("*", _chat(road, service, settings)), _host(API_HOST, service), *elsewhere]
    return _configuration(road, (road != "office" and _portal(road, settings)) or hosts, [_stamp(road, settings)])


def _portal(network: str, settings: Settings) -> list[Json]:
    """What a network's portal makes of every host there is, while it has one: its page, or the way there."""
    rule = next(iter(settings.armed("portal", network)), None)
    if rule is None:
        return []
    page = _by_itself(200, rule["body"])
    away = {"location": f"http://{PORTAL_HOST}:{rule['port']}/"}
    answer = _by_itself(302, "", away) if rule["status"] == "302" else _by_itself(int(rule["status"]), rule["body"])
    return [_host("*", [answer]), _host(PORTAL_HOST, [page])]


def _by_itself(status: int, body: str, headers: Mapping[str, str] = MappingProxyType({})) -> Json:
    """A page of the portal's, which nobody keeps."""
    said = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store", **headers}
    added = [
        {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        for key, value in said.items()
    ]
    reply: Json = {"status": status, **({"body": {"inline_string": body}} if body else {})}
    return {"name": PORTAL, "match": {"prefix": "/"}, "direct_response": reply, "response_headers_to_add": added}


def _firewall_routes(settings: Settings) -> list[Json]:
    return _to("gateway_office", _pass(FIREWALL, "office", settings))


def _stamp(road: str, settings: Settings) -> Json:
    """Whence the service sees who comes by this road."""
    header = {"key": "x-client-address", "value": settings.address(road)}
    return {"header": header, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}


def _chat(road: str, service: list[Json], settings: Settings) -> list[Json]:
    """What stands at the chat's address: the service, a client's server behind its edge, or the host of its page."""
    if not settings.client or road == MONITOR:
        return service
    if settings.client == "page":
        return [*_of_the_api(service), *_asked_for_anew(_to_the_client("client"))]
    own = [reply for rule in settings.armed("status", road, at="edge") for reply in _own_replies(rule)]
    return [*own, *_to_the_client("nowhere" if settings.armed("misroute", road, at="edge") else "client")]


def _of_the_api(service: list[Json]) -> list[Json]:
    """What the gateway does with the API's traffic, of all that it does."""
    api = CLASS_MATCH["api"][0]
    return [{**one, "match": api} for one in service if one["match"] in (api, {"prefix": "/"})]


def _to_the_client(cluster: str) -> list[Json]:
    """To a client's server, whose pages may stay connected for as long as they like."""
    upgrade = {"upgrade_configs": [{"upgrade_type": "websocket", "enabled": True}]}
    return [{"match": {"prefix": "/"}, "route": {"cluster": cluster, "timeout": "0s", "idle_timeout": "0s", **upgrade}}]


def _asked_for_anew(found: list[Json]) -> list[Json]:
    """What a browser keeps, it asks for again each time, for a page out of its cache meets no fault."""
    header = {"header": {"key": "cache-control", "value": "no-cache"}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
    return [{**one, "response_headers_to_add": [header]} for one in found]


def _service_routes(listener: str, settings: Settings) -> list[Json]:
    """What the gateway does with the traffic for the service: its own replies first, then the way there."""
    web = listener != APP
    found: list[Json] = []
    for rule in settings.armed("status", listener):
        if web or rule.get("entrance") != "web":
            found += _own_replies(rule)
    upgrades = listener == "office" or not settings.armed("refuse_upgrade", listener)
    found += _narrow(settings, listener) + _throttled(settings, listener)
    cluster = "nowhere" if settings.armed("misroute", listener) else settings.cluster
    return found + _to(cluster, _Pass(settings.timeout, settings.idle_timeout, upgrades, settings.retries))


def _own_replies(rule: Mapping[str, Any]) -> list[Json]:
    classes = rule["on"] or ()
    matches = [match for name in CLASS_MATCH if name in classes for match in CLASS_MATCH[name]]
    passing = [{"match": {"prefix": "/v1/"}, "route": {"cluster": "service", "timeout": "0s"}}]
    spared = passing if rule.get("entrance") == "web" else []
    return [*spared, *({"match": match, **_reply(rule)} for match in matches or [{"prefix": "/"}])]


def _reply(rule: Mapping[str, Any]) -> Json:
    reply: Json = {"direct_response": {"status": int(rule["status"]), "body": {"inline_string": str(rule["body"])}}}
    if rule.get("retry_after"):
        reply["response_headers_to_add"] = [{"header": {"key": "retry-after", "value": str(rule["retry_after"])}}]
    return reply


def _narrow(settings: Settings, listener: str) -> list[Json]:
    """While the gateway is overloaded: answers go through the few places that its circuit breaker allows."""
    if not settings.armed("overload", listener):
        return []
    matches = [*CLASS_MATCH["messages"], *CLASS_MATCH["api"]]
    return [{"match": match, "route": {"cluster": "service_narrow", "timeout": "0s"}} for match in matches]


def _throttled(settings: Settings, listener: str) -> list[Json]:
    """While the gateway throttles: one message a day for everybody on this listener, and that one is used up."""
    found: list[Json] = []
    for rule in settings.armed("throttle", listener):
        always = {"numerator": 100, "denominator": "HUNDRED"}
        bucket: Json = {
            "@type": BUCKET,
            "stat_prefix": "throttle",
            "token_bucket": {"max_tokens": 1, "tokens_per_fill": 1, "fill_interval": "86400s"},
            "filter_enabled": {"default_value": always},
            "filter_enforced": {"default_value": always},
        }
        if rule["retry_after"]:
            header = {"header": {"key": "retry-after", "value": str(rule["retry_after"])}}
            bucket["response_headers_to_add"] = [header]
        route = {"cluster": settings.cluster, "timeout": f"{settings.timeout:g}s"}
        for match in (match for name in rule["on"] or ("messages",) for match in CLASS_MATCH[name]):
            found.append({"match": match, "route": route, "typed_per_filter_config": {"local_ratelimit": bucket}})
    return found


def _proxy_routes(settings: Settings) -> list[Json]:
    """A proxy that the browser is told to use: plain requests pass, and WebSockets by CONNECT if it lets them."""
    if settings.armed("refuse_upgrade", PROXY):
        tunnel: Json = {"direct_response": {"status": 403, "body": {"inline_string": "CONNECT is not allowed here."}}}
    else:
        connect = {"upgrade_type": "CONNECT", "connect_config": {}}
        tunnel = {"route": {"cluster": "uplink", "timeout": "0s", "upgrade_configs": [connect]}}
    return [{"match": {"connect_matcher": {}}, **tunnel}, *_to("uplink", _Pass())]


def _security_routes(settings: Settings) -> list[Json]:
    rules = [] if settings.trusted else settings.armed("block", "device")
    signed = {"header": {"key": "x-blocked-by", "value": "security software"}}
    reply = {
        "direct_response": {"status": 403, "body": {"inline_string": BLOCKED}},
        "response_headers_to_add": [signed],
    }
    found = [{"match": match, **reply} for rule in rules for match in BLOCKS[str(rule["what"])]]
    return [*found, *_to("device_link", _Pass())]


def _configuration(name: str, hosts: Sequence[Json], stamps: Sequence[Json] = ()) -> Json:
    return {
        "@type": ROUTES,
        "name": name,
        "ignore_port_in_host_matching": True,
        "virtual_hosts": list(hosts),
        "request_headers_to_add": list(stamps),
    }


def _host(domain: str, found: Sequence[Json], name: str = "") -> Json:
    return {"name": name or domain, "domains": [domain], "routes": list(found)}


def _to(cluster: str, how: _Pass) -> list[Json]:
    """Streams without a time-out (it would count the whole answer), everything else with one."""
    once_more = {"retry_on": ONCE_MORE, "num_retries": how.retries} if how.retries else None
    policy = TRY_THE_OTHER if cluster.startswith(PAIR) else once_more
    again = {"retry_policy": policy} if policy else {}
    stream = {"cluster": cluster, "timeout": "0s", "idle_timeout": f"{how.idle_timeout:g}s", **again}
    others = {"prefix": "/v1/", "headers": [{"name": OTHERS, "present_match": True}]}
    upgrade = {**stream, "upgrade_configs": [{"upgrade_type": "websocket", "enabled": how.upgrades}]}
    plain = {"cluster": cluster, "timeout": f"{how.timeout:g}s", **again}
    return [
        {"match": {"prefix": "/api/stream"}, "route": upgrade},
        {"match": {"prefix": "/echo"}, "route": upgrade},
        {"match": {"safe_regex": {"regex": "/api/answers/[^/]+/events"}}, "route": stream},
        {"match": others, "route": {**stream, "idle_timeout": "0s"}},
        {"match": {"prefix": "/v1/"}, "route": stream},
        {"match": {"prefix": "/"}, "route": plain},
    ]
