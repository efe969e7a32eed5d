"""What stands after ``webhook:`` in an item of ``deliver:``."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from monitor.fields import FilePath, Strict, check_line, check_web_address


def signing_key(secret: str) -> bytes:
    """What signs: "whsec_" and base64 stand for bytes, any other line for itself. Raises ValueError."""
    coded = check_line(secret).removeprefix("whsec_")
    if coded == secret:
        return secret.encode()
    try:
        return base64.b64decode(coded, validate=True)
    except binascii.Error as error:
        raise ValueError("it starts with whsec_ but the rest is not base64; copy it whole") from error


def check_signing(secret: str) -> str:
    """A secret that can sign. Raises ValueError."""
    signing_key(secret)
    return secret


def _check_given(url: str | None) -> str | None:
    return url if url is None else check_web_address(url)


class WebhookTarget(Strict):
    """An HTTP POST of the edition, signed with the secret in ``secret_file`` or the environment.

    The address stands in ``url``, or, as many hold a secret, in ``url_file`` or the environment's ``url_env``.
    """

    url: Annotated[str | None, Field(pattern=r"^https?://"), AfterValidator(_check_given)] = None
    url_file: FilePath | None = None
    url_env: str | None = None
    secret_file: FilePath | None = None
    secret_env: str | None = None

    @model_validator(mode="after")
    def _one_address(self) -> WebhookTarget:
        if bool(self.url) == bool(self.url_file or self.url_env):
            raise ValueError("a webhook needs one of url: https://..., url_file: PATH or url_env: NAME")
        return self
