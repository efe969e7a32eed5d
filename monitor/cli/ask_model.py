"""Asks the model that is configured for a word, for `monitor check`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from monitor.config import Config
from monitor.config.service import is_loopback
from monitor.digest.settings import server_settings
from monitor.errors import ModelError
from monitor.retell.answer import verified
from monitor.retell.check import Source, Yardstick
from monitor.retell.facts import comparable
from monitor.retell.question import Question, messages_of
from monitor.retell.server import ModelServer
from monitor.stories.group.tables import load_tables
from monitor.text.language import primary
from monitor.text.language_names import language_name

_SENTENCE = "The harbour office of Nordvik opened 3 new berths on Monday, its director said."


def notes_on_model(config: Config) -> Iterator[str]:
    """Notes on a model that is valid and probably not intended."""
    model = config.service.model
    if model is None:
        return
    host = urlsplit(model.url).hostname or ""
    if not is_loopback(host):
        yield f"model: sentences of articles are sent to {host}; they stay on this machine with a server at 127.0.0.1"
    for digest in config.service.digests:
        code = (digest.read_first or (digest.locale,))[0]
        if primary(code) not in comparable():
            known = ", ".join(sorted(comparable()))
            yield (
                f"model: digest '{digest.name}' is read in {language_name(primary(code) or code)}, in which sentences "
                f"cannot be compared, so the model is not asked for it; 'reads:' may begin with one of {known}"
            )


def try_model(config: Config) -> str:
    """Asks the model to retell a sentence; what came of it. Raises ModelError, or ConfigError for its key."""
    model = config.service.model
    if model is None:
        raise ModelError("no model: block in monitor.yaml; docs/how-to/use-a-model.md has one to copy", "refused")
    settings = server_settings(config, model)
    question = Question("en", (Source("s1", _SENTENCE, "en", 0),), (), summary=True)
    content = asyncio.run(ModelServer(settings).ask(messages_of(question), settings.timeout))
    outcome = verified(content, question, Yardstick("en", load_tables()))
    if outcome.kept:
        return f"model {model.name}: it answers, and keeps to what it is given"
    why = ", ".join(outcome.dropped) or "it said nothing"
    return f"model {model.name}: it answers, but nothing of it could be shown ({why}); a larger model may do better"
