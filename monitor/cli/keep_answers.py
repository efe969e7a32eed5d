"""Answers of a person about articles, kept as marks of the store or in a file of labels, so that nobody asks again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from monitor.cli.correct import person
from monitor.model import Document
from monitor.pipeline import decide
from monitor.pipeline.outlook import stored_documents
from monitor.store import Store, marks
from monitor.store.subjects import stories_of
from monitor.topic.baseline import write_whole

Answers = Sequence[tuple[Document, bool]]


def mark_all(store: Store, watch: str, answers: Answers) -> None:
    """Keeps answers as marks; the next poll judges these articles again."""
    with store.write(stories_of(watch)) as db:
        who = person()
        for relevant in (True, False):
            if its := [int(document.id) for document, said in answers if said == relevant]:
                decide.mark(db, watch, its, who, relevant=relevant, unjudged=True)


def mark_stored(store: Store, watch: str, answers: Answers) -> int:
    """Keeps as marks those answers that are about an article of the store which has no mark yet; how many they are."""
    with store.read() as db:
        marked = {str(article.id) for article, _ in marks.of_watch(db, watch)}
    given = {each.id: each for each, _ in answers if each.id.isdecimal() and each.id not in marked}
    there = {each.id for each in stored_documents(store, list(given)) if each.title == given[each.id].title}
    kept = [(document, said) for document, said in answers if document.id in there]
    if kept:
        mark_all(store, watch, kept)
    return len(there)


def labelled_row(document: Document, label: bool | None) -> dict[str, Any]:
    """A line of a file that `monitor learn --refit` reads; a label of None is for a person to fill in."""
    return {
        "label": None if label is None else int(label),
        "id": document.id,
        "title": document.title,
        "text": document.text,
        "language": document.language,
        "url": document.url,
    }


def add_to_file(path: Path, answers: Answers) -> None:
    """Adds answers to a file of labels, which is written whole."""
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    lines = (json.dumps(labelled_row(document, said), ensure_ascii=False) for document, said in answers)
    write_whole(path, before + "".join(f"{line}\n" for line in lines))
