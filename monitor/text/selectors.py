"""Selectors that a person writes: CSS, or XPath 1.0 where they begin with "/", "./", "../", "(" or "@"."""

from __future__ import annotations

from monitor.errors import as_clause


def xpath_of(selector: str) -> str:
    """The selector as XPath, relative to the element that it is looked for in. Raises ValueError."""
    written = selector.strip()
    if written.startswith(("/", "./", "../", "(", "@")) or written == ".":
        return f".{written}" if written.startswith("/") else written
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 - 10 ms; few lists hold selectors

    try:
        return str(HTMLTranslator().css_to_xpath(written, prefix="descendant-or-self::"))
    except SelectorError as error:
        raise ValueError(f"{written!r} is neither CSS nor XPath: {as_clause(error)}") from error


def check(selector: str) -> None:
    """Raises ValueError for what is neither CSS nor XPath."""
    from lxml.etree import XPath, XPathSyntaxError  # noqa: PLC0415 - 7 ms; few lists hold selectors

    try:
        XPath(xpath_of(selector))
    except XPathSyntaxError as error:
        raise ValueError(f"{selector!r} is no XPath: {as_clause(error)}") from error
