"""From a page's bytes to the article, and the choice between the page's text and the feed's."""

from __future__ import annotations

import csv
import html
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.languages import languages
from monitor.model import Entry, Feed, SeenDate
from monitor.pages.extract import ExtractedPage, choose_text, extract_page
from monitor.pages.feed_text import html_text
from monitor.pages.flaws import THIN
from monitor.text.language import detect_language
from monitor.text.timestamps import readings

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
URL = "https://news.example/world/border-plan"
FEED = Feed("https://news.example/rss", "News Example", "en", "GB", "independent", "News Example")

LEAD = "Border guards of the two countries drew up a plan for joint patrols in Sulaimaniya on Tuesday."
BODY = [
    LEAD,
    "The commanders, who met for six hours, want thermal cameras along eighty kilometres of the frontier.",
    "An officer who took part said the crews would share one radio channel from the first of December on, "
    "and that each side would send two officers to the control room of the other.",
    "Farmers in the villages above Penjwen have asked for the tracks to be opened to their flocks again.",
]
PERSIAN = [
    "فرماندهان مرزبانی دو کشور روز سه‌شنبه در سلیمانیه درباره گشت‌های مشترک به توافق رسیدند.",
    "به گفته یکی از افسران حاضر در نشست، خدمه دو طرف از نخستین روز آذر از یک کانال بی‌سیم استفاده می‌کنند.",
    "کشاورزان روستاهای بالای پنجوین خواسته‌اند راه‌های کوهستانی دوباره به روی گله‌هایشان باز شود.",
]


def page(paragraphs: list[str], *, title: str = "Joint patrols on the border", head: str = "", lang: str = "en") -> str:
    """A page as outlets build them: a menu, a cookie bar, teasers and a footer around the article."""
    text = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    teasers = "".join(f'<li><a href="/t/{i}">Another headline number {i}</a></li>' for i in range(12))
    return f"""<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} - News Example</title>
    {head}</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
    <div id="cookie-bar"><p>We use cookies. <button>Accept all</button></p></div>
    <main><article><h1>{title}</h1>{text}</article></main>
    <aside><h2>Most read</h2><ul>{teasers}</ul></aside>
    <footer><p>© News Example. All rights reserved.</p></footer></body></html>"""


def read(markup: str | bytes, *, url: str = URL, charset: str | None = None) -> ExtractedPage:
    body = markup.encode() if isinstance(markup, str) else markup
    return extract_page(body, url=url, charset=charset, now=NOW)


def test_the_article_comes_without_what_surrounds_it() -> None:
    found = read(page(BODY))
    assert found.text.split("\n") == BODY
    assert found.title == "Joint patrols on the border"
    assert found.language == "en"
    assert found.flaw is None


@pytest.mark.parametrize(
    ("visit", "kept"),
    [
        ("?PHPSESSID=0a1b2c3d4e5f", ""),
        ("?id=3&jsessionid=0a1b2c3d4e5f", "?id=3"),
        (";jsessionid=0A1B2C3D", ""),
        ("?sid=0a1b2c3d4e5f60718293a4b5c6", ""),
        ("?sid=1234", "?sid=1234"),
    ],
)
def test_the_address_of_a_page_holds_no_visit_that_a_redirect_began(visit: str, kept: str) -> None:
    url = "https://news.example/world/border-plan-1"
    found = read(page(BODY, head=f'<link rel="canonical" href="{url}{visit}">'), url=f"{url}{visit}")
    assert found.canonical_url == url + kept


