"""A configuration that polls a list of feeds, for a load harness:  python benchmarks/poll_setup.py STATE URLS

URLS: a file with one address a line. Then time:  monitor --config STATE/config poll
Articles older than a minute are stored without their pages (max_age: 1m), so that a first poll measures feeds alone.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true}
max_age: 1m
"""


def main() -> None:
    write_setup(Path(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8").split())


def write_setup(state: Path, urls: list[str], service: str = SERVICE) -> None:
    """Writes the configuration to ``state``."""
    top = Path(__file__).parents[1]
    shutil.copytree(top / "config", state / "config", dirs_exist_ok=True)
    shutil.copytree(top / "seed_corpus", state / "seed_corpus", dirs_exist_ok=True)
    (state / "config" / "monitor.yaml").write_text(service, encoding="utf-8")
    feeds = "".join(f"  - url: {url}\n" for url in urls)
    (state / "config" / "feeds.yaml").write_text("feeds:\n" + feeds, encoding="utf-8")


if __name__ == "__main__":
    main()
