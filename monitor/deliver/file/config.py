"""What stands after ``file:`` in an item of ``deliver:``."""

from __future__ import annotations

from pydantic import ConfigDict, RootModel

from monitor.fields import FilePath


class FileTarget(RootModel[FilePath]):
    """The folder that the editions are written to. It is made when the first one is."""

    model_config = ConfigDict(frozen=True)