def test_metadata_of_linked_data_and_meta_elements() -> None:
    data = {"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "datePublished": "2026-11-17T18:30:00+03:00"}]}
    found = read(
        page(
            BODY,
            head=f"""<meta name="author" content="Rebaz Ali">
            <link rel="canonical" href="/world/border-plan-1?id=3">
            <script type="application/ld+json">{json.dumps(data)}</script>""",
        )
    )
    assert found.author == "Rebaz Ali"
    assert found.published == datetime(2026, 11, 17, 15, 30, tzinfo=UTC)
    assert found.canonical_url == "https://news.example/world/border-plan-1?id=3"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-17T18:30:00Z", datetime(2026, 11, 17, 18, 30, tzinfo=UTC)),
        ("Tue, 17 Nov 2026 18:30:00 +0300", datetime(2026, 11, 17, 15, 30, tzinfo=UTC)),
        ("2026/11/17", datetime(2026, 11, 17, tzinfo=UTC)),
        ("۱۴۰۵/۰۸/۲۶ ۱۸:۳۰", datetime(2026, 11, 17, 15, 0, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("2026-11-23T10:00:00Z", None),
        ("2031-01-01", None),
        ("yesterday", None),
        ("1405-13-41", None),
    ],
)
def test_a_date_is_one_that_can_be_true(written: str, expected: datetime | None) -> None:
    head = f'<meta property="article:published_time" content="{written}">'
    assert read(page(BODY, head=head)).published == expected


def test_a_clock_some_hours_ahead_gives_now() -> None:
    ahead = (NOW + timedelta(hours=3)).isoformat()
    assert read(page(BODY, head=f'<meta property="article:published_time" content="{ahead}">')).published == NOW


def test_the_first_believable_date_wins() -> None:
    head = """<meta property="article:published_time" content="0001-01-01T00:00:00Z">
              <meta name="pubdate" content="2026-11-16">"""
    assert read(page(BODY, head=head)).published == datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("persian", "western"),
    [("1399-12-30", (2021, 3, 20)), ("1400/1/1", (2021, 3, 21)), ("1404/12/29", (2026, 3, 20))],
)
def test_persian_dates_across_leap_years(persian: str, western: tuple[int, int, int]) -> None:
    found = next(readings(persian)).moment
    assert (found.year, found.month, found.day) == western


@pytest.mark.parametrize(
    "link",
    ["https://other.example/world/border-plan", "https://news.example/", "javascript:alert(1)", "http://[::1", ""],
)
def test_a_canonical_address_of_another_site_or_the_front_page_is_not_believed(link: str) -> None:
    assert read(page(BODY, head=f'<link rel="canonical" href="{link}">')).canonical_url == ""


@pytest.mark.parametrize(
    ("here", "link"),
    [
        ("https://m.news.co.uk/a/1", "https://www.news.co.uk/a/1"),
        ("https://amp.news.example/a/1", "https://news.example/a/1"),
    ],
)
def test_a_canonical_address_may_be_on_another_host_of_the_site(here: str, link: str) -> None:
    assert read(page(BODY, head=f'<link rel="canonical" href="{link}">'), url=here).canonical_url == link


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1256"])
def test_encodings_of_persian_pages(encoding: str) -> None:
    text = page([p.replace("\u200c", " ").replace("ی", "ي") for p in PERSIAN * 2], title="گشت مشترک", lang="fa")
    found = read(text.replace("ک", "ك").replace("utf-8", encoding).encode(encoding, "ignore"))
    assert found.language == "fa"
    assert "\ufffd" not in found.text
    assert "فرماندهان مرزباني دو" in found.text


def test_a_wrong_header_does_not_spoil_utf_8() -> None:
    found = read(page(PERSIAN, lang="fa").encode(), charset="iso-8859-1")
    assert found.text.split("\n") == PERSIAN


def wall(title: str, *paragraphs: str) -> str:
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html><head><title>{title}</title></head><body><div>{text}</div></body></html>"


