"""Cuts from a page what belongs to other stories: hidden blocks, the next article, links to other pages, captions.

The article is what belongs to its headline. Every rule leaves the page as it is where it would take most of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from itertools import chain, islice
from typing import TYPE_CHECKING

from monitor.pages.announced import announced
from monitor.pages.boxes import cut_below_rules, cut_boxes, words_in
from monitor.pages.cards import clickable_cards, rows_of_cards
from monitor.pages.columns import cut_side_columns
from monitor.pages.dated_stories import begins_anew, is_dated_anew
from monitor.pages.joiners import with_joiners
from monitor.pages.marked_blocks import (
    WHOLE,
    Texts,
    cut_collapsed,
    cut_forms,
    cut_marked,
    drop,
    text_length,
    text_of,
    words_apart,
)
from monitor.pages.own_links import leads_to_a_story, plain_links_within
from monitor.pages.prompts import cut_prompts
from monitor.pages.readers import cut_comments
from monitor.pages.sentences import is_long_title, is_sentence
from monitor.pages.stamps import is_stamp
from monitor.pages.teasers import teasers as teasers_below
from monitor.text.fold import fold
from monitor.text.furniture import announces_a_story

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SAME_HEADLINE = 0.6  # share of a heading's words in the page's title from which it is the headline
_LISTED = 3  # words of a headline by which a feed lists a page, so that a line that says them is that headline
_MOST_WRITTEN = 400  # characters of such a line
_LINES = ("h4", "h5", "div", "span", "p", "td", "b", "strong", "font", "big")
_WRITTEN = 5  # words of a bold line from which it may be the headline of a page without headings
_MORE = 1.8  # times as many words that such a line has at most
_BEFORE = 120  # characters that may stand in a story above its headline: a section, a date
_ENOUGH = 40  # characters of text that must be left where lines of links are cut
_TEASER = 400  # characters of a story, apart from links, below which it is a teaser
_AT_MOST = 500  # headings, or links, that are looked at: more are no article

_HEADINGS = ("h1", "h2", "h3")
_LABEL_WORDS = 6  # before a colon; more are a sentence
_LINE = frozenset(("p", "li", "td", "div", "h2", "h3", "h4", "h5", "h6", "blockquote", "dd", "section"))
_OWN_NAME = re.compile(r"\s(?:[-–—|»]|::)\s")  # before what a site calls itself


def find_headline(tree: HtmlElement, title: str) -> HtmlElement | None:
    """The heading that says what ``title`` says, None where no heading does."""
    title = with_joiners(title)
    wanted = words_in(title)
    best, most = None, 0.0
    for heading in _headings(tree):
        own = words_in(words_apart(heading))
        common = len(own & wanted)
        if not own or common < _SAME_HEADLINE * len(own) or common < 0.5 * len(wanted):
            continue
        share = common / len(own | wanted) + (0.01 if heading.tag == "h1" else 0)
        if share > most:
            best, most = heading, share
    return best if best is not None else _written_headline(tree, title)


def headline_of(tree: HtmlElement, said: str, whole: str, listed: str) -> tuple[HtmlElement | None, str]:
    """The element with the page's headline, None where it is not known, and the title.

    said: what the page is said to be called, "" if nothing. whole: its title with the name of its site. listed: what
    its feed calls it: some pages have the name of the site alone as their title, and no headings.
    """
    titles = (said, whole) if said.count(" ") >= _LISTED - 1 else (whole, said)  # "News" is the name of a section
    for title in dict.fromkeys(filter(None, titles)):
        if (found := find_headline(tree, title)) is not None:
            shown = words_apart(found)
            return found, said if title == said and not _is_with_a_name(said, shown) else shown
    if (found := _listed_headline(tree, listed)) is not None:
        return found, words_apart(found)
    return None, said


def _is_with_a_name(said: str, shown: str) -> bool:
    """Whether what a page is said to be called is the headline that it shows, with the name of its site behind it."""
    begins = shown.count(" ") >= _LISTED - 1 and with_joiners(said).startswith(shown)
    return begins and _OWN_NAME.match(with_joiners(said)[len(shown) :]) is not None


def _listed_headline(tree: HtmlElement, listed: str) -> HtmlElement | None:
    """The first line, in whatever element, that says just what the feed calls the article, and leads nowhere."""
    wanted = _squeezed(fold(listed))
    if listed.count(" ") < _LISTED - 1:
        return None
    for each in chain.from_iterable(body.iter(*_HEADINGS, *_LINES) for body in tree.iter("body")):
        written = " ".join(filter(None, (each.text, *(child.tail for child in each)))) if len(each) else each.text or ""
        says = len(written) < _MOST_WRITTEN and _squeezed(fold(with_joiners(written))) == wanted
        if says and next(each.iterancestors("a", "nav", "li", "header"), None) is None:
            return each
    return None


def _written_headline(tree: HtmlElement, title: str) -> HtmlElement | None:
    """The first bold or large line that says just what ``title`` or a part of it says: older pages have no headings."""
    wanted = [words for part in _OWN_NAME.split(title) if len(words := part.split()) >= _WRITTEN]
    if not wanted:
        return None
    lines = [
        each for each in tree.iter("b", "strong", "font", "big") if next(each.iterancestors("a", "nav"), None) is None
    ]
    said = [words_apart(each).split() for each in islice(lines, _AT_MOST)]
    exact = next((line for line, words in zip(lines, said, strict=False) if words in wanted), None)
    if exact is not None:
        return exact
    near = (line for line, words in zip(lines, said, strict=False) if any(_says_more(words, part) for part in wanted))
    return next(near, None)


def _says_more(words: list[str], title: list[str]) -> bool:
    """Whether a line has all words of a title and few others: a title leaves out where it was."""
    return len(title) <= len(words) < _MORE * len(title) and set(title) <= set(words)


def cut_other_stories(tree: HtmlElement, headline: HtmlElement | None, url: str) -> list[HtmlElement]:
    """Take out of ``tree`` what is hidden, a caption, or another story than the one under ``headline``.

    ``url``: the page's address.

    Gives the blocks that name other stories, none within another. They are left for `drop_blocks` to take out:
    without them the extractor would take a page for another kind of page.
    """
    around = {headline, *headline.iterancestors()} if headline is not None else set()
    plain_links_within(tree, url)
    cut_collapsed(tree, around)
    cut_marked(tree, around)
    teasers: list[HtmlElement] = []
    if headline is not None:
        cut_forms(tree, around)
        cut_side_columns(headline)
        cut_comments(headline, around)
        cut_prompts(headline, around, url)
        teasers = _cut_next_stories(tree, headline, around, url)
        cut_boxes(tree, around)
        cut_below_rules(tree, around)
    said = Texts()
    links = _link_lines(tree, around, url, said)
    below = [*teasers_below(tree, headline, around, set(links), url, said)]
    cards = [*clickable_cards(tree, around), *rows_of_cards(tree, headline, around, url, said)]
    return _outermost([*teasers, *links, *below, *cards, *announced(tree, around, set(links))])


def _outermost(blocks: list[HtmlElement]) -> list[HtmlElement]:
    """The blocks, each once, without those within another of them: of a menu the whole, and not its hundred lines."""
    found = dict.fromkeys(blocks)
    return [block for block in found if found.keys().isdisjoint(block.iterancestors())]


def lines_of(blocks: Iterable[HtmlElement], lines: Set[str]) -> set[str]:
    """Those of ``lines`` that are lines of text in ``blocks``. Spaces do not count: there are none between blocks."""
    if not lines:
        return set()
    wanted = {_squeezed(line): line for line in lines}
    # Asked first: a menu has hundreds of lines, and an article has none of them.
    near = (block for block in blocks if any(map(_squeezed(text_of(block)).__contains__, wanted)))
    found = (_squeezed(text_of(part)) for block in near for part in block.iter("article", "a", *_LINE))
    return {wanted[text] for text in found if text in wanted}


def _squeezed(text: str) -> str:
    return "".join(text.split())


def drop_blocks(blocks: Iterable[HtmlElement]) -> None:
    """Take ``blocks`` out of their page; the text after each stays."""
    for block in blocks:
        drop(block)


# The next story


def _cut_next_stories(
    tree: HtmlElement, headline: HtmlElement, around: set[HtmlElement], url: str
) -> list[HtmlElement]:
    """Cut stories with a headline of their own: pages append the next one as the reader goes on. Gives the teasers."""
    teasers = []
    for heading in list(_headings(tree)):
        if heading in around or words_in(words_apart(heading)) == words_in(words_apart(headline)):
            continue
        dated = is_dated_anew(heading, headline)
        if not dated and not _is_headline(heading, headline, url):
            continue
        story = _story_of(heading, around)
        if not dated and story is not None and text_length(story) - sum(map(text_length, story.iter("a"))) < _TEASER:
            teasers.append(story)
        elif story is not None:
            drop(story)
        elif begins_anew(heading) and (dated or (heading.tag == headline.tag and _follows(heading, headline))):
            _cut_onward(heading)
    return teasers


def _is_headline(heading: HtmlElement, headline: HtmlElement, url: str) -> bool:
    """Whether a heading names another story and not a section of this one."""
    text = words_apart(heading)
    if not is_long_title(text):
        return False
    same = heading.tag == headline.tag and heading.get("class") == headline.get("class")
    return same or _leads_elsewhere(heading, url) or _opens_article(heading, headline)


def _opens_article(heading: HtmlElement, headline: HtmlElement) -> bool:
    """Whether a heading stands in an article of its own, beside that of the headline."""
    own = next(headline.iterancestors("article"), None)
    other = next(heading.iterancestors("article"), None)
    return own is not None and other is not None and own is not other and own not in other.iterancestors()


def _leads_elsewhere(heading: HtmlElement, url: str) -> bool:
    links = [*heading.iter("a")]
    parent = heading.getparent()
    if parent is not None and parent.tag == "a":
        links.append(parent)
    return any(leads_to_a_story(link, url) for link in links)


def _story_of(heading: HtmlElement, around: set[HtmlElement]) -> HtmlElement | None:
    """The greatest block that begins with ``heading`` and holds nothing of the other headline's surroundings."""
    story = None
    for block in heading.iterancestors():
        if block in around or block.tag in WHOLE or _is_text_before(block, heading):
            break
        if block.tag not in ("header", "hgroup", "a") or block.getparent() in around:
            story = block
    return story if story is not None and story.getnext() is not heading else None


