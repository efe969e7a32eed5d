"""The zones that digests are timed by are those of the locked tzdata package, whatever the system has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

ASK = (
    "import monitor, datetime, zoneinfo; "
    "print(datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo('Asia/Baghdad')).utcoffset())"
)


def test_an_older_system_is_not_asked(tmp_path: Path) -> None:
    """The system's file for Baghdad is that of Tokyo here, which nobody can mistake for an answer."""
    (tmp_path / "Asia").mkdir()
    with resources.as_file(resources.files("tzdata") / "zoneinfo" / "Asia" / "Tokyo") as tokyo:
        shutil.copy(tokyo, tmp_path / "Asia" / "Baghdad")
    environment = os.environ | {"PYTHONTZPATH": str(tmp_path)}
    plain = ASK.replace("import monitor, ", "import ")
    said = [
        subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True).stdout
        for ask in (plain, ASK)
    ]
    assert said == ["9:00:00\n", "3:00:00\n"]
