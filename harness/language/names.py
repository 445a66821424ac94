"""Names: what people call things, where a key belongs, and what was meant by a name that there is not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

SYNONYMS: dict[str, tuple[str, ...]] = {
    # remedies
    "reload": ("refresh", "reload_page", "f5", "refresh_page", "hard_reload", "press_f5"),
    "new_tab": ("another_tab", "other_tab", "open_new_tab", "fresh_tab"),
    "retry": ("try_again", "resend", "send_again", "press_retry", "click_retry"),
    "regenerate": ("regenerate_response", "regenerate_answer", "new_answer", "answer_again"),
    "download_again": ("retry_download", "redownload", "download_retry"),
    "new_chat": ("new_conversation", "other_conversation", "start_over", "fresh_chat", "other_chat"),
    "shorten_prompt": ("shorter_prompt", "short_prompt", "simplify_prompt", "smaller_prompt", "split_prompt"),
    "wait": ("sleep", "pause", "wait_a_while", "come_back_later", "try_later", "later"),
    "clear_site_data": ("clear_cache", "clear_cookies", "delete_cookies", "clear_browser_data", "clear_storage"),
    "private_window": ("incognito", "private_mode", "incognito_window", "inprivate", "private_browsing"),
    "other_browser": ("another_browser", "switch_browser", "different_browser", "change_browser", "firefox_instead"),
    "phone": ("other_device", "another_device", "different_device", "switch_device", "use_phone", "mobile_device"),
    "restart_browser": ("close_browser", "reopen_browser", "relaunch_browser", "browser_restart"),
    "update_browser": ("browser_update", "upgrade_browser", "newer_browser", "new_browser_version"),
    "correct_proxy": ("proxy_off", "disable_proxy", "no_proxy", "fix_proxy", "proxy_settings", "turn_proxy_off"),
    "extension_off": ("disable_extension", "disable_extensions", "adblock_off", "disable_adblocker", "extensions_off"),
    "bisect_extensions": ("extensions_one_by_one", "find_extension", "bisect", "one_by_one"),
    "switch_network": ("other_network", "another_network", "change_network", "mobile_data", "use_mobile", "hotspot"),
    "vpn_off": ("disable_vpn", "no_vpn", "turn_vpn_off", "without_vpn", "vpn_disable", "leave_vpn"),
    "vpn_region": ("other_vpn", "change_vpn", "vpn_server", "other_region", "other_vpn_region", "switch_vpn"),
    "restart_router": ("reboot_router", "router_restart", "reset_router", "restart_modem"),
    "close_background": ("close_programs", "close_apps", "stop_downloads", "close_other_programs", "pause_downloads"),
    "security_exception": ("allowlist", "whitelist", "antivirus_exception", "add_exception", "firewall_exception"),
    "security_off": ("antivirus_off", "disable_antivirus", "disable_security", "firewall_off", "disable_firewall"),
    "log_in_again": ("login_again", "relogin", "log_out_and_in", "sign_in_again", "login", "log_in", "logout"),
    "change_password": ("new_password", "reset_password", "password_change", "password_reset"),
    "support": ("contact_support", "ask_support", "help_desk", "ticket", "write_to_support"),
    "paid_plan": ("upgrade", "upgrade_plan", "pay", "subscribe", "premium", "plus"),
    "files_on": ("enable_files", "switch_files_on", "tool_on", "enable_tool"),
    "close_sessions": ("close_other_sessions", "log_out_elsewhere", "close_other_tabs", "close_tabs"),
    "mobile_app": ("app", "use_app", "phone_app", "native_app"),
    "status_page": ("check_status", "status", "look_at_status", "check_status_page"),
    "other_service": ("other_provider", "another_provider", "another_service", "competitor", "alternative"),
    "api": ("use_api", "call_api", "direct_api"),
    "check_network": ("test_network", "check_internet", "check_connection", "speed_test", "ping"),
    "developer_tools": ("devtools", "dev_tools", "console", "inspect", "network_panel"),
    "nothing": ("do_nothing", "no_remedy", "leave_it"),
    "ask_again": ("repeat", "again", "send_again_as_is"),
    # places
    "uplink": ("device_link", "cable", "line", "isp", "internet", "connection"),
    "phone_uplink": ("phone_link", "mobile_link", "phone_network"),
    "proxy": ("company_proxy", "http_proxy", "corporate_proxy", "web_proxy"),
    "wifi": ("wlan", "home", "home_network", "wi_fi", "router", "network", "lan"),
    "mobile": ("cellular", "lte", "5g", "4g", "cell", "mobile_network"),
    "office": ("company", "corporate", "work", "office_network", "company_network", "firewall"),
    "vpn_a": ("vpn", "vpn_exit", "vpn_1"),
    "vpn_b": ("vpn_2", "second_vpn"),
    "gateway": ("envoy", "cdn", "load_balancer", "proxy_server", "ingress", "cloudflare", "nginx"),
    "edge": ("edge_gateway", "edge_proxy", "front_proxy"),
    "client_link": ("link_to_the_client", "frontend_link", "app_link"),
    "client_server": ("frontend", "front_end", "app_server", "client_process"),
    "service_link": ("upstream", "backend_link", "service_network", "gateway_link", "upstream_link"),
    "provider_link": ("second_provider", "other_provider_link"),
    "service": ("server", "backend", "model", "api_server", "chat_service", "fake_upstream", "back_end"),
    "account": ("user", "person", "profile", "login_account", "session"),
    "browser": ("chrome", "client", "page", "tab"),
    "device": ("computer", "laptop", "pc", "antivirus", "security_software"),
    # kinds of faults
    "reset_peer": ("reset", "rst", "connection_reset", "tcp_reset", "econnreset"),
    "timeout": ("black_hole", "blackhole", "silent", "swallow", "packet_loss", "lose", "no_reply"),
    "limit_data": ("cut_after_bytes", "truncate_link", "data_limit", "partial"),
    "latency": ("slow", "lag", "delay_link", "ping_time", "high_latency"),
    "bandwidth": ("throttle_link", "narrow", "rate_limit_link", "slow_link", "stall"),
    "down": ("offline", "outage", "disconnect", "dead", "unplug", "refuse", "unreachable", "close"),
    "restart": ("restart_server", "reboot_server", "redeploy"),
    "flap": ("flaky", "flapping", "intermittent", "on_and_off", "unstable"),
    "cut": ("drop_connections", "break", "cut_connections", "sever", "kill_connections"),
    "crowded": ("congested", "congestion", "busy_network", "saturated", "shared_network"),
    "portal": ("captive_portal", "hotspot_login", "walled_garden", "captive", "login_page", "hotel_wifi"),
    "status": (
        "500",
        "502",
        "503",
        "504",
        "5xx",
        "maintenance",
        "portal",
        "captive_portal",
        "login_page",
        "511",
        "error",
        "http_error",
        "respond",
        "reply",
        "return",
        "http_status",
        "error_status",
        "fail",
    ),
    "refuse_upgrade": ("block_websocket", "no_websocket", "websocket_blocked", "reject_upgrade"),
    "misroute": ("wrong_upstream", "misconfigured", "bad_route", "misconfigure", "wrong_route"),
    "throttle": ("limit", "ratelimit_gateway"),
    "overload": ("overloaded", "full", "busy", "capacity", "circuit_breaker", "too_busy"),
    "garbage": ("garbled", "corrupt", "malformed", "invalid_reply", "bad_bytes"),
    "lose_reply": ("reply_lost", "lost_reply", "lose_the_reply", "taken_without_reply"),
    "drop": ("close_without_reply", "empty_reply", "hang_up", "no_response"),
    "truncate": ("half_reply", "cut_reply", "incomplete_reply"),
    "delay": ("slow_service", "slow_reply", "late", "slow_response"),
    "hang": ("freeze", "never_answer", "stuck", "unresponsive", "deadlock"),
    "crash": ("kill", "die", "killed", "oom", "restart", "stop"),
    "stream_close": ("close_stream", "ws_close", "websocket_close", "close_websocket", "close_code"),
    "stream_stall": ("stall_stream", "silent_stream", "pause_stream", "stream_hang", "stream_silence"),
    "fail_generation": ("generation_error", "model_error", "answer_error", "fail_answer"),
    "longest_prompt": ("prompt_too_long", "max_prompt", "context_length", "prompt_limit"),
    "accounts_per_address": ("shared_address", "ip_limit", "too_many_accounts", "shared_ip"),
    "oldest_browser": ("browser_too_old", "min_browser", "unsupported_browser", "old_browser"),
    "file_expires": ("expired_file", "file_expired", "link_expired", "expire_file"),
    "file_incomplete": ("incomplete_file", "unfinished_file", "partial_file"),
    "file_too_large": ("large_file", "file_size", "too_large", "big_file"),
    "rate_limit": ("ratelimit", "too_many_requests", "429", "quota", "message_limit"),
    "burst": ("bot", "human", "captcha", "prove_human", "too_fast", "bot_like", "suspicious"),
    "too_many_sessions": ("session_limit", "max_sessions", "sessions"),
    "lock": ("locked", "ban", "suspend", "blocked_account", "lock_account"),
    "two_places": ("shared_account", "used_elsewhere", "second_place"),
    "session_expired": ("expire_session", "logged_out", "login_expired", "session_timeout", "token_expired"),
    "files_off": ("tool_off", "disable_files", "no_files"),
    "extension": ("adblock", "ad_blocker", "adblocker", "blocker", "plugin", "addon"),
    "corrupt_cookie": ("bad_cookie", "broken_cookie", "stale_cookie", "cookie"),
    "stale_script": ("stale_cache", "old_script", "cached_script", "old_page"),
    "stale_worker": ("service_worker", "old_worker", "stale_service_worker"),
    "block": ("antivirus_block", "filter", "security_block", "intercept"),
    # moments
    "open": ("load", "opening", "start", "page_load", "on_open", "opens"),
    "send": ("sending", "submit", "ask", "on_send", "sends", "message_sent"),
    "mid_answer": ("answering", "streaming", "stream_moment", "during_answer", "midanswer", "mid_stream", "answer"),
    "download": ("downloading", "file", "on_download"),
    # keys
    "at": ("place", "where", "location", "target"),
    "do": ("kind", "fault", "type", "action", "what", "toxic"),
    "lasts": ("until", "duration", "for", "until_after", "lifetime", "length", "time"),
    "only": ("scope", "limited_to", "just"),
    "on": ("traffic", "requests", "paths", "routes", "endpoint"),
    "direction": ("stream", "way", "side"),
    "expect": ("expected", "expects", "shows", "assert", "should_show"),
    "message": ("text", "error_text", "shown", "says", "error_message"),
    "within": ("in", "at_most", "deadline", "max_time"),
    "offers": ("buttons", "controls", "actions", "offer"),
    "faults": ("failures", "breaks", "broken", "toxics", "errors"),
    "title": ("name", "description", "summary"),
    "documents": ("document", "failure", "docs", "doc"),
    "cause": ("causes", "because", "reason"),
    "claims": ("claim",),
    "locale": ("language", "lang"),
    "moment": ("when", "step", "phase", "during"),
    "recovers": ("helps", "works", "recover", "fixes", "fixed_by", "recovered_by"),
    "does_not_recover": ("does_not_help", "useless", "not_recovers", "fails", "doesnt_recover", "no_recovery"),
    "recovers_anyway": ("not_needed", "helps_anyway", "anyway"),
    "retries": ("retry_policy", "num_retries", "retry_on", "repeats", "max_retries"),
    "instances": ("failover", "replicas", "replica", "redundancy", "two_instances"),
    "issue": ("ticket_id", "bug"),
    # values
    "messages": ("chat", "message_requests", "post", "prompts"),
    "stream": ("websocket", "ws", "sockets", "sse"),
    "page": ("html", "scripts", "assets", "static"),
    "address": ("ip", "ip_address", "source_ip"),
    "conversation": ("thread",),
    "chromium": ("chrome", "google_chrome", "msedge"),
    "ja": ("jp", "japanese", "ja_jp"),
    "en": ("english", "en_us", "en_gb"),
}
"""What people call a thing, by the name that it has here. One word may be meant for several: the fit one is chosen."""

MEANT: dict[str, tuple[str, ...]] = {}
for _name, _words in SYNONYMS.items():
    for _word in _words:
        MEANT[_word] = (*MEANT.get(_word, ()), _name)


def normal(word: str) -> str:
    """`Other-Network` → `other_network`."""
    return re.sub(r"[\s-]+", "_", word.strip().lower())


def meant(word: str, known: Iterable[str]) -> str:
    """The known name that somebody means by this word, or empty."""
    names = tuple(known)
    plain = normal(word)
    if plain in names:
        return plain
    for name in MEANT.get(plain, ()):
        if name in names:
            return name
    # a slip of the finger first; then a slip in one of the words for it
    close = difflib.get_close_matches(plain, names, n=1, cutoff=0.61)
    near = difflib.get_close_matches(plain, [one for one in MEANT if set(MEANT[one]) & set(names)], n=1, cutoff=0.8)
    if near and (not close or _ratio(plain, near[0]) > _ratio(plain, close[0])):
        return next(name for name in MEANT[near[0]] if name in names)
    return close[0] if close else ""


def surely_meant(word: str, known: Iterable[str]) -> str:
    """The known name that somebody means who writes this, where there is little doubt; else empty."""
    names = tuple(known)
    name = next((one for one in MEANT.get(normal(word), ()) if one in names), "")
    if name or word in HOMES:
        return name
    close = difflib.get_close_matches(normal(word), names, n=1, cutoff=0.8)
    return close[0] if close else ""


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, a list in brackets where several names stand in one value, or what there is."""
    words = sorted(known)
    parts = [part.strip() for part in word.split(",")]
    if len(parts) > 1 and all(meant(part, words) for part in parts if part):
        return f"write [{', '.join(meant(part, words) for part in parts if part)}]"
    if " " in word.strip() and set(word.split()) <= set(words):
        return f"write [{', '.join(word.split())}]"
    found = meant(word, words)
    if found:
        return f"did you mean {found!r}?"
    if len(words) > MANY:
        return "`chatfault list` has every name"
    return (f"write {words[0]}" if len(words) == 1 else f"there is {', '.join(words)}") if words else ""