@pytest.mark.parametrize(
    ("flaw", "markup"),
    [
        ("consent", wall("Before you continue", "We use cookies to deliver and maintain our services.", "Accept all")),
        (
            "consent",
            wall(
                "News Example",
                "We and our 842 partners store and access personal data, like browsing data, on your device.",
                "By selecting Accept all you allow personalised ads. You may withdraw your consent at any time.",
            ),
        ),
        ("login", wall("Sign in - News Example", "Welcome back.", "Forgot your password?")),
        ("login", wall("News", "Already a subscriber? Log in to continue.", "Subscribe now to keep reading.")),
        ("login", wall("ورود به سایت", "نام کاربری و رمز عبور خود را بنویسید تا ادامه مطلب را ببینید.")),
        ("captcha", wall("Just a moment...", "Verify you are human by completing the action below.")),
        ("captcha", wall("News Example", "Please complete the security check to go on.", "Incident ID: 5531")),
        ("error-page", wall("404 - Page not found", "Sorry, we could not find what you want.")),
        ("error-page", wall("News Example", "The page you are looking for might have been moved or deleted.")),
        ("error-page", wall("صفحه مورد نظر یافت نشد", "به صفحه نخست بازگردید یا جستجو کنید.")),
        ("error-page", wall("الصفحة غير موجودة", "عذراً، لم نتمكن من العثور على ما تبحث عنه.")),
        ("error-page", wall("502 Bad Gateway", "nginx/1.18.0")),
        ("empty", "<html><head><title>News</title></head><body><div id=root></div><script>x()</script></body></html>"),
        ("not-html", "%PDF-1.7 \x00\x01"),
        ("not-html", '{"title": "an answer of an interface"}'),
        ("not-html", '<?xml version="1.0"?><rss><channel><item><title>x</title></item></channel></rss>'),
        ("not-html", ""),
    ],
)
def test_pages_that_are_not_the_article(flaw: str, markup: str) -> None:
    found = read(markup)
    assert (found.flaw, found.text) == (flaw, "") or flaw == "login" == found.flaw


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "404th brigade returns to Basra",
            "The 404th brigade of the Iraqi army returned to Basra on Monday after a year in Anbar. Families waited.",
        ),
        (
            "Iran fines firm over cookies",
            "Iran's regulator has fined a shop for tracking visitors. Officials said cookies were kept for years. "
            "The shop will appeal. Its manager said that the law is unclear and that others do the same every day.",
        ),
        (
            "راه‌آهن شلمچه - بصره در دست ساخت است",
            "وزیر راه گفت سی و دو کیلومتر راه‌آهن شلمچه به بصره در دست ساخت است و سال آینده به پایان می‌رسد.",
        ),
        (
            "Cell broken up in Diyala",
            "The National Security Service said it had broken up a cell in Diyala and blocked its accounts. The "
            "security service of Iran had named two of the men, whose human traffic ran through Khanaqin.",
        ),
        (
            "Search called off",
            "The two missing border guards were not found and the search was called off on Sunday, the army said.",
        ),
    ],
)
def test_short_articles_are_not_taken_for_walls(title: str, text: str) -> None:
    assert read(page([text], title=title)).flaw is None


def test_a_captcha_in_the_comment_form_does_not_matter() -> None:
    markup = page(BODY * 2).replace("<footer>", '<script src="https://www.google.com/g-recaptcha.js"></script><footer>')
    assert read(markup).flaw is None


@pytest.mark.parametrize("mark", ["g-recaptcha", "/cdn-cgi/challenge-platform/scripts/jsd/main.js"])
def test_a_short_item_on_a_page_with_the_marks_of_a_challenge_is_an_article(mark: str) -> None:
    markup = page(BODY[:2]).replace("</footer>", f"</footer><script src='https://x.example/{mark}'></script>")
    assert len(markup) < 10_000
    found = read(markup)
    assert (found.flaw, found.text) == (None, "\n".join(BODY[:2]))


def test_a_long_winded_refusal_is_no_article() -> None:
    markup = wall(
        "Attention Required! | Cloudflare",
        "Sorry, you have been blocked. You are unable to access news.example.",
        "This website is using a security service to protect itself from online attacks. The action you just "
        "performed triggered the security solution.",
        "You can email the site owner to let them know you were blocked.",
    ).replace("</body>", "<div class=cf-error-details></div></body>")
    assert read(markup).flaw == "captcha"
    assert read(markup.replace("Attention Required! | Cloudflare", "news.example")).flaw == "captcha"


def test_the_opening_of_a_paywalled_article_is_kept_without_the_wall() -> None:
    markup = wall(
        "Two armies",
        "Iran and Iraq will exercise together in the marshes next month.",
        "Already a subscriber? Log in to continue reading with your account. "
        "Subscribe to read this article and start your free trial today.",
    )
    found = read(markup)
    assert found.flaw == "login"
    assert found.text == "Iran and Iraq will exercise together in the marshes next month."


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"<html><body><p>", b"<html><head><meta charset=x>"]))
def test_no_bytes_are_an_error(body: bytes, start: bytes) -> None:
    found = extract_page(start + body, url=URL, charset="x-unknown", now=NOW)
    assert found.published is None or found.published <= NOW


def test_deep_nesting_is_bounded_in_time_and_no_crash() -> None:
    assert read("<html><body>" + "<div>" * 20_000 + "x").flaw is not None


# Page against feed


def entry(title: str = "Joint patrols on the border", content: str = "", **more: object) -> Entry:
    return Entry(FEED.url, title, URL, content=content, **more)  # type: ignore[arg-type]


def full_page(**more: object) -> ExtractedPage:
    return ExtractedPage("Joint patrols on the border", "\n".join(BODY), "en", **more)  # type: ignore[arg-type]


TOLD_ANEW = "Two countries send guards and cameras to the frontier"


