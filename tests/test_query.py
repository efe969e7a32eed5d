"""Boolean queries: how they are read, what they find in every script, and what a watch makes of them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.articles import CONFIG, WATCH
from monitor import cli as commands
from monitor.config import load_config
from monitor.config.query import (
    DEEPEST,
    LONGEST,
    All,
    AnyOf,
    From,
    In,
    Near,
    Node,
    Not,
    QueryError,
    Term,
    all_of,
    any_of,
    parse_query,
    parts_of,
)
from monitor.config.watch import WatchConfig
from monitor.match import Matcher
from monitor.match.query import with_query
from monitor.match.weights import find_weights
from monitor.model import Document
from monitor.topic.build import build_topic, model_kind
from monitor.topic.records import Lexicon
from monitor.topic.vocabulary import Vocabulary, load_vocabulary
from monitor.topic.world import World
from tests.shipped import SHIPPED
from tests.yardstick import in_yardsticks

VOCABULARY = load_vocabulary(load_config(CONFIG))


NO_WORDS = Vocabulary((), Lexicon({}, {}, {}), (), World({}, ()))


def of_query(query: str, vocabulary: Vocabulary = VOCABULARY, **watch: Any) -> Matcher:
    config = WatchConfig.model_validate({"name": "w", "query": query, **watch})
    topic = build_topic("w", config, None, vocabulary, find_weights(WATCH, model_kind(config, None), CONFIG))
    return Matcher(with_query(topic, query, alone=config.query_decides))


def holds(query: str, document: Document, vocabulary: Vocabulary = VOCABULARY) -> bool:
    return of_query(query, vocabulary).match(document).verdict == "match"


# ---- reading ---------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["drone", "=IS", "deploy*", "joint drill", "حرس الحدود", "دفاع", "AND", "NEAR/5", "U.S.", "a:b"]
)
TERMS = WORDS.map(Term)
SOURCES = st.builds(From, st.sampled_from(["feed", "source"]), st.sampled_from(["irna.ir", "Press TV", "OR"]))
LANGUAGES = st.builds(From, st.just("language"), st.sampled_from(["fa", "ckb", "en-GB"]))
ONE_OF = st.lists(TERMS, min_size=1, max_size=3).map(lambda nodes: any_of(*nodes))
NEARS = st.builds(Near, ONE_OF, ONE_OF, st.integers(1, 100))


def larger(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(
        parts.map(Not), several.map(lambda nodes: all_of(*nodes)), several.map(lambda nodes: any_of(*nodes))
    )


WITHOUT_FIELDS: st.SearchStrategy[Node] = st.recursive(st.one_of(TERMS, NEARS), larger, max_leaves=6)
FIELDS = st.builds(In, st.sampled_from(["title", "text"]), WITHOUT_FIELDS)
QUERIES: st.SearchStrategy[Node] = st.recursive(st.one_of(TERMS, NEARS, SOURCES, LANGUAGES, FIELDS), larger)


@given(QUERIES)
def test_a_query_written_out_reads_as_the_same(query: Node) -> None:
    try:
        found = parse_query(str(query))
    except QueryError as error:
        assert "brackets within" in str(error) or "longer" in str(error)  # noqa: PT017 - the only limits there are
        return
    assert found == query
    assert str(found) == str(query)


@given(st.text(max_size=80))
def test_any_text_is_a_query_or_an_error_with_its_column(text: str) -> None:
    try:
        parse_query(text)
    except QueryError as error:
        assert str(error).startswith("column ")  # noqa: PT017 - which of the two is not known beforehand


@pytest.mark.parametrize(
    ("query", "read_as"),
    [
        ("iran iraq OR drone", "iran AND iraq OR drone"),
        ("a OR b c OR d", "a OR b AND c OR d"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("a NOT b", "a AND NOT b"),
        ("NOT (a OR b)", "NOT (a OR b)"),
        ("NOT NOT a", "NOT NOT a"),
        ("bread and butter or jam", "bread AND and AND butter AND or AND jam"),
        ('"OR"', '"OR"'),
        ("title:(a OR b) text:c", "title:(a OR b) AND text:c"),
        ("source:(irna OR NOT mehr)", "source:irna OR NOT source:mehr"),
        ("«حرس الحدود» NEAR/3 “طهران”", '"حرس الحدود" NEAR/3 طهران'),
        ("\u200f(a\u202c OR\u200e b)", "a OR b"),
        ("（a OR b）", "a OR b"),
        ("14:30 http://a.example", '"14:30" AND "http://a.example"'),
        ("title: a", "title:a"),
        ('border? "in the end." U.S.', 'border AND "in the end" AND U.S.'),
    ],
)
def test_how_a_query_is_read(query: str, read_as: str) -> None:
    assert str(parse_query(query)) == read_as


@pytest.mark.parametrize(
    ("query", "column", "said"),
    [
        ("iran AND", 9, "the query ends where a word is missing after AND"),
        ("iran OR OR iraq", 9, 'OR stands where a word is missing after OR; write a word, a "phrase" or ( there'),
        ("AND iran", 1, 'the word itself is written "AND"'),
        ("(iran OR (iraq)", 1, "this bracket is never closed; write )"),
        ("iran) iraq", 5, "this bracket was never opened; remove it, or write ( before"),
        ("()", 2, ") stands where a word is missing after ("),
        ('iran "joint drill', 6, 'the phrase that begins here has no end; write "'),
        ("iran » iraq", 6, "write both marks, or neither"),
        ('"" iran', 1, "holds no letter or digit"),
        ("iran , iraq", 6, ", joins nothing here; write AND or OR"),
        ("headline:iran", 1, 'a word with a colon in it is written in quotes: "headline:iran"'),
        ("iran Title:iraq", 6, "write title: in small letters"),
        ("title:", 7, "title: says nothing; write title:word or title:(one OR two)"),
        ("title:(a text:b)", 10, "text: stands within title:; close that bracket first"),
        ("language:persian", 10, "such as language:fa"),
        ("iran NEAR iraq", 6, "write NEAR/5"),
        ("iran NEAR/0 iraq", 6, "write NEAR/5"),
        ("iran NEAR/ iraq", 6, "write NEAR/5"),
        ("iran NEAR/five iraq", 6, "write NEAR/5"),
        ("iran AND-NOT iraq", 6, "write AND NOT"),
        ("iran near/5 iraq", 6, 'write NEAR/5 for at most so many words apart, or "near/5" in quotes'),
        ("iran w/5 iraq", 6, "write NEAR/5"),
        ("a NEAR/2 b NEAR/2 c", 12, "write a NEAR/5 b AND b NEAR/5 c for three"),
        ("a NEAR/2 (b c)", 10, "write (a OR b) NEAR/5 c"),
        ("title:a NEAR/2 b", 1, "write title:(a NEAR/5 b)"),
        ("iran -sport", 6, 'write NOT sport (or "-sport" in quotes)'),
        ("iran && iraq", 6, "write AND"),
        ("iran || iraq", 6, "write OR"),
        ("dep*oy", 1, "an asterisk stands at the end of a word only"),
        ("roam~2", 1, "finds no similar words"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), DEEPEST + 2, "write it flatter"),
        ("NOT " * (DEEPEST + 1) + "a", 4 * (DEEPEST + 1) + 1, "write it flatter"),
    ],
)
def test_a_broken_query_says_where_and_what_to_write(query: str, column: int, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert str(caught.value).startswith(f"column {column} of the query: ")
    assert said in str(caught.value)


def test_a_query_without_end_is_refused_at_once() -> None:
    with pytest.raises(QueryError, match="write two watches"):
        parse_query("a " * LONGEST)


# ---- what it finds ---------------------------------------------------------------------------------------------

PACT = Document(
    "1",
    "Tehran and Baghdad sign border accord",
    "The ministers met on Monday. Drones will patrol the border, said the Iraqi delegation.\nTrade was not discussed.",
    "en",
    source="Press TV",
    url="https://www.presstv.ir/Detail/1",
    feed="Press TV English https://feeds.presstv.ir/en/rss",
)
PERSIAN = Document("2", "امضای تفاهم‌نامه مرزی", "وزیران دفاع ایران و عراق در بغداد درباره مرزها گفت‌وگو کردند.", "fa")
ARABIC = Document("3", "اتفاق أمني", "وقّع وزير الدفاع العراقي والجانب الإيراني مذكرة تفاهم في بغداد.", "ar")
RUSSIAN = Document("4", "Министры подписали договор", "В Багдаде обсудили поставку ракет и охрану границы.", "ru")
TURKISH = Document("5", "Bağdat'ta görüşme", "Bakanlar sınır güvenliğini İran'la görüştü.", "tr")
KURDISH = Document("6", "ڕێککەوتن لە بەغدا", "وەزیری بەرگری ئێران گەیشتە بەغدا.", "ckb")


@pytest.mark.parametrize(
    ("query", "document", "expected"),
    [
        ("tehran baghdad", PACT, True),
        ("tehran ankara", PACT, False),
        ("tehran OR ankara", PACT, True),
        ("tehran NOT ankara", PACT, True),
        ("tehran NOT (ankara OR drone)", PACT, False),
        ("NOT ankara", PACT, True),
        ('"border accord"', PACT, True),
        ('"accord border"', PACT, False),
        ("drone", PACT, True),  # an ending
        ("=drone", PACT, False),
        ("patr*", PACT, True),
        ("patr", PACT, False),
        ("title:drone", PACT, False),
        ("text:drone", PACT, True),
        ("title:(tehran accord) text:trade", PACT, True),
        ("text:(tehran OR accord)", PACT, False),
        ("drone NEAR/4 border", PACT, True),
        ("border NEAR/4 drone", PACT, True),
        ("drone NEAR/3 border", PACT, False),
        ("monday NEAR/1 drone", PACT, True),  # across a full stop
        ("accord NEAR/1 ministers", PACT, False),  # but not from the title into the text
        ("tehran NEAR/1 tehran", PACT, False),  # one mention is not two
        ('"border accord" NEAR/1 accord', PACT, False),
        ('(ankara OR baghdad) NEAR/2 "border accord"', PACT, True),
        ("language:en tehran", PACT, True),
        ("language:fa tehran", PACT, False),
        ('source:"press tv"', PACT, True),
        ("feed:presstv.ir", PACT, True),
        ("feed:press.ir", PACT, False),
        ("feed:irna OR source:presstv", PACT, True),
        ("NOT source:presstv", PACT, False),
        ('"تفاهم نامه" مرزها', PERSIAN, True),
        ("تفاهمنامه NOT کردستان", PERSIAN, True),
        ("دفاع NEAR/2 ايران", PERSIAN, True),  # Arabic yeh
        ("دفاع NEAR/3 بغداد", PERSIAN, False),
        ("language:fa title:مرزی", PERSIAN, True),
        ("إيران OR الإيراني", ARABIC, True),
        ("دفاع NEAR/1 وزير", ARABIC, True),
        ('"مذكرة التفاهم"', ARABIC, True),
        ("ракета граница", RUSSIAN, True),
        ("ракета NEAR/3 граница", RUSSIAN, True),
        ("багдад NOT ядерный", RUSSIAN, True),
        ("iran bağdat", TURKISH, True),
        ("IRAN BAGDAT", TURKISH, True),
        ("بەغدا ئێران", KURDISH, True),
        ("language:ku بەغدا", KURDISH, True),
        ("language:kmr بەغدا", KURDISH, False),
    ],
)
def test_what_a_query_finds(query: str, document: Document, expected: bool) -> None:
    assert holds(query, document) is expected


SMALL = st.sampled_from(["a1", "b2", "c3", "d4"])
TEXTS = st.lists(st.sampled_from(["a1", "b2", "c3", "d4", "x", "x.", "\n"]), max_size=12).map(" ".join)
LINES = st.lists(st.lists(st.sampled_from(["a1", "b2", "ab3", "x"]), min_size=1, max_size=6), min_size=1, max_size=4)
SIMPLE = st.sampled_from(["a1", "b2", "ab3", "=a1", "a*", "ab*", "a1 b2", "b2 a1"]).map(Term)
SEVERAL = st.lists(SIMPLE, min_size=1, max_size=3).map(lambda nodes: any_of(*nodes))
PLACED: st.SearchStrategy[Node] = st.recursive(
    st.one_of(SIMPLE, st.builds(Near, SEVERAL, SEVERAL, st.integers(1, 4))), larger, max_leaves=5
)
WHOLE: st.SearchStrategy[Node] = st.recursive(
    st.one_of(PLACED, st.builds(In, st.sampled_from(["title", "text"]), PLACED)), larger, max_leaves=4
)


def places(node: Node, lines: list[list[str]]) -> list[tuple[int, int]]:
    """(first word, last word) of each term below a node, the words of the lines counted through."""
    found, before = [], 0
    for line in lines:
        for term in (part.text for part in parts_of(node) if isinstance(part, Term)):
            size = len(wanted := term.strip("=*").split())
            for at in range(len(line) - size + 1):
                *some, last = line[at : at + size]
                if some == wanted[:-1] and (last.startswith(wanted[-1]) if term.endswith("*") else last == wanted[-1]):
                    found.append((before + at, before + at + size - 1))
        before += len(line)
    return found


def naively(node: Node, zones: dict[str, list[list[str]]]) -> bool:
    """What a query says, word by word. zones: "title" and "text", each with its lines."""
    match node:
        case Term():
            return any(places(node, lines) for lines in zones.values())
        case Near(left, right, within):
            return any(
                0 < max(one[0] - other[1], other[0] - one[1]) <= within
                for lines in zones.values()
                for one in places(left, lines)
                for other in places(right, lines)
            )
        case In(zone, inner):
            return naively(inner, {zone: zones[zone]})
        case Not(inner):
            return not naively(inner, zones)
        case All(nodes):
            return all(naively(each, zones) for each in nodes)
        case AnyOf(nodes):
            return any(naively(each, zones) for each in nodes)
    raise AssertionError(node)


@given(WHOLE, LINES)
@settings(max_examples=60)
def test_a_query_means_what_its_grammar_says(query: Node, lines: list[list[str]]) -> None:
    title, *rest = lines
    document = Document("1", " ".join(title), "\n".join(map(" ".join, rest)))
    expected = naively(query, {"title": [title], "text": rest})
    assert holds(str(query), document, NO_WORDS) is expected  # the query alone decides, so a matcher needs no words


@given(SMALL, SMALL, st.integers(1, 6), TEXTS)
def test_near_counts_words_in_either_order(one: str, other: str, within: int, text: str) -> None:
    document = Document("1", "title", text)
    words = text.replace(".", "").split()
    apart = [abs(i - j) for i, a in enumerate(words) for j, b in enumerate(words) if (a, b) == (one, other) and i != j]
    expected = any(distance <= within for distance in apart)
    assert holds(f"{one} NEAR/{within} {other}", document, NO_WORDS) is expected
    assert holds(f"{other} NEAR/{within} {one}", document, NO_WORDS) is expected


# ---- in a watch ------------------------------------------------------------------------------------------------


def test_a_query_alone_decides_and_says_so() -> None:
    match = of_query("drone* AND border NOT football").match(PACT)
    assert (match.score, match.verdict) == (1.0, "match")
    assert [(r.kind, r.text, r.count) for r in match.receipt.reasons] == [
        ("query", "the query holds: drone* AND border AND NOT football", 3)
    ]
    marked = {p.text[h.start : h.end] for p in match.receipt.passages for h in p.highlights}
    assert marked == {"Drones", "border"}
    assert match.receipt.line.startswith("words of the query in title")


@pytest.mark.parametrize(
    ("query", "failing"),
    [
        ("border AND missile", "missile"),
        ("border NOT drone", "NOT drone"),
        ("border AND (missile OR warplane)", "missile OR warplane"),
        ("drone NEAR/1 border", "drone NEAR/1 border"),
        ("border AND title:drone", "title:drone"),
        ("drone AND language:fa", "language:fa"),
    ],
)
def test_a_query_that_fails_says_at_what(query: str, failing: str) -> None:
    match = of_query(query).match(PACT)
    assert (match.score, match.verdict) == (0.0, "no")
    assert [r.text for r in match.receipt.reasons] == [f"the query fails at: {failing}"]


@pytest.mark.slow
def test_a_query_is_one_condition_more() -> None:
    document = Document(
        "1",
        "Iran and Iraq sign security agreement",
        "Iran's defence minister and his Iraqi counterpart signed an agreement on military cooperation in Baghdad.",
        "en",
    )
    without = SHIPPED.match(document)
    held, failed = (
        Matcher(with_query(SHIPPED.topic, query, alone=False)).match(document)
        for query in ("agreement NEAR/3 military", "agreement AND missile")
    )
    assert (held.score, held.verdict) == (without.score, "match")
    assert ("query", "the query holds: agreement NEAR/3 military") in [(r.kind, r.text) for r in held.receipt.reasons]
    assert held.receipt.passages == without.receipt.passages
    assert (failed.score, failed.verdict) == (0.0, "no")
    assert failed.receipt.line.startswith("the query fails at: missile")
    assert len({held.receipt.profile, failed.receipt.profile, without.receipt.profile}) == 3


def test_a_query_that_names_nothing_to_quote_is_a_match_all_the_same() -> None:
    match = of_query("NOT football").match(PACT)
    assert (match.verdict, match.receipt.passages) == ("match", ())
    assert match.receipt.line.startswith("the query holds: NOT football; 1.00 ≥ ")
    assert of_query("NOT title:drone").match(PACT).receipt.passages == ()  # it stands in the text, and speaks against


def test_check_notes_an_operator_in_small_letters(
    configure: Callable[..., Path], run: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, err = run("--config", write_watch(configure, "name: D\nquery: drone and border\n"), "check")
    assert code == 0
    assert "its query looks for the word 'and'; the operator is written AND" in out + err


def test_there_is_nothing_to_fit_where_a_query_decides(
    configure: Callable[..., Path], run: Callable[..., tuple[int, str, str]]
) -> None:
    folder = write_watch(configure, "name: Drones\nquery: drone\n")
    code, _, err = run("--config", folder, "learn", "--refit")
    assert code == 1
    assert "its query decides alone, so there is nothing to fit; edit the query" in err


def test_other_conditions_stand_beside_a_query() -> None:
    assert of_query("border", terms={"exclude": ["trade"]}).match(PACT).receipt.reasons[0].kind == "excluded"
    assert of_query("border", terms={"require": ["missile"]}).match(PACT).verdict == "no"


def test_a_hostile_article_is_judged_in_time() -> None:
    document = Document("1", "t", "a1 b2 " * 30_000)
    begun = time.perf_counter()
    assert not holds("a1 NEAR/1 c3 OR (a1 OR b2) NEAR/1 (c3 OR d4)", document)
    assert holds("b2 NEAR/1 a1", document)
    assert time.perf_counter() - begun < 30  # each with each, they are a billion pairs


def test_an_article_without_the_rarest_words_costs_little() -> None:
    text = "The ministers of both countries met in the capital on Monday to discuss border security and trade. " * 60
    judge = of_query("minister* AND (hypersonic OR Shahed) AND NOT football")
    document = Document("1", "Ministers meet", text, "en")
    assert in_yardsticks(lambda: [judge.match(document) for _ in range(20)], 5) < 0.9  # it is .5


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["monitor", *map(str, arguments)])
        status = commands.main()
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return command


def write_watch(configure: Callable[..., Path], text: str) -> Path:
    folder = configure("http://127.0.0.1:9/feed")
    for path in (folder / "watches").glob("*.yaml"):
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_name_and_a_query_are_a_working_watch(
    configure: Callable[..., Path], run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    folder = write_watch(configure, "name: Drones\nquery: drone* AND (patrol OR border)\n")
    code, _, err = run("--config", folder, "check")
    assert code == 0, err
    code, out, err = run("--config", folder, "learn")
    assert (code, out) == (0, "")
    assert "has no seeds to learn from; its query decides" in err
    article = tmp_path / "article.txt"
    article.write_text(f"{PACT.title}\n\n{PACT.text}", encoding="utf-8")
    code, out, _ = run("--config", folder, "explain", article, "--json")
    assert code == 0
    assert [(row["score"], row["relevant"]) for row in json.loads(out)] == [(1.0, True)]


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ("name: D\n\nquery: drone AND (border\n", 3, "column 11 of the query: this bracket is never closed"),
        ("name: D\nquery: >-\n  drone\n  AND\n", 2, "column 10 of the query: the query ends"),
        ('name: D\nquery: "joint drill" AND drone\n', 2, "write 'query: >-', and the value below it"),
        ("name: D\nquery: title: drone\n", 2, "put it in quotes, or write 'query: >-' and the value indented below"),
        ("name: D\nquery:\n", 1, "'seeds' is missing; add a line 'seeds: FOLDER', or 'query: WORDS'"),
        ("name: D\nquery: drone\nterms:\n  add: [border]\n", 3, "'border' weighs nothing where the query decides"),
        ("name: D\nquery: drone\nterms: {add: [border]}\nseeds: nowhere\n", 4, "no folder"),
    ],
)
def test_check_names_the_line_of_a_broken_query(
    configure: Callable[..., Path], run: Callable[..., tuple[int, str, str]], lines: str, line: int, said: str
) -> None:
    code, _, err = run("--config", write_watch(configure, lines), "check")
    assert code == 2
    assert f".yaml:{line}: " in err
    assert said in err
