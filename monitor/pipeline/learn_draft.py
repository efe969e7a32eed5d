"""A watch that is not there yet: learned from pasted articles and addresses, and tried, before anything is written."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from monitor.config import Config
from monitor.config.watch import WatchConfig, is_address
from monitor.errors import SeedError
from monitor.fetch import Fetcher
from monitor.match.load import matcher_with
from monitor.match.ordinary_matches import ordinary_matches
from monitor.match.uncertain import Tried, around
from monitor.model.frozen import frozen
from monitor.pipeline.outlook import Outlook, over_archive
from monitor.pipeline.seed_pages import read_seed_pages
from monitor.store import Store
from monitor.text.fold import fold
from monitor.text.redact import shown_address
from monitor.topic.baseline import learn_profile
from monitor.topic.records import Profile, SeedArticle
from monitor.topic.seeds import seed_of_text
from monitor.topic.seedtext import words

ARCHIVE = timedelta(days=30)  # a watch is tried on the stored articles of so many days
NEWEST = 2000  # of them
_BETWEEN = re.compile(r"(?m)^[ \t]*(?:-{3,}|={3,}|\*{3,})[ \t]*$")  # a line that parts two pasted articles


@frozen
class Draft:
    """A watch to be. id: the name of its file. seeds: name of a file → the text of an article.

    refused: what cannot be learned from, with the reason.
    """

    id: str
    name: str
    seeds: dict[str, str]
    articles: tuple[SeedArticle, ...]
    refused: tuple[str, ...]


@frozen
class Learned:
    """What a draft learned and would find. ordinary: titles of shipped ordinary news that it would match.

    above, below: the stored articles nearest to the threshold that match and that do not.
    """

    draft: Draft
    profile: Profile
    threshold: float
    ordinary: tuple[str, ...]
    outlook: Outlook
    above: tuple[Tried, ...]
    below: tuple[Tried, ...]


def draft_of(
    name: str, pasted: str, addresses: Sequence[str], taken: Sequence[str], fetcher: Fetcher, now: datetime
) -> Draft:
    """The draft of what somebody gives; pages at the addresses are read. taken: ids of watches.

    pasted: articles, with a line of three dashes between two of them. Raises SeedError where nothing can be used.
    """
    given = {f"seed-{number}.txt": text for number, text in enumerate(_articles(pasted), 1)}
    called = {file: f"article {number}" for number, file in enumerate(given, 1)}
    refused = [f"{shown_address(each)}: no whole address, such as https://example.org/a" for each in addresses
               if not is_address(each)]  # fmt: skip
    asked = list(dict.fromkeys(filter(is_address, addresses)))
    if asked:
        fetched, failed = read_seed_pages(fetcher, asked, now)
        read = {f"page-{asked.index(address) + 1}.txt": address for address in fetched}
        given |= {file: fetched[address] for file, address in read.items()}
        called |= {file: shown_address(address) for file, address in read.items()}
        refused += [f"{shown_address(address)}: {reason}" for address, reason in failed.items()]
    articles: list[SeedArticle] = []
    for file, text in list(given.items()):
        seed = seed_of_text(Path(file), text)
        if words(seed.text):
            articles.append(seed)
        else:
            refused.append(f"{called[file]}: no sentence of it reads like an article")
            del given[file]
    if not articles:
        raise SeedError("; ".join(refused) or "there is nothing to learn from; paste an article, or give its address")
    return Draft(file_name(name, taken), name, given, tuple(articles), tuple(refused))


def _articles(pasted: str) -> list[str]:
    return [f"{each.strip()}\n" for each in _BETWEEN.split(pasted.replace("\r\n", "\n")) if each.strip()]


def file_name(name: str, taken: Sequence[str]) -> str:
    """A name for the file of a watch called ``name``: Latin letters and digits, none that is ``taken``."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40].strip("-") or "watch"
    numbered = (plain if count == 1 else f"{plain}-{count}" for count in range(1, len(taken) + 3))
    return next(each for each in numbered if each not in taken)


def learn_draft(config: Config, store: Store, draft: Draft, now: datetime, go_on: Callable[[], bool]) -> Learned:
    """What the draft learns, and what it would have found among the stored articles; nothing is written.

    go_on: called while it is tried, which ends where that returns False. Raises ConfigError.
    """
    watch = WatchConfig(name=draft.name, seeds=(f"{draft.id}/seeds",))
    wider = dataclasses.replace(config, watches={**config.watches, draft.id: watch})
    profile = learn_profile(wider, draft.id, draft.articles)
    matcher = matcher_with(wider, draft.id, profile)
    outlook = over_archive(store, draft.id, matcher, now - ARCHIVE, most=NEWEST, go_on=go_on)
    threshold = matcher.topic.weights.threshold
    above, below = around(outlook.tried, threshold)
    ordinary = tuple(each.title for each in ordinary_matches(matcher))
    return Learned(draft, profile, threshold, ordinary, outlook, above, below)