def _is_text_before(block: HtmlElement, heading: HtmlElement) -> bool:
    """Whether more stands in ``block`` above ``heading`` than a section or a date: the story began before it."""
    length = len((block.text or "").strip())
    for each in block.iterdescendants():
        if each is heading or length > _BEFORE:
            break
        length += len((each.text or "").strip()) if isinstance(each.tag, str) and each.tag != "script" else 0
        if each.tag == "p" and is_sentence(words_apart(each)):
            return True
    return length > _BEFORE


def _follows(heading: HtmlElement, headline: HtmlElement) -> bool:
    return any(each is headline for each in heading.itersiblings(headline.tag, preceding=True))


def _cut_onward(heading: HtmlElement) -> None:
    for each in [*heading.itersiblings()]:
        drop(each)
    drop(heading)


def _headings(tree: HtmlElement) -> Iterator[HtmlElement]:
    for number, heading in enumerate(tree.iter(*_HEADINGS)):
        if number == _AT_MOST:
            return
        yield heading


# Links to other pages


def _link_lines(tree: HtmlElement, around: set[HtmlElement], url: str, said: Texts) -> list[HtmlElement]:
    """The lines that are nothing but links, with the words that announce them."""
    linked: dict[HtmlElement, int] = defaultdict(int)
    for link in tree.iter("a"):
        if (link.get("href") or "#")[0] == "#":
            continue
        line = link if _is_block(link, url) else link.getparent()
        while line is not link and line is not None and line.tag not in _LINE:
            line = line.getparent()
        if line is not None:
            linked[line] += len(said[link])
    near = ((line, length) for line, length in linked.items() if length and line not in around)
    only_links = [line for line, length in near if _is_only_links(line, length, said[line])]
    if not only_links or _text_outside(tree, linked) < _ENOUGH:
        return []
    return [*_with_whole_lists(only_links, around)]


