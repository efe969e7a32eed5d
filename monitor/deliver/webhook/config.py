"""What stands after ``webhook:`` in an item of ``deliver:``."""

from __future__ import annotations

from pydantic import Field

from monitor.fields import FilePath, Strict


class WebhookTarget(Strict):
    """An HTTP POST of the edition, signed with the secret in ``secret_file`` or the environment."""

    url: str = Field(pattern=r"^https?://")
    secret_file: FilePath | None = None
    secret_env: str | None = None
