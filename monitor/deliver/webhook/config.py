"""What stands after ``webhook:`` in an item of ``deliver:``."""

from __future__ import annotations

from pydantic import Field, model_validator

from monitor.fields import FilePath, Strict


class WebhookTarget(Strict):
    """An HTTP POST of the edition, signed with the secret in ``secret_file`` or the environment.

    The address stands in ``url``, or, as many hold a secret, in ``url_file`` or the environment's ``url_env``.
    """

    url: str | None = Field(default=None, pattern=r"^https?://")
    url_file: FilePath | None = None
    url_env: str | None = None
    secret_file: FilePath | None = None
    secret_env: str | None = None

    @model_validator(mode="after")
    def _one_address(self) -> WebhookTarget:
        if bool(self.url) == bool(self.url_file or self.url_env):
            raise ValueError("a webhook needs one of url: https://..., url_file: PATH or url_env: NAME")
        return self
