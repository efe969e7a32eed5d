"""What the page says of marks, times and orders is so."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.errors import ConfigError
from monitor.store import articles, browse, feed_states, marks, schema, supports
from monitor.web.term_lines import terms_of
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
    with own.app.store.write() as db:  # an article that names nobody, and that a person wants
        marks.put(db, 6, "border", True, NOW)
        articles.judge_anew(db, 6, "border")
    own.settle()
    [card] = [each.text_content() for each in own.get("/").tree.xpath("//li/small") if "right" in each.text_content()]
    assert "marked right by a person" in card
    assert "score" not in card
    assert "kept because an edition has shown it" in page.text_content()
    assert not page.xpath("//h2[.='Supporting reports']")


def near_miss(place: Place, number: int) -> None:
    """Makes an article one, with the time of its judgement against the order of what is shown."""
    with place.app.store.write() as db:
        held, match = schema.story_articles, schema.matches
        db.execute(held.delete().where(held.c.article_id == number))
        values = {"verdict": "near", "score": 0.4, "matched": NOW - timedelta(hours=number)}
        db.execute(match.update().where(match.c.article_id == number).values(**values))


@pytest.mark.slow
def test_near_misses_come_by_the_time_that_is_shown(own: Place) -> None:  # noqa: F811
    for number in (4, 5, 6):
        near_miss(own, number)
    rows = own.get("/near-misses").tree.xpath("//li[@id]")
    assert [row.get("id") for row in rows] == ["report-6", "report-5", "report-4"]
    times = [row.xpath("string(small/time/@datetime)") for row in rows]
    assert times == sorted(times, reverse=True)


@pytest.mark.slow
def test_what_stands_under_a_story_says_so(own: Place) -> None:  # noqa: F811
    number = a_story(own)
    near_miss(own, 6)
    with own.app.store.write() as db:
        [beside, *_] = db.scalars(
            sa.select(schema.story_articles.c.article_id).where(schema.story_articles.c.story_id == number)
        )
        supports.save(db, "border", [6], [(6, beside, 0.8)], supports.Looked())
    for path in ("/near-misses", "/search?q=orchard"):
        tree = own.get(path).tree
        assert tree.xpath(f"//main//a[@href='./stories/{number}']"), path
        assert "support" in tree.xpath("string(//main)")


@pytest.mark.slow
def test_a_near_miss_that_an_edition_has_shown_leads_to_its_story(own: Place) -> None:  # noqa: F811
    number, match = a_story(own), schema.matches
    with own.app.store.write() as db:
        db.execute(match.update().where(match.c.verdict == "match").values(verdict="near"))
    tree = own.get("/near-misses").tree
    assert tree.xpath(f"//p[contains(., 'because an edition has shown it')]/a[@href='./stories/{number}']")


@pytest.mark.slow
def test_search_says_what_it_looked_through(own: Place, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    times = own.get("/search?q=Iraq").tree.xpath("//li/small/time/@datetime")
    assert len(times) > 2
    assert times == sorted(times, reverse=True)
    with own.app.store.write() as db:
        db.execute(schema.articles.update().where(schema.articles.c.id == 1).values(published=NOW))
    times = own.get("/search?q=Iraq").tree.xpath("//li/small/time/@datetime")
    assert times == sorted(times, reverse=True)
    assert "1 article found among all 6 stored articles." in own.get("/search?q=orchard").text
    monkeypatch.setattr("monitor.web.search_page.PER_PAGE", 1)
    said = own.get("/search?q=Iraq").tree.xpath("string(//main/p)")
    assert said == "1 article found, the newest first; older ones may follow."


@pytest.mark.slow
def test_an_edition_leads_back_and_says_how_it_went_out(own: Place) -> None:  # noqa: F811
    assert own.get("/digests/1").tree.xpath("//body/nav[1]/a/@href") == ["../digests"]
    assert not own.get("/digests/1?as=mail").tree.xpath("//a[.='← All digests']")
    assert own.get("/digests").tree.xpath("//a[@href='./digests/1?as=mail']/text()") == ["as sent"]
    with own.app.store.write() as db:
        db.execute(schema.deliveries.update().values(channel="email"))
    assert own.get("/digests").tree.xpath("//a[@href='./digests/1?as=mail']/text()") == ["as mailed"]


@pytest.mark.slow
def test_a_story_shows_how_to_correct_it_and_no_headline_twice(own: Place) -> None:  # noqa: F811
    number = a_story(own)
    tree = own.get(f"/stories/{number}").tree
    shown = [code.text_content() for code in tree.xpath("//code[not(ancestor::details)]")]
    assert shown[:3] == [
        "monitor mark ARTICLE wrong",
        f"monitor split {number} ARTICLE",
        f"monitor merge {number} STORY",
    ]
    for page in (tree, own.get("/").tree):
        titles = {title.strip() for title in page.xpath("//*[contains(@class, 'headline')]//text()")}
        assert not [q for q in page.xpath("//blockquote") if q.text_content().partition(" — ")[0].strip() in titles]


@pytest.mark.slow
def test_where_no_feed_can_be_read_the_first_page_says_so(own: Place) -> None:  # noqa: F811
    assert "No feed could be read" not in own.get("/").text
    with own.app.store.write() as db:
        url = own.app.config.feeds[0].url
        feed_states.claim(db, [url], NOW, NOW, force=True, gone=False)
        db.execute(schema.feeds.update().values(failures=2, health="failing", error="no route"))
        db.execute(schema.story_articles.delete())
    said = own.get("/").tree
    assert said.xpath("//p[@class='notice bad']/a/@href") == ["./feeds"]
    assert "No story yet, since no feed could be read." in said.xpath("string(//main)")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("demiryolu = two", "the weight after “=” must be a number"),
        ("demiryolu =", "the weight after “=” must be a number"),
        ('"half', "a quote is not closed"),
        ('half a line"', "a quote is not closed"),
        ("«половина", "a quote is not closed"),
    ],
)
def test_a_line_of_the_form_that_is_mistyped_is_named(line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        terms_of({"add": f"rail\n{line}"})


def test_a_weight_where_none_counts_is_named() -> None:
    with pytest.raises(ConfigError, match="only a word under Add has a weight: rail = 2"):
        terms_of({"add": "", "exclude": "rail = 2"})


@pytest.mark.parametrize(
    "line", ["E=mc2", "=rail", "rail = 2", "rail = -0.5", '24" screen', '"two words"', "«свой»", 'TV 24"']
)
def test_what_is_meant_so_is_taken(line: str) -> None:
    assert len(terms_of({"add": line}).add) == 1


@pytest.mark.slow
def test_a_term_aimed_at_nobody_is_refused(own: Place) -> None:  # noqa: F811
    headers = own.session()
    for line, said in (("entity:nobody", "no entity of config/entities is called"), ("country:Atlantis", "no country")):
        answer = own.post("/watches/border", form(own, headers, add=line) | {"action": "preview"}, **headers)
        assert answer.status == 400
        assert said in answer.text


@pytest.mark.slow
def test_after_saving_the_form_has_what_was_saved(own: Place) -> None:  # noqa: F811
    headers = own.session()
    own.post("/watches/border", form(own, headers, add="joint patrol\nxylophone = 3") | {"action": "save"}, **headers)
    shown = own.get("/watches/border?saved=1", **headers).tree
    assert shown.xpath("string(//textarea[@id='add'])").split("\n")[-1] == "xylophone = 3"
    assert own.app.config.watches["border"].terms.add[-1].term != "xylophone"  # not in force yet
