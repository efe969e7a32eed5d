"""Renders an edition as subject, HTML and text. Pure, given a loaded jinja2 environment.

The HTML of the mail stays under 100 KB, because Gmail clips a message at 102 KB. What is listed is cut step by step
until it fits: sources first, then quotes, then stories to headlines, each time with "and N more". Where something was
cut, the whole edition is rendered too, as ``RenderedEdition.page``. The text is whole up to 200 KB. Of the stories that
are headlines even there 2,000 are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import css_inline
import jinja2
import nh3

from monitor.model import Edition, RenderedEdition
from monitor.render.build_views import JUDGE, Limits, Place, build_page
from monitor.render.edition_views import EditionView
from monitor.render.fill import fill
from monitor.render.words import Words

MAX_HTML = 100_000  # bytes, UTF-8
KEY = 150  # bytes that a mail adds to the address where a story is judged
MAX_TEXT = 200_000  # bytes, UTF-8
MOST_HEADLINES = 2000  # on the page of a whole edition; sanitising it takes 25 MB for each MB of it
# From the most to the least that is listed; the first that fits is used.
LEVELS = (
    Limits(sources=8, quotes=3, more=40, near=10, feeds=15),
    Limits(sources=5, quotes=2, more=30, near=8, feeds=10),
    Limits(sources=3, quotes=1, more=20, near=5, feeds=8, clip=300),
    Limits(stories=20, sources=2, quotes=1, more=20, near=5, feeds=5, clip=200),
    Limits(stories=10, sources=2, quotes=1, more=20, near=5, feeds=5, clip=200),
    Limits(stories=5, sources=1, quotes=1, more=10, near=3, feeds=3, clip=160),
    Limits(stories=1, sources=1, quotes=0, more=5, near=1, feeds=1, clip=100),
)
# Templates are a person's own and their values come from strangers, so the result is sanitised by a list of what is
# allowed. Images are not on it: a remote one would report every reader to its server.
_TAGS = {
    *("a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code", "div", "em"),
    *(
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "header",
        "hr",
        "i",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
    ),
    *(
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
    ),
    *("tr", "u", "ul"),
}
_EVERYWHERE = {"style", "class", "id", "dir", "lang", "role", "title", "align", "valign", "width", "height"}
_ATTRIBUTES = {
    "*": _EVERYWHERE | {"bgcolor", "aria-label", "aria-hidden", "aria-labelledby"},
    "a": {"href"},
    "table": {"cellpadding", "cellspacing", "border"},
    "td": {"colspan", "rowspan", "scope"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "ol": {"start"},
}
_BODY = re.compile(r"(<body\b[^>]*>)(.*)(</body>)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """How to render. locale: of dates and numbers. languages: that the readers read, in order; () for the locale's.

    base_url: address of the service's page, "" for none. private_links: articles on private addresses may be linked
    (``http.allow_private_addresses``).
    """

    locale: str = "en"
    languages: tuple[str, ...] = ()
    base_url: str = ""
    private_links: bool = False


def render(
    edition: Edition,
    environment: jinja2.Environment,
    *,
    css: str,
    settings: RenderSettings | None = None,
) -> RenderedEdition:
    """The edition as subject, HTML and text, the same for every recipient.

    environment: with the templates ``digest.html`` and ``digest.txt`` (see `monitor.render.templates`). css: it is
    inlined into the HTML; its at-rules stay in a style element. Raises ConfigError with the template's file and line
    when one fails.
    """
    settings = settings or RenderSettings()
    words = Words(edition, settings.locale, settings.languages)
    place = Place(settings.base_url, settings.private_links)
    whole = build_page(edition, words, place, Limits(more=MOST_HEADLINES))
    view, html = _fitting(_views(edition, words, place, whole), environment, css, words)
    text = _text(environment, whole, words)
    return RenderedEdition(
        subject=view.subject,
        html=html,
        text=text if len(text.encode()) < MAX_TEXT else _text(environment, view, words),
        page=_html(environment, whole, css, words) if view.cut else "",
    )


def _views(edition: Edition, words: Words, place: Place, whole: EditionView) -> Iterator[EditionView]:
    """Views of the edition, each listing less than the one before."""
    for limits in LEVELS:
        view = build_page(edition, words, place, limits)
        yield view if view == whole else replace(view, cut=True)


def _fitting(
    views: Iterator[EditionView], environment: jinja2.Environment, css: str, words: Words
) -> tuple[EditionView, str]:
    """The first view whose HTML is small enough, or the last: a person's template alone may be too large."""
    for view in views:
        html = _html(environment, view, css, words)
        if len(html.encode()) + KEY * html.count(f"/{JUDGE}/") < MAX_HTML:
            break
    return view, html


def _html(environment: jinja2.Environment, view: EditionView, css: str, words: Words) -> str:
    page = fill(environment, "digest.html", page=view, say=words.say, several=words.several, number=words.number)
    # Mail readers drop style elements, so the rules stand at each element; what only a style element can hold stays.
    inliner = css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False, extra_css=css
    )
    return _sanitised(_squeezed(inliner.inline(page)))


def _sanitised(page: str) -> str:
    """The body without what the lists above do not allow: scripts, forms, images, and links but web and mail."""
    # Only the body: the sanitiser knows fragments, and would remove the document around it.
    found = _BODY.search(page)
    if not found:
        return nh3.clean(page, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    body = nh3.clean(
        found[2],
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return page[: found.start(2)] + body + page[found.end(2) :]


def _squeezed(page: str) -> str:
    """The page without the white space between lines that templates leave: it counts towards the limit too."""
    return re.sub(r"\n\s+", "\n", page).strip() + "\n"


def _text(environment: jinja2.Environment, view: EditionView, words: Words) -> str:
    text = fill(environment, "digest.txt", page=view, say=words.say, several=words.several, number=words.number)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
