"""The mail and the page: what is in them, how large they get, and that nothing from a feed acts in them.

Golden files are written anew with ``UPDATE_GOLDEN=1 pytest tests/test_render.py``; look at them before committing.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from monitor.errors import ConfigError
from monitor.model import (
    Copy,
    Coverage,
    Edition,
    Health,
    Highlight,
    News,
    Passage,
    Quote,
    RenderedEdition,
    SeenDate,
    Support,
)
from monitor.render import MAX_HTML, RenderSettings, render
from monitor.render.columns import WIDTH, columns, wrap
from monitor.render.edition_views import (
    CoverageView,
    EditionView,
    LineView,
    NearView,
    QuoteView,
    SourceView,
    StoryView,
)
from monitor.render.own_templates import copy_template, own_templates, shipped_templates
from monitor.render.plain import one_line, web_link, why_unlinked
from monitor.render.quotes import marked
from monitor.render.templates import Templates, load_pages, load_templates, render_edition, try_templates
from tests.editions import (
    ARABIC,
    ENGLISH,
    PERSIAN,
    SINCE,
    UNTIL,
    edition,
    empty,
    feeds,
    hostile,
    monster,
    passage,
    report,
    shown,
    small,
    story,
)

GOLDEN = Path(__file__).parent / "golden"
EDITIONS = {"small": small, "empty": empty, "hostile": hostile}
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?\})\s*\}", re.DOTALL)


@cache
def templates() -> Templates:
    return load_templates()


@cache
def rendered(name: str) -> RenderedEdition:
    made: Edition = {**EDITIONS, "monster": monster}[name]()
    return render(made, templates().environment, css=templates().css)


def rendering(made: Edition, **settings: object) -> RenderedEdition:
    return render(made, templates().environment, css=templates().css, settings=RenderSettings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("part", ["html", "txt"])
def test_golden(name: str, part: str) -> None:
    path = GOLDEN / f"{name}.{part}"
    made = rendered(name)
    text = made.html if part == "html" else f"Subject: {made.subject}\n\n{made.text}"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


# What a feed may not do


@pytest.mark.slow
@pytest.mark.parametrize("name", [*EDITIONS, "monster"])
def test_nothing_runs_loads_or_leads_astray(name: str) -> None:
    made = rendered(name)
    for source in filter(None, (made.html, made.page)):
        tree = lxml_html.document_fromstring(source)
        found = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
        assert not found & {"script", "img", "iframe", "form", "svg", "object", "link", "video", "input", "base"}
        for element in tree.iter():
            assert not any(attribute.startswith("on") or attribute == "src" for attribute in element.attrib)
            assert "url(" not in element.get("style", "")
        for link in tree.iter("a"):
            if re.fullmatch(r"#story-\d+", link.get("href", "")):  # from the contents to a story below
                continue
            assert link.get("href", "").startswith(("http://", "https://"))
            assert not why_unlinked(link.get("href", ""))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", made.html + made.text + made.subject)


def test_hostile_words_are_shown_as_they_are() -> None:
    tree = lxml_html.document_fromstring(rendered("hostile").html)
    words = tree.text_content()
    assert "<script>alert(1)</script><img src=x onerror=alert(1)>" in words
    assert "{{ 7*7 }} ${7*7}" in words, "a title is no template"
    assert "not linked: not a public address" in words
    assert "http://127.0.0.1:22/" in words


@pytest.mark.slow
@pytest.mark.parametrize("name", [*EDITIONS, "monster"])
def test_the_subject_is_one_short_line(name: str) -> None:
    subject = rendered(name).subject
    assert len(subject) <= 120
    assert subject.isprintable()


def test_subjects() -> None:
    assert rendered("small").subject == "Iran–Iraq defence cooperation: 1 new, 1 developing — 21 Nov"
    assert rendered("empty").subject.endswith("cooperation: nothing matched, 37 of 41 feeds healthy — 21 Nov")
    long = rendering(edition(shown(story(1, report(1, "x"))), watches=("Iran and Iraq " * 40,)))
    assert long.subject.endswith("…: 1 new — 21 Nov")


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://news.example/a b?q=1#x", "https://news.example/a%20b?q=1#x"),
        ("https://رسانه.example/خبر/۱", "https://رسانه.example/خبر/۱"),
        ("https://news.example/\u202ecod", "https://news.example/%E2%80%AEcod"),
        ("http://8.8.8.8/x", "http://8.8.8.8/x"),
        *[
            (bad, "")
            for bad in (
                "javascript:alert(1)",
                " jAvAsCrIpT:alert(1)",
                "java\nscript:alert(1)",
                "ftp://news.example/x",
                "//news.example/x",
                "https://u:p@news.example/",
                "http://localhost/",
                "http://localhost.localdomain/",
                "http://router.lan/",
                "http://printer/",
                "http://127.0.0.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0177.1/",
                "http://[::1]/",
                "http://[::ffff:10.0.0.1]/",
                "http://169.254.169.254/latest",
                "http://10.1.2.3/",
                "http://news.example:port/",
                "https://news.example/" + "x" * 2000,
                "http://",
                "",
            )
        ],
    ],
)
def test_only_public_web_addresses_are_links(url: str, linked: str) -> None:
    assert web_link(url) == linked
    assert bool(why_unlinked(url)) is not bool(linked)


def test_private_addresses_are_linked_where_the_configuration_allows_them() -> None:
    made = edition(shown(story(1, report(1, "On a private feed", url="http://127.0.0.1:8000/a"))))
    assert 'href="http://127.0.0.1:8000/a"' in rendering(made, private_links=True).html
    assert 'href="http://127.0.0.1:8000/a"' not in rendering(made).html


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=200), st.sampled_from([None, "fa", "x\ud800"]))
def test_any_text_makes_a_mail(title: str, name: str, said: str, language: str | None) -> None:
    every = (Passage(said, "body", (Highlight(1, 9, "x"),)),)
    one = report(1, title, source=name, passages=every, url=f"https://x.example/{name}", language=language, line=said)
    made = rendering(edition(shown(story(1, one)), near=(replace(one, article=replace(one.article, id=2)),)))
    assert made.html.encode()
    assert made.text.encode()
    assert made.subject.isprintable()
    tree = lxml_html.document_fromstring(made.html)
    assert len(tree.findall(".//h2")) == 3
    assert all(columns(line) <= WIDTH or "http" in line for line in made.text.splitlines())


# What stands in it


def test_an_empty_edition_says_what_was_watched() -> None:
    made = rendered("empty")
    told = "Nothing matched; 37 of 41 feeds healthy, 2 blocked, 2 quiet for 6 days."
    assert told in made.text
    assert told in made.html
    assert "1,204 entries read, 310 articles judged" in made.text
    told = (
        "Gate 1: blocked for 3 days, failed 9 times: a challenge page (403); next try in 2 hours (since 18 Nov, 07:00)"
    )
    assert told in " ".join(made.text.split())


def test_no_feed_at_all_is_said() -> None:
    made = rendering(replace(empty(), coverage=Coverage((), 0, 0)))
    assert "Nothing matched; no feed is enabled, so nothing could be found." in made.text


def test_without_a_network_one_line_says_so_and_older_troubles_stay() -> None:
    coverage = empty().coverage
    failing = [
        replace(feed, health=Health.FAILING, since=SINCE, unreached="name resolution failed")
        for feed in coverage.feeds
        if feed.health is not Health.BLOCKED
    ]
    blocked = [feed for feed in coverage.feeds if feed.health is Health.BLOCKED]
    made = rendering(replace(empty(), coverage=replace(coverage, feeds=(*failing, *blocked))))
    said = "no feed could be reached since 20 Nov, 07:00: name resolution failed for 39 of 41 feeds; 2 blocked before"
    assert f"Nothing matched; {said} that." in " ".join(made.text.split()).replace("\u00a0", " ")
    assert made.subject == "Iran–Iraq defence cooperation: nothing matched, no feed reached — 21 Nov"
    assert "Gate 2: blocked for 3 days" in made.text
    assert "Feed 1:" not in made.text
    assert "Still 1" not in made.html


def test_times_are_those_of_the_digests_zone() -> None:
    assert "20 Nov, 11:00" in rendered("small").text
    made = rendering(replace(small(), timezone="America/New_York"))
    assert "20 Nov, 03:00" in made.text
    # Clocks go back on 1 November 2026 in New York: both offsets stand in the window.
    change = datetime(2026, 11, 1, 12, tzinfo=UTC)
    autumn = replace(empty(), timezone="America/New_York", until=change, since=change - timedelta(days=1))
    assert "UTC-04:00 → UTC-05:00" in rendering(autumn).text


def test_a_source_without_a_date_says_when_it_was_seen() -> None:
    made = rendering(edition(shown(story(1, report(1, "Undated", published=False)))))
    assert "seen 21 Nov, 04:10" in made.text


@pytest.mark.parametrize(
    ("locale", "date", "moment"),
    [
        ("de", "Samstag, 21. November 2026", "21. Nov., 07:00"),
        (
            "fa",
            "شنبه ۳۰ آبان ۱۴۰۵/\u200f۲۱ نوامبر ۲۰۲۶",
            "۲۰ نوامبر،\u200f ۰۷:۰۰ – ۳۰ آبان/\u200f۲۱ نوامبر،\u200f ۰۷:۰۰",
        ),
        # The wording is English: what is written from right to left stands by itself in its line.
        ("he", "\u2068יום שבת, 21 בנובמבר 2026\u2069", "\u206821 בנוב׳, 07:00\u2069"),
        ("tr", "21 Kasım 2026 Cumartesi", "21 Kas 07:00"),
        ("en-GB", "Saturday, 21 November 2026", "21 Nov, 07:00"),
    ],
)
def test_dates_follow_the_locale(locale: str, date: str, moment: str) -> None:
    made = rendering(small(), locale=locale)
    assert date in made.html
    assert moment in made.text.replace("\N{NO-BREAK SPACE}", " ")
    assert ("1.204" in made.html) is (locale in ("de", "tr"))


@pytest.mark.parametrize("zone", ["Asia/Baghdad", "America/New_York", "Pacific/Auckland"])
def test_a_day_without_a_time_is_shown_as_it_was_written_in_every_zone(zone: str) -> None:
    given = report(1, ENGLISH, source="Border Post")
    begin = datetime(2026, 11, 19, 20, 30, tzinfo=UTC)  # of 20 November in Tehran
    seen = SeenDate("page-text", begin, "day", "20 November 2026", zoned=False)
    daily = replace(given, article=replace(given.article, published=begin, published_from="page-text", dates=(seen,)))
    told = story(1, daily, report(2, "Other words", source="Hilla Gazette"))
    made = rendering(replace(edition(replace(shown(told), first="Border Post", first_article=1)), timezone=zone))
    words = " ".join(lxml_html.document_fromstring(made.html).text_content().split())
    text = " ".join(made.text.split())
    assert "First: 20 Nov, Border Post" in text
    assert "* 20 Nov, Border Post" in text
    assert "first: Border Post, 20 Nov" in words
    invented = f"{begin.astimezone(ZoneInfo(zone)):%H:%M}"
    assert invented not in text
    assert invented not in words


def test_provenance_and_news_are_shown_where_they_are_known() -> None:
    told = story(1, report(1, ENGLISH, source="Border Post"), report(2, "Copy", source="Hilla Gazette"))
    full = replace(
        shown(told, developing=True, fresh=frozenset({2})),
        first="Border Post",
        first_article=1,
        voices=1,
        copies=(Copy(2, "Border Post"),),
        silent=("state media", "Iranian side"),
        news=(News("figure", "400 guards", 2), News("person", "Brig. Gen. X <b>", 2)),
        quotes=(Quote(2, "Some 400 guards will take part.", (Highlight(5, 8, "figure"),)),),
    )
    made = rendering(edition(full))
    words = " ".join(lxml_html.document_fromstring(made.html).text_content().split())
    for said in (words, " ".join(made.text.split())):
        assert "carries Border Post" in said
        assert "state media, Iranian side" in said
        assert "400 guards" in said
        assert "Brig. Gen. X <b>" in said
    assert "first: Border Post, 21 Nov, 04:00" in words
    assert "First: 21 Nov, 04:00, Border Post" in made.text
    assert "1 publisher, 2 reports" in words
    assert "Some <mark" in made.html
    assert ">400</mark> guards" in made.html


def test_a_story_in_another_language_has_its_headline_in_the_digests_too() -> None:
    assert f"   Baghdad\n   {PERSIAN}\n" in rendered("small").text  # below the one in English
    assert PERSIAN not in rendering(edition(shown(story(1, report(1, ENGLISH), report(2, PERSIAN))))).text


def test_a_title_is_not_quoted_and_the_same_words_once() -> None:
    said = "The ministers signed it."
    one = report(1, ENGLISH, passages=(passage(ENGLISH, where="title"), passage(said)))
    two = report(2, "Other", source="Copyist", passages=(passage(said), passage("And a second thing.")))
    text = rendering(edition(shown(story(1, one, two)))).text
    assert text.count("“") == 2
    assert text.count(said) == 1


def test_forty_sources_in_one_story() -> None:
    told = story(1, *(report(n, f"Headline {n}", source=f"Source {n}", hours=n / 4) for n in range(1, 41)))
    made = rendering(replace(edition(shown(told)), id=5), base_url="https://desk.example/monitor/")
    assert "and 32 more reports" in made.html
    assert "more report" not in made.text
    assert 'href="https://desk.example/monitor/stories/1"' in made.html
    assert 'href="https://desk.example/monitor/digests/5"' in made.html
    for n in range(1, 41):
        assert f"Source {n}<" in made.page


# Size


def test_the_largest_edition_stays_under_the_limit_and_the_page_has_all() -> None:
    made = rendered("monster")
    assert len(made.html.encode()) < MAX_HTML
    assert "Shortened to fit a mail" in made.html
    assert "Shortened. The whole edition: digest.html" in made.text  # beyond what even a text part should hold
    assert len(made.text.encode()) < MAX_HTML
    assert "Shortened" not in made.page
    tree = lxml_html.document_fromstring(made.page)
    assert len(tree.findall(".//h3[@class]")) == 30
    assert len(tree.findall(".//a")) >= 30 * 40
    assert "60 new stories" in made.html


@pytest.mark.slow
@pytest.mark.parametrize(("stories", "sources"), [(1, 1), (1, 400), (12, 8), (25, 3), (200, 2)])
def test_every_size_fits_and_counts_what_it_leaves_out(stories: int, sources: int) -> None:
    made = rendering(monster(stories, sources))
    assert len(made.html.encode()) < MAX_HTML
    headlines = len(re.findall(rf"{ARABIC[:30]}", made.html))
    hidden = sum(int(n) for n in re.findall(r"<li>and (\d+) more</li>", made.html))
    assert headlines >= min(stories, 25)
    assert hidden <= stories


def test_a_small_edition_is_not_cut() -> None:
    assert rendered("small").page == ""
    assert len(rendered("small").html.encode()) < 25_000


# The text part


@pytest.mark.parametrize("name", [*EDITIONS, "monster"])
def test_no_line_of_text_is_wider_than_78_columns_but_addresses(name: str) -> None:
    for line in rendered(name).text.splitlines():
        assert columns(line) <= WIDTH or line.strip().startswith("http"), line
        assert line == line.rstrip()


@given(st.text(max_size=300), st.sampled_from(["", "  ", "   | "]))
def test_wrapping_keeps_every_letter_and_the_width(text: str, indent: str) -> None:
    lines = wrap(text, indent).split("\n")
    assert all(columns(line) <= WIDTH for line in lines if "http" not in line)
    assert "".join("".join(line.removeprefix(indent).split()) for line in lines) == "".join(text.split())


def test_wide_letters_take_two_columns() -> None:
    lines = wrap("漢" * 100).split("\n")
    assert [columns(line) for line in lines] == [78, 78, 44]
    assert columns("می‌شود") == 5, "a joiner takes no column"


def test_an_address_is_never_broken() -> None:
    url = "https://news.example/" + "x" * 200
    assert wrap(f"See {url} for more", "   ").split("\n") == ["   See", f"   {url}", "   for more"]


# Highlights


@given(
    st.text(alphabet="ab <&\u202e\n", max_size=40),
    st.lists(st.builds(Highlight, st.integers(-5, 50), st.integers(-5, 50), st.just("x")), max_size=6),
)
def test_highlights_of_any_kind_keep_the_words(text: str, marks: list[Highlight]) -> None:
    html = marked(text, marks, 400)
    plain = re.sub(r"</?mark>", "", html).replace("&lt;", "<").replace("&amp;", "&").replace("\u00a0", " ")
    assert plain.replace(" ", "") == one_line(text, 400).replace(" ", "")
    assert "<mark><mark>" not in html


def test_what_matched_is_marked_where_it_stands() -> None:
    text = "  The two signed a\u202e memorandum & went."
    start = text.index("signed")
    quoted = Passage(text, "body", (Highlight(start, start + 20, "act"),))
    made = rendering(edition(shown(story(1, report(1, "Headline", passages=(quoted,))))))
    assert re.search(r"The two <mark[^>]*>signed a memorandum</mark> &amp; went\.", made.html)


# Semantics


@pytest.mark.parametrize("name", [*EDITIONS, "monster"])
def test_headings_tables_and_languages_serve_a_screen_reader(name: str) -> None:
    tree = lxml_html.document_fromstring(rendered(name).html)
    levels = [int(element.tag[1]) for element in tree.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert tree.get("lang") == "en"
    assert tree.findtext(".//title") == rendered(name).subject
    for table in tree.iter("table"):
        assert table.get("role") == "presentation" or table.find(".//th[@scope]") is not None
    for element in tree.iter("h3", "blockquote"):
        words = element.text_content()
        if re.search("[\u0600-\u06ff]{20}", words.replace(" ", "")) and "script" not in words:
            assert element.get("dir") == "rtl"


def test_right_to_left_passages_say_so() -> None:
    tree = lxml_html.document_fromstring(rendered("small").html)
    assert [(h.get("dir"), h.get("lang")) for h in tree.findall(".//h3[@class]")] == [("ltr", "en"), ("ltr", "en")]
    [also] = tree.findall(".//p[@lang='fa']")
    assert also.get("dir") == "rtl"
    assert [(q.get("dir"), q.get("lang")) for q in tree.iter("blockquote")][:3] == [
        ("ltr", "en"),
        ("rtl", "fa"),
        ("rtl", "ar"),
    ]


def luminance(color: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrasts(source: str) -> dict[tuple[str, str], float]:
    """(colour, background) → contrast of every piece of text, by the styles on the elements."""
    found: dict[tuple[str, str], float] = {}

    def walk(element: lxml_html.HtmlElement, color: str, background: str) -> None:
        style = element.get("style", "")
        color = ([color, *re.findall(r"(?:^|;)\s*color:\s*(#\w{6})", style)])[-1]
        background = ([background, *re.findall(r"background-color:\s*(#\w{6})", style)])[-1]
        if (element.text or "").strip():
            light, dark = sorted((luminance(color), luminance(background)), reverse=True)
            found[color, background] = (light + 0.05) / (dark + 0.05)
        for child in element:
            walk(child, color, background)

    walk(lxml_html.document_fromstring(source).body, "#000000", "#ffffff")
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_in_light_and_dark(dark: bool) -> None:
    css = templates().css
    if dark:
        css += DARK.findall(css)[0]
    told = replace(shown(story(1, report(1, ENGLISH)), developing=True), news=(News("act", "drill", 1),))
    full = replace(
        small(),
        stories=(*small().stories, told),
        more=(told,),
        coverage=Coverage(feeds(), 5, 5, notices=("refused",)),
    )
    pairs = contrasts(render(full, templates().environment, css=css).html)
    assert len(pairs) > 6
    assert min(pairs.values()) >= 4.5, pairs


def test_the_dark_theme_reaches_the_mail() -> None:
    assert "@media (prefers-color-scheme: dark)" in rendered("small").html
    assert '<meta name="color-scheme" content="light dark">' in rendered("small").html


# Templates of a person


def test_own_templates_come_first_and_the_packaged_ones_fill_in(tmp_path: Path) -> None:
    (tmp_path / "digest.txt").write_text("{{ page.summary }} & {{ page.new[0].headline }}", encoding="utf-8")
    own = load_templates(tmp_path)
    made = render(small(), own.environment, css=own.css)
    assert made.text == f"1 new story, 1 developing; 1 near miss & {ENGLISH}\n"
    assert "What was watched" in made.html


def test_a_copied_template_says_whether_the_shipped_one_is_another_by_now(tmp_path: Path) -> None:
    shipped, mended = shipped_templates(), tmp_path / "mended"
    (mended / "web").mkdir(parents=True)
    for name, path in shipped.items():
        copy_template(path, tmp_path / "own" / name)
        (mended / name).write_bytes(path.read_bytes() + b"\n")
    later = {name: mended / name for name in shipped}
    own = load_templates(tmp_path / "own")
    assert {each.state for each in own_templates(tmp_path / "own", shipped)} == {"made from"}
    assert {each.state for each in own_templates(tmp_path / "own", later)} == {"behind"}
    assert {each.state for each in own_templates(mended, shipped)} == {"unknown"}
    assert list(own_templates(mended, later)) == []  # the shipped folder itself holds no copies
    shutil.copytree(mended, tmp_path / "plain")
    assert {each.state for each in own_templates(tmp_path / "plain", later)} == {"same"}
    made = render(small(), own.environment, css=own.css)
    assert made == rendering(small())  # the stamp shows nowhere
    assert load_pages(tmp_path / "own").get_template("stories.atom").render is not None
    with pytest.raises(FileExistsError):
        copy_template(shipped["digest.txt"], tmp_path / "own" / "digest.txt")


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("fine\n{% if %}", 2, "docs/reference/templates.md"),
        ("{% if a %}", 1, "is 'if'; see docs/"),
        ("{{ page.subject }}\n\n{{ page.subject", 3, "unexpected"),
    ],
)
def test_a_template_that_does_not_compile_is_told_with_its_line(
    tmp_path: Path, source: str, line: int, said: str
) -> None:
    (tmp_path / "digest.txt").write_text(source, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        load_templates(tmp_path)
    assert [(p.path, p.line) for p in caught.value.problems] == [(str(tmp_path / "digest.txt"), line)]


@pytest.mark.parametrize(
    "source",
    [
        "\n{{ page.no_such_thing }}",
        "\n{{ page.digest + 1 }}",
        "\n{{ page.digest.__class__.__mro__ }}",
        "\n{{ 1 / 0 }}",
        "\n{% include 'missing.txt' %}",
        "\n{{ {}['x'] | int(base=99) }}",
        "\n{{ 'x' | round }}",
        "\n{{ [] | first | length }}",
        "\n{{ page | tojson }}",
        "\n{% macro on() %}{{ on() }}{% endmacro %}{{ on() }}",
        "\n{{ 'x' * 10 ** 15 }}",
        "\n{{ '%d' % 'x' }}",
        "\n{{ range(10 ** 30) | list }}",
    ],
)
def test_a_template_that_fails_is_told_with_its_line(tmp_path: Path, source: str) -> None:
    (tmp_path / "digest.txt").write_text(source, encoding="utf-8")
    own = load_templates(tmp_path)
    with pytest.raises(ConfigError) as caught:
        render(small(), own.environment, css=own.css)
    assert (caught.value.problems[0].path, caught.value.problems[0].line) == (str(tmp_path / "digest.txt"), 2)


def test_a_template_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "digest.txt").write_bytes("Café".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_templates(tmp_path)


def test_own_markup_is_sanitised_too(tmp_path: Path) -> None:
    source = (
        '<html><body><p onclick="x()">{{ page.subject|safe }}<script>1</script><img src="http://x.example/p"></body>'
    )
    (tmp_path / "digest.html").write_text(source, encoding="utf-8")
    own = load_templates(tmp_path)
    made = render(replace(small(), watches=("<b>x</b><script>2</script>",)), own.environment, css=own.css)
    assert not re.search("script|onclick|img|x.example", made.html)


def test_until_is_the_day_in_the_subject() -> None:
    late = replace(empty(), until=UNTIL.replace(hour=22), timezone="Asia/Tehran")
    assert rendering(late).subject.endswith("— 22 Nov")


def test_a_template_that_fails_at_its_hour_costs_the_look_and_not_the_edition(tmp_path: Path) -> None:
    source = "{{ page.watches }}{% if page.new|length == 1 %}\n{{ page.nothing }}{% endif %}"
    (tmp_path / "digest.txt").write_text(source, encoding="utf-8")
    own = load_templates(tmp_path)
    try_templates(replace(own, environment=templates().environment))
    assert render_edition(empty(), own).text == "Iran–Iraq defence cooperation\n"
    made = render_edition(small(), own)
    assert "digest.txt:2: " in made.html
    assert PERSIAN in made.text
    assert made.subject.endswith("see notice — 21 Nov")


def test_a_trial_finds_a_name_that_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "digest.html").write_text("<p>\n{{ page.storys }}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"digest\.html:2: .*storys"):
        try_templates(load_templates(tmp_path))


@pytest.mark.parametrize("view", [EditionView, StoryView, QuoteView, SourceView, LineView, NearView, CoverageView])
def test_the_docs_name_all_a_template_is_given(view: type) -> None:
    told = (Path(__file__).parents[1] / "docs" / "reference" / "templates.md").read_text(encoding="utf-8")
    named = {name for words in re.findall(r"`([a-z_, ]+)`", told) for name in words.split(", ")}
    assert {each.name for each in fields(view)} <= named


def test_a_digest_of_several_watches_says_whose_each_story_is() -> None:
    grain = report(2, "Grain corridor reopens")
    grain = replace(grain, match=replace(grain.match, watch="grain"))
    other = replace(shown(story(2, grain)), story=replace(story(2, grain), watch="grain"))
    made = replace(
        edition(shown(story(1, report(1, ENGLISH))), other, near=(grain,), more=(other,), watches=("Defence", "Grain")),
        watch_ids=("iran-iraq", "grain"),
    )
    both = rendering(made)
    html = re.sub(r"<[^>]*>", "", both.html)
    assert "Defence · 1 publisher" in html
    assert "Grain · 1 publisher" in html
    assert "— Grain · Border Post" in html
    assert "Watch: Defence\n" in both.text
    assert "Watch: Grain\n" in both.text
    assert "Grain: Border Post" in both.text
    assert both.text.count(", Grain, Border Post") == 1  # the near miss
    assert "Nothing new on" not in both.text + both.html
    one = rendering(replace(made, watches=("Defence",), watch_ids=("iran-iraq",)))
    assert "Watch:" not in one.text
    assert "Grain ·" not in re.sub(r"<[^>]*>", "", one.html)


def test_of_several_watches_those_that_brought_nothing_are_named() -> None:
    names, ids = ("Defence", "صادرات غلات <b>", "Cables"), ("iran-iraq", "grain", "cables")
    made = replace(edition(shown(story(1, report(1, ENGLISH))), watches=names), watch_ids=ids)
    both = rendering(made)
    page = lxml_html.document_fromstring(both.html)
    assert "Nothing new on: صادرات غلات <b>, Cables" in [text.text_content() for text in page.iter("p")]
    assert "\nNothing new on: صادرات غلات <b>, Cables\n" in both.text
    none = rendering(replace(empty(), watches=names, watch_ids=ids))
    assert "Nothing matched" in none.text
    assert "Nothing new on" not in none.text
    alert = rendering(replace(made, alert=True))
    assert "Nothing new on" not in alert.text + alert.html


def test_reports_under_the_threshold_stand_apart_with_their_scores() -> None:
    weak = [report(number, f"Account {number}", source=f"Weak {number}", score=0.31) for number in range(2, 9)]
    told = replace(story(1, report(1, ENGLISH)), supporting=tuple(Support(each, 0.6) for each in weak))
    found = rendering(edition(shown(told)))
    for text in (found.text, found.html):
        assert "Under the threshold, of the same event:" in text
        assert "Weak 2" in text
        assert "score 0.31" in text
        assert "and 2 more" in text
    assert "1 publisher" in found.html
