"""The other side of each channel, for the tests of what every channel has to hold (tests/test_channels.py).

A module here is named as its channel and has ``far_end(folder)``: an asynchronous context manager that yields a
`FarEnd`. The folder is empty, for files that the settings name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import jinja2

from monitor.deliver.registry import template_folders
from monitor.deliver.smtp import SmtpSettings
from monitor.render.templates import load_templates


@cache
def environment() -> jinja2.Environment:
    """The shipped templates, those of the channels among them."""
    return load_templates(more=template_folders()).environment


@dataclass(frozen=True)
class FarEnd:
    """What a channel talks to.

    settings: what stands after the channel's name in an item of ``deliver:``. received: all that has arrived, an item
    a message or file. refuse: permanent → makes the other side refuse everything from now on, so that a retry cannot
    help (True) or can (False); with only those of the two that it can do. secrets: words that may stand in no log,
    in no message and not in the ledger. smtp: the mail server of the configuration.
    """

    settings: object
    received: Callable[[], list[bytes]]
    refuse: Mapping[bool, Callable[[], object]]
    secrets: tuple[str, ...] = ()
    smtp: SmtpSettings | None = None
