"""What a model wrote of a story, where the desk and programs see it: the story's page, and a webhook."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import json
from dataclasses import replace

from monitor.deliver.parcel import Parcel
from monitor.deliver.webhook.send import payload
from monitor.model import Edition, Retold
from monitor.store import editions, schema
from monitor.store.rows import edition_json
from tests.test_web import Place, filled, own, read  # noqa: F401


def told(place: Place, *said: Retold, story: int = 1) -> Edition:
    """The newest edition, stored anew with what a model said of one of its stories."""
    with place.app.store.write() as db:
        number = max(db.scalars(schema.editions.select().with_only_columns(schema.editions.c.id)))
        edition, _ = editions.get(db, number)
        listed = [replace(each, retold=said) if each.story.id == story else each for each in edition.stories]
        assert any(each.retold for each in listed)
        made = replace(edition, stories=tuple(listed))
        table = schema.editions
        db.execute(table.update().where(table.c.id == number).values(edition=edition_json(made)))
    return made


def test_a_storys_page_has_what_a_model_wrote_beside_the_words_that_it_retells(own: Place) -> None:
    with own.app.store.read() as db:
        [first, *_] = next(each for each in editions.get(db, 1)[0].stories if each.story.id == 1).story.reports
    title, article = first.article.title, first.article.id
    summary = Retold("summary", "A sentence of <b>two</b> ministers.", "en", article, "جمله‌ای از دو وزیر", "fa")
    headline = Retold("headline", "A title in other words", "en", article, title, "fa")
    assert "Written by a model" not in own.get("/stories/1").text
    told(own, headline, summary, replace(summary, text="Of nobody.", article=99_999))
    page = own.get("/stories/1")
    [row] = page.tree.xpath("//h2[.='Written by a model']/following-sibling::ul[1]/li")
    assert row.xpath("string(span)") == "A sentence of <b>two</b> ministers."
    assert "machine translation from Persian" in row.text_content()
    assert row.xpath("string(blockquote[@dir='rtl'])").startswith("جمله‌ای از دو وزیر")
    assert row.xpath(".//a/@href") == [f"#report-{article}"]
    assert "A title in other words (machine translation)" in " ".join(page.tree.text_content().split())


def test_the_page_takes_the_newest_edition_in_a_language_of_its_readers(own: Place) -> None:
    with own.app.store.read() as db:
        article = next(e for e in editions.get(db, 1)[0].stories if e.story.id == 1).story.reports[0].article.id
    english = Retold("summary", "In English it says so.", "en", article, "In English it says so, and more.", "en")
    first = told(own, english)
    german = replace(english, text="Auf Deutsch sagt es das.", language="de")
    with own.app.store.write() as db:
        later = replace(first, period="later", stories=tuple(
            replace(each, retold=(german,)) if each.retold else each for each in first.stories))  # fmt: skip
        rendered = editions.get(db, 1)[1]
        assert editions.add(db, later, rendered, first.until)
        number = editions.find(db, first.digest, "later")
        assert number
        editions.record_shown(db, "other", number, [("border", article, 1)], "story")
    text = own.get("/stories/1").text
    assert "In English it says so." in text
    assert "Auf Deutsch" not in text


def test_a_webhook_has_what_a_model_wrote(own: Place) -> None:
    with own.app.store.read() as db:
        article = next(e for e in editions.get(db, 1)[0].stories if e.story.id == 1).story.reports[0].article.id
    said = Retold("quote", "Two ministers met.", "en", article, "دو وزیر دیدار کردند", "fa")
    made = told(own, said)
    with own.app.store.read() as db:
        rendered = editions.get(db, 1)[1]
    sent = json.loads(payload(Parcel(made, rendered, "ann@desk.example", "<1@desk.example>", made.composed)))
    [story] = [each for each in sent["data"]["stories"] if each["id"] == 1]
    assert story["retold"] == [{
        "kind": "quote", "text": "Two ministers met.", "language": "en", "translated": True, "article": article,
        "original": "دو وزیر دیدار کردند", "original_language": "fa",
    }]  # fmt: skip
    assert article in [each["id"] for each in story["articles"]]
    assert all(each["retold"] == [] for each in sent["data"]["stories"] if each["id"] != 1)
