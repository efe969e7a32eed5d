"""Reads the shipped reports of ordinary news: what a watch of another topic should leave alone.

They were written for this project about invented people and firms, and copied from nobody. They cover what a day's news
of the world holds, evenly by field, in the languages that are shipped. So they show how broad a watch is before there
are any stored articles to try it on.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources

from monitor.model import Document


@lru_cache(maxsize=1)
def ordinary_news() -> tuple[Document, ...]:
    """The reports of ``monitor/data/ordinary_news.jsonl``, in its order."""
    text = (resources.files("monitor") / "data" / "ordinary_news.jsonl").read_text("utf-8")
    # By "\n" alone: str.splitlines would also break a line at a separator that JSON allows within a text.
    rows = (json.loads(line) for line in text.split("\n") if line)
    return tuple(Document(row["id"], row["title"], row["text"], row["language"]) for row in rows)
