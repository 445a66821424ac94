"""The gateway's configuration as data: listeners, clusters, error pages. Pure: nothing here talks to Envoy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.faults.gateway import NARROW
from harness.stack.gateway_routes import (
    APP,
    BRANDED,
    BUCKET,
    CLIENT_API,
    FIREWALL,
    MONITOR,
    PROXY,
    SECURITY,
    TYPE,
    Json,
)

HCM = TYPE + "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTER = TYPE + "extensions.filters.http.router.v3.Router"
LUA = TYPE + "extensions.filters.http.lua.v3.Lua"
FILE_LOG = TYPE + "extensions.access_loggers.file.v3.FileAccessLog"
HTTP_OPTIONS = TYPE + "extensions.upstreams.http.v3.HttpProtocolOptions"
TCP_PROXY = TYPE + "extensions.filters.network.tcp_proxy.v3.TcpProxy"
CLUSTER = TYPE + "config.cluster.v3.Cluster"

KEEP_ERROR_BODY = """
function envoy_on_response(handle)
  local status = tonumber(handle:headers():get(":status"))
  if status and status >= 400 then
    local body = handle:body()
    if body then
      handle:streamInfo():dynamicMetadata():set("reply", "body", body:getBytes(0, math.min(body:length(), 300)))
    end
  elseif string.find(handle:headers():get("content-type") or "", "text/event-stream", 1, true) then
    for chunk in handle:bodyChunks() do
      local text = chunk:getBytes(0, chunk:length())
      local at = string.find(text, '{"error"', 1, true)
      if at then
        handle:streamInfo():dynamicMetadata():set("reply", "body", string.sub(text, at, at + 300))
      end
    end
  end
end
"""
"""Puts the text of an error where the access log can show it: a reply's, the gateway's own included, or an event's."""


@dataclass(frozen=True)
class Ports:
    """Where the gateway listens and where it leads, all on loopback."""

    admin: int
    mark: int
    roads: Mapping[str, int]
    monitor: int
    firewall: int
    app: int
    client_api: int
    provider: int
    proxy: int
    security: int
    shared_in: int
    shared_out: int
    shared_link: int
    beyond_link: int
    client_link: int
    service_link: int
    standby_link: int
    provider_link: int
    device_link: int
    uplink: int
    elsewhere: int
    nowhere: int


def bootstrap(ports: Ports, folder: str) -> Json:
    """The static part: the listeners, and where routes, runtime and the pairs of instances are read from.

    `folder` has `access.log`, `rtds.json`, `cds.json`, and one `rds-<listener>.json` each: Envoy takes one route table
    per file.
    """
    log = f"{folder}/access.log"
    near = {FIREWALL: ports.firewall, PROXY: ports.proxy, SECURITY: ports.security}
    listening = {**ports.roads, MONITOR: ports.monitor, APP: ports.app, CLIENT_API: ports.client_api, **near}
    listeners = [
        _listener(name, port, log, f"{folder}/rds-{name}.json", branded=name not in near)
        for name, port in listening.items()
    ]
    return {
        "node": {"id": "gateway", "cluster": "chatfault"},
        "admin": {"address": _address(ports.admin)},
        "dynamic_resources": {"cds_config": _file(f"{folder}/cds.json")},
        "layered_runtime": {
            "layers": [{"name": "rtds", "rtds_layer": {"name": "rtds", "rtds_config": _file(f"{folder}/rtds.json")}}],
        },
        "static_resources": {
            "listeners": [*listeners, _provider(ports.provider, log), _mark(ports.mark, log), *_shared(ports)],
            "clusters": [
                _cluster("service", ports.service_link),
                {**_cluster("service_narrow", ports.service_link), "circuit_breakers": _narrow()},
                _cluster("nowhere", ports.nowhere),
                _lasting("client", ports.client_link),
                _cluster("gateway_office", ports.roads["office"]),
                _cluster("gateway_app", ports.app),
                _cluster("gateway_provider", ports.provider),
                _cluster("provider", ports.provider_link),
                _cluster("device_link", ports.device_link),
                _cluster("uplink", ports.uplink),
                _cluster("elsewhere", ports.elsewhere),
                _cluster("beyond", ports.beyond_link),
                _one_connection("shared", ports.shared_link),
            ],
        },
    }


def pair(ports: Ports, name: str) -> Json:
    """A cluster of two instances: all goes to the first until it fails, then it is ejected and the other takes over.

    What failed once is remembered for as long as the cluster lives, so that each arm has one of its own name.
    """
    cluster = _cluster(name, ports.service_link)
    standby = {"endpoint": {"address": _address(ports.standby_link)}}
    cluster["load_assignment"]["endpoints"].append({"priority": 1, "lb_endpoints": [standby]})
    cluster["load_assignment"]["endpoints"][0]["priority"] = 0
    cluster["common_lb_config"] = {"healthy_panic_threshold": {"value": 0}}
    cluster["outlier_detection"] = {
        "split_external_local_origin_errors": True,
        "consecutive_local_origin_failure": 1,
        "consecutive_gateway_failure": 1,
        "enforcing_consecutive_gateway_failure": 100,
        "base_ejection_time": "3600s",
        "max_ejection_percent": 100,
    }
    return {"@type": CLUSTER, **cluster}


