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
        marks.search(f"{each.tag} {each.get('class')} {each.get('id')}")
        for each in (element, *element.iterancestors())
        if each.tag not in ("body", "html", "main", "article")
    )


# What builds a page of widgets puts its article into one.
NO_BUILDER = r"(?<!elementor[-_])(?<!siteorigin[-_])"
# A layout "with-sidebar" holds the article.
OTHERS = re.compile(
    r"^(?:aside|nav|figure) |related|(?<!with)(?<!with[-_])(?<!has[-_])(?<!no[-_])sidebar|comment|recommend|latest"
    rf"|most-|{NO_BUILDER}widget|popular",
    re.IGNORECASE,
)
_BESIDE = re.compile(f"{OTHERS.pattern}|footer", re.IGNORECASE)
