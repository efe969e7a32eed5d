"""What stands after ``chat:`` in an item of ``deliver:``."""

from __future__ import annotations

from monitor.fields import FilePath, Strict


class ChatTarget(Strict):
    """Apprise service addresses, one a line, in a file or the environment: they hold secrets."""

    urls_file: FilePath | None = None
    urls_env: str | None = None
