"""Grouping: copies, rewrites, updates and other languages are one story; like events of another day are not."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Document
from monitor.stories.group import Grouper, GroupSettings, census, group_stream
from monitor.stories.group.cohesion import LATEST, Cohesion
from monitor.stories.group.crowd import Crowd
from monitor.stories.group.features import Reader, probes
from monitor.stories.group.index import Index
from monitor.stories.group.linkage import Linkage
from monitor.stories.group.rarity import Rarity
from monitor.stories.group.records import Cluster, Member
from monitor.stories.group.signature import Signature, from_text, sign, to_text
from monitor.stories.group.tables import load_tables
from monitor.stories.group.why import Told, Why, why
from tests.yardstick import in_yardsticks

SHARED = Path(__file__).parents[2] / "shared" / "eval"
START = datetime(2024, 3, 4, 8, tzinfo=UTC)


def article(name: str, title: str, text: str, hours: float = 0.0, language: str = "en", **more: str) -> Document:
    return Document(name, title, text, language, START + timedelta(hours=hours), **more)


VISIT = article(
    "visit-en",
    "Iraqi defence minister Karim Marwan arrives in Tehran for talks on border posts",
    "Iraqi Defence Minister Karim Marwan arrived in Tehran on Monday at the head of a 14-member delegation. He is to "
    "meet his counterpart Navid Sohrabi and visit the air academy at Dastgerd. The two sides will discuss 38 new posts "
    "along the border at Zarbatiyah and a joint patrol of the Shalamcheh road, an aide to Marwan said.",
)
VISIT_REWRITE = article(
    "visit-en-2",
    "Marwan in Tehran to discuss 38 border posts with Sohrabi",
    "A delegation led by Iraq's defence minister, Karim Marwan, landed in Tehran on Monday. Navid Sohrabi, the Iranian "
    "minister, received the 14 guests. Posts at Zarbatiyah and patrols near Shalamcheh are on the agenda.",
    hours=3,
)
VISIT_FA = article(
    "visit-fa",
    "وزیر دفاع عراق کریم مروان وارد تهران شد",
    "کریم مروان وزیر دفاع عراق روز دوشنبه در رأس هیئتی ۱۴ نفره وارد تهران شد. او با همتای خود نوید سهرابی دیدار و از "
    "دانشگاه هوایی دستگرد بازدید می‌کند. ایجاد ۳۸ پاسگاه مرزی در زرباطیه و گشت مشترک در جاده شلمچه موضوع گفتگوهاست.",
    hours=2,
    language="fa",
)
VISIT_AR = article(
    "visit-ar",
    "وزير الدفاع العراقي كريم مروان يصل إلى طهران",
    "وصل وزير الدفاع العراقي كريم مروان يوم الاثنين إلى طهران على رأس وفد من ١٤ عضوا. ويلتقي نظيره نويد سهرابي ويزور "
    "الكلية الجوية في دستجرد. وتبحث المباحثات إنشاء ٣٨ مخفرا على الحدود في زرباطية ودوريات مشتركة على طريق شلمجة.",
    hours=4,
    language="ar",
)
VISIT_UPDATE = article(
    "visit-next-day",
    "Iran and Iraq agree on 38 border posts as Marwan ends Tehran visit",
    "Iraqi Defence Minister Karim Marwan ended his visit to Tehran with an agreement on 38 posts at Zarbatiyah. Navid "
    "Sohrabi said the joint patrol of the Shalamcheh road begins in May. The delegation also saw the Dastgerd academy.",
    hours=26,
)
SECOND_VISIT = article(
    "second-visit",
    "Iraqi defence minister visits Tehran to sign training agreement",
    "Iraq's Defence Minister Karim Marwan came to Tehran on Sunday to sign an agreement on the training of 120 pilots. "
    "The ceremony was held at the Khatam staff college with Navid Sohrabi and General Rostam Kiani.",
    hours=24 * 34,
)
SAME_TOPIC = (
    article(
        "guards",
        "Border guards of Iran and Iraq hold joint drill near Khosravi crossing",
        "Border guards of both countries held a two-day drill near the Khosravi crossing on Monday. Colonel Hadi "
        "Bakhtiar said 300 men practised against smugglers, with drones from Kermanshah taking part.",
        hours=1,
    ),
    article(
        "pilgrims",
        "Police of Najaf and Mashhad sign memorandum on pilgrims' safety",
        "The police chiefs of Najaf and Mashhad signed a memorandum on the safety of pilgrims. Brigadier Salman Raad "
        "said 5,000 cameras would be linked before the month of Muharram.",
        hours=2,
    ),
    article(
        "radar",
        "Iran offers Baghdad coastal radars at arms fair",
        "At the Baghdad arms fair an Iranian firm showed coastal radars and offered to build them in Basra. General "
        "Thamer Jabbar of the air defence command toured the stand; prices were not given.",
        hours=3,
    ),
)


def stories(documents: list[Document], **chosen: object) -> dict[str, str]:
    return dict(group_stream(documents, load_tables(), GroupSettings(**chosen)))  # type: ignore[arg-type]


def test_rewrites_and_updates_join_and_other_events_of_the_topic_stay_apart() -> None:
    found = stories([VISIT, *SAME_TOPIC, VISIT_REWRITE, VISIT_UPDATE])
    assert found["visit-en"] == found["visit-en-2"] == found["visit-next-day"]
    assert len(set(found.values())) == 1 + len(SAME_TOPIC)


@pytest.mark.parametrize("other", [VISIT_FA, VISIT_AR], ids=["fa", "ar"])
def test_reports_in_other_scripts_join_by_names_numbers_and_things(other: Document) -> None:
    found = stories([VISIT, *SAME_TOPIC, other])
    assert found["visit-en"] == found[other.id]


def test_brief_reports_of_one_day_are_of_one_event_where_they_share_what_says_something() -> None:
    """What is common to all news of the day, "officials said on Tuesday", is none."""
    lines = (Path(__file__).parent / "data" / "brief_events.jsonl").read_text("utf-8").splitlines()
    rows = list(map(json.loads, lines))
    found = stories([
        Document(row["id"], row["title"], row["text"], "en", datetime.fromisoformat(row["published"])) for row in rows
    ])  # fmt: skip
    of_event: dict[str, set[str]] = {}
    for row in rows:
        of_event.setdefault(row["story"], set()).add(found[row["id"]])
    assert all(len(each) == 1 for each in of_event.values())
    assert len(set(found.values())) >= 12


@pytest.mark.parametrize(
    ("said", "together"),
    [
        ("The drill began on Tuesday.", True),
        ("The drill began on Friday.", False),
        ("The drill goes on for a week.", False),
        ("Some 417 sailors take part.", False),
        ("Some 170 sailors take part.", True),
    ],
)
def test_without_times_what_comes_every_year_is_one_event_where_something_of_its_day_agrees(
    said: str, *, together: bool
) -> None:
    made = [
        Document(
            "1",
            "Iran, Russia, China hold naval drill in Gulf of Oman",
            "Warships of Iran, Russia and China train off Chabahar. On Tuesday 170 sailors boarded a captured tanker.",
        ),
        Document(
            "2",
            "Joint naval drill of Iran, Russia, China in Gulf of Oman",
            f"Chabahar is where Russian, Chinese and Iranian warships meet to train against piracy. {said}",
        ),
    ]
    assert (len(set(dict(group_stream(made, load_tables())).values())) == 1) is together


@pytest.mark.parametrize(("day", "stories_of"), [("Tuesday", 1), ("Friday", 2)])
def test_without_times_a_report_of_two_days_speaks_against_those_beside_it(day: str, stories_of: int) -> None:
    """The third report has the day of the first, and the ships of the second."""
    made = [
        Document(
            "1",
            "Iran, Russia, China hold naval drill in Gulf of Oman",
            "Warships of Iran, Russia and China train off Chabahar. On Tuesday sailors boarded a captured tanker.",
        ),
        Document(
            "2",
            "Joint naval drill of Iran, Russia, China in Gulf of Oman",
            f"Off Chabahar Russian, Chinese and Iranian warships train against piracy. On {day} 38 of them fired.",
        ),
        Document(
            "3",
            "Naval drill of Russia, China and Iran in Gulf of Oman",
            "On Tuesday 38 warships, Chinese, Russian and Iranian, were off Chabahar to train how a tanker is boarded.",
        ),
    ]
    assert len(set(dict(group_stream(made, load_tables())).values())) == stories_of


def test_the_same_minister_a_month_later_is_a_new_story() -> None:
    found = stories([VISIT, VISIT_REWRITE, SECOND_VISIT])
    assert found["second-visit"] != found["visit-en"]


def test_a_publisher_hung_on_a_headline_does_not_count() -> None:
    plain = article("a", "Signal lost with jet carrying Karim Marwan near Dastgerd", "")
    hung = replace(plain, id="b", title=f"{plain.title} - Example Courier")
    other = article("c", "Parliament of Basra elects new speaker after long night - Example Courier", "")
    found = stories([plain, other, hung])
    assert found["a"] == found["b"] != found["c"]


def test_weekdays_tell_two_like_events_apart() -> None:
    def likely(day: str) -> float:
        grouper = Grouper(load_tables())
        text = "Rockets fell on the base at Balad on Monday, wounding three soldiers, officers said."
        grouper.add(Document("1", "Rockets hit Balad base", text, "en"))
        later = f"Militiamen fired at Balad on {day}. A contractor was hurt when a hangar of the base burned down."
        return grouper.add(Document("2", "Hangar burns in Balad", later, "en")).similarity

    assert likely("Monday") > likely("Thursday") + 0.02


def test_a_stored_story_takes_new_reports_after_a_restart() -> None:
    grouper = Grouper(load_tables())
    grouper.add(VISIT, story=71)
    grouper.add(SAME_TOPIC[0], story=72)
    found = grouper.add(VISIT_REWRITE)
    assert (found.story, found.joined, found.nearest) == (71, True, "visit-en")
    assert "visit-en" in found.reason
    assert found.similarity > 0.5


def test_reports_collected_together_are_settled_together() -> None:
    grouper = Grouper(load_tables())
    for document in (VISIT, SAME_TOPIC[0], VISIT_REWRITE):
        grouper.collect(document)
    numbers = iter((10, 11, 12))
    first, other, second = grouper.settle(lambda _: next(numbers))
    assert (first.story, other.story, second.story) == (10, 11, 10)
    assert (first.joined, other.joined, second.joined) == (False, False, True)
    assert grouper.settle() == ()


def test_a_report_shows_two_stories_to_be_one_unless_they_are_kept_apart() -> None:
    for kept_apart in (False, True):
        grouper = Grouper(load_tables(), GroupSettings(threshold=0.2))
        grouper.add(VISIT, story=1)
        grouper.add(replace(VISIT_REWRITE, id="copy"), story=2)
        if kept_apart:
            grouper.keep_apart(1, 2)
        found = grouper.add(VISIT_UPDATE)
        assert found.joined
        assert found.merged == (() if kept_apart else (2,))


def test_a_report_leaves_a_story_that_it_was_wrongly_put_in() -> None:
    """The pilgrims were put with the visit; when the visit has another report, they have a story of their own."""
    pilgrims = SAME_TOPIC[1]
    for fixed in (False, True):
        grouper = Grouper(load_tables())
        grouper.collect(VISIT, story=1, fixed=fixed)
        grouper.collect(pilgrims, story=1, fixed=fixed)
        grouper.collect(VISIT_REWRITE)
        new, *moved = grouper.settle()
        assert new.story == 1
        assert [(each.document, each.left) for each in moved] == ([] if fixed else [("pilgrims", 1)])
        assert fixed or moved[0].story not in (None, 1)
        assert grouper.settle() == ()


def test_what_a_reader_saw_as_one_story_goes_on_with_its_number() -> None:
    """The number stays with the reports that were shown, however many others would take it along."""
    grouper = Grouper(load_tables())
    for document in (VISIT, VISIT_REWRITE, VISIT_UPDATE):
        grouper.collect(document, story=1)
    grouper.collect(SAME_TOPIC[0], story=1, fixed=True)
    grouper.collect(replace(VISIT_REWRITE, id="again"))
    new, *moved = grouper.settle()
    assert new.story != 1
    assert {(each.document, each.story, each.left) for each in moved} == {
        (name, new.story, 1) for name in ("visit-en", "visit-en-2", "visit-next-day")
    }


def test_entities_the_matcher_found_bring_reports_together() -> None:
    one = article("1", "Delegation expected", "A delegation is expected in the capital for talks this week.")
    other = article("2", "وفد يصل", "من المتوقع أن يصل وفد لإجراء محادثات.", 1, "ar")
    names = ("karim_marwan", "navid_sohrabi", "dastgerd_academy")

    def likely(entities: tuple[str, ...]) -> float:
        grouper = Grouper(load_tables())
        grouper.add(one, entities)
        return grouper.add(other, entities).similarity

    assert likely(names) > likely(())


@pytest.mark.parametrize("text", ["", "   ", "…", "\ud800", "ا" * 5000, "12 34 56", "x\x00y"])
def test_any_text_is_taken(text: str) -> None:
    odd = [Document(str(n), text, text, None) for n in range(3)]
    assert len(stories([VISIT, *odd])) == 4


@given(st.text(max_size=80), st.text(max_size=400), st.sampled_from(["en", "fa", "ar", "ru", "ckb", None]))
def test_a_signature_is_kept_as_text_without_loss(title: str, text: str, language: str | None) -> None:
    signed = sign(Document("1", title, text, language), load_tables(), ("iran", "act:visit"))
    kept = from_text(to_text(signed))
    assert kept == signed
    # what is kept weighs the same to the last bit: sums depend on the order of what is summed
    assert [list(part) for part in (kept.words, kept.pairs, kept.keys)] == [
        list(part) for part in (signed.words, signed.pairs, signed.keys)
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"space": 1}', "\x00"])
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_text(text)


def test_why_names_what_both_say_and_what_differs() -> None:
    weekday = replace(VISIT_REWRITE, id="late", text=VISIT_REWRITE.text.replace("Monday", "Thursday"),
                      published=START + timedelta(days=3))  # fmt: skip

    def told(*documents: Document) -> list[Why]:
        return why([Told(each, sign(each, load_tables())) for each in documents], Reader(load_tables()), load_tables())

    first, late = told(VISIT, weekday)
    assert (late.nearest, first.nearest) == ("visit-en", "late")
    assert 0.0 < late.mean == late.likely < 1.0
    assert {"Marwan", "Zarbatiyah"} <= set(late.together)
    assert late.against[:2] == ("3 days apart", "says Thursday, the other Monday")
    assert any("Dastgerd" in each for each in late.against if each.startswith("only there: "))
    _, persian = told(VISIT, VISIT_FA)
    assert "in another language" in persian.against
    assert "مروان = Marwan" in persian.together
    assert told(VISIT) == [Why("visit-en")]


WORLD = [VISIT, VISIT_REWRITE, VISIT_FA, VISIT_AR, VISIT_UPDATE, *SAME_TOPIC]


@given(st.permutations(WORLD))
@settings(max_examples=25, deadline=None)
def test_replaying_a_stream_gives_the_same_stories(order: list[Document]) -> None:
    assert stories(order) == stories(order)


@given(st.permutations(WORLD), st.integers(1, 8))
@settings(max_examples=25, deadline=None)
def test_neither_order_nor_batches_change_the_stories(order: list[Document], batch: int) -> None:
    usual, other = stories(WORLD), stories(order, batch=batch)
    pairs = list(combinations([document.id for document in WORLD], 2))
    assert [(a, b) for a, b in pairs if (usual[a] == usual[b]) != (other[a] == other[b])] == []


@given(st.lists(st.sampled_from(WORLD), max_size=30), st.integers(3, 9))
@settings(max_examples=20, deadline=None)
def test_memory_is_bounded(drawn: list[Document], capacity: int) -> None:
    grouper = Grouper(load_tables(), GroupSettings(capacity=capacity))
    for count, document in enumerate(drawn):
        grouper.add(replace(document, id=str(count), published=None))
        assert grouper.held <= capacity + 1


def test_a_story_without_a_report_for_the_window_is_not_gone_on_with() -> None:
    grouper = Grouper(load_tables(), GroupSettings(window=timedelta(days=3), capacity=10))
    found = [
        grouper.add(replace(VISIT, id=str(day), published=START + timedelta(days=5 * day))).story for day in range(20)
    ]
    assert len(set(found)) == 20
    assert grouper.held == 10
    # a late report finds its story, though others are long out of the window by now
    late = replace(VISIT_REWRITE, id="late", published=START + timedelta(days=5 * 15, hours=3))
    assert grouper.add(late).story == found[15]


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] < p[1]), st.floats(0, 1), max_size=30
    ),
    st.floats(0.1, 0.9),
)
@settings(deadline=None)
def test_linkage_stops_when_no_pair_of_clusters_reaches_the_threshold(
    weights: dict[tuple[int, int], float], threshold: float
) -> None:
    kinds = {cluster: Counter({"en": 1}) for cluster in range(10)}
    part_of = Linkage(kinds, [(a, b, "en", "en", w) for (a, b), w in weights.items()]).run(threshold, lambda *_: True)
    home = dict.fromkeys(range(10), 0)
    for one in home:
        home[one] = one
        while home[one] in part_of:
            home[one] = part_of[home[one]]
    clusters = {root: [one for one in home if home[one] == root] for root in set(home.values())}
    for a, b in combinations(clusters, 2):
        total = sum(weights.get((min(x, y), max(x, y)), 0.0) for x in clusters[a] for y in clusters[b])
        assert total / (len(clusters[a]) * len(clusters[b])) < threshold + 1e-9


def test_a_pair_in_one_language_counts_as_ten_in_two() -> None:
    kinds = {0: Counter({"en": 1}), 1: Counter({"fa": 1}), 2: Counter({"en": 1, "fa": 1})}
    edges = [(0, 1, "en", "fa", 0.5), (1, 2, "fa", "fa", 0.9), (1, 2, "fa", "en", 0.0), (0, 2, "en", "en", 0.1)]
    linkage = Linkage(kinds, edges)
    assert [linkage.mean(0, 1), linkage.mean(1, 2), linkage.mean(0, 2)] == pytest.approx([0.5, 9 / 11, 1 / 11])
    across = Linkage({0: Counter({"en": 2}), 1: Counter({"fa": 2})}, [(0, 1, "en", "fa", 0.8)])
    assert across.mean(0, 1) == pytest.approx(0.2)


def test_a_thousand_articles_a_second_within_reason() -> None:
    """800 to 1,000 a second on an idle core of 2026, 107 yardsticks; twice that is a true slow-down."""
    documents = [
        replace(VISIT, id=str(n), title=f"{VISIT.title} {n}", text=f"{VISIT.text} Note {n * 7919} of {n % 97}.")
        for n in range(300)
    ]
    stories(documents[:20])
    assert in_yardsticks(lambda: stories(documents), 2) < 200


FLOORS = {"iran": (0.85, 0.90), "kite": (0.94, 0.90), "ecbplus": (0.91, 0.90)}  # BCubed F1, pairwise precision


def labelled(name: str) -> tuple[list[Document], dict[str, str], dict[str, str]]:
    path = SHARED / f"stories-{name}-dev.jsonl"
    if not path.exists():
        pytest.skip(f"no development stories beside the project ({path.name})")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    documents = [
        Document(
            row["id"], row["title"] or "", row["text"] or "", row["language"],
            datetime.fromisoformat(row["published"]) if row["published"] else None,
        )
        for row in rows
    ]  # fmt: skip
    return documents, {row["id"]: row["story"] for row in rows}, {row["id"]: row["language"] for row in rows}


def pairwise_precision(gold: dict[str, str], found: dict[str, str]) -> float:
    both = Counter((gold[i], found[i]) for i in gold)
    together = sum(n * (n - 1) for n in both.values())
    return together / (sum(n * (n - 1) for n in Counter(found.values()).values()) or 1)


def bcubed_f1(gold: dict[str, str], found: dict[str, str]) -> float:
    both = Counter((gold[i], found[i]) for i in gold)
    right, told = Counter(gold.values()), Counter(found.values())
    precision = sum(n * n / told[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / right[g] for (g, _), n in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOORS)
def test_development_stories(name: str) -> None:
    documents, gold, _ = labelled(name)
    found = dict(group_stream(documents, load_tables()))
    f1, precision = FLOORS[name]
    assert bcubed_f1(gold, found) >= f1
    assert pairwise_precision(gold, found) >= precision


def test_development_stories_in_several_languages() -> None:
    documents, gold, language = labelled("ntrex")
    found = dict(group_stream(documents, load_tables()))
    assert pairwise_precision(gold, found) >= 0.95
    for other, floor in (("fa", 0.70), ("ar", 0.50)):
        where = {(gold[i], language[i]): found[i] for i in found}
        joined = [where[story, "en"] == where[story, other] for story in set(gold.values())]
        assert sum(joined) / len(joined) >= floor


@pytest.mark.slow
@pytest.mark.parametrize("name", ["iran", "kite", "ntrex", "pages", "ecbplus"])
def test_one_report_at_a_time_is_as_all_together_in_any_order(name: str) -> None:
    """One at a time is as together; orders to .015: a set of so few stories moves by that when one report does."""
    documents, gold, _ = labelled(name)
    reached = []
    for seed in range(2 if len(documents) > 500 else 4):
        together = bcubed_f1(gold, dict(group_stream(documents, load_tables())))
        reached.append(bcubed_f1(gold, dict(group_stream(documents, load_tables(), GroupSettings(batch=1)))))
        assert abs(reached[-1] - together) <= 0.005
        random.Random(seed).shuffle(documents)
    assert max(reached) - min(reached) <= 0.015


def rivals() -> tuple[list[Document], dict[str, str]]:
    rows = [json.loads(line) for line in (Path(__file__).parent / "data/rival_events.jsonl").read_text().splitlines()]
    documents = [
        Document(row["id"], row["title"], row["text"], row["language"], datetime.fromisoformat(row["published"]))
        for row in rows
    ]
    return documents, {row["id"]: row["story"] for row in rows}


def test_rival_events_of_one_week_with_the_same_people_mostly_stay_apart() -> None:
    """Two visits, drills or agreements in six languages; before there were checks for partner and matter, .30."""
    documents, gold = rivals()
    assert pairwise_precision(gold, stories(documents)) >= 0.45


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Iran and Iraq sign border security pact", "Iran and Iraq sign oil supply deal", False),
        ("Iran, Oman hold joint drill in Gulf", "Iran, Russia hold joint drill in Gulf", False),
        (
            "Phone maker cuts prices for the third time in two weeks",
            "Navy fires third missile in less than a week",
            False,
        ),
        ("Oregon permit law struck down by court", "Rain keeps Halvorsen off centre court", False),
        ("Seven museums you should not miss", "Keeper Ek to miss opener after broken thumb", False),
        ("Gridlock hints and answers for September 14", "Gridlock hints and answers for September 15", False),
        ("Gridlock hints and answers for September 14", "Today's Gridlock answers, Sept. 14", True),
        ("Marlins 102-98 Ravens (Sep 14, 2026) Match Report", "Otters 77-71 Bisons (Sep 14, 2026) Match Report", False),
        ("Antarctica loses Malta-sized slab of ice", "Malta-sized slab of ice breaks off in Antarctica", True),
        ("Iran, Russia hold joint drill in Gulf", "Russia and Iran hold joint drill in Gulf", True),
    ],
)
def test_headlines_that_name_another_partner_or_matter_or_agree_by_chance(one: str, other: str, together: bool) -> None:
    found = stories([article("a", one, ""), article("b", other, "", hours=12)])
    assert (found["a"] == found["b"]) is together


def test_what_two_headlines_share_says_less_where_hundreds_come_in_a_day() -> None:
    def held(
        name: str,
        text: str = "",
        language: str = "en",
        hours: float = 0.0,
        title: str = "Ferry Valdora sinks off Marren",
    ) -> Member:
        made = article(name, title, text, hours, language)
        features = Reader(load_tables()).weigh(sign(made, load_tables()))
        assert made.published is not None
        return Member(name, features, made.published.timestamp() / 86400, Cluster(0), False, {})

    one, other, full, abroad = held("1"), held("2"), held("3", "It sank at night."), held("4", language="tr")
    crowd = Crowd()
    for _ in range(60):
        crowd.add(one)
    assert crowd.weigh(one, other, 0.8) == 0.8
    for _ in range(400):
        crowd.add(one)
    assert crowd.weigh(one, other, 0.8) < 0.1
    assert crowd.weigh(one, other, 0.9999) > 0.9
    assert [crowd.weigh(one, each, 0.8) for each in (full, abroad)] == [0.8, 0.8]
    assert crowd.weigh(held("5", hours=72), held("6", hours=72), 0.8) == 0.8
    assert crowd.weigh(one, held("7", title="Rents fall in Port Valdora"), 0.9999) < 0.8  # one word alone is shared
    ports = [held(name, title=f"{said} Port Valdora") for name, said in (("8", "Rents fall in"), ("9", "Chess won by"))]
    assert crowd.weigh(ports[0], ports[1], 0.9999) < 0.8  # and here two, which stand together


@pytest.mark.parametrize(("day", "together"), [("11 November", True), ("14 March", False)])
def test_without_times_talks_that_name_two_days_are_of_two_events(day: str, together: bool) -> None:
    """Though a figure agrees, and the same people meet at the same place again."""
    said = "Defence minister Karim Marwan met Navid Sohrabi in Dastgerd on {} about 38 posts along the border."
    reports = [
        Document("a", "Marwan and Sohrabi hold talks on border posts", said.format("11 November"), "en"),
        Document("b", "Marwan, Sohrabi discuss border posts in talks at Dastgerd", said.format(day), "en"),
    ]
    found = stories(reports)
    assert (found["a"] == found["b"]) is together


TOPIC = [
    "Storm Orvetta: schools in Lisbon stay shut", "Who pays for damage after Orvetta?",
    "Orvetta swells rivers, poets find rhymes", "Insurers' shares slide on Orvetta fears",
    "Opinion: Orvetta shows how little we learned", "Orvetta delays second leg of cup semifinal",
    "Recipes for evenings when Orvetta took power", "Sailor recalls his night inside Orvetta",
]  # fmt: skip
EVENT = [
    "Ferry Valdora sinks off Marren, 14 missing", "Fourteen missing as ferry Valdora sinks near Marren",
    "Marren ferry Valdora sinks with 14 missing", "14 missing after Valdora ferry sinks",
    "Valdora: ferry sinks off Marren", "Rescuers seek 14 missing from sunk ferry Valdora",
]  # fmt: skip


def burst() -> list[Signature]:
    """Headlines of a topic, then of an event, then others."""
    others = [f"Council {number} repairs roof of school {number}" for number in range(40)]
    return [sign(article(str(n), title, ""), load_tables()) for n, title in enumerate((*TOPIC, *EVENT, *others))]


def test_a_name_that_headlines_of_a_burst_share_and_nothing_else_says_less() -> None:
    signs = burst()
    fresh, counted = Reader(load_tables()), Reader(load_tables(), census.count(signs))
    for each in signs:
        fresh.learn(each)
    for reader in (fresh, counted):
        topic, event = reader.weigh(signs[0]), reader.weigh(signs[len(TOPIC)])
        assert topic.words.weights["orvetta"] < 1
        assert "orvetta" not in topic.telling
        assert event.words.weights["valdora"] > 1.5
        assert "valdora" in event.telling


def test_what_was_learned_of_a_burst_is_kept_with_the_census() -> None:
    counted = census.Kept(census.count(burst()))
    assert "orvetta" in counted.reports["latin"].topics
    assert census.from_text(census.to_text(counted)) == counted
    older = census.from_text('{"reports": {"latin": [2, {"a": 2}, {}]}, "seeds": {}, "of": ""}')
    assert older.reports["latin"].topics == {}


def test_of_a_long_stream_the_latest_headlines_are_compared() -> None:
    cohesion = Cohesion()
    for number in range(LATEST + 10):
        cohesion.learn({"burst": 2.0, f"own {number}": 2.0} if number < 10 else {f"other {number}": 2.0})
    assert cohesion.of("burst") == 1.0
    assert cohesion.topics() == {}


def test_a_long_stream_does_not_change_what_is_rare() -> None:
    """A term that one report in fifty holds weighs the same after four times as many reports."""
    weights = []
    rarity = Rarity({})
    for number in range(16_000):
        rarity.learn([f"own {number}", "always", *(["rare"] if number % 50 == 0 else [])])
        if number in (3900, 15_900):
            weights.append(rarity.weigh({"rare": 1.0, "new": 1.0}))
    assert weights[1]["rare"] == pytest.approx(weights[0]["rare"], abs=0.15)
    assert weights[1]["new"] <= weights[0]["new"] + 0.5


def test_rivals_that_name_their_days_stay_apart() -> None:
    """Two events of one week with the same people; benchmarks/rivals.py has more of it."""
    lines = (Path(__file__).parent / "data" / "rival_events.jsonl").read_text("utf-8").splitlines()
    rows = {row["id"]: row for row in map(json.loads, lines)}
    found = stories(
        [
            Document(row["id"], row["title"], row["text"], row["language"], datetime.fromisoformat(row["published"]))
            for row in rows.values()
        ]
    )
    pairs = [(rows[a], rows[b], found[a] == found[b]) for a, b in combinations(rows, 2)]
    rivals = [together for a, b, together in pairs if a["rival"] == b["rival"] and a["story"] != b["story"]]
    same = [together for a, b, together in pairs if a["story"] == b["story"]]
    assert sum(rivals) == 0
    assert sum(same) >= 0.8 * len(same)


def test_headlines_that_share_a_word_by_chance_stay_apart() -> None:
    """A word of two meanings, what comes out every day, one name of a burst; benchmarks/rivals.py has the figures."""
    lines = (Path(__file__).parent / "data" / "headline_events.jsonl").read_text("utf-8").splitlines()
    rows = {row["id"]: row for row in map(json.loads, lines)}
    found = stories([
        Document(row["id"], row["title"], "", row["language"], datetime.fromisoformat(row["published"]))
        for row in rows.values()
    ])  # fmt: skip
    joined: dict[str, list[bool]] = {"same": [], "rivals": [], "others": []}
    for one, other in combinations(rows, 2):
        a, b = rows[one], rows[other]
        kind = "same" if a["story"] == b["story"] else "rivals" if a["rival"] == b["rival"] else "others"
        joined[kind].append(found[one] == found[other])
    assert sum(joined["others"]) == 0
    assert sum(joined["rivals"]) <= 0.4 * len(joined["rivals"])
    assert sum(joined["same"]) >= 0.9 * len(joined["same"])


def test_brief_english_reports_that_share_a_person_and_nothing_else_are_of_two_events() -> None:
    """An official who does two things on one day; the reports of one event are found in other languages, too."""
    lines = (Path(__file__).parent / "data" / "rival_events_same_office.jsonl").read_text("utf-8").splitlines()
    rows = {row["id"]: row for row in map(json.loads, lines)}
    found = stories(
        [
            Document(row["id"], row["title"], row["text"], row["language"], datetime.fromisoformat(row["published"]))
            for row in rows.values()
        ]
    )
    pairs = [(rows[a], rows[b], found[a] == found[b]) for a, b in combinations(rows, 2)]
    assert sum(together for a, b, together in pairs if a["story"] != b["story"]) <= 4  # before, 34 of 40 rivals
    assert sum(together for a, b, together in pairs if a["story"] == b["story"]) >= 18  # of 20


APART = [  # of one day and one place, each a matter of its own
    (
        (
            "Landslide derails train near Corvara, nine hurt",
            "A train left the rails in a crash near Corvara on Friday.",
        ),
        ("Corvara votes for its first woman mayor", "Corvara chose Livia Dorn in an election on Friday."),
    ),
    (
        ("Storm floods cellars in Corvara", "Heavy rain flooded cellars in Corvara on Friday, the fire service said."),
        ("Corvara court jails ski instructor for theft", "A court in Corvara sent Ugo Pral to prison on Friday."),
    ),
]


@pytest.mark.parametrize("reports", APART)
@pytest.mark.parametrize("bare", [False, True])
def test_two_happenings_of_one_place_and_day_are_two_stories(
    reports: tuple[tuple[str, str], ...], *, bare: bool
) -> None:
    made = [article(str(n), title, "" if bare else text, hours=n) for n, (title, text) in enumerate(reports)]
    assert len(set(dict(group_stream(made, load_tables())).values())) == 2


def test_a_report_that_speaks_of_the_others_happening_may_be_of_its_event() -> None:
    crash = article(
        "1", "Train crash near Corvara hurts nine", "A train left the rails near Corvara in a storm on Friday."
    )
    storm = article("2", "Storm over Corvara: train crash, nine hurt", "Nine people of a train near Corvara were hurt.")
    assert len(set(dict(group_stream([crash, storm], load_tables())).values())) == 1


def test_two_texts_that_share_one_rare_word_of_many_are_not_compared() -> None:
    words = [
        f"{first}{second}" for first in ("bar", "mun", "tol", "ver") for second in ("dan", "kes", "lim", "pos", "ral")
    ]
    index, members = Index(), {}
    for id, text in (("a", words), ("b", [*words[:1], *(word[::-1] for word in words[1:])]), ("c", words[:8])):
        reader, signature = Reader(load_tables()), sign(article(id, "", " ".join(text)), load_tables())
        features = reader.weigh(signature)
        members[id] = Member(id, features, 20_000.0, Cluster(1), False, probes(features))
        index.add(members[id])
    assert index.nearest(members["a"]) == [members["a"], members["c"]]
    members["b"].day = None  # the time is unknown, and the pair is looked at
    assert members["b"] in index.nearest(members["a"])
