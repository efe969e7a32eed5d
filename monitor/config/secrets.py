"""Secrets that a configuration names and does not hold: each is read from a file or the environment when needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from monitor.config import Config
from monitor.config.secret_sources import read_secret
from monitor.config.yaml import read_yaml, yaml_paths
from monitor.errors import ConfigError, Problem
from monitor.fields import check_line

MIN_TOKEN = 16  # characters of the page's token: a shorter one could be guessed over the wire


def secret(config: Config, what: str, file: str | None, variable: str | None, check: Callable[[str], str] = str) -> str:
    """A secret from ``file`` or the environment's ``variable``.

    what: its name in messages, such as "smtp.password" for ``password_file`` and ``password_env`` of ``smtp:``.
    check: raises ValueError, with what to do, for a secret that cannot work.
    Raises ConfigError when neither is given, it cannot be read or cannot work.
    """
    try:
        found = read_secret(config.path, what, file, variable)
    except ValueError as error:
        raise _fault(config, what, file, variable, str(error)) from error
    try:
        return check(found)
    except ValueError as error:
        raise _fault(config, what, file, variable, f"{what}: {error}") from error


def web_token(config: Config) -> str:
    """The token of the page, "" without one. Raises ConfigError when it cannot be read or is too short to be safe."""
    web = config.service.web
    return _token(config, "web.token", web.token_file, web.token_env) if web else ""


def reading_token(config: Config) -> str:
    """The token with which the page is read and not changed, "" without one. Raises ConfigError, as `web_token` does,
    and where it is the same."""
    web = config.service.web
    if web is None:
        return ""
    token = _token(config, "web.reading_token", web.reading_token_file, web.reading_token_env)
    if token and token == web_token(config):
        said = "web.reading_token: it is the token that changes things; make another one for readers"
        raise _fault(config, "web.reading_token", web.reading_token_file, web.reading_token_env, said)
    return token


def _token(config: Config, what: str, file: str | None, variable: str | None) -> str:
    if not (file or variable):
        return ""
    return secret(config, what, file, variable, _check_token)


def _check_token(token: str) -> str:
    """It is sent in a header of HTTP, where nothing but ASCII arrives as it was written."""
    random = "random ones, as `openssl rand -hex 16` prints them"
    if not check_line(token).isascii():
        raise ValueError(f"only ASCII letters, digits and signs reach a page unchanged; use {random}")
    if len(token) < MIN_TOKEN:
        raise ValueError(f"{len(token)} characters are too few; use at least {MIN_TOKEN} {random}")
    return token


def _fault(config: Config, what: str, file: str | None, variable: str | None, text: str) -> ConfigError:
    """A problem at the line that names the secret: of monitor.yaml, or of the watch whose alert needs it."""
    key = f"{what.rpartition('.')[2]}_{'env' if variable else 'file'}"
    wanted = variable or str(config.path(file or ""))
    service = config.folder / "monitor.yaml"
    for path in (service, *yaml_paths(config.folder / "watches")):
        beside = path.parent.relative_to(config.folder)
        with suppress(ConfigError):  # a file that was broken meanwhile says nothing
            written = read_yaml(path)
            for where, value in written.places(key):
                if wanted in (value, str(config.path(str(beside / Path(str(value)).expanduser())))):
                    return ConfigError((written.problem(where, text),))
    return ConfigError((Problem(str(service), 0, text),))
