"""A digest for who reads it on a phone: what stands first, in which language, and what is said once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as lxml_html

from monitor.config import load_config, packaged_folder
from monitor.model import Affair, DigestStory, Gloss, RenderedEdition, Step
from monitor.render import RenderSettings
from monitor.render.for_readers import silent_alike, together
from monitor.render.quotes import inner
from monitor.render.templates import load_templates, render_edition
from monitor.render.words import Words
from tests.editions import ENGLISH, PERSIAN, SINCE, edition, passage, report, shown, story

TURKISH = "İran ve Irak savunma bakanları Bağdat'ta sınır mutabakatı imzaladı"


def made(*stories: DigestStory, **settings: object) -> RenderedEdition:
    return render_edition(edition(*stories), load_templates(), RenderSettings(**settings))  # type: ignore[arg-type]


def several(count: int) -> list[DigestStory]:
    titles = [f"Story {n} of guards and posts at the river" for n in range(count)]
    return [shown(story(n + 1, report(10 * n + 1, title))) for n, title in enumerate(titles)]


def told() -> DigestStory:
    """One story in three languages, the Persian report the strongest, whose title is its headline."""
    reports = [
        report(1, PERSIAN, language="fa", passages=(passage("وزیر دفاع ایران امضا کرد."),)),
        report(2, ENGLISH, language="en", passages=(passage("The two ministers signed it."),)),
        report(3, TURKISH, language="tr", passages=(passage("İki bakan imzaladı."),)),
    ]
    return shown(story(1, *reports, headline=PERSIAN))


@pytest.mark.parametrize(
    ("languages", "headline", "quote"),
    [
        ((), ENGLISH, "The two ministers signed it."),
        (("tr", "en"), TURKISH, "İki bakan imzaladı."),
        (("ckb", "tr"), TURKISH, "İki bakan imzaladı."),
        (("fa", "en"), PERSIAN, "وزیر دفاع ایران امضا کرد."),
        (("de",), PERSIAN, "وزیر دفاع ایران امضا کرد."),
    ],
)
def test_the_first_language_that_readers_read_comes_first(
    languages: tuple[str, ...], headline: str, quote: str
) -> None:
    tree = lxml_html.document_fromstring(made(told(), languages=languages).html)
    [shown_headline] = tree.xpath("//h3[contains(@class, 'headline')]")
    assert shown_headline.text_content() == headline
    below = [p.text_content() for p in tree.xpath("//p[contains(@class, 'also')]")]
    assert below == ([] if headline == PERSIAN else [PERSIAN])
    assert next(tree.iter("blockquote")).text_content().startswith(quote)
    assert shown_headline.xpath("a/@href")[0].endswith("/" + {ENGLISH: "2", TURKISH: "3", PERSIAN: "1"}[headline])


@pytest.mark.parametrize("locale", ["ku", "kmr"])
def test_kurmanji_is_one_language_by_either_code(locale: str) -> None:
    words = Words(edition(), locale)
    assert [words.reads(code) for code in ("kmr", "ku", "ckb")] == [True, True, False]
    assert words.language_name("kmr") == words.language_name("ku") == "kurdî (kurmancî)"
    title = "Wezîrên parastinê li Bexdayê peyman îmze kirin"
    each = shown(story(1, report(1, PERSIAN, language="fa"), report(2, title, language="kmr"), headline=PERSIAN))
    text = made(replace(each, gloss=Gloss(("agreement",))), locale=locale).text
    assert f"1. {title}" in text
    assert "kmr" not in text


def test_a_story_has_one_headline_in_an_edition() -> None:
    other = several(2)[1]
    steps = tuple(Step(each.story.id, n, each.story.headline, "fa", SINCE) for n, each in enumerate((told(), other), 1))
    affair = Affair(steps)
    text = made(replace(told(), affair=affair), replace(other, affair=affair), languages=("tr", "en")).text
    assert " ".join(text.split()).count(f"Step 2 of “{TURKISH}”") == 1
    again = replace(other, affair=Affair((steps[0], replace(steps[1], number=0, follows=1))), repeats=True)
    named = edition(told(), more=(again,))
    text = render_edition(named, load_templates(), RenderSettings(languages=("tr", "en"))).text
    assert f"another account of “{TURKISH}”" in " ".join(text.split())


def test_what_its_source_took_down_heads_no_story_that_others_still_tell() -> None:
    each = told()
    gone = next(r.article.id for r in each.story.reports if r.article.title == TURKISH)
    down = made(replace(each, withdrawn=frozenset({gone})), languages=("tr", "en"))
    assert f"1. {ENGLISH}" in " ".join(down.text.split())
    every = frozenset(r.article.id for r in each.story.reports)
    assert f"1. {TURKISH}" in " ".join(made(replace(each, withdrawn=every), languages=("tr", "en")).text.split())


def test_what_is_a_headline_only_has_one_that_its_readers_read() -> None:
    text = render_edition(edition(*several(1), more=(told(),)), load_templates(), RenderSettings()).text
    assert ENGLISH in " ".join(text.partition("MORE STORIES")[2].split())


def test_contents_stand_at_the_top_from_eight_stories_on() -> None:
    few, many = (lxml_html.document_fromstring(made(*several(count)).html) for count in (7, 8))
    assert not few.xpath("//a[starts-with(@href, '#')]")
    links = many.xpath("//a[starts-with(@href, '#')]")
    assert len(links) == 8
    for link in links:
        [row] = many.xpath(f"//*[@id='{link.get('href')[1:]}']")
        assert link.text_content() in row.text_content()
    text = made(*several(8)).text
    assert "CONTENTS" in text
    assert "8. Story 7" in text
    assert "CONTENTS" not in made(*several(7)).text
    going_on = [replace(each, developing=number > 5) for number, each in enumerate(several(9))]
    assert "9. Story 8 of guards and posts at the river (developing)" in made(*going_on).text


def test_a_line_at_the_top_says_what_happened() -> None:
    def top(*stories: DigestStory) -> str:
        [line] = lxml_html.document_fromstring(made(*stories).html).xpath("//p[@class='main']")
        return str(line.text_content())

    assert top(*several(2)).startswith("Story 0 of guards and posts at the river; Story 1 of guards")
    assert top(*several(9)).count("Story") == 3
    assert 'class="main"' not in made(*several(1)).html
    affair = Affair((step(1, 1), step(2, 2)))
    one, other, third = several(3)
    assert top(replace(one, affair=affair), replace(other, affair=affair), third).count("Story") == 2


def step(story: int, number: int) -> Step:
    return Step(story, number, f"Story {story - 1}", "en", SINCE)


def test_a_publisher_is_named_once_a_story() -> None:
    reports = [report(n, f"Guards meet at post {n}", source="Border Post") for n in (1, 2, 3)]
    each = shown(story(1, *reports, report(4, "Guards meet", source="Marz News")))
    tree = lxml_html.document_fromstring(made(each).html)
    items = [li.text_content() for li in tree.xpath("//td[@id='story-1']//li")]
    assert sum("Border Post" in item for item in items) == 1
    assert len(tree.xpath("//td[@id='story-1']//li[contains(., 'Border Post')]//a")) == 3


def test_what_stands_on_every_story_alike_is_said_once() -> None:
    stories = [replace(each, silent=("government publishers", *extra)) for each, extra in
               zip(several(3), ((), ("news agencies",), ()), strict=True)]  # fmt: skip
    text = made(*stories).text
    assert text.count("government publishers") == 1
    assert "Not heard on any story: government publishers" in text
    assert text.count("Not heard from: news agencies") == 1
    assert silent_alike(stories[:2]) == ()
    assert silent_alike([]) == ()


def test_who_reports_few_stories_is_not_missed_on_each() -> None:
    rows = [("think-tank publishers", "publishers in Iran")] * 6 + [("news agencies",)]
    stories = [replace(each, silent=sides) for each, sides in zip(several(7), rows, strict=True)]
    text = made(*stories).text
    assert "think-tank" not in text
    assert text.count("Not heard from: publishers in Iran") == 6
    assert text.count("Not heard from: news agencies") == 1
    assert made(*stories[:4], stories[6]).text.count("think-tank") == 4  # of so few nothing is known


def test_stories_of_one_affair_stand_together() -> None:
    first, other, third, second = several(4)
    steps = tuple(Step(each.story.id, n, "x", "en", each.story.first_seen) for n, each in enumerate((first, second), 1))
    affair = Affair(steps, known=True, background=())
    ordered = together([replace(first, affair=affair), other, third, replace(second, affair=affair)])
    assert [each.story.id for each in ordered] == [1, 4, 2, 3]


@pytest.mark.parametrize(
    ("score", "threshold", "said"),
    [
        (0.97, 0.5, "strong match (0.97, from 0.50)"),
        (0.70, 0.5, "clear match (0.70, from 0.50)"),
        (0.52, 0.5, "match by little (0.52, from 0.50)"),
        (0.5, 0.5, "match by little (0.50, from 0.50)"),
        (0.499, 0.5, "just under (0.499, from 0.500)"),  # and not "0.50 < 0.50"
        (0.1382, 0.1399, "just under (0.138, from 0.140)"),
        (0.2, 0.5, "under (0.20, from 0.50)"),
        (1.0, 1.0, "strong match (1.00, from 1.00)"),
    ],
)
def test_scores_have_words_that_do_not_contradict_them(score: float, threshold: float, said: str) -> None:
    assert Words(edition(), "en").match(score, threshold).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("“All of it.”", "All of it."),
        ('"All of it."', "All of it."),
        ("«همه آن»", "همه آن"),
        ("“One” and “two”", "“One” and “two”"),
        ("He said “no”", "He said “no”"),
        ("", ""),
    ],
)
def test_a_quote_has_one_pair_of_marks(text: str, bare: str) -> None:
    assert inner(text) == bare


def test_a_quote_that_begins_with_marks_gets_no_others() -> None:
    said = "“We shall meet again,” the minister of defence said in Basra."
    text = made(shown(story(1, report(1, ENGLISH, passages=(passage(said),))))).text
    assert f"{said} — " in " ".join(text.replace("|", " ").split())
    assert "““" not in text


def test_a_digest_may_show_more_than_its_readers_read(tmp_path: Path) -> None:
    (tmp_path / "watches").mkdir()
    digest = "{name: daily, schedule: '0 7 * * *', languages: [fa, ar], reads: [ar]}"
    (tmp_path / "monitor.yaml").write_text(f"digests: [{digest}]\n", "utf-8")
    (tmp_path / "feeds.yaml").write_text("feeds: []\n", "utf-8")
    seeds = packaged_folder() / "seed_corpus"
    (tmp_path / "watches" / "a.yaml").write_text(f"name: A\nseeds: {seeds}\n", "utf-8")
    [read] = load_config(tmp_path).service.digests
    assert (read.languages, read.reads) == (("fa", "ar"), ("ar",))
