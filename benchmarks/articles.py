"""Labelled articles for the benchmarks: the project's own, and the development sets where they lie beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from monitor.config import load_config
from monitor.match import Matcher
from monitor.match.weights import find_weights
from monitor.model import Document
from monitor.topic.baseline import learn_profile
from monitor.topic.build import build_topic, model_kind
from monitor.topic.namesakes import namesakes_of
from monitor.topic.records import SeedArticle, Weights
from monitor.topic.seed_places import find_sources
from monitor.topic.seed_sources import read_sources
from monitor.topic.vocabulary import load_vocabulary

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "config"
OWN = ROOT / "tests" / "data" / "relevance.jsonl"
HEADLINES = ROOT / "tests" / "data" / "headlines.jsonl"  # bare headlines and one-sentence items
KINDS = ROOT / "tests" / "data" / "kinds.jsonl"  # kinds of news that were once misread, and what looks like them
EVAL = ROOT.parent / "shared" / "eval"
WATCH = "iran-iraq-defense"


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled article. label: 2 main topic, 1 a substantial part, 0 not, None background (presumed not)."""

    document: Document
    label: int | None
    reason: str
    outlet: str
    quarter: str  # "2019Q2", or "" without a date
    edge: bool  # two readers differed; left out of figures and fits
    own: bool  # written for the project

    @property
    def relevant(self) -> bool:
        return (self.label or 0) >= 1


def own_rows(path: Path = OWN) -> list[Row]:
    """The articles written for the project; with HEADLINES its bare headlines, with KINDS those of hard kinds."""
    return list(labelled_rows(path, own=True))


def development_rows(language: str) -> list[Row]:
    """A development set ("en", "fa", "ar"); empty where the folder is not there."""
    path = EVAL / f"relevance-{language}-dev.jsonl"
    return list(labelled_rows(path, own=False, language=language)) if path.is_file() else []


def labelled_rows(path: Path, own: bool, language: str | None = None) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            document = Document(row["id"], row["title"] or "", row["text"], row.get("language") or language)
            outlet = str(row.get("source") or row.get("dataset") or "")
            edge = bool(row.get("edge"))
            yield Row(document, row["label"], row["reason"] or "", outlet, _quarter(row.get("date")), edge, own)


def _quarter(text: str | None) -> str:
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return ""
    return f"{day.year}Q{(day.month + 2) // 3}"


def seeds_in(folder: Path) -> tuple[SeedArticle, ...]:
    """The seed articles of a folder."""
    return read_sources(find_sources((folder,), (), folder)).articles


def shipped_matcher(weights: Weights | None = None, *, every_feature: bool = False) -> Matcher:
    """The shipped watch, learned from its seeds. every_feature: for fitting."""
    config = load_config(CONFIG)
    watch = config.watches[WATCH]
    profile = learn_profile(config, WATCH, seeds_in(ROOT / "seed_corpus"))
    weights = weights or find_weights(WATCH, model_kind(watch, profile), CONFIG)
    vocabulary = load_vocabulary(config)
    topic = build_topic(WATCH, watch, profile, vocabulary, weights)
    return Matcher(replace(topic, namesakes=namesakes_of(vocabulary.entities)), every_feature=every_feature)