MANY = 60
"""Names that nobody reads through in one line."""
TOP = ("title", "documents", "cause", "claims", "moment", "after", "locale", "browser", "person", "gateway", "faults")
HOMES: Mapping[str, str] = {
    **dict.fromkeys(
        [
            "title",
            "documents",
            "cause",
            "claims",
            "moment",
            "after",
            "locale",
            "browser",
            "person",
            "gateway",
            "faults",
            "expect",
            "known",
            "matrix",
        ],
        "at the top of the scenario: take its indentation away",
    ),
    **dict.fromkeys(
        ("recovers", "recovers_anyway", "does_not_recover"),
        "at the top of the scenario: take its indentation away",
    ),
    **dict.fromkeys(("message", "within", "draft", "partial", "offers", "countdown"), "under `expect:`"),
    **dict.fromkeys(
        ("network", "vpn", "prompt", "proxy", "release", "plan", "installed", "security"), "under `person:`"
    ),
    **dict.fromkeys(("timeout", "error_pages", "idle_timeout", "instances", "retries"), "under `gateway:`"),
    **dict.fromkeys(("at", "do", "lasts", "only", "on"), "in a fault, under `faults:`"),
    **dict.fromkeys(("issue", "until", "remedies"), "under `known:`"),
}
"""Where a key belongs that stands somewhere else."""


def unknown_key(key: str, known: Iterable[str]) -> str:
    """What to do about a key that a mapping doesn't have."""
    names = tuple(known)
    if key.startswith("x_"):
        return f"a key that only holds an anchor is written x-{key[2:]}"
    synonyms = [name for name in MEANT.get(normal(key), ()) if name in names]
    if key in HOMES and key not in names and not synonyms:
        return f"`{key}` belongs {HOMES[key]}"
    return suggestion(key, names)
