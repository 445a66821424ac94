"""The faults: one table per kind of place, and which places are of which kind."""

from __future__ import annotations

from harness.faults.account import ACCOUNT
from harness.faults.base import Kind
from harness.faults.browser import BROWSER
from harness.faults.client import CLIENT_SERVER
from harness.faults.device import DEVICE
from harness.faults.gateway import EDGE, FIREWALL, GATEWAY, PROXY
from harness.faults.link import LINK
from harness.faults.network import NETWORK
from harness.faults.service import SERVICE
from harness.values.situation import LINKS, NETWORKS

FAULTS: dict[str, dict[str, Kind]] = {
    "browser": BROWSER,
    "device": DEVICE,
    **dict.fromkeys(LINKS, LINK),
    **dict.fromkeys(NETWORKS, NETWORK),
    "office": {**NETWORK, "refuse_upgrade": FIREWALL},
    "proxy": {**LINK, "refuse_upgrade": PROXY},
    "edge": EDGE,
    "client_server": CLIENT_SERVER,
    "gateway": GATEWAY,
    "service": SERVICE,
    "account": ACCOUNT,
}
