"""What a person says of articles and stories on the page: that it is done, by whom, and that it can be undone."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.app import App
from monitor.cli.progress import Silent
from monitor.pipeline import decide
from monitor.pipeline.decide import Person, UndecidedError
from monitor.store import articles, browse, corrections, decisions, marks, mutes, stories
from monitor.web.access import Access
from monitor.workers.pool import WorkerPool
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_web import NOW, TOKEN, Answer, Place, article, filled, own, read  # noqa: F401

DRILL = (
    "Iran and Iraq navies begin drill in the northern Gulf",
    "The navies of Iran and Iraq began a joint naval drill in the northern Gulf off Basra on Friday.\nTwo Iraqi patrol "
    "boats and three Iranian missile boats take part, the commander of the Iraqi navy said in Umm Qasr.",
)
POST = (
    "Iran and Iraq open border guard post at Shalamcheh",
    "Border guards of Iran and Iraq opened a joint post at the Shalamcheh crossing on Thursday.\nIranian and Iraqi "
    "officers will run joint patrols from the post, the Iraqi border command said in Baghdad.",
)
ME = Person("Rana", NOW)


@pytest.fixture
def desk(own: Place) -> Place:
    """An hour later, with two more events of a report each."""
    matching = own.app._matching
    own.app = App(own.app.config, own.app.store, WorkerPool(), lambda: own.now, Silent())
    own.app._matching = matching
    own.now = NOW + timedelta(hours=1)
    more = [article(21, *DRILL, 3), article(22, *POST, 2)]
    with own.app.store.write() as db:
        articles.add(db, [(each, f"more-{number}", None) for number, each in enumerate(more)])
    own.settle()
    return own


class Analyst:
    """Somebody who has logged in, and sends the forms that a page shows."""

    def __init__(self, place: Place, name: str = "Rana") -> None:
        self.place = place
        answer = place.post("/login", {"token": TOKEN, "name": name})
        self.headers = {"cookie": answer.headers["set-cookie"].split(";")[0]}

    def get(self, path: str) -> Answer:
        return self.place.get(path, **self.headers)

    def press(self, page: str, item: str, act: str, **more: str) -> Answer:
        """The button ``act`` of the item with this id; what comes after it."""
        tree = self.get(page).tree
        [button, *_] = tree.xpath(f"//*[@id='{item}']//button[@name='act'][@value='{act}']")
        form = button.xpath("ancestor::form")[0]
        fields = {each.get("name"): each.get("value", "") for each in form.xpath(".//input")}
        return self.sent(self.place.post("/judge", fields | {"act": act} | more, **self.headers))

    def sent(self, answer: Answer) -> Answer:
        assert answer.status == 303, answer.text
        return self.get("/" + answer.headers["location"].removeprefix("./").partition("#")[0])


def homes(place: Place) -> dict[int, int]:
    with place.app.store.read() as db:
        return stories.all_homes(db, "border")


def by_title(place: Place, words: str) -> tuple[int, int]:
    """(article, story or 0) of the report whose title holds the words."""
    with place.app.store.read() as db:
        [found] = [each for each in articles.get(db, list(range(1, articles.newest(db) + 1))) if words in each.title]
    return found.id, homes(place).get(found.id, 0)


@pytest.mark.slow
def test_a_story_that_was_judged_shows_it_in_the_list(desk: Place) -> None:
    rana = Analyst(desk)
    _, story = by_title(desk, "navies begin")
    pressed = f"//*[@id='story-{story}']//button[@aria-pressed='true']/@value"
    assert rana.press("/", f"story-{story}", "right").tree.xpath(pressed) == ["right"]
    assert rana.get(f"/stories/{story}").tree.xpath(pressed) == ["right"]
    assert desk.get("/").tree.xpath(pressed) == []  # who has not logged in sees no button


@pytest.mark.slow
def test_a_wrong_report_leaves_and_comes_back(desk: Place) -> None:
    rana = Analyst(desk)
    drill, story = by_title(desk, "navies begin")
    page = rana.press(f"/stories/{story}", f"report-{drill}", "wrong")
    assert f"Article {drill} marked wrong." in page.text
    assert drill not in homes(desk)
    assert "Stories · " in page.text  # its story is gone, so the list comes
    gone = rana.get(f"/stories/{story}")
    assert gone.status == 404
    assert f"Story {story} has no report left. Article {drill} marked wrong by Rana" in gone.text
    assert "can undo decision 1." in gone.text
    assert "may have been empty" in rana.get("/stories/999").text
    undo = page.tree.xpath("//main//form[@class='undo']//input")
    fields = {each.get("name"): each.get("value") for each in undo} | {"act": "undo"}
    page = rana.sent(desk.post("/judge", fields, **rana.headers))
    assert "(undone by Rana)" in page.text
    assert homes(desk)[drill] == story
    with desk.app.store.read() as db:
        assert marks.verdicts(db, "border") == {}


@pytest.mark.slow
def test_a_near_miss_that_is_right_becomes_a_story(desk: Place) -> None:
    rana, (number, _) = Analyst(desk), by_title(desk, "Orchard drill")
    with desk.app.store.write() as db:
        decide.mark(db, "border", [number], ME, relevant=True)
    desk.settle()
    story = homes(desk)[number]
    assert "marked right by a person" in rana.get(f"/stories/{story}").text
    assert 'value="right" aria-pressed="true"' in rana.get(f"/stories/{story}").text
    said = rana.get("/judged").tree.xpath("//li[@id='decision-1']")[0].text_content()
    assert "Rana" in said
    assert f"Article {number} marked right" in said


@pytest.mark.slow
def test_what_a_search_finds_is_judged_where_it_stands(desk: Place) -> None:
    rana, (number, _) = Analyst(desk), by_title(desk, "Orchard drill")
    assert not desk.get("/search?q=Orchard").tree.xpath("//button[@name='act']")  # nobody has logged in
    page = rana.press("/search?q=Orchard&watch=border", f"report-{number}", "right")
    assert f"Article {number} marked right." in page.text
    assert page.tree.xpath("//input[@name='q']/@value") == ["Orchard"]
    assert page.tree.xpath(f"//*[@id='report-{number}']//button[@value='right']/@aria-pressed") == ["true"]
    assert number in homes(desk)


@pytest.mark.slow
def test_stories_are_put_together_and_taken_apart(desk: Place) -> None:
    rana = Analyst(desk)
    (drill, one), (post, two) = by_title(desk, "navies begin"), by_title(desk, "Shalamcheh")
    before = homes(desk)
    page = rana.press("/", f"story-{two}", "join", other=str(one))
    assert f"Story {two} merged into story {one}." in page.text
    assert homes(desk)[post] == one
    page = rana.press(f"/stories/{one}", f"report-{post}", "split")
    new = homes(desk)[post]
    assert new not in (one, two)
    assert f"Article {post} taken out of story {one}, now story {new}." in page.text
    refused = desk.post("/judge", {"act": "undo", "decision": "1", "csrf": desk.csrf(rana.headers)}, **rana.headers)
    assert refused.status == 409
    assert "Decision 2 was made on top of number 1; undo that one first" in refused.text
    with desk.app.store.write() as db:
        decide.undo(db, 2, ME)
    assert homes(desk)[post] == one
    with desk.app.store.write() as db:
        decide.undo(db, 1, ME)
    assert homes(desk) == before
    with desk.app.store.read() as db:
        assert corrections.resolve(db, two) == two
        assert corrections.pins(db, "border", [drill, post]) == {}
        assert corrections.splits(db, "border") == set()
    desk.settle()
    assert homes(desk) == before


@pytest.mark.slow
def test_an_article_goes_into_another_story(desk: Place) -> None:
    rana = Analyst(desk)
    (_, one), (post, two) = by_title(desk, "navies begin"), by_title(desk, "Shalamcheh")
    rana.press(f"/stories/{two}", f"report-{post}", "join", other=str(one))
    assert homes(desk)[post] == one
    desk.settle()
    assert homes(desk)[post] == one
    with desk.app.store.write() as db:
        decide.undo(db, 1, ME)
    assert homes(desk)[post] == two
    school, _ = by_title(desk, "مدرسة")
    with desk.app.store.write() as db:
        decide.join(db, "border", school, one, ME)
    desk.settle()
    assert homes(desk)[school] == one
    with desk.app.store.write() as db:
        decide.undo(db, 2, ME)
    desk.settle()
    assert school not in homes(desk)


@pytest.mark.slow
def test_a_muted_story_comes_in_no_edition_and_is_counted(desk: Place) -> None:
    rana = Analyst(desk)
    drill, story = by_title(desk, "navies begin")
    page = rana.press("/", f"story-{story}", "mute")
    assert f"Story {story} muted." in page.text
    assert not page.tree.xpath(f"//li[@id='story-{story}']")
    assert "1 more is muted" in page.text
    assert rana.get("/?muted=1").tree.xpath(f"//li[@id='story-{story}']")
    assert f"stories/{story}" not in desk.get("/feed.atom").text
    [digest] = desk.app.config.service.digests
    desk.now += timedelta(hours=1)
    due = desk.app.publisher.by_hand(digest)
    shown = asyncio.run(desk.app.publisher.preview(due))
    composed, rendered = shown.edition, shown.rendered
    assert story not in [each.story.id for each in (*composed.stories, *composed.more)]
    assert composed.coverage.muted == 1
    assert "1 muted story with new reports" in rendered.text
    again = article(23, "Joint naval drill of Iran and Iraq goes on off Basra", DRILL[1] + "\nIt ends on Sunday.", 1)
    with desk.app.store.write() as db:
        [late] = articles.add(db, [(again, "late", None)])
    desk.settle()
    assert homes(desk)[late] == homes(desk)[drill]
    assert asyncio.run(desk.app.publisher.preview(due)).edition.coverage.muted == 1
    page = rana.press(f"/stories/{story}", f"story-{story}", "unmute")
    assert f"Story {story} shown again." in page.text
    composed = asyncio.run(desk.app.publisher.preview(due)).edition
    assert story in [each.story.id for each in composed.stories]


def test_what_is_muted_stays_so_where_grouping_merges(desk: Place) -> None:
    (_, one), (_, two) = by_title(desk, "navies begin"), by_title(desk, "Shalamcheh")
    with desk.app.store.write() as db:
        decide.mute(db, two, ME, muted=True)
        assert decide.mute(db, two, ME, muted=True) is None
        corrections.merge(db, one, [two], NOW)
        assert mutes.among(db, [one, two]) == {one}


def test_what_a_person_merges_is_as_the_story_they_chose(desk: Place) -> None:
    (_, one), (_, two) = by_title(desk, "navies begin"), by_title(desk, "Shalamcheh")
    with desk.app.store.write() as db:
        decide.mute(db, two, ME, muted=True)
        decide.merge(db, one, [two], ME)
        assert mutes.among(db, [one, two]) == frozenset()
        decide.undo(db, 2, ME)
        assert mutes.among(db, [one, two]) == {two}


def test_only_who_may_change_things_judges(desk: Place, read: Place) -> None:
    fields = {"act": "mute", "story": "1", "watch": "border", "back": "/"}
    rana = Analyst(desk)
    assert desk.post("/judge", fields, **rana.headers).status == 403
    assert desk.post("/judge", fields | {"csrf": "made up"}, **rana.headers).status == 403
    csrf = {"csrf": desk.csrf(rana.headers)}
    assert desk.post("/judge", fields | csrf, origin="https://evil.example", **rana.headers).status == 403
    assert desk.post("/judge", fields | csrf).status == 401
    assert replace(desk, access=Access(frozenset(), on_loopback=True)).post("/judge", fields).status == 403
    assert "judging" not in read.get("/", authorization=f"Bearer {TOKEN}").text
    with desk.app.store.read() as db:
        assert decisions.count(db) == 0


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"act": ""}, 400, "use the buttons"),
        ({"act": "wrong", "article": "999", "watch": "border"}, 404, "The watch border has not judged article 999"),
        ({"act": "wrong", "article": "1", "watch": "none"}, 409, "names no watch"),
        ({"act": "mute", "story": "999"}, 404, "No story 999"),
        ({"act": "mute", "story": "-1"}, 404, "No story 0"),
        ({"act": "right", "story": "999"}, 404, "No story 999"),
        ({"act": "join", "story": "1", "other": "999"}, 404, "No story 999"),
        ({"act": "split", "story": "999", "article": "1"}, 404, "No story 999"),
        ({"act": "split", "story": "1", "article": "4"}, 409, "Story 1 has no article 4 any more"),
        ({"act": "join", "story": "1", "other": ""}, 409, "Write the number of the story"),
        ({"act": "join", "story": "1", "other": "1"}, 409, "They are all story 1 already"),
        ({"act": "undo", "decision": "5"}, 404, "Nothing was decided under number 5"),
        ({"act": "undo", "decision": "9" * 30}, 404, "Nothing was decided under number 0"),
    ],
)
def test_what_cannot_be_is_said(own: Place, fields: Mapping[str, str], status: int, said: str) -> None:
    rana = Analyst(own)
    answer = own.post("/judge", {**fields, "csrf": own.csrf(rana.headers)}, **rana.headers)
    assert answer.status == status
    assert said in answer.text
    with own.app.store.read() as db:
        assert decisions.count(db) == 0


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/x?y=1", "/\\evil.example", "/stories/1#a\r\nb: c"]
)
def test_a_form_leads_back_to_this_page_only(own: Place, back: str) -> None:
    rana = Analyst(own)
    fields = {"act": "mute", "story": "1", "back": back, "csrf": own.csrf(rana.headers)}
    answer = own.post("/judge", fields, **rana.headers)
    assert answer.status == 303
    assert answer.headers["location"].startswith("./")
    assert "evil.example/" not in answer.headers["location"].split("?")[0].replace("./evil.example/", "")
    assert "\n" not in answer.headers["location"]


def test_a_name_is_text_and_signed(own: Place) -> None:
    rana = Analyst(own, "<b>Rânâ</b> " + "x" * 100)
    own.post("/judge", {"act": "mute", "story": "1", "csrf": own.csrf(rana.headers)}, **rana.headers)
    shown = rana.get("/judged")
    assert "&lt;b&gt;Rânâ" in shown.text
    value = rana.headers["cookie"].partition("=")[2]
    expiry, nonce, _, signature = value.split(".")
    assert own.get("/", cookie=f"monitor_session={expiry}.{nonce}.QWxp.{signature}").status == 303


def test_a_published_report_stays_and_its_mark_can_be_undone(own: Place) -> None:
    number, story = by_title(own, "sign defence memorandum")
    with own.app.store.write() as db:
        decide.mark(db, "border", [number], ME, relevant=False)
    own.settle()
    assert homes(own)[number] == story
    with own.app.store.write() as db:
        decide.undo(db, 1, ME)
        with pytest.raises(UndecidedError, match="undone before, by Rana"):
            decide.undo(db, 1, ME)
    own.settle()
    with own.app.store.read() as db:
        assert browse.standings(db, [number])[number][0].verdict == "match"


def test_the_command_line_decides_as_the_page_does(own: Place, monitor: Monitor) -> None:
    folder = own.app.config.folder
    assert monitor("--config", folder, "mute", 1).out == "story 1 is muted\n"
    assert monitor("--config", folder, "mute", 1).out == "story 1 was muted before\n"
    [made] = monitor("--config", folder, "undo", "--json").json()
    assert (made["act"], made["stories"], made["undone"]) == ("mute", [1], None)
    assert made["who"]
    assert "story 1 muted" in monitor("--config", folder, "undo").out
    assert monitor("--config", folder, "undo", 1).out.startswith("undone: story 1 muted")
    assert monitor("--config", folder, "undo", 1).code == 2
    assert monitor("--config", folder, "mute", "--undo", 1).out == "story 1 was not muted\n"
    assert monitor("--config", folder, "mute", 99).code == 2
    with own.app.store.read() as db:
        assert mutes.among(db, [1]) == frozenset()


DRILLS = ("Basra", "Faw", "Umm Qasr", "Khorramshahr", "Abadan", "Shalamcheh", "Mehran", "Qasr-e Shirin")


def taught(place: Place) -> None:
    """Eight reports of drills marked right, and eight of pilgrims at posts of the same bodies marked wrong."""
    drill = (
        "The armies of Iran and Iraq held a joint drill near {} on Sunday.\nTanks and {} helicopters took part, the "
    )
    drill += "Iraqi defence ministry said."
    visit = "Iraqi border guards and Iranian police at {} let {} thousand pilgrims pass on Sunday.\nThe Iraqi interior "
    visit += "ministry thanked Iranian officers."
    made = [
        article(first + n, title.format(town), text.format(town, n + 2), 9)
        for first, title, text in (
            (100, "Iran and Iraq armies hold drill near {}", drill),
            (200, "Pilgrims of Iran and Iraq pass {}", visit),
        )
        for n, town in enumerate(DRILLS)
    ]
    with place.app.store.write() as db:
        ids = articles.add(db, [(each, each.url, None) for each in made])
    place.settle()
    with place.app.store.write() as db:
        decide.mark(db, "border", ids[:8], ME, relevant=True)
        decide.mark(db, "border", ids[8:], ME, relevant=False)
    place.settle()


@pytest.mark.slow
def test_marks_teach_the_watch_on_its_page(desk: Place) -> None:
    rana = Analyst(desk)
    assert "A refit is worth it from 6 marks: 6 more." in rana.get("/watches/border").text
    taught(desk)
    page = rana.get("/watches/border")
    assert "8 articles marked right, 8 wrong" in page.text
    assert "16 marks to learn from: a refit is worth it now." in page.text
    csrf = {"csrf": desk.csrf(rana.headers)}
    early = desk.post("/watches/border/learn", csrf | {"action": "apply"}, **rana.headers)
    assert (early.status, "try the refit again" in early.text) == (409, True)
    tried = desk.post("/watches/border/learn", csrf | {"action": "try"}, **rana.headers)
    assert tried.status == 200
    assert "What a refit to your marks would change" in tried.text
    assert len(tried.tree.xpath("//table[contains(., 'each left out in turn')]//tbody/tr")) == 2
    version, found = desk.refits["border"]
    desk.refits["border"] = (version, replace(found, better=False))
    assert "nothing better: the next is worth it after 6 more" in rana.get("/watches/border").text
    desk.refits["border"] = (version, found)
    weights = desk.app.config.folder / "watches" / "border" / "weights.yaml"
    assert not weights.exists()  # nothing is in force before it was seen
    assert desk.post("/watches/border/learn", {"action": "apply"}, **rana.headers).status == 403
    applied = desk.post("/watches/border/learn", csrf | {"action": "apply"}, **rana.headers)
    assert applied.status == 303
    assert "refitted_from: 16" in weights.read_text(encoding="utf-8")
    assert "0 marks since the last refit; the next is worth it from 6." in rana.get("/watches/border").text
    assert desk.post("/watches/border/learn", csrf | {"action": "apply"}, **rana.headers).status == 409


def test_too_few_marks_are_said_and_teach_nothing(own: Place) -> None:
    rana, (number, _) = Analyst(own), by_title(own, "sign defence memorandum")
    with own.app.store.write() as db:
        decide.mark(db, "border", [number], ME, relevant=True)
    assert "A refit is worth it from 6 marks: 5 more." in rana.get("/watches/border").text
    answer = own.post("/watches/border/learn", {"csrf": own.csrf(rana.headers), "action": "try"}, **rana.headers)
    assert answer.status == 400
    assert "it takes at least 6 in all" in answer.text
