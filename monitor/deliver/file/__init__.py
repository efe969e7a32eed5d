"""The channel ``file: DIR``: a folder of editions with an index page and feeds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.deliver.file.config import FileTarget
from monitor.deliver.registry import BuildContext, ChannelType

if TYPE_CHECKING:
    from monitor.deliver.file.send import FileChannel


def build(config: FileTarget, context: BuildContext) -> Iterable[FileChannel]:
    """The folder, as one channel."""
    from monitor.deliver.file.send import FileChannel  # noqa: PLC0415 - 78 ms (Jinja and the words of a digest)

    return [FileChannel(Path(config.root), context.environment)]


CHANNEL = ChannelType("file", FileTarget, build)
