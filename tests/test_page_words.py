"""What the page says of marks, times and orders is so."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.store import articles, browse, marks, schema
from tests.test_web import NOW, Place, filled, form, own, read  # noqa: F401


def a_story(place: Place) -> int:
    with place.app.store.read() as db:
        [number, *_] = browse.story_ids(db, "border", limit=1, offset=0)
    return number


@pytest.mark.slow
def test_a_receipt_tells_when_its_version_judged(own: Place) -> None:  # noqa: F811
    number, path = a_story(own), "string(//p[starts-with(., 'Judged')])"
    said = " ".join(own.get(f"/stories/{number}").tree.xpath(path).split())
    assert said.startswith("Judged 21 Nov, 10:00 by version")
    assert "with this verdict since" not in said
    later = NOW + timedelta(hours=1)
    with own.app.store.write() as db:
        db.execute(schema.matches.update().values(judged=later))
    said = " ".join(own.get(f"/stories/{number}").tree.xpath(path).split())
    assert said.startswith("Judged 21 Nov, 11:00 by version")
    assert "; with this verdict since 21 Nov, 10:00" in said
    with own.app.store.write() as db:  # by an earlier release
        db.execute(schema.matches.update().values(judged=None))
    said = " ".join(own.get(f"/stories/{number}").tree.xpath(path).split())
    assert said.startswith("Judged by version")
    assert "; with this verdict since 21 Nov, 10:00" in said


@pytest.mark.slow
def test_a_preview_leaves_marks_to_decide(own: Place) -> None:  # noqa: F811
    headers = own.session()
    fields = form(own, headers, exclude="memorandum\nتفاهم")
    assert "Lost: no longer matches" in own.post("/watches/border", fields | {"action": "preview"}, **headers).text
    with own.app.store.write() as db:
        matched = list(db.scalars(sa.select(schema.matches.c.article_id).where(schema.matches.c.verdict == "match")))
        for number in matched:
            marks.put(db, number, "border", True, NOW)
            articles.judge_anew(db, number, "border")
    said = own.post("/watches/border", fields | {"action": "preview"}, **headers).text
    assert "Lost: no longer matches" not in said
    assert f"{len(matched)} articles would be judged otherwise, but they are marked by a person" in said


@pytest.mark.slow
def test_a_story_of_what_a_person_marked_wrong_says_so_and_no_score(own: Place) -> None:  # noqa: F811
    number = a_story(own)
    with own.app.store.write() as db:
        held = schema.story_articles.c
        ids = list(db.scalars(sa.select(held.article_id).where(held.story_id == number)))
        for each in ids:
            marks.put(db, each, "border", False, NOW)
            articles.judge_anew(db, each, "border")
    own.settle()
    card = own.get("/").tree.xpath(f"//li[.//a[@href='./stories/{number}']]/small")[0].text_content()
    assert "marked wrong by a person" in card
    assert "score" not in card
    page = own.get(f"/stories/{number}").tree
    assert "kept because an edition has shown it" in page.text_content()
    assert not page.xpath("//h2[.='Supporting reports']")
