"""Headlines that a feed has changed above a report that an edition has shown: readers of the edition are told.

The page says so, too, as a rule, and is looked at. But it may fail for days, or stay as it was while the feed already
denies what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from monitor.feeds.identity import Decision
from monitor.pages.as_edited import as_edited
from monitor.pages.edits import differences
from monitor.store import articles, entries, page_edits
from monitor.text.likeness import in_pieces, share_of_shorter, words_of

_OF_ONE_MATTER = 0.4  # share of the words of the shorter headline; fewer in common are another report at its address


def is_retitled(decision: Decision) -> bool:
    """Whether a feed gives an entry that it has under the same id and address another headline on the same matter.

    With another date it may be the next report of a standing page, which is read.
    """
    if decision.verdict not in ("edited", "edited-lately") or decision.known is None or decision.moved:
        return False
    if "title" not in decision.changes or not decision.changes.isdisjoint(("feed", "date")):
        return False
    now, before = (in_pieces(words_of(each), each) for each in (decision.entry.title, decision.known.entry.title))
    return share_of_shorter(now, before) >= _OF_ONE_MATTER


def note_retitled(db: Connection, headlines: Mapping[int, str], now: datetime) -> None:
    """Stores the new headlines (by entry id) of reports that an edition or an alert has shown, each once."""
    made = entries.articles_of(db, headlines.keys())
    cited = articles.cited(db, sorted(set(made.values())))
    if not cited:
        return
    known = page_edits.of_articles(db, cited)
    shown = {each.id: as_edited(each, known.get(each.id, ())).title for each in articles.get(db, sorted(cited))}
    for entry, article in made.items():
        if article in shown:
            page_edits.add(db, article, differences((shown[article], ""), (headlines[entry], "")), now)
