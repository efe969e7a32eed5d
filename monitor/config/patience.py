"""How long somebody else may be waited for, as it stands in the files."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from monitor.fields import Duration


def _bounded(value: timedelta) -> timedelta:
    """How long somebody else may be waited for. Raises ValueError for less than a moment, or hours."""
    if not timedelta(seconds=0.1) <= value <= timedelta(minutes=10):
        raise ValueError("somebody else is waited for between 0.1s and 10m; write such a duration")
    return value


Patience = Annotated[Duration, AfterValidator(_bounded)]