@pytest.mark.parametrize(
    ("listed", "link", "kind", "shown"),
    [
        (TOLD_ANEW, "https://paper.example/1", "independent", "Joint patrols on the border"),
        ("Joint patrols on border", "https://paper.example/1", "independent", "Joint patrols on border"),
        (TOLD_ANEW, URL, "independent", TOLD_ANEW),
        (TOLD_ANEW, "https://paper.example/1", "search", "Joint patrols on the border"),
        ("Joint patrols on border", "https://paper.example/1", "search", "Joint patrols on the border"),
        ("(untitled)", URL, "independent", "Joint patrols on the border"),
    ],
)  # fmt: skip
def test_another_site_s_page_keeps_its_own_headline(listed: str, link: str, kind: str, shown: str) -> None:
    given = replace(entry(listed), link=link)
    feed = replace(FEED, kind=kind)  # type: ignore[arg-type]
    assert choose_text(full_page(), given, feed, now=NOW).title == shown


def test_the_page_is_preferred_to_a_summary() -> None:
    article = choose_text(full_page(author="Rebaz Ali"), entry(content=f"<p>{LEAD}</p>"), FEED, now=NOW)
    assert article.text == "\n".join(BODY)
    assert (article.partial, article.author, article.language) == (False, "Rebaz Ali", "en")
    assert (article.url, article.fetched, article.id) == (URL, NOW, 0)


def test_a_feed_that_gives_the_whole_text_beats_a_page_that_gives_its_opening() -> None:
    given = "".join(f"<p>{p}</p>" for p in BODY)
    article = choose_text(ExtractedPage("Joint patrols on the border", LEAD, "en"), entry(content=given), FEED, now=NOW)
    assert article.text == "\n".join(BODY)
    assert not article.partial


@pytest.mark.parametrize("flaw", ["consent", "captcha", "error-page", "empty", "not-html"])
def test_a_page_that_is_no_article_leaves_what_the_feed_gave(flaw: str) -> None:
    failed = ExtractedPage("Just a moment...", "", flaw=flaw, canonical_url="https://news.example/wall")  # type: ignore[arg-type]
    article = choose_text(failed, entry(title="", content=f"<p>{LEAD}</p>"), FEED, now=NOW)
    assert (article.text, article.partial, article.url) == (LEAD, True, URL)
    assert article.title == LEAD


def test_no_page_at_all() -> None:
    article = choose_text(None, entry(), FEED, now=NOW)
    assert (article.title, article.text, article.partial) == ("Joint patrols on the border", "", True)
    assert article.language == "en"


def test_a_front_page_in_the_articles_place_is_not_taken() -> None:
    other = ExtractedPage(
        "Welcome", "Mango growers of Kerala turn to shade nets as the summer heat arrives. " * 9, "en"
    )
    article = choose_text(other, entry(content=f"<p>{LEAD}</p>"), FEED, now=NOW)
    assert (article.text, article.partial) == (LEAD, True)


def test_the_open_part_of_a_paywalled_page_is_used_and_marked_partial() -> None:
    opening = "\n".join(BODY[:3])
    teaser = ExtractedPage("Joint patrols on the border", opening, "en", flaw="login")
    article = choose_text(teaser, entry(content="<p>A plan for joint patrols.</p>"), FEED, now=NOW)
    assert (article.text, article.partial) == (opening, True)


def test_a_search_feed_names_the_publisher() -> None:
    search = Feed("https://search.example/rss", "Search", kind="search", publisher="Search")
    article = choose_text(None, entry(publisher="Shatt Dispatch"), search, now=NOW)
    assert (article.source, article.publisher, article.kind) == ("Shatt Dispatch", "Shatt Dispatch", "search")


def test_the_entrys_date_comes_before_the_pages() -> None:
    of_page, of_entry = NOW - timedelta(days=2), NOW - timedelta(days=1)
    page = full_page(dates=(SeenDate("meta", of_page),))
    article = choose_text(page, entry(published=of_entry), FEED, now=NOW)
    assert (article.published, article.published_from) == (of_entry, "feed")
    undated = choose_text(page, entry(), FEED, now=NOW)
    assert (undated.published, undated.published_from) == (of_page, "meta")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two &amp; three</p>", "One.\nTwo & three"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("plain < text", "plain < text"),
        ("<P>One</P><DIV> Two </DIV>\r\n\x85three \u2028 four", "One\nTwo\nthree\nfour"),
        ("a<Style>p{}</Style> <!-- b -->c", "a c"),
        ("<script>alert(1)</script><ul><li>a</li><li>b</li></ul>", "a\nb"),
    ],
)
def test_feed_content_as_text(markup: str, text: str) -> None:
    assert html_text(markup) == text


