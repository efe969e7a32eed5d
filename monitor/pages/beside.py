"""What stands beside the article on its page: other stories, comments, the foot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def is_beside(element: HtmlElement) -> bool:
    """Whether an element belongs to something beside the article: other stories, comments, the foot."""
    return is_inside(element, _BESIDE)


def is_inside(element: HtmlElement, marks: re.Pattern[str]) -> bool:
    """Whether an element or one around it has ``marks`` in its name, class or identifier."""
    return any(
        (OTHERS if _opens_article(each) else marks).search(f"{each.tag} {each.get('class')} {each.get('id')}")
        for each in (element, *element.iterancestors())
        if each.tag not in ("body", "html", "main", "article")
    )


def _opens_article(foot: HtmlElement) -> bool:
    """Whether a foot stands first in an article, below nothing but a title: so Drupal says who wrote it and when."""
    above = foot.getparent()
    if foot.tag != "footer" or above is None or above.tag != "article" or foot.getnext() is None:
        return False
    if OTHERS.search(above.get("class") or ""):  # a comment is an article, too
        return False
    return all(next(each.iter("a", "p"), None) is None for each in foot.itersiblings("*", preceding=True))


# What builds a page of widgets puts its article into one.
NO_BUILDER = r"(?<!elementor[-_])(?<!siteorigin[-_])"
# A layout "with-sidebar" holds the article.
OTHERS = re.compile(
    r"^(?:aside|nav|figure) |related|(?<!with)(?<!with[-_])(?<!has[-_])(?<!no[-_])sidebar|comment|recommend|latest"
    rf"|most-|{NO_BUILDER}widget|popular",
    re.IGNORECASE,
)
_BESIDE = re.compile(f"{OTHERS.pattern}|footer", re.IGNORECASE)
