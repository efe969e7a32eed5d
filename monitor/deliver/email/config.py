"""What stands after ``email:`` in an item of ``deliver:``."""

from __future__ import annotations

from pydantic import Field

from monitor.fields import Address, Strict


class EmailTarget(Strict):
    """Each address gets a message of its own; nobody sees another's."""

    to: tuple[Address, ...] = Field(min_length=1)