# Language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fa", "وزير دفاع عراق: به كمك هاي نظامي ايران نيازمنديم و اين همكاري ادامه دارد"),
        ("fa", "\n".join(PERSIAN)),
        ("ar", "اليوم وقّع الطرفان مذکرة التفاهم بین العراق و ایران للتعاون الدفاعی"),
        ("ar", "بحث وزير الداخلية مع قائد حرس الحدود ملف التهريب على الشريط الحدودي"),
        ("ckb", "هەرێمی کوردستان و ئێران لەسەر پاراستنی سنوور ڕێککەوتن"),
        ("ckb", "هەرێمی كوردستان و ئيران لەسەر پاراستنى سنوور رێككەوتن"),
        ("kmr", "Qasim Erecî bi serokê Ewlehiya Îranê re civiya û li ser sînoran axivîn"),
        ("tr", "İran ve Irak sınır güvenliği konusunda yeni bir anlaşma imzaladı"),
        ("ru", "Иран и Ирак подписали соглашение о безопасности границы"),
        ("en", "BAGHDAD, TEHRAN AGREE ON NEW STEPS TO GUARD THE COMMON BORDER"),
        ("en", "BAGHDAD, TEHRAN AGREE ON NEW STEPS TO GUARD THE COMMON BORDER, officials say"),
    ],
)
def test_languages_of_the_region(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("az", "İraq İrandan taxıl alacaq"),
        ("tr", "Irak İran'dan buğday alacak"),
        ("kmr", "Serokê Iraqê çû Tehranê û bi wezîr re axivî"),
        ("ur", "ایرانی وزیر دفاع کا دورہ ملتوی ہو گیا"),
        ("ur", "عراق جرمنی سے ٹرک خریدے گا"),
        ("fa", "وزیر دفاع ایران سفر خود را به تعویق انداخت"),
        ("ckb", "وەزیری بەرگریی ئێران سەردانەکەی دواخست"),
        ("zh", "伊拉克军官团抵达德黑兰"),
        ("ja", "イラク軍将校団がテヘランに到着"),
        ("id", "Menteri Irak temui panglima militer di Isfahan"),
        ("pt", "Irã comprará trigo do Iraque e do Brasil"),
    ],
)
def test_a_headline_is_told_from_a_near_language(language: str, text: str) -> None:
    """The model takes most of these for another."""
    assert detect_language(text) == language


def test_what_is_declared_counts_before_the_letters_of_names() -> None:
    assert detect_language("Xi, Qingdao ve Quanzhou'da konuştu", "tr") == "tr"
    assert detect_language("北京時間", "ja") == "ja"


@pytest.mark.parametrize("declared", ["en-US", "fr", "tr", "ru"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("بغداد وطهران تتفقان على ضبط الحدود", "ar"),
        ("دیدار وزرای دفاع ایران و عراق در تهران", "fa"),
        ("ڕێککەوتنی ئەمنی عێراق و ئێران", "ckb"),
    ],
)
def test_a_headline_is_not_in_a_language_of_other_letters(text: str, expected: str, declared: str) -> None:
    """Many programs of sites declare "en-US" whatever they publish."""
    assert detect_language(text, declared) == expected


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("العراق وإيران يوقعان مذكرة للتعاون في الحدود", "fa", "ar"),
        ("رئیس الحشد الشعبی در تهران", "fa", "fa"),  # Arabic names in a Persian headline
        ("ایران و عراق یادداشت تفاهم امضا کردند", "ar", "fa"),
        ("إيران تختار وزير دفاع جديد", "ar", "ar"),
        ("ڕێککەوتنی ئەمنی عێراق و ئێران", "fa", "ckb"),
        ("Rusya ile Irak", "en", "en"),
    ],
)
def test_letters_and_articles_count_before_what_is_declared(text: str, declared: str, expected: str) -> None:
    assert detect_language(text, declared) == expected


@pytest.mark.parametrize(("declared", "expected"), [("fa-IR", "fa"), ("EN_us", "en"), ("x", None), (None, None)])
def test_too_little_text_leaves_the_declared_language(declared: str | None, expected: str | None) -> None:
    assert detect_language("12", declared) == expected


