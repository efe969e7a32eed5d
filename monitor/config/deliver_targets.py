"""Where an edition or an alert goes: `- file: DIR`, `- email: {to: [...]}`, `- webhook: {url: ...}`, `- chat: ...`."""

from __future__ import annotations

from pydantic import Field, model_validator

from monitor.fields import Address, Strict


class EmailTarget(Strict):
    """Each address gets a message of its own; nobody sees another's."""

    to: tuple[Address, ...] = Field(min_length=1)


class WebhookTarget(Strict):
    """An HTTP POST of the edition, signed with the secret in ``secret_file`` or the environment."""

    url: str = Field(pattern=r"^https?://")
    secret_file: str | None = None
    secret_env: str | None = None


class ChatTarget(Strict):
    """Apprise service addresses, one a line, in a file or the environment: they hold secrets."""

    urls_file: str | None = None
    urls_env: str | None = None


class Target(Strict):
    """Exactly one channel an item of the list."""

    file: str | None = None
    email: EmailTarget | None = None
    webhook: WebhookTarget | None = None
    chat: ChatTarget | None = None

    @model_validator(mode="after")
    def _one_channel(self) -> Target:
        given = [name for name in ("file", "email", "webhook", "chat") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("name one channel an item: file, email, webhook or chat; start a new '- ' item for each")
        return self
