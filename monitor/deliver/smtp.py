"""How the service reaches its mail server: the ``smtp:`` block of monitor.yaml, with its password read."""

from __future__ import annotations

from typing import Literal

from monitor.model.frozen import frozen


@frozen
class SmtpSettings:
    """How to reach the mail server.

    starttls: "auto" encrypts when the server offers it, "always" insists, "never" does not. tls: encrypted from
    the start (port 465). timeout: seconds for each step. sender: "Name <address>". ca_file: certificates to
    trust besides the system's. A certificate is verified except with starttls "auto" and no user name, where
    any encryption is better than none (RFC 7435).
    """

    host: str = "localhost"
    port: int = 25
    starttls: Literal["auto", "always", "never"] = "auto"
    tls: bool = False
    username: str = ""
    password: str = ""
    timeout: float = 60.0
    sender: str = "monitor@localhost"
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"SmtpSettings({self.host}:{self.port}, user {self.username or 'none'})"  # no password in a log
