"""``model:`` in monitor.yaml: a language model that the operator runs, which summarises and translates."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from monitor.config.patience import Patience
from monitor.fields import Strict, check_web_address

_PATH = "/chat/completions"


def _base(url: str) -> str:
    """The address before the path that the protocol adds. Raises ValueError."""
    return check_web_address(url).rstrip("/").removesuffix(_PATH)


class ModelConfig(Strict):
    """A server that speaks the protocol of OpenAI's chat completions. It is asked for nothing where this is left out.

    url: up to "/v1". name: of the model, as the server calls it. stories: of an edition about which it is asked at
    most. characters: of articles that one question holds at most. timeout: for one answer; within: for all answers of
    one round of editions, which are sent without what has not come by then.
    """

    url: Annotated[str, Field(pattern=r"^https?://"), AfterValidator(_base)]
    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    key_file: str | None = None
    key_env: str | None = None
    summary: bool = True
    translate: bool = True
    stories: int = Field(default=10, ge=1, le=100)
    characters: int = Field(default=6000, ge=500, le=100_000)
    timeout: Patience = timedelta(seconds=60)
    within: Patience = timedelta(minutes=2)

    @model_validator(mode="after")
    def _something_to_do(self) -> ModelConfig:
        if not (self.summary or self.translate):
            raise ValueError("summary: false and translate: false leave it nothing to do; remove the block")
        return self

    @property
    def has_key(self) -> bool:
        """Whether the server asks for a key."""
        return bool(self.key_file or self.key_env)

    @property
    def address(self) -> str:
        """Where questions are posted."""
        return self.url + _PATH
