"""`feeds check` and `feeds add` of a web page: each `tests/cases/named_feeds/NAME.yaml` is a test.

The keys of NAME.yaml:

    pages      path → HTML, or what the server answers there: body, type, status, location
    feeds      paths at which there is a feed; everywhere else the server answers with 404
    start      the path that is given to the commands (default: /)
    listed     the path of the feed that is found
    refused    what is said where none is; the page itself is then listed, for a person to mend
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from tests.newsroom import Newsroom, hours_ago
from tests.test_feed_commands import Run, rows, run

FOLDER = Path(__file__).parent / "cases" / "named_feeds"
STYLES = "a { color: red }\n" * 20_000  # stands for %STYLES% in a page

__all__ = ["run"]  # the fixture


def serve(newsroom: Newsroom, case: dict[str, Any]) -> None:
    for path, answer in case["pages"].items():
        given = {"body": answer} if isinstance(answer, str) else answer
        headers = {"Content_Type": given.get("type", "text/html; charset=utf-8")}
        if target := given.get("location"):
            headers["Location"] = target
        newsroom.put(path, given.get("body", "").replace("%STYLES%", STYLES), int(given.get("status", 200)), **headers)
    for path in case["feeds"]:
        newsroom.feed(quote(path, safe="/?&="), [("Patrols agreed", newsroom.base + "/a", hours_ago(2))], title=path)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_feed_that_a_page_names_is_found(
    path: Path, run: Run, newsroom: Newsroom, configure: Callable[..., Path]
) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert case.keys() <= {"pages", "feeds", "start", "listed", "refused"}
    serve(newsroom, case)
    folder = configure()
    start = newsroom.base + case.get("start", "/")
    code, out, err = run("--config", folder, "feeds", "check", start, "--json")
    found = json.loads(out)
    added = run("--config", folder, "feeds", "add", start)
    if "refused" in case:
        assert (code, found["ok"]) == (1, False)
        assert case["refused"] in found["error"]
        assert (added[0], rows(run, folder)) == (1, [])
        assert case["refused"] in added[2]
    else:
        [row] = rows(run, folder)
        assert (code, found["ok"], found["entries"]) == (0, True, 1), err
        assert newsroom.base + case["listed"] in (found["named"] or found["url"])
        assert (added[0], row["url"]) == (0, newsroom.base + case["listed"])


def test_a_feed_that_is_listed_already_is_not_listed_again(
    run: Run, newsroom: Newsroom, configure: Callable[..., Path]
) -> None:
    serve(newsroom, yaml.safe_load((FOLDER / "comments-first.yaml").read_text(encoding="utf-8")))
    folder = configure(newsroom.base + "/feed")
    code, _, err = run("--config", folder, "feeds", "add", newsroom.base)
    assert code != 0
    assert "/feed" in err
    assert len(rows(run, folder)) == 1