# Against real pages


SHARED = Path(__file__).parents[2] / "shared" / "pages"


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the captured pages are not on this machine")
def test_text_of_real_pages_is_at_or_above_trafilaturas_own() -> None:
    ours, theirs = [], []
    with (SHARED / "manifest.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            truth = _truth(row)
            if truth is None:
                continue
            body = (SHARED / row["file"]).read_bytes()
            found = extract_page(body, url=row["url"], charset=None, now=NOW)
            # Only where the page itself says that its article is for subscribers may it be taken for an opening.
            assert found.flaw is None or (found.flaw == "login" and _FOR_SUBSCRIBERS.search(body)), row["file"]
            ours.append(_f1(found.text, truth))
            theirs.append(_f1(trafilatura.extract(body, url=row["url"] or None, fast=True) or "", truth))
    assert len(ours) > 50
    assert sum(ours) >= sum(theirs)
    assert sum(ours) / len(ours) > 0.955


_FOR_SUBSCRIBERS = re.compile(rb'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)


def _truth(row: dict[str, str]) -> str | None:
    """The whole true text of a page, None where only fragments of it are given."""
    if row["truth_kind"] not in ("fundus-json", "articleBody-txt", "newspaper-txt", "readability-expected-html"):
        return None
    text = (SHARED / row["truth_file"]).read_text(encoding="utf-8")
    if row["truth_kind"] == "fundus-json":
        return "\n".join(map(str, json.loads(text)["body"]))
    return html_text(text) if row["truth_kind"] == "readability-expected-html" else text


def _f1(found: str, truth: str) -> float:
    ours, true = (Counter(re.findall(r"\w+", text.lower())) for text in (found, truth))
    common = sum((ours & true).values())
    return 2 * common / (sum(ours.values()) + sum(true.values())) if common else 0.0


def test_long_text_is_never_a_wall() -> None:
    walls = "We and our partners use cookies to store information on your device. " * 40
    assert len(walls) > THIN
    assert read(page([walls])).flaw is None


# ---- what pages say of themselves ----------------------------------------------------------------------------


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)
NEWS = '{"@type":"NewsArticle","datePublished":"2026-11-20T10:00:00Z"}'


@pytest.mark.parametrize(
    "head",
    [
        linked(NEWS),
        linked(f'[{{"@type":"WebSite","dateCreated":"2010-01-01"}},{NEWS}]'),
        linked(f'{{"@context":"https://schema.org","@graph":[{{"@type":"WebPage"}},{NEWS}]}}'),
        linked('{"@type":["Article","NewsArticle"],"datePublished":"۱۴۰۵/۰۸/۲۹ ۱۳:۳۰"}'),
        linked('{"@type":"NewsArticle","datePublished":1795168800}'),
        linked(f"//<![CDATA[\n{NEWS}\n//]]>"),
        linked(f"<!-- {NEWS} -->"),
        linked(NEWS.replace("}", ",}")),
        linked(NEWS.replace('"', "&quot;")),
        linked('{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","datePublished":"2020-01-01"}]}')
        + linked(NEWS),
        '<meta name="date" content="1405-08-29 13:30">',
        '<meta property="article:published_time" content="1795168800">',
    ],
)
def test_the_date_of_the_article_and_of_nothing_else(head: str) -> None:
    assert read(page(BODY, head=head)).published == FRIDAY


@pytest.mark.parametrize(
    "shown",
    [
        "<time>جمعه ۲۹ آبان ۱۴۰۵ - ۱۳:۳۰</time>",
        '<span class="date">تاریخ انتشار: ۱۴۰۵/۰۸/۲۹ - ۱۳:۳۰</span>',
        '<div class="news-time">20 تشرين الثاني 2026 10:00</div>',
        '<b class="time-tab">Today</b><b class="time-tab">Yesterday</b><i class="date">20 November 2026 10:00</i>',
        '<aside><time datetime="2020-01-01T00:00:00Z"></time></aside><time datetime="2026-11-20T10:00:00Z"></time>',
    ],
)
def test_a_date_under_the_headline_is_read(shown: str) -> None:
    markup = page(BODY).replace("</h1>", f"</h1>{shown}", 1)
    assert shown in markup
    assert read(markup).published == FRIDAY


def test_the_date_of_a_related_story_is_not_the_article_s() -> None:
    related = '<aside class="related"><time datetime="2020-01-01T00:00:00Z">old</time></aside></body>'
    assert read(page(BODY).replace("</body>", related)).published is None


def test_a_layout_with_a_sidebar_is_not_the_sidebar() -> None:
    shown = '<div class="body withSidebar"><time datetime="2026-11-20T10:00:00Z"></time></div>'
    assert read(page(BODY).replace("</h1>", f"</h1>{shown}", 1)).published == FRIDAY


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ('<a rel="author" href="/sara">Sara Ahmadi</a>', "Sara Ahmadi"),
        ('<div class="article-byline">By Sara Ahmadi</div>', "Sara Ahmadi"),
        ('<footer><span class="author">سارا احمدی</span></footer>', "سارا احمدی"),
        ('<h2 class="author-box-title">About the author</h2><p class="author-name">Sara Ahmadi</p>', "Sara Ahmadi"),
        ('<aside><p class="author">Omar Hassan</p></aside><p class="author">Sara Ahmadi</p>', "Sara Ahmadi"),
        ('<div class="related-stories"><p class="author">Omar Hassan</p></div>', ""),
        ('<div class="comment"><span class="author">Omar Hassan</span></div>', ""),
        ('<figure><figcaption class="author">Omar Hassan</figcaption></figure>', ""),
        ("", ""),
    ],
)
def test_the_author_of_a_byline(marked: str, name: str) -> None:
    assert read(page(BODY).replace("</h1>", f"</h1>{marked}", 1)).author == name


