"""The faults: one table per kind of place, and which places are of which kind."""

from __future__ import annotations

from harness.faults.base import Kind
from harness.faults.gateway import GATEWAY, REFUSE_UPGRADE
from harness.faults.link import LINK
from harness.faults.service import ACCOUNT, SERVICE
from harness.model import LINKS

FAULTS: dict[str, dict[str, Kind]] = {
    **dict.fromkeys(LINKS, LINK),
    "office": {**LINK, "refuse_upgrade": REFUSE_UPGRADE},
    "gateway": GATEWAY,
    "service": SERVICE,
    "account": ACCOUNT,
}
