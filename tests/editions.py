"""Editions made for the tests of composing, rendering and delivering. All texts and names are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import (
    Article,
    Coverage,
    DigestStory,
    Edition,
    FeedKind,
    FeedReport,
    Health,
    Highlight,
    Match,
    Passage,
    Receipt,
    Report,
    Story,
)

UNTIL = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=1)
LINE = "Iran + Iraq + agreement in the title; «memorandum»; 0.93 ≥ 0.50"

PERSIAN = "وزیران دفاع ایران و عراق در بغداد یادداشت تفاهم همکاری مرزی امضا کردند"
ARABIC = (
    "وزيرا الدفاع العراقي والإيراني يوقعان في بغداد مذكرة تفاهم بشأن أمن الحدود المشتركة وتبادل المعلومات "
    "الاستخبارية وتدريب قوات حرس الحدود، ويتفقان على تشكيل لجنة مشتركة تجتمع كل ثلاثة أشهر في العاصمتين"
)
ENGLISH = "Iranian and Iraqi defence ministers sign border security memorandum in Baghdad"


def passage(text: str, *words: str, where: str = "body") -> Passage:
    marks = [Highlight(text.index(word), text.index(word) + len(word), "term") for word in words]
    return Passage(text, where, tuple(marks))


def report(
    id: int,
    title: str,
    *,
    source: str = "Border Post",
    language: str | None = "en",
    kind: FeedKind = "independent",
    hours: float = 3,
    score: float = 0.9,
    passages: tuple[Passage, ...] = (),
    url: str | None = None,
    published: bool = True,
    partial: bool = False,
    publisher: str = "",
    line: str = LINE,
    acts: tuple[str, ...] = (),
) -> Report:
    """``hours``: how long before the end of the window it was published; it was judged 20 minutes later."""
    when = UNTIL - timedelta(hours=hours)
    article = Article(
        id=id,
        url=f"https://news{id}.example/defence/{id}" if url is None else url,
        title=title,
        text=title,
        language=language,
        published=when if published else None,
        fetched=when + timedelta(minutes=10),
        feed_url=f"https://news{id}.example/rss",
        source=source,
        publisher=publisher or source,
        kind=kind,
        partial=partial,
    )
    receipt = Receipt(threshold=0.5, near_miss=0.3, profile="abc123", passages=passages, line=line)
    match = Match("iran-iraq", score, "match", receipt, acts=acts)
    return Report(article, match, when + timedelta(minutes=20))


def story(id: int, *reports: Report, headline: str = "") -> Story:
    times = [each.article.published or each.matched for each in reports]
    return Story(
        id=id,
        watch="iran-iraq",
        headline=headline or reports[0].article.title,
        first_seen=min(times),
        last_seen=max(times),
        score=max(each.match.score for each in reports),
        reports=reports,
    )


def shown(told: Story, *, developing: bool = False, fresh: frozenset[int] | None = None) -> DigestStory:
    every = frozenset(each.article.id for each in told.reports)
    return DigestStory(told, developing, every if fresh is None else fresh)


def feeds(healthy: int = 37, blocked: int = 2, quiet: int = 2) -> tuple[FeedReport, ...]:
    made = [FeedReport(f"Feed {n}", f"https://feed{n}.example/rss", Health.HEALTHY) for n in range(1, healthy + 1)]
    made += [
        FeedReport(
            f"Gate {n}",
            f"https://gate{n}.example/rss",
            Health.BLOCKED,
            "blocked for 3 days, failed 9 times: a challenge page (403); next try in 2 hours",
            UNTIL - timedelta(days=3),
        )
        for n in range(1, blocked + 1)
    ]
    made += [
        FeedReport(
            f"Still {n}",
            f"https://still{n}.example/rss",
            Health.QUIET,
            "quiet: nothing new for 6 days, where one came every 5 hours",
            UNTIL - timedelta(days=6, hours=2),
        )
        for n in range(1, quiet + 1)
    ]
    return tuple(made)


def edition(
    *stories: DigestStory,
    near: tuple[Report, ...] = (),
    more: tuple[DigestStory, ...] = (),
    notices: tuple[str, ...] = (),
    watches: tuple[str, ...] = ("Iran–Iraq defence cooperation",),
    older: int = 0,
    id: int = 0,
    timezone: str = "Asia/Baghdad",
) -> Edition:
    return Edition(
        digest="daily",
        period="2026-11-21T07:00",
        since=SINCE,
        until=UNTIL,
        composed=UNTIL + timedelta(seconds=3),
        timezone=timezone,
        stories=stories,
        near_misses=near,
        coverage=Coverage(feeds(), entries=1204, articles=310, older=older, notices=notices),
        watches=watches,
        omitted=len(more),
        more=more,
        id=id,
    )


def small() -> Edition:
    """Three languages in one story, a running one, a near miss: a usual morning."""
    signed = story(
        1,
        report(
            11,
            PERSIAN,
            source="Marz News",
            language="fa",
            kind="state",
            hours=20,
            score=0.95,
            acts=("agreement",),
            passages=(
                passage(
                    "وزیر دفاع ایران روز جمعه در بغداد با همتای عراقی خود یادداشت تفاهم همکاری مرزی را امضا کرد.",
                    "یادداشت تفاهم",
                    "همکاری مرزی",
                ),
            ),
        ),
        report(
            12,
            ARABIC,
            source="وكالة الرافد للأنباء",
            language="ar",
            kind="wire",
            hours=18.5,
            score=0.92,
            passages=(passage("وقع الوزيران مذكرة تفاهم تشمل تدريب حرس الحدود وتبادل المعلومات.", "مذكرة تفاهم"),),
        ),
        report(
            13,
            ENGLISH,
            source="Border Post",
            hours=17,
            score=0.93,
            passages=(
                passage(
                    "The two ministers signed a memorandum on border security and agreed to train Iraqi guards.",
                    "signed a memorandum",
                    "border security",
                ),
            ),
        ),
    )
    drill = story(
        2,
        report(20, "Joint drill planned near Khanaqin", source="Two Rivers Monitor", hours=60, score=0.7),
        report(
            21,
            "Iraq and Iran set date for joint border guard drill",
            source="Hilla Gazette",
            kind="trade",
            hours=5,
            score=0.81,
            partial=True,
            passages=(passage("The drill will start on 2 December with 400 guards from each side.", "drill"),),
        ),
    )
    near = report(
        31,
        "Tehran and Baghdad discuss gas payments",
        source="Energy Ledger",
        hours=9,
        score=0.42,
        line="Iran + Iraq, no act of cooperation; 0.42 < 0.50",
    )
    return edition(shown(signed), shown(drill, developing=True, fresh=frozenset({21})), near=(near,), older=2, id=7)


def empty() -> Edition:
    return edition()


def hostile() -> Edition:
    """Everything a feed may try on a reader of the digest."""
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    titles = (
        script,
        "Iran\r\nBcc: victim@evil.example\r\n\r\nbody",
        "Report \u202egnp.exe\u202c signed \u2066x\u2069",
        "I" + "\u0301" * 500 + " zalgo",
        "{{ 7*7 }} ${7*7} <%= 7*7 %> {% raw %} </td></tr></table>",
        "ایران و عراق " * 400,
        "x" * 5000,
        '"><a href="javascript:alert(1)">x</a>',
    )
    links = (
        "javascript:alert(1)",
        "https://user:pass@evil.example/",
        "http://127.0.0.1:22/",
        "http://0x7f000001/",
        "data:text/html,<script>alert(1)</script>",
        'https://evil.example/"onmouseover="alert(1)',
        "http://[::1]/",
        "https://evil.example/" + "a" * 5000,
    )
    reports = [
        report(
            100 + n,
            title,
            url=link,
            source=script if n == 0 else f"Source\n{n}",
            language='fr" onload="x' if n == 1 else "en",
            line=f"{script} receipt",
            passages=(Passage(f"{script} says {title}", "body", (Highlight(-5, 9, "x"), Highlight(4, 999, "y"))),),
        )
        for n, (title, link) in enumerate(zip(titles, links, strict=True))
    ]
    return edition(
        *(shown(story(n, each)) for n, each in enumerate(reports, 1)),
        near=(reports[0],),
        notices=(f"{script} refused",),
        watches=("A\r\nBcc: victim@evil.example", "<b>watch</b>"),
    )


def monster(stories: int = 60, sources: int = 40) -> Edition:
    """Far more than a mail holds, in long Arabic."""
    made = []
    for n in range(1, stories + 1):
        reports = [
            report(
                n * 1000 + m,
                f"{ARABIC} {n} {m}",
                source=f"وكالة الأنباء رقم {m} في مدينة {n}",
                language="ar",
                hours=1 + m / 2,
                passages=(passage(f"{n} {m} {ARABIC} {ARABIC}", "مذكرة تفاهم", "حرس الحدود"),),
                url=f"https://news{m}.example/{'path/' * 20}{n}-{m}",
                line="إيران + العراق + اتفاق " * 8,
            )
            for m in range(sources)
        ]
        made.append(shown(story(n, *reports)))
    return edition(*made[: stories // 2], more=tuple(made[stories // 2 :]))