@pytest.mark.parametrize("joiner", ["\u200c", "&zwnj;", "&#8204;", "&#x200C;"])
def test_joiners_of_persian_words_stay(joiner: str) -> None:
    assert PERSIAN[0] in read(page(PERSIAN, lang="fa").replace("\u200c", joiner)).text


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ('[{"@type":"Person","name":"علی رضایی"},{"name":"Sara"}]', "علی رضایی, Sara"),
        ('{"@id":"#a"}', "Ali Rezaei"),
        ('{"@type":"Organization","name":"Agency"}', ""),
        ('"https://news.example/ali"', ""),
        ('[null, 5, {"name": ["x"]}]', ""),
    ],
)
def test_authors_in_linked_data(author: str, name: str) -> None:
    data = f'[{{"@type":"NewsArticle","author":{author}}},{{"@type":"Person","@id":"#a","name":"Ali Rezaei"}}]'
    assert read(page(BODY, head=linked(data))).author == name


@pytest.mark.parametrize("link", ["/world/", "/search?q=iraq", "https://news.example/"])
def test_the_address_of_a_section_is_not_the_article_s(link: str) -> None:
    head = f'<link rel="canonical" href="{link}">'
    assert read(page(BODY, head=head), url="https://news.example/world/border-plan").canonical_url == ""


def test_an_address_without_its_headline_is_the_article_s() -> None:
    head = '<link rel="canonical shortlink" href="/news/1234">'
    found = read(page(BODY, head=head), url="https://news.example/news/1234/border-plan")
    assert found.canonical_url == "https://news.example/news/1234"


@pytest.mark.parametrize(
    ("title", "text", "flaw"),
    [
        ("هەڵە ٤٠٤", "ببورە، پەڕەکە نەدۆزرایەوە.", "error-page"),
        ("دسترسی غیرمجاز", "شما اجازه دسترسی به این صفحه را ندارید.", "error-page"),
        ("سایت در حال به\u200cروزرسانی است", "لطفا ساعتی دیگر مراجعه کنید.", "error-page"),
        ("الموقع تحت الصيانة", "سنعود قريبا إن شاء الله.", "error-page"),
    ],
)
def test_walls_in_the_languages_of_the_region(title: str, text: str, flaw: str) -> None:
    assert read(f"<html><head><title>{title}</title></head><body><article><p>{text}</p></article></body>").flaw == flaw


