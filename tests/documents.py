"""The documentation as data for its tests: pages, blocks of code with their marks, links, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"<!-- (run|file: (?P<file>\S+)) -->\n\Z")
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code. kind: the word after the fence. run: marked as an example that the tests run.

    file: where a reader saves it, "" for an example that stands for itself.
    """

    page: Path
    kind: str
    text: str
    run: bool = False
    file: str = ""

    def commands(self) -> list[str]:
        """The commands of a console block (lines after "$ "), or the lines of a sh block, joined over "\\"."""
        text = self.text.replace("\\\n", " ")
        lines = [line.strip() for line in text.splitlines()]
        if self.kind == "console":
            return [line[2:] for line in lines if line.startswith("$ ")]
        return [line.split("  #")[0].strip() for line in lines if line]

    def shown(self) -> list[str]:
        """The lines of output that a console block shows, without lines of the log and what is left out ("...")."""
        lines = [line.strip() for line in self.text.splitlines()]
        return [line for line in lines if line and not line.startswith(("$ ", "...", "INFO "))]


def pages() -> list[Path]:
    """Every page that a user reads, by path."""
    beside = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    found = [*beside, *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md")]
    return sorted(path for path in found if path.is_file())


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        mark = _MARK.search(text[: found.start()])
        body = re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
        run = bool(mark and not mark["file"])
        yield Block(page, found["kind"], body, run, (mark["file"] or "") if mark else "")


def prose(page: Path) -> str:
    """The text of a page without its code blocks and comments, code in a line included."""
    return re.sub(r"<!--.*?-->", "", _FENCE.sub("", page.read_text(encoding="utf-8")), flags=re.DOTALL)


def paragraphs(page: Path) -> Iterator[list[str]]:
    """The lines of each paragraph and list item; no headings, tables or images."""
    for part in re.split(r"\n\s*\n|\n(?= *(?:[-*]|\d+\.) )", prose(page)):
        lines = [line for line in part.strip("\n").splitlines() if not line.startswith(("#", "|", "<", "!"))]
        if lines:
            yield lines


def links(page: Path) -> list[str]:
    """Where the links and pictures of a page lead."""
    text = prose(page)
    return [*_LINK.findall(text), *re.findall(r'<(?:img src|a href)="([^"]+)"', text)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in _HEADING.findall(prose(page))}


def section(page: Path, title: str) -> str:
    """What is under the heading ``title``, down to the next heading of its level or above. Raises LookupError."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    if not found:
        raise LookupError(f"{page} has no heading {title!r}")
    return re.split(rf"^#{{1,{len(found[1])}}} ", text[found.end() :], maxsplit=1, flags=re.MULTILINE)[0]
