"""The gateway's configuration as data: listeners, clusters, routes. Pure: nothing here talks to Envoy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
TYPE = "type.googleapis.com/envoy."
HCM = TYPE + "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTER = TYPE + "extensions.filters.http.router.v3.Router"
LUA = TYPE + "extensions.filters.http.lua.v3.Lua"
FILE_LOG = TYPE + "extensions.access_loggers.file.v3.FileAccessLog"
HTTP_OPTIONS = TYPE + "extensions.upstreams.http.v3.HttpProtocolOptions"
ROUTES = TYPE + "config.route.v3.RouteConfiguration"
RUNTIME = TYPE + "service.runtime.v3.Runtime"

ADDRESSES = {
    "wifi": "203.0.113.10",
    "mobile": "198.51.100.20",
    "office": "192.0.2.30",
    "vpn_a": "203.0.113.201",
    "vpn_b": "198.51.100.202",
}
"""The public address of each road, as the service sees it (from the ranges for documentation, RFC 5737)."""
FIREWALL = "office_firewall"
BRANDED = "gateway.branded_pages"

KEEP_ERROR_BODY = """
function envoy_on_response(handle)
  local status = tonumber(handle:headers():get(":status"))
  if status and status >= 400 then
    local body = handle:body()
    if body then
      handle:streamInfo():dynamicMetadata():set("reply", "body", body:getBytes(0, math.min(body:length(), 300)))
    end
  end
end
"""
"""Puts the text of an error reply, the gateway's own included, where the access log can show it."""

CLASS_MATCH: dict[str, list[Json]] = {
    "page": [{"path": "/"}, {"prefix": "/c/"}, {"prefix": "/app/"}],
    "login": [{"prefix": "/api/login"}, {"prefix": "/api/logout"}],
    "me": [{"path": "/api/me"}],
    "messages": [{"safe_regex": {"regex": "/api/conversations/[^/]+/messages"}}],
    "history": [{"prefix": "/api/conversations"}],
    "stream": [{"prefix": "/api/stream"}],
    "answers": [{"prefix": "/api/answers"}],
    "status": [{"prefix": "/status"}, {"path": "/api/status"}],
    "api": [{"prefix": "/v1/"}],
}
"""Which requests belong to a class of traffic; `messages` stands before `history`, whose prefix it shares."""


@dataclass(frozen=True)
class Ports:
    """Where the gateway listens and where it leads, all on loopback."""

    admin: int
    mark: int
    roads: Mapping[str, int]
    firewall: int
    service_link: int


@dataclass(frozen=True)
class Settings:
    """What a scenario sets, and the rules of the faults that are armed now (by fault id)."""

    branded: bool = False
    timeout: float = 2.0
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def bootstrap(ports: Ports, folder: str) -> Json:
    """The static part: one listener per road, the office's firewall, and where routes and runtime are read from.

    `folder` has `access.log`, `rtds.json`, and one `rds-<listener>.json` each: Envoy takes one route table per file.
    """
    log = f"{folder}/access.log"
    listening = {**ports.roads, FIREWALL: ports.firewall}
    listeners = [_listener(name, port, log, f"{folder}/rds-{name}.json") for name, port in listening.items()]
    listeners.append(_mark(ports.mark, log))
    return {
        "node": {"id": "gateway", "cluster": "chatfault"},
        "admin": {"address": _address(ports.admin)},
        "layered_runtime": {
            "layers": [{"name": "rtds", "rtds_layer": {"name": "rtds", "rtds_config": _file(f"{folder}/rtds.json")}}],
        },
        "static_resources": {
            "listeners": listeners,
            "clusters": [
                _cluster("service", ports.service_link),
                _cluster("gateway_office", ports.roads["office"]),
            ],
        },
    }


def _address(port: int) -> Json:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _file(path: str) -> Json:
    return {"resource_api_version": "V3", "path_config_source": {"path": path}}


def _cluster(name: str, port: int) -> Json:
    endpoint = {"endpoint": {"address": _address(port)}}
    return {
        "name": name,
        "connect_timeout": "1s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": HTTP_OPTIONS,
                "explicit_http_config": {"http_protocol_options": {}},
                "common_http_protocol_options": {"max_requests_per_connection": 1},
            }
        },
    }


def _listener(name: str, port: int, log: str, rds: str) -> Json:
    manager = _manager(name, log)
    manager |= {
        "rds": {"route_config_name": name, "config_source": _file(rds)},
        "upgrade_configs": [{"upgrade_type": "websocket"}],
    }
    if name != FIREWALL:
        manager["local_reply_config"] = {"mappers": [_branded("ja"), _branded("")]}
    return _listening(name, port, manager)


def _mark(port: int, log: str) -> Json:
    """A listener that only writes a line into the access log, to know that all lines before it are there."""
    manager = _manager("mark", log)
    reply = {"match": {"prefix": "/"}, "direct_response": {"status": 204}}
    manager["route_config"] = {"virtual_hosts": [{"name": "mark", "domains": ["*"], "routes": [reply]}]}
    return _listening("mark", port, manager)


def _listening(name: str, port: int, manager: Json) -> Json:
    filters = [{"name": "http", "typed_config": manager}]
    return {"name": name, "address": _address(port), "filter_chains": [{"filters": filters}]}


def _manager(name: str, log: str) -> Json:
    return {
        "@type": HCM,
        "stat_prefix": name,
        "common_http_protocol_options": {"max_requests_per_connection": 1},
        "delayed_close_timeout": "0s",
        "drain_timeout": "0.1s",
        "access_log": [_access_log(name, log)],
        "http_filters": [
            {
                "name": "lua",
                "typed_config": {"@type": LUA, "default_source_code": {"inline_string": KEEP_ERROR_BODY}},
            },
            {"name": "router", "typed_config": {"@type": ROUTER}},
        ],
    }


