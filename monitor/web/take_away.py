"""What the page shows as a file: lists as CSV, JSON or Markdown, stories in the formats of other tools, too."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.errors import ExportError
from monitor.exports.records import Export
from monitor.exports.registry import formats
from monitor.model import Article, Report, Story
from monitor.render.plain import one_line
from monitor.stories.group.tables import load_tables
from monitor.stories.provenance import kept_provenance
from monitor.text.redact import shown_address
from monitor.web.request import PageRequest

MOST = 1000  # rows of a file
FORMATS = {"csv": "CSV", "json": "JSON", "md": "Markdown"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet computes
_SIGNS = re.compile(r"([\\`*_\[\]<>|#~])")
Value = str | int | float | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows of a list, at most `MOST`, each with the same columns. more: whether the list goes on."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]
    more: bool


def first_rows(name: str, columns: Sequence[str], rows: Sequence[Row]) -> Taken:
    """The first `MOST` of a list's rows."""
    return Taken(name, columns, rows[:MOST], len(rows) > MOST)


def of_stories() -> dict[str, str]:
    """name → title of the formats of stories that other tools read."""
    return {name: each.title for name, each in formats().items()}


def wanted(request: PageRequest, known: Mapping[str, str] = FORMATS) -> str:
    """The format of ``known`` that ``?as=`` asks for, "" for the page. Raises HTTPException 404 for any other."""
    found = request.query("as")
    if found and found not in known:
        raise HTTPException(404, f"there is no {found}; as= takes {', '.join(known)}")
    return found


def links(request: PageRequest, known: Mapping[str, str] = FORMATS) -> list[tuple[str, str]]:
    """(title of a format, its address) for what the page shows, below the first page."""
    asked = [(name, value) for name, value in request.http.query_params.multi_items() if name not in ("as", "page")]
    path = request.http.url.path.lstrip("/")
    return [(words, f"{path}?{urlencode([*asked, ('as', name)])}") for name, words in known.items()]


def answer(request: PageRequest, taken: Taken) -> Response:
    """The rows as a file of the format that is asked for. A header says where the list goes on."""
    wanted_ = wanted(request)
    text, media = _WRITE[wanted_](taken)
    headers = {"content-disposition": f'attachment; filename="{taken.name}-{request.now:%Y-%m-%d}.{wanted_}"'}
    if taken.more:
        headers["x-rows-left-out"] = f"the list goes on after {len(taken.rows)} rows"
    return Response(text, media_type=media, headers=headers)


def answer_export(request: PageRequest, export: Export, name: str, left_out: int = 0) -> Response:
    """The stories as a file of the format that is asked for. name: of the file, without its ending. left_out: stories
    beyond the limit, 0 for none. Raises HTTPException 501 where the format's library is missing.
    """
    found = formats()[request.query("as")]
    try:
        content = found.write(export)
    except ExportError as error:
        raise HTTPException(501, str(error)) from error
    headers = {"content-disposition": f'attachment; filename="{name}.{found.suffix}"'}
    if left_out:
        headers["x-rows-left-out"] = f"the list goes on after {len(export.stories)} stories"
    return Response(content, media_type=found.media, headers=headers)


STORY = ("story", "watch", "headline", "language", "score", "publishers", "first", "first_seen", "last_seen", "reports",
         "addresses")  # fmt: skip
ARTICLE = ("article", "title", "source", "publisher", "kind", "country", "language", "published", "fetched", "url",
           "watch", "verdict", "score", "story", "why")  # fmt: skip


def story_row(story: Story) -> Row:
    """A story as a row of `STORY`."""
    origins = kept_provenance(story.reports, load_tables())
    best = max(story.reports, key=lambda report: report.match.score)
    return {
        "story": story.id,
        "watch": story.watch,
        "headline": one_line(story.headline, 300),
        "language": best.article.language,
        "score": round(story.score, 4),
        "publishers": len(origins.publishers),
        "first": one_line(origins.first, 100),
        "first_seen": story.first_seen.isoformat(timespec="seconds"),
        "last_seen": story.last_seen.isoformat(timespec="seconds"),
        "reports": len(story.reports),
        "addresses": " ".join(shown_address(report.article.url) for report in story.reports),
    }


def _published(article: Article) -> str | None:
    """The day alone where no time of day is known: a table has no place for how exact a date is."""
    if article.day:
        return article.day.isoformat()
    return article.published.isoformat(timespec="seconds") if article.published else None


def article_row(
    article: Article, watch: str = "", verdict: str = "", score: float | None = None, story: int = 0, why: str = ""
) -> Row:
    """An article as a row of `ARTICLE`, with how one watch judged it."""
    return {
        "article": article.id,
        "title": one_line(article.title, 300),
        "source": one_line(article.source, 100),
        "publisher": one_line(article.publisher, 100),
        "kind": article.kind,
        "country": article.country,
        "language": article.language,
        "published": _published(article),
        "fetched": article.fetched.isoformat(timespec="seconds"),
        "url": shown_address(article.url),
        "watch": watch or None,
        "verdict": verdict or None,
        "score": None if score is None else round(score, 4),
        "story": story or None,
        "why": one_line(why, 300) or None,
    }


def answer_stories(request: PageRequest, found: Sequence[Story], more: bool) -> Response:
    """Stories, at most `MOST`, as a file with the columns of `STORY`. more: whether the list goes on."""
    return answer(request, Taken("stories", STORY, [story_row(each) for each in found], more))


def report_row(report: Report, story: int = 0) -> Row:
    """A report as a row of `ARTICLE`."""
    match = report.match
    return article_row(report.article, match.watch, match.verdict, match.score, story, match.receipt.line)


def _csv(taken: Taken) -> tuple[str, str]:
    file = io.StringIO()
    written = csv.DictWriter(file, taken.columns)
    written.writeheader()
    written.writerows({name: _cell(row[name]) for name in taken.columns} for row in taken.rows)
    # With the mark at its beginning spreadsheets read UTF-8 as such, Persian and Arabic above all.
    return "\ufeff" + file.getvalue(), "text/csv"


def _cell(value: Value) -> Value:
    """What strangers wrote is no formula (OWASP: CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.lstrip().startswith(_FORMULA) else value


def _json(taken: Taken) -> tuple[str, str]:
    return json.dumps({taken.name: list(taken.rows), "more": taken.more}, ensure_ascii=False), "application/json"


def _markdown(taken: Taken) -> tuple[str, str]:
    lines = [f"| {' | '.join(taken.columns)} |", f"|{' --- |' * len(taken.columns)}"]
    lines += [f"| {' | '.join(_escaped(row[name]) for name in taken.columns)} |" for row in taken.rows]
    if taken.more:
        lines += ["", f"The list goes on after these {len(taken.rows)} rows."]
    return "\n".join(lines) + "\n", "text/markdown"


def _escaped(value: Value) -> str:
    return "" if value is None else _SIGNS.sub(r"\\\1", " ".join(str(value).split()))


_WRITE: Mapping[str, Callable[[Taken], tuple[str, str]]] = {"csv": _csv, "json": _json, "md": _markdown}