def _is_block(link: HtmlElement, url: str) -> bool:
    """Whether a link to another story stands between paragraphs, as a block of its own."""
    neighbours = [each for each in (link.getprevious(), link.getnext()) if each is not None]
    before = neighbours[0].tail if link.getprevious() is not None else link.getparent().text
    return (
        bool(neighbours)
        and all(each.tag in _LINE for each in neighbours)
        and not f"{before or ''}{link.tail or ''}".strip()
        and is_long_title(words_apart(link))
        and leads_to_a_story(link, url)
    )


def _with_whole_lists(lines: list[HtmlElement], around: set[HtmlElement]) -> Iterator[HtmlElement]:
    """``lines``, and around a list of nothing but links the block that it fills, with its title."""
    cut = set(lines)
    for line in lines:
        block = line.getparent()
        if line.tag == "li" and block is not None and all(each in cut for each in block if each.tag == "li"):
            yield _filled_block(block, around)
            cut.difference_update(block)  # once for a list
        else:
            yield line


def _filled_block(links: HtmlElement, around: set[HtmlElement]) -> HtmlElement:
    length, block = text_length(links), links
    for outer in links.iterancestors():
        if outer.tag in WHOLE or outer in around or text_length(outer) > 1.5 * length + 30:
            break
        block = outer
    return block