WALLS = {
    "ar": "اشترك الآن لمتابعة القراءة.",
    "az": "Bu məqalə yalnız abunəçilər üçündür.",
    "azb": "بو یازی یالنیز آبونه‌لر اوچون‌دور.",
    "bg": "Цялата статия е достъпна само за абонати.",
    "ckb": "ئەم بابەتە تەنیا بۆ ئەندامانە.",
    "bn": "এই প্রতিবেদন শুধু গ্রাহকদের জন্য।",
    "cs": "Tento článek je pouze pro předplatitele.",
    "da": "Log ind for at læse hele artiklen.",
    "de": "Bereits Abonnent? Jetzt einloggen und weiterlesen.",
    "el": "Το άρθρο είναι διαθέσιμο μόνο για συνδρομητές.",
    "en": "Subscribe to continue reading. Already a subscriber? Log in.",
    "es": "Este contenido es exclusivo para suscriptores.",
    "fa": "برای خواندن ادامه مطلب وارد حساب کاربری خود شوید یا اشتراک تهیه کنید.",
    "fi": "Koko juttu on vain tilaajille.",
    "fr": "Abonnez-vous pour lire la suite. Déjà abonné ?",
    "he": "הכתבה למנויים בלבד.",
    "hi": "यह लेख केवल सदस्यों के लिए है।",
    "hu": "A cikk folytatását csak előfizetőink olvashatják.",
    "hy": "Հոդվածը հասանելի է միայն բաժանորդներին։",
    "id": "Artikel ini khusus untuk pelanggan.",
    "it": "Contenuto riservato agli abbonati.",
    "ja": "この記事は有料会員限定です。",
    "ka": "სრული ტექსტი ხელმისაწვდომია მხოლოდ გამომწერებისთვის.",
    "kmr": "Ev gotar tenê ji bo aboneyan e.",
    "ko": "이 기사는 구독자만 읽을 수 있습니다.",
    "nb": "Denne saken er kun for abonnenter.",
    "nl": "Dit artikel is alleen voor abonnees.",
    "pl": "Dalsza część tekstu jest dostępna dla prenumeratorów.",
    "ps": "دا مطلب یوازې د ګډونوالو لپاره دی.",
    "pt": "Conteúdo exclusivo para assinantes.",
    "ro": "Restul articolului este doar pentru abonați.",
    "ru": "Материал доступен только по подписке.",
    "sr": "Ostatak teksta mogu da pročitaju samo pretplatnici.",
    "sv": "Logga in för att läsa hela artikeln.",
    "th": "เนื้อหานี้สำหรับสมาชิกเท่านั้น",
    "tr": "Bu haber yalnızca abonelere açıktır.",
    "uk": "Повний текст доступний лише передплатникам.",
    "ur": "یہ خبر صرف سبسکرائبرز کے لیے ہے۔",
    "yi": "דער ארטיקל איז נאר פאר אבאנענטן.",
    "zh": "本文仅限会员阅读。",
}


def test_every_language_says_what_is_for_subscribers() -> None:
    assert WALLS.keys() == {known.code for known in languages()}


@pytest.mark.parametrize("wall", WALLS.values(), ids=WALLS.keys())
def test_the_opening_of_a_paid_article_is_not_the_whole_of_it(wall: str) -> None:
    found = read(page([BODY[0], wall]))
    assert found.flaw == "login"
    assert wall not in found.text
    assert found.text


@pytest.mark.parametrize(
    ("shown", "age"),
    [
        ('<span class="date">2 hours ago</span>', timedelta(hours=2)),
        ("<time>منذ ساعتين</time>", timedelta(hours=2)),
        ('<span class="news-time">۵ دقیقه پیش</span>', timedelta(minutes=5)),
        ('<span class="date">an hour ago</span>', timedelta(hours=1)),
    ],
)
def test_how_long_ago_a_page_says_is_counted_back_and_doubted(shown: str, age: timedelta) -> None:
    found = read(page(BODY).replace("</h1>", f"</h1>{shown}", 1))
    assert found.published == NOW - age
    assert [date.doubt for date in found.dates] == ["counted back from the time of reading"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("noreply@desk.example (Sara Karim)", "Sara Karim"),
        ("desk@desk.iq (سارة كريم)", "سارة كريم"),
        ("Sara Karim <sara@desk.example>", "Sara Karim"),
        ("Sara Karim (sara@desk.example)", "Sara Karim"),
        ("Sara <s@desk.iq>, Ali <a@desk.iq>", "Sara, Ali"),
        ("mailto:desk@desk.example (Sara)", "Sara"),
        ("desk@desk.example", "desk@desk.example"),
        ("desk@desk.example ()", "desk@desk.example ()"),
        ("@sara", "@sara"),
        ("Sara Karim", "Sara Karim"),
        ("", ""),
    ],
)
def test_an_author_is_a_name_and_no_address(written: str, name: str) -> None:
    entry = Entry(feed_url=FEED.url, title="A story", link=URL, author=written)
    assert choose_text(None, entry, FEED, now=NOW).author == name
