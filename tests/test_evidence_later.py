"""What is left of an article that becomes a match only later: its page is gone, its text is not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.test_cli import Monitor, folder, monitor  # noqa: F401


@pytest.mark.slow
def test_an_article_marked_right_later_has_its_text_as_evidence(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    assert monitor("--config", folder, "poll").code == 0
    told = monitor("--config", folder, "stories", "--json").json()
    [refused] = {1, 2} - {article["id"] for story in told for article in story["articles"]}
    assert monitor("--config", folder, "mark", str(refused), "right").code == 0
    told = monitor("--config", folder, "stories", "--json").json()
    [story] = [each["id"] for each in told if any(article["id"] == refused for article in each["articles"])]
    shown = monitor("--config", folder, "evidence", str(story), "--output", tmp_path / "out")
    assert "no page kept: it was not fetched, or matched only after" in shown.out
    found = monitor("--config", folder, "evidence", str(story), "--json").json()["articles"]
    [article] = [each for each in found if each["id"] == refused]
    text = (tmp_path / "out" / f"{refused}.txt").read_bytes()
    assert article["text_sha256"] == hashlib.sha256(text).hexdigest()
    assert article["text_sha256"] in shown.out
    assert (article["pages"], article["text_from"], bool(article["why_no_page"])) == ([], "page", True)
    assert article["url"]
