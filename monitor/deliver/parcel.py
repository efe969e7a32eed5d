"""What every channel is given."""

from __future__ import annotations

import re
from datetime import datetime

from monitor.model import Edition, RenderedEdition
from monitor.model.frozen import frozen


@frozen
class Parcel:
    """One edition for one recipient. date: when it was first handed out, the same on a retry.

    resend: sent again on purpose, and the message says so. page_url: the edition on the service's page, or "".
    """

    edition: Edition
    rendered: RenderedEdition
    recipient: str
    message_id: str
    date: datetime
    resend: bool = False
    page_url: str = ""


def safe_name(name: str) -> str:
    """``name`` as one part of a path or an address on any system: "2026-11-21T07:00" is "2026-11-21T07-00"."""
    safe = re.sub(r"[^\w.+-]+", "-", name).strip(".-")[:80]
    return safe or "unnamed"