def _access_log(road: str, path: str) -> Json:
    fields = {
        "road": road,
        "start": "%START_TIME(%s.%6f)%",
        "ms": "%DURATION%",
        "request": "%REQ(X-REQUEST-ID)%",
        "method": "%REQ(:METHOD)%",
        "path": "%REQ(:PATH)%",
        "status": "%RESPONSE_CODE%",
        "flags": "%RESPONSE_FLAGS%",
        "details": "%RESPONSE_CODE_DETAILS%",
        "reply": "%DYNAMIC_METADATA(reply:body)%",
        "retry_after": "%RESP(RETRY-AFTER)%",
        "upstream": "%UPSTREAM_HOST%",
        "upgrade": "%REQ(UPGRADE)%",
        "bytes": "%BYTES_SENT%",
    }
    return {
        "name": "file",
        "typed_config": {"@type": FILE_LOG, "path": path, "log_format": {"json_format": fields}},
    }


PAGES = {
    "": ("en", "502 Bad Gateway", "The web server reported a bad gateway error", "Please reload in a moment."),
    "ja": (
        "ja",
        "502 Bad Gateway",
        "Web サーバーが不正なゲートウェイ エラーを報告しました",
        "しばらくしてから再読み込みしてください。",
    ),
}


def _branded(language: str) -> Json:
    """The gateway's own error page in place of its plain text, once the runtime key says so."""
    lang, code, text, advice = PAGES[language]
    conditions: list[Json] = [
        {
            "runtime_filter": {
                "runtime_key": BRANDED,
                "percent_sampled": {"numerator": 0},
                "use_independent_randomness": True,
            }
        },
        {"response_flag_filter": {"flags": ["UC", "UF", "UPE", "UH", "URX"]}},
    ]
    if language:
        match = {"name": "accept-language", "string_match": {"prefix": language}}
        conditions.append({"header_filter": {"header": match}})
    page = (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{code}</title>'
        f"<body><h1>{code}</h1><p>{text}</p><p>{advice}</p></body></html>"
    )
    return {
        "filter": {"and_filter": {"filters": conditions}},
        "status_code": 502,
        "body_format_override": {
            "text_format_source": {"inline_string": page},
            "content_type": "text/html; charset=UTF-8",
        },
    }


def routes(settings: Settings, version: str) -> dict[str, Json]:
    """The route tables by listener: one per road, and the firewall's."""
    resources = [*(_road_routes(road, settings) for road in ADDRESSES), _firewall_routes(settings)]
    return {one["name"]: {"version_info": version, "resources": [one]} for one in resources}


def runtime(settings: Settings, version: str) -> Json:
    layer = {BRANDED: 100 if settings.branded else 0}
    return {"version_info": version, "resources": [{"@type": RUNTIME, "name": "rtds", "layer": layer}]}


def _rules(settings: Settings, place: str, do: str) -> list[Mapping[str, Any]]:
    """The armed rules of a kind that hold at a place: those for all roads, and those of this one."""
    return [r for r in settings.rules.values() if r["do"] == do and r.get("road", place) == place]


def _road_routes(road: str, settings: Settings) -> Json:
    found: list[Json] = []
    for rule in _rules(settings, road, "status"):
        found += _own_replies(rule)
    open_to_upgrades = road == "office" or not _rules(settings, road, "refuse_upgrade")
    found += _to("service", settings.timeout, open_to_upgrades)
    stamp = {
        "header": {"key": "x-client-address", "value": ADDRESSES[road]},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }
    return _configuration(road, found, [stamp])


def _firewall_routes(settings: Settings) -> Json:
    return _configuration(FIREWALL, _to("gateway_office", 0.0, not _rules(settings, "office", "refuse_upgrade")), [])


def _configuration(name: str, found: Sequence[Json], stamps: list[Json]) -> Json:
    host = {"name": name, "domains": ["*"], "routes": list(found), "request_headers_to_add": stamps}
    return {"@type": ROUTES, "name": name, "virtual_hosts": [host]}


def _to(cluster: str, timeout: float, upgrades: bool) -> list[Json]:
    """Streams without a time-out (it would count the whole answer), everything else with one."""
    stream = {"cluster": cluster, "timeout": "0s", "idle_timeout": "0s"}
    upgrade = {**stream, "upgrade_configs": [{"upgrade_type": "websocket", "enabled": upgrades}]}
    plain = {"cluster": cluster, "timeout": f"{timeout:g}s"}
    return [
        {"match": {"prefix": "/api/stream"}, "route": upgrade},
        {"match": {"safe_regex": {"regex": "/api/answers/[^/]+/events"}}, "route": stream},
        {"match": {"prefix": "/v1/"}, "route": stream},
        {"match": {"prefix": "/"}, "route": plain},
    ]


def _own_replies(rule: Mapping[str, Any]) -> list[Json]:
    reply: Json = {"direct_response": {"status": int(rule["status"]), "body": {"inline_string": str(rule["body"])}}}
    if rule.get("retry_after"):
        reply["response_headers_to_add"] = [{"header": {"key": "retry-after", "value": str(rule["retry_after"])}}]
    classes = rule["on"] or ()
    matches = [match for name in CLASS_MATCH if name in classes for match in CLASS_MATCH[name]]
    return [{"match": match, **reply} for match in matches or [{"prefix": "/"}]]
