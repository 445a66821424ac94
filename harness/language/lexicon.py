"""What the words of a scenario mean, one sentence each: keys, places, moments, scopes, classes of traffic."""

from __future__ import annotations

PLACES: dict[str, str] = {
    "browser": "the person's browser, and what it has kept",
    "device": "security software between the browser and the network",
    "uplink": "the device's own link to whatever network it is in",
    "phone_uplink": "the link of the person's phone, which only remedies on a phone use",
    "proxy": "a company's proxy that the browser is set to use (person: {proxy: company})",
    "wifi": "the network at home, where a person is unless the scenario says otherwise",
    "mobile": "mobile data (person: {network: mobile})",
    "office": "a company's network with its firewall (person: {network: office})",
    "vpn_a": "the VPN's exit in region A (person: {vpn: a})",
    "vpn_b": "the VPN's exit in region B (person: {vpn: b})",
    "gateway": "Envoy, the gateway before the service",
    "service_link": "the link between the gateway and the service",
    "provider_link": "the link to another provider, which only the remedy other_service uses",
    "service": "the chat service itself, for everybody or for a part of them",
    "account": "this person's account at the service",
    "edge": "the gateway in front of a client's own server, where it has one",
    "client_link": "the link to a client's own server, or to the host of its page",
    "client_server": "a client's own server, or the host of its page",
}
MOMENTS: dict[str, str] = {
    "open": "the fault is there before the person opens the page",
    "send": "the page is open, and the fault begins before the person sends a message",
    "mid_answer": "the fault begins while an answer arrives, after `after` pieces of it",
    "download": "the person asks for a file, and the fault begins before they download it",
}
SCOPES: dict[str, str] = {
    "account": "this person's account only",
    "session": "the present session: who logs in anew is free of it",
    "address": "the address that the person comes from: another network or VPN exit is free of it",
    "network": "the network that the person is in",
    "conversation": "the present conversation: a new chat is free of it",
    "prompt": "long prompts only (with person: {prompt: long} and on: messages)",
    "entrance": "the web page only: the app and the API are free of it",
}
TRAFFIC: dict[str, str] = {
    "page": "the page and its scripts",
    "login": "logging in",
    "me": "who is logged in, asked when the page opens",
    "history": "the conversation so far, asked when the page opens",
    "messages": "sending a message",
    "stream": "the WebSocket on which answers come",
    "answers": "asking whether an answer has come meanwhile",
    "files": "downloading a file",
    "status": "the status page",
    "api": "the API that programs use",
}
TOP: dict[str, str] = {
    "title": "What breaks, and when, in one sentence.",
    "documents": "The documented failures that this is one of: F1 to F14.",
    "cause": "The documented causes: C1 to C17.",
    "claims": "Claims of the documents that a run of this tests: K1 to K9.",
    "moment": "When the fault begins.",
    "after": "At mid_answer: after how many pieces of the answer (default 4); a piece is some three words.",
    "person": "Where the person stands and what they have.",
    "locale": "The page's language (default en).",
    "browser": "The person's browser (default chromium).",
    "gateway": "How the gateway is set up.",
    "faults": "What breaks: a list, even of one fault; [{at: service, do: none}] for nothing.",
    "expect": "What the person must be shown.",
    "recovers": "Remedies after which it works, where it doesn't after their control.",
    "recovers_anyway": "Remedies after which it works, and after their control too: they were not needed.",
    "does_not_recover": "Remedies after which it is still broken.",
    "known": "An expected failure: where it is tracked, and until when it is accepted.",
    "matrix": "Axes and their values: one scenario for each combination; `${axis}` stands for the value.",
}
EXPECT: dict[str, str] = {
    "message": "A message's name in the client's profile, the text itself, `none` for no error, or `any`.",
    "within": "How soon it is shown, on the page's clock (default 10s); by what a machine is slow is added.",
    "draft": "`kept`: what was typed is still in the composer.",
    "partial": "`kept`: what came of the answer is still there.",
    "offers": "Controls that stand beside the message.",
    "countdown": "Whether the page counts down the wait that the reply asked for.",
}
PERSON: dict[str, str] = {
    "network": "The network they are in (default wifi).",
    "vpn": "The VPN exit that they use (default none).",
    "prompt": "`long`: they send a long prompt.",
    "proxy": "`company`: their browser goes through the company's proxy.",
    "release": "`old`: their browser is out of date.",
    "plan": "Their plan at the service (default free).",
    "installed": "How many extensions their browser has.",
    "security": "`on`: their device has security software.",
}
GATEWAY: dict[str, str] = {
    "error_pages": "`plain`: the gateway's own words; `branded`: the operator's pages (default plain).",
    "timeout": "How long it waits for the service, in real time (default 2s).",
    "idle_timeout": "After how long it ends a stream on which nothing comes (default never).",
    "retries": "How often it asks the service again by itself where no reply had begun, or a 5xx (default never).",
    "instances": "How many instances of the service it leads to (default 1). `down` at service_link loses one of two.",
}
KNOWN: dict[str, str] = {
    "issue": "Where the failure is tracked.",
    "until": "The last day on which it is accepted: 2027-01-31.",
    "fails": "The check that finds it, or a part of its sentence; whatever else fails is new.",
    "remedies": "The remedies and controls that fail (default all).",
}
FAULT: dict[str, str] = {
    "at": "The place that breaks.",
    "do": "What breaks there.",
    "lasts": "How long: a duration (45s, 15m), a count (1 connection; at the service 1 request), or forever (default).",
    "after": "When it begins: so long after the moment (30s), or as another one ends (wifi.down); else at the moment.",
    "only": "The part of the traffic with a property that a remedy can change.",
    "on": "The classes of traffic that it touches (default all).",
}
RUNBOOK: dict[str, str] = {
    "title": "Whose order this is.",
    "runbook": "The document whose order it is (S0 to S3), or `own`.",
    "steps": "Remedies in the order in which they are tried, until one helps.",
    "against": "Scenarios of the folder above in which they are tried; of a matrix the first.",
}
CONSTRUCTS: dict[str, str] = {
    "by": "The axis that chooses: `{by: AXIS, VALUE: …, else: …}` may stand for any value or list of the scenario.",
    "else": "What is chosen for the axis's other values; an empty list leaves the key out.",
    "x-": "A key that begins with x- holds a YAML anchor (&name), and means nothing by itself.",
}
VALUES: dict[str, tuple[str, str]] = {
    "forever": ("lasts", "Without an end, as when `lasts` is left out."),
    "kept": ("draft` and `partial", "What was typed, or came of the answer, is still there."),
    "own": ("runbook", "An order of one's own, and no document's."),
    "free": ("plan", "The plan that nobody pays for (default)."),
    "paid": ("plan", "A plan that has priority under load."),
    "plain": ("error_pages", "The gateway's own words (default)."),
    "branded": ("error_pages", "The operator's pages in their place."),
    "chromium": ("browser", "The browser that a scenario has without `browser:`."),
    "firefox": ("browser", "The other browser; it has no extensions here."),
    "en": ("locale", "The page in English (default)."),
    "ja": ("locale", "The page in Japanese."),
}
"""Values that are words of their own: the key that they are written for, and what they say."""
EXAMPLES: dict[str, str] = {
    "title": "title: The answer stops half-way",
    "documents": "documents: [F1, F8]",
    "cause": "cause: C15",
    "claims": "claims: [K1, K5]",
    "moment": "moment: send",
    "after": "moment: mid_answer\nafter: 5",
    "person": "person: {network: office, vpn: a}",
    "locale": "locale: ja",
    "browser": "browser: firefox",
    "gateway": "gateway: {timeout: 500ms, error_pages: branded}",
    "faults": (
        "faults:\n  - {at: wifi, do: down, lasts: 20s}\n  - {at: service_link, do: down, after: wifi.down, lasts: 2m}"
    ),
    "lasts": "faults: [{at: uplink, do: down, lasts: 45s}]",
    "only": "faults: [{at: service, do: status, status: 500, only: conversation}]",
    "on": "faults: [{at: service, do: status, status: 500, on: [messages, stream]}]",
    "expect": "expect: {message: any, within: 3s, draft: kept, offers: [retry]}",
    "recovers": "recovers: [{wait: 1m}, switch_network]",
    "recovers_anyway": "recovers_anyway: [reload]",
    "does_not_recover": "does_not_recover: [reload, {wait: 10s}]",
    "known": 'known: {issue: "#12", until: 2027-01-31, fails: draft, remedies: [reload]}',
    "matrix": 'matrix: {outage: [1m, 15m]}\nfaults: [{at: uplink, do: down, lasts: "${outage}"}]',
    "by": (
        'matrix: {outage: [1m, 15m]}\nfaults: [{at: uplink, do: down, lasts: "${outage}"}]\n'
        "recovers:\n  by: outage\n  1m: [{wait: 2m}]\n  else: [{wait: 30m}]"
    ),
    "x-": "x-outage: &outage {at: uplink, do: down, lasts: 45s}\nfaults: [*outage]",
}
"""How a key may be written, for those whose shape a sentence doesn't show."""
EXAMPLES["else"] = EXAMPLES["by"]
