"""What stands around a list: a menu, the foot, adverts; a list at the side, or one of what readers liked most. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.feeds.listing.other_lists import names_others
from monitor.feeds.listing.page_tree import HEADINGS, WHOLE, names_of, pieces, said
from monitor.languages import any_of
from monitor.text.fold import fold
from monitor.text.furniture import labels_an_advert

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LAYOUT = 0.7  # share of the page's text from which an element is its layout, whatever it is called
_LABEL = 40  # characters of a heading that says what kind of list follows
_LABELS = (*HEADINGS, "div", "span", "p", "header", "strong", "b", "legend", "caption")
_OUTSIDE = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|(?:main|top|side|mega|sub)?-?menu|menubar|footer|breadcrumbs?|social|share|sharing|"
    r"pagination|pager|paging|tag-?cloud|tags|keywords|comments?|cookies?|login|search-?form|langs?|languages?|"
    r"ads?|adverts?|advertisement|advertising|ad-?(?:slot|box|banner|unit|zone)|adsbygoogle|sponsor(?:ed|s)?|promoted|"
    r"banners?|outbrain|taboola|tabliq|yektanet|partners?|quick-?links?|useful-?links?|sitemap|toolbar|skip)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:(?:left|right)?-?side-?(?:col(?:umn)?|content|block)?|hot|"
    r"top-?(?:news|stories|viewed|read)|ticker|marquee|breaking|recommend\w*|suggest\w*|editors?-?(?:picks?|choice)|promos?|"
    r"you-?may|also|podcasts?|pop)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:aside|(?:left|right)?-?side-?bar|related|most-?\w*|popular|trending|archives?-?(?:list|widget)|"
    r"recent-?(?:comments|posts-widget)|calendar|poll|weather|newsletter|porbazdid)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_WITH_SIDE = re.compile(r"(?:with|has|no|without)[-_ ]?(?:left|right)?[-_ ]?side-?bar", re.IGNORECASE)
_ADVERT = ("a", "img", "iframe", "ins", "script", "object")  # in what holds the advert itself, and heads nothing
_OUTER = frozenset(("nav", "footer"))
_SIDE = frozenset(("aside",))
_NONE = frozenset[str]()
_ROLES = frozenset(("navigation", "contentinfo", "search", "menu", "menubar", "banner", "dialog"))


class Surroundings:
    """Answers for the blocks of one page, and looks at each element around them once."""

    def __init__(self, tree: HtmlElement) -> None:
        body = tree.find("body")
        self._body = tree if body is None else body
        self._length = max(1, _length(self._body))
        self._outside: dict[HtmlElement, bool] = {}
        self._beside: dict[HtmlElement, bool] = {}
        self._aside: dict[HtmlElement, bool] = {}

    def is_outside(self, block: HtmlElement) -> bool:
        """Whether a block belongs to a menu, the foot, adverts or such: no list of the page's articles is there."""
        for each in _around(block):
            if each not in self._outside:
                self._outside[each] = self._marked(each, _OUTSIDE, _OUTER) or each.get("role") in _ROLES
            if self._outside[each]:
                return True
        return False

    def is_advert(self, block: HtmlElement) -> bool:
        """Whether an item of a list is an advert, by its name, a label in it, or the relation of its link."""
        links = list(block.iter("a"))
        if any("sponsored" in (each.get("rel") or "").lower().split() for each in links):
            return True
        return self._marked(block, _OUTSIDE, _NONE) or any(map(labels_an_advert, pieces(block)))

    def is_beside(self, block: HtmlElement) -> bool:
        """Whether a block belongs to a list at the side, or one of what readers liked most; some sites call all so."""
        if self.is_aside(block):
            return True
        for each in _around(block):
            if each not in self._beside:
                self._beside[each] = self._marked(each, _BESIDE, _NONE)
            if self._beside[each]:
                return True
        return False

    def is_aside(self, block: HtmlElement) -> bool:
        """Whether a block surely belongs to such a list, which is never that of the page."""
        for each in _around(block):
            if each not in self._aside:
                by_role = each.get("role") == "complementary"
                self._aside[each] = self._marked(each, _ASIDE, _SIDE) or by_role or _heads_others(each)
            if self._aside[each]:
                return True
        return False

    def _marked(self, element: HtmlElement, names: re.Pattern[str], tags: frozenset[str]) -> bool:
        """By its name, class or identifier. What is around most of the page is its layout, and says nothing."""
        found = element.tag in tags or names.search(_WITH_SIDE.sub(" ", names_of(element)))
        return bool(found) and _length(element) <= _LAYOUT * self._length


def _around(block: HtmlElement) -> Iterator[HtmlElement]:
    return (each for each in (block, *block.iterancestors()) if each.tag not in WHOLE)


def _length(element: HtmlElement) -> int:
    return sum(map(len, element.itertext()))


@lru_cache(maxsize=1)
def _popular() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.popular))


def _heads(element: HtmlElement) -> bool:
    """Whether an element is a heading, and not a link to another page of the site, such as that of its tenders."""
    return element.tag in HEADINGS or next(element.iter(*HEADINGS, "a"), element).tag != "a"


def _heads_others(element: HtmlElement) -> bool:
    """Whether a heading right before or in an element says that what follows is no list of articles of the page.

    It is what readers liked most, an advert, or a list of something else: tenders, events.
    """
    inside = list(element)[:2]
    if inside and len(said(inside[0])) > _LABEL:  # the list of the page itself: what comes next heads another
        del inside[1:]
    for each in (element.getprevious(), *inside):
        if each is not None and each.tag in _LABELS and 0 < len(text := said(each)) <= _LABEL:
            if _popular().fullmatch(fold(text).strip(" :.-–»«")) or (names_others(text) and _heads(each)):
                return True
            if labels_an_advert(text) and next(each.iter(*_ADVERT), None) is None:
                return True
    return False
