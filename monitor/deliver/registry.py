"""Which channels there are: each package in this folder is one, and describes itself in its ``CHANNEL``.

The configuration is read from these descriptions at every start, so a package's ``__init__`` imports only its own
``config``. What sends is imported when a channel is built.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, RootModel

from monitor import deliver
from monitor.errors import ChannelError, as_clause
from monitor.model.frozen import frozen

if TYPE_CHECKING:
    import jinja2

    from monitor.deliver import Channel
    from monitor.deliver.judging_links import JudgingLinks
    from monitor.deliver.parcel import Parcel
    from monitor.deliver.smtp import SmtpSettings

Settings = TypeVar("Settings", bound=BaseModel)

_GUIDE = "docs/how-to/add-a-channel.md shows a whole one"


@frozen
class BuildContext:
    """What a channel may need besides its own settings.

    secret: (key, file, environment variable) → the secret, such as ``secret("webhook.secret", config.secret_file,
    config.secret_env)``; raises ConfigError when neither is given or it cannot be read. smtp: the mail server, read
    when called; raises ConfigError. environment: the templates, with those in the channel's own ``templates`` folder.
    judging: what makes the links of a mail with which a story is judged, None without a page that readers reach;
    raises ConfigError. unsubscribe: a mailto: or https: address, or "".
    """

    secret: Callable[[str, str | None, str | None], str]
    smtp: Callable[[], SmtpSettings]
    environment: jinja2.Environment
    judging: Callable[[], JudgingLinks | None] = lambda: None
    unsubscribe: str = ""


@frozen
class ChannelType(Generic[Settings]):
    """One kind of channel.

    name: of its folder, and its key in an item of ``deliver:``. config: the model of what stands after that key.
    build: makes the channels of one item; every `FilePath` in the settings it is given is absolute. needs_smtp: it
    works only where the configuration has an ``smtp:`` block. checks: key of a secret → what raises ValueError, with
    what to do, where it cannot work; `BuildContext.secret` then raises ConfigError. write: what the channel's own
    templates make of an edition, for one that has some; raises ConfigError where they fail.
    """

    name: str
    config: type[Settings]
    build: Callable[[Settings, BuildContext], Iterable[Channel]]
    needs_smtp: bool = False
    checks: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    write: Callable[[Parcel, jinja2.Environment], str] | None = None


@cache
def channel_types() -> Mapping[str, ChannelType[Any]]:
    """name → each channel in this folder, by name. Raises ChannelError for a folder that is none."""
    return {each.name: each for each in discover(deliver.__path__)}


def discover(path: Iterable[str]) -> Iterator[ChannelType[Any]]:
    """The channels in these folders, which are on the path of `monitor.deliver`. Raises ChannelError."""
    folders = list(path)
    for folder in folders:
        _refuse_plain_folders(Path(folder))
    for module in pkgutil.iter_modules(folders):
        if module.ispkg:
            yield _channel_in(module.name)


def template_folders() -> list[Path]:
    """The folders of the templates that channels bring along."""
    places = (importlib.import_module(f"{deliver.__name__}.{name}").__path__ for name in channel_types())
    folders = (Path(folder) / "templates" for place in places for folder in place)
    return [folder for folder in folders if folder.is_dir()]


def _refuse_plain_folders(folder: Path) -> None:
    """Without ``__init__.py`` Python skips a folder silently, and its channel would be missed only by its readers."""
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if place.is_dir() and any(place.glob("*.py")) and not (place / "__init__.py").exists():
            raise ChannelError(f"{place} has no __init__.py with a CHANNEL; {_GUIDE}")


def _channel_in(name: str) -> ChannelType[Any]:
    package = f"{deliver.__name__}.{name}"
    try:
        module = importlib.import_module(package)
    except ImportError as error:
        raise ChannelError(f"the channel {package} cannot be imported: {as_clause(error)}; {_GUIDE}") from error
    found = getattr(module, "CHANNEL", None)
    if not isinstance(found, ChannelType):
        raise ChannelError(f"{module.__file__} has no CHANNEL = ChannelType(...); {_GUIDE}")
    if found.name != name:
        raise ChannelError(
            f"{module.__file__} names its channel {found.name!r}; write {name!r}, as its folder is called"
        )
    if not (_is_strict(found.config) and callable(found.build)):
        text = "config must be a model made of monitor.fields.Strict (or a RootModel), and build a function"
        raise ChannelError(f"{module.__file__}: {text}; {_GUIDE}")
    if importlib.util.find_spec(f"{package}.send") is None:
        raise ChannelError(f"the channel {package} has no send.py, where its sending belongs; {_GUIDE}")
    return found


def _is_strict(model: object) -> bool:
    """Whether an unknown key in it is an error, as everywhere in the configuration."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return False
    return issubclass(model, RootModel) or model.model_config.get("extra") == "forbid"