def clusters(found: Sequence[Json], version: str) -> Json:
    return {"version_info": version, "resources": list(found)}


def _narrow() -> Json:
    return {"thresholds": [{"max_connections": NARROW, "max_pending_requests": 1, "max_requests": NARROW}]}


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


KEPT = "1s"
"""How long a connection to a client's server is kept unused: shorter than any server keeps one, whose end would meet a
request that is on its way."""


def _lasting(name: str, port: int) -> Json:
    """A cluster whose connections are kept: a client's server that serves a page of many parts needs that."""
    cluster = _cluster(name, port)
    options = cluster["typed_extension_protocol_options"]["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]
    options["common_http_protocol_options"] = {"idle_timeout": KEPT}
    return cluster


def _listener(name: str, port: int, log: str, rds: str, branded: bool) -> Json:
    manager = _manager(name, log)
    manager |= {
        "rds": {"route_config_name": name, "config_source": _file(rds)},
        "upgrade_configs": [{"upgrade_type": "websocket"}, *([{"upgrade_type": "CONNECT"}] if name == PROXY else [])],
    }
    if branded:
        manager["local_reply_config"] = {"mappers": [_branded("ja"), _branded("")]}
    return _listening(name, port, manager)


def _provider(port: int, log: str) -> Json:
    """The other provider's gateway, which nothing here breaks."""
    manager = _manager("provider", log)
    route = {"match": {"prefix": "/"}, "route": {"cluster": "provider", "timeout": "0s"}}
    manager["route_config"] = {"virtual_hosts": [{"name": "provider", "domains": ["*"], "routes": [route]}]}
    manager["upgrade_configs"] = [{"upgrade_type": "websocket"}]
    return _listening("provider", port, manager)


QUEUE = 65_535
"""Bytes of each download that may wait on a shared link: what comes after them waits as well."""
H2 = {"initial_stream_window_size": QUEUE, "initial_connection_window_size": QUEUE, "allow_connect": True}


def _one_connection(name: str, port: int) -> Json:
    """A cluster that is reached over one single HTTP/2 connection, which all traffic shares."""
    cluster = _cluster(name, port)
    options = {"@type": HTTP_OPTIONS, "explicit_http_config": {"http2_protocol_options": H2}}
    cluster["typed_extension_protocol_options"] = {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options}
    return cluster


def _shared(ports: Ports) -> list[Json]:
    """A network whose every connection goes through one tunnel, so that all share its bandwidth and its queue."""
    tunnel: Json = {"@type": TCP_PROXY, "stat_prefix": "shared", "cluster": "shared"}
    tunnel["tunneling_config"] = {"hostname": "beyond:80"}
    entry = {"name": "tcp", "typed_config": tunnel}
    connect = {"upgrade_type": "CONNECT", "connect_config": {}}
    route = {"cluster": "beyond", "timeout": "0s", "upgrade_configs": [connect]}
    host = {"name": "beyond", "domains": ["*"], "routes": [{"match": {"connect_matcher": {}}, "route": route}]}
    exit_ = {
        "@type": HCM,
        "stat_prefix": "shared_out",
        "codec_type": "HTTP2",
        "http2_protocol_options": H2,
        "upgrade_configs": [{"upgrade_type": "CONNECT"}],
        "stream_idle_timeout": "0s",
        "route_config": {"name": "beyond", "virtual_hosts": [host]},
        "http_filters": [{"name": "router", "typed_config": {"@type": ROUTER}}],
    }
    return [
        {"name": "shared_in", "address": _address(ports.shared_in), "filter_chains": [{"filters": [entry]}]},
        _listening("shared_out", ports.shared_out, exit_),
    ]


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
    """`suppress_envoy_headers`: what only stands on the way says nothing about how long others took."""
    router = {"@type": ROUTER, "suppress_envoy_headers": name in (FIREWALL, PROXY, SECURITY)}
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
            {"name": "local_ratelimit", "typed_config": {"@type": BUCKET, "stat_prefix": "unlimited"}},
            {"name": "router", "typed_config": router},
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
        "host": "%REQ(:AUTHORITY)%",
        "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
        "upstream": "%UPSTREAM_HOST%",
        "route": "%ROUTE_NAME%",
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
        {"response_flag_filter": {"flags": ["UC", "UF", "UPE", "UH", "URX", "UO"]}},
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
