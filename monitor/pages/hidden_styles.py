"""Blocks that the style sheet inside a page hides: text for search engines, stories that wait for a script. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.pages.marked_blocks import HIDING_STYLE

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LIMIT = 300_000  # characters of styles that are read
_MOST = 400  # names that are looked for
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CONDITIONAL = re.compile(r"@(?:media|supports|keyframes)[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NAME = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
_ALONE = re.compile(r"[a-z]*[.#]-?[A-Za-z_][\w-]*", re.IGNORECASE)
_SHOWING = re.compile(r"display\s*:\s*(?!none)|visibility\s*:\s*visible")


def mark_hidden(tree: HtmlElement) -> None:
    """Give the attribute `hidden` to the blocks that a rule for their class or id alone hides.

    What another rule shows again opens at a click, as the rest of an article may.
    """
    styles = "\n".join(style.text or "" for style in tree.iter("style"))[:_LIMIT]
    names = _hidden_names(styles) if _RULE.search(styles) else set()
    if not names:
        return
    classes = {name[1:] for name in names if name[0] == "."}
    for element in tree.xpath("//body//*[@class or @id]"):
        hidden = f"#{element.get('id')}" in names or not classes.isdisjoint((element.get("class") or "").split())
        if hidden and element.tag not in ("input", "img"):
            element.set("hidden", "")


def _hidden_names(styles: str) -> set[str]:
    """Classes (".x") and ids ("#x") that are hidden wherever they stand, and that no rule shows."""
    hidden: set[str] = set()
    shown: set[str] = set()
    for selectors, written in _RULE.findall(_CONDITIONAL.sub("", _COMMENT.sub("", styles))):
        declarations = written.lower()
        if HIDING_STYLE.search(declarations):
            alone = (each.strip() for each in selectors.split(","))
            hidden.update(each[each.find("." if "." in each else "#") :] for each in alone if _ALONE.fullmatch(each))
        elif _SHOWING.search(declarations):
            shown.update(found[0] for found in _NAME.finditer(selectors))
        if len(hidden) > _MOST:
            return set()
    return hidden - shown
