"""What the tests share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.config import packaged_folder
from tests.newsroom import Newsroom

SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true, timeout: 5s}
digests:
  - name: daily
    schedule: "0 7 * * *"
    timezone: Asia/Baghdad
    deliver: [{file: ../var/digests}]
"""
WATCH = """\
name: Iran–Iraq defence cooperation
seeds: SEEDS
sides:
  iran: {entities: iran, terms: [Tehran]}
  iraq: {entities: iraq, terms: [Baghdad]}
"""


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as room:
        yield room


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., Path]:
    """Writes a configuration with these feeds; returns its folder."""

    def write(*urls: str, service: str = SERVICE) -> Path:
        folder = tmp_path / "config"
        (folder / "watches").mkdir(parents=True, exist_ok=True)
        (folder / "monitor.yaml").write_text(service, encoding="utf-8")
        feeds = "".join(f"  - {{url: '{url}', name: Feed {i}, language: en}}\n" for i, url in enumerate(urls, 1))
        (folder / "feeds.yaml").write_text("feeds:\n" + feeds, encoding="utf-8")
        shipped = packaged_folder() / "config" / "watches" / "iran-iraq-defense"
        shutil.copytree(shipped, folder / "watches" / shipped.name, dirs_exist_ok=True)  # as learned: it takes a second
        watch = WATCH.replace("SEEDS", str(packaged_folder() / "seed_corpus"))
        (folder / "watches" / "iran-iraq-defense.yaml").write_text(watch, encoding="utf-8")
        return folder

    return write
