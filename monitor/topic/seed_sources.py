"""Which seeds of a watch can be used, and what they hold.

An address is read once, by `monitor learn`. Its text is kept in a file beside the profile, so that learning again needs
no network and gives the same profile; removing the file has the address read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor.errors import SeedError
from monitor.pages.extract import ExtractedPage
from monitor.text.fold import fold
from monitor.text.redact import shown_address
from monitor.text.sanitize import one_line
from monitor.topic.records import SeedArticle
from monitor.topic.seed_places import SeedSources
from monitor.topic.seeds import read_seed, seed_of_text


@dataclass(frozen=True, slots=True)
class Seeds:
    """What can be learned from. refused: what cannot, with the reason and what to do, a sentence each."""

    articles: tuple[SeedArticle, ...]
    refused: tuple[str, ...]


def read_sources(
    sources: SeedSources, fetched: Mapping[str, str] | None = None, failed: Mapping[str, str] | None = None
) -> Seeds:
    """Every seed that can be used. fetched: address → its text, which is not kept yet; failed: address → the reason.

    Raises SeedError where there is none.
    """
    fetched, failed = fetched or {}, failed or {}
    articles: list[tuple[Path, SeedArticle]] = []
    refused: list[str] = []
    for path in sources.paths():
        try:
            articles.append((path, read_seed(path)))
        except SeedError as error:
            refused.append(str(error))
    for address in sources.unread():
        if address in fetched:
            path = sources.kept_at(address)
            articles.append((path, seed_of_text(path, fetched[address])))
        else:
            refused.append(f"{shown_address(address)}: {failed.get(address, 'not read yet; run `monitor learn`')}")
    if not articles:
        raise SeedError("\n".join(refused))
    return Seeds(tuple(_once(list(_named_apart(articles)))), tuple(refused))


def _once(seeds: Sequence[SeedArticle]) -> list[SeedArticle]:
    """Each article once, however many files hold it: copies would count as more reports than there are."""
    first: dict[str, SeedArticle] = {}
    for seed in seeds:
        if (known := first.setdefault(fold(seed.text), seed)) is not seed:
            copies = (*known.left_out, (seed.name, "the same article in another file, which counts once"))
            first[fold(seed.text)] = replace(known, left_out=copies)
    return list(first.values())


def _named_apart(articles: Sequence[tuple[Path, SeedArticle]]) -> Iterator[SeedArticle]:
    """The seeds, with as many folders before a name as tell it from the others: a profile counts by names."""
    paths = [path for path, _ in articles]
    for path, seed in articles:
        depth = 1
        while depth < len(path.parts) and sum(other.parts[-depth:] == path.parts[-depth:] for other in paths) > 1:
            depth += 1
        yield replace(seed, name="/".join(path.parts[-depth:]))


def text_of_page(page: ExtractedPage, address: str, read: datetime) -> str:
    """What is kept of a page: its article, under lines that say what it is and where it is from."""
    day = page.published.date().isoformat() if page.published else ""
    asked = shown_address(address)
    lines = {
        "title": page.title,
        "date": day,
        "language": page.language or "",
        "url": page.canonical_url or asked,
        "x-read-from": asked,
        "x-read": read.isoformat(timespec="seconds"),
    }
    head = "\n".join(f"{name}: {one_line(value, 2000)}" for name, value in lines.items() if value)
    return f"{head}\n\n{page.text.replace(chr(10), chr(10) * 2)}\n"