def _is_only_links(line: HtmlElement, linked: int, text: str) -> bool:
    if linked >= 0.9 * len(text):
        return True
    if linked <= 0.4 * len(text):
        return False
    if not any(map(str.isalnum, _beside_links(line, text))):
        return True  # tags with commas between them
    return announces_a_story(text) or _is_labelled_headline(line, text) or _is_dated_headline(line, text)


def _beside_links(line: HtmlElement, text: str) -> str:
    for link in line.iter("a"):
        text = text.replace(words_apart(link), "", 1)
    return text


def _is_dated_headline(line: HtmlElement, text: str) -> bool:
    """Whether a line is a link as long as a headline, and its day."""
    links = [words_apart(each) for each in line.iter("a")]
    day = text.replace(links[0], " ").strip() if len(links) == 1 and is_long_title(links[0]) else ""
    return any(map(str.isdigit, day)) and is_stamp(day)


def _is_labelled_headline(line: HtmlElement, text: str) -> bool:
    """Whether a line is a few words, and then a link as long as a headline: "In case you missed it: …".

    A colon ends the label, or a line end where all of it is bold.
    """
    links = [each for each in line.iter("a") if text_length(each)]
    label, ends, rest = text.partition(":") if ":" in text else text.partition("：")
    if not ends and len(links) == 1 and line.find("br") is not None:
        bold = next(line.iter("b", "strong"), None)
        label = words_apart(bold) if bold is not None else ""
        ends, rest = label, text.removeprefix(label) if label else ""
    return (
        line.tag in ("p", "div")
        and len(links) == 1
        and bool(ends)
        and label.count(" ") < _LABEL_WORDS
        and not any(map(str.isdigit, label))
        and words_apart(links[0]) == rest.strip()
        and is_long_title(rest.strip())
    )


def _text_outside(tree: HtmlElement, linked: dict[HtmlElement, int]) -> int:
    """Characters of text that is no link, as far as it is worth counting: of paragraphs first, which mostly do."""
    length = 0
    for each in chain(tree.iter("p"), tree.iter("li", "td", "blockquote", "div")):
        if each.tag != "div":
            length += text_length(each) - linked.get(each, 0)
        else:
            length += len((each.text or "").strip()) + sum(len((child.tail or "").strip()) for child in each)
        if length >= _ENOUGH:
            break
    return length
