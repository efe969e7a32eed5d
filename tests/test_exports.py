"""Ways out: each format is read back by a reader that others wrote, and is the same when it is written again."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import geojson
import pytest
import rispy
from bibtexparser.entrypoint import parse_string as parse_bibtex
from hypothesis import given, settings
from hypothesis import strategies as st
from misp_stix_converter import MISPtoSTIX21Parser
from pymisp import MISPEvent
from stix2 import parse as parse_stix
from stix2validator import ValidationOptions, validate_string

from monitor.errors import ExportError
from monitor.exports.records import EditionExport, Export, Named, Source, StoryExport
from monitor.exports.registry import formats
from monitor.exports.tlp import STIX_MARKINGS
from monitor.text.urls import percent_encoded
from tests.newsroom import PACT, Newsroom
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_flow import two_stories

Configure = Callable[..., Path]
AT = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
STORE = "3b0f8c1e-6f4b-4d6f-9a35-6d8a4c4e6a11"
TITLES = {
    "en": "Iran, Iraq sign defence memorandum in Mehran",
    "fa": "امضای تفاهم‌نامهٔ دفاعی ایران و عراق در مهران",
    "ar": "العراق وإيران يوقّعان مذكرة تفاهم دفاعية: قاسم الأعرجي",
    "ckb": "ئێران و عێراق لێکتێگەیشتنێکی بەرگرییان واژۆ کرد",
}
MEHRAN = Named(
    "pl_mehran", "place", (("en", "Mehran"), ("fa", "مهران"), ("ar", "مهران")), 3, "border crossing", "IR",
    (33.122, 46.165), 8,
)  # fmt: skip
NAMED = (
    MEHRAN,
    Named(
        "qasim_araji",
        "person",
        (("en", "Qasim al-Araji"), ("fa", "قاسم الاعرجی"), ("ar", "قاسم الأعرجي")),
        2,
        "adviser",
    ),
    Named("pmf", "body", (("en", "Popular Mobilisation Forces"), ("ar", "الحشد الشعبي")), 1),
    Named("iraq", "country", (("en", "Iraq"), ("fa", "عراق")), 4, country="IQ"),
    Named("pl_nowhere", "place", (("fa", "ناکجاآباد"),), 1),
)


def source(number: int, language: str, **changed: Any) -> Source:
    return replace(
        Source(
            number,
            f"https://news{number}.example/{language}/%D8%AE%D8%A8%D8%B1?id={number}&x=1",
            TITLES[language],
            ("IRNA", "واع", "Rudaw & Co")[number % 3],
            ("علی رضایی", "", "Jane O'Neil")[number % 3],
            language,
            AT - timedelta(hours=number),
            AT,
            0.91 - number % 10 / 100,
            "Iran + Iraq + agreement in title; 0.90 ≥ 0.50",
            ("وقّع «الطرفان» مذكرة.",),
            "ab" * 32 if number % 2 else "",
        ),
        **changed,
    )


def story(number: int = 7, **changed: Any) -> StoryExport:
    sources = tuple(source(10 * number + n, language) for n, language in enumerate(TITLES))
    return replace(
        StoryExport(number, "border", "Border watch", TITLES["fa"], "fa", 0.93, 0.5, AT - timedelta(hours=4), AT, AT,
                    3, sources, NAMED, "https://monitor.example/stories/7"),
        **changed,
    )  # fmt: skip


def export(*stories: StoryExport, **changed: Any) -> Export:
    return replace(Export(stories or (story(), story(9, named=())), STORE), **changed)


EDITION = EditionExport(4, "daily", "2026-11-21T07:00", "Daily: 2 stories", AT, "https://monitor.example/digests/4")


def written(name: str, of: Export) -> str:
    return formats()[name].write(of).decode()


def valid(text: str) -> Any:
    """The bundle. The validator of OASIS warns of nothing but ids made of names, and pages of which none was kept."""
    found = validate_string(text, ValidationOptions(version="2.1"))
    assert (found.is_valid, [str(each) for each in found.errors or ()]) == (True, [])
    assert not [str(each) for each in found.warnings or () if not {"{103}", "{302}"} & set(str(each).split())]
    return json.loads(text)


@pytest.mark.parametrize("name", formats())
def test_the_same_is_written_again_to_the_byte(name: str) -> None:
    for of in (export(), export(edition=EDITION), Export((), STORE)):
        assert written(name, of) == written(name, of)
    assert "مهران" in written(name, export())  # letters as they are, not as escapes


# ---- STIX ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tlp", STIX_MARKINGS)
def test_a_bundle_is_valid_and_holds_all_of_a_story(tlp: Any) -> None:
    bundle = valid(written("stix", export(tlp=tlp)))
    assert parse_stix(json.dumps(bundle)).id == bundle["id"]
    by_type: dict[str, list[Any]] = {}
    for each in bundle["objects"]:
        by_type.setdefault(each["type"], []).append(each)
    first, second = by_type["report"]
    assert (first["name"], first["lang"], first["confidence"]) == (TITLES["fa"], "fa", 93)
    urls = [reference["url"] for reference in first["external_references"]]
    assert urls == ["https://monitor.example/stories/7", *(each.url for each in story().sources)]
    assert [each["hashes"] for each in first["external_references"] if "hashes" in each] == [{"SHA-256": "ab" * 32}] * 2
    known = {each["id"] for each in bundle["objects"]}
    assert all(known.issuperset(each["object_refs"]) for each in (first, second, *by_type["note"]))
    assert all(known.issuperset(each.get("object_marking_refs", ())) for each in bundle["objects"])
    [marking] = by_type["marking-definition"]
    assert marking["id"] == STIX_MARKINGS[tlp]
    names = {each["name"]: each for each in by_type["identity"]}
    assert names["Qasim al-Araji"]["identity_class"] == "individual"
    assert "قاسم الأعرجي (ar)" in names["Qasim al-Araji"]["description"]
    assert {"IRNA", "واع", "Rudaw & Co"} < set(names)
    places = {each["name"]: each for each in by_type["location"]}
    mehran = places["Mehran"]
    assert (mehran["latitude"], mehran["longitude"], mehran["precision"], mehran["country"]) == (
        33.122, 46.165, 8000, "IR",
    )  # fmt: skip
    assert places["Iraq"]["country"] == "IQ"
    assert len(by_type["note"]) == 8


def test_a_place_of_which_nothing_is_known_is_said_in_the_description() -> None:
    """STIX has no location that is a name alone."""
    bundle = valid(written("stix", export()))
    assert "ناکجاآباد" not in [each.get("name") for each in bundle["objects"] if each["type"] == "location"]
    assert "ناکجاآباد" in bundle["objects"][-1]["description"] or any(
        "ناکجاآباد" in each.get("description", "") for each in bundle["objects"]
    )


def test_a_second_export_updates_and_does_not_double() -> None:
    def objects(of: Export) -> dict[str, Any]:
        return {each["id"]: each for each in json.loads(written("stix", of))["objects"]}

    before = objects(export(story()))
    later = AT + timedelta(hours=3)
    grown = story(
        headline="New headline",
        sources=(*story().sources, source(99, "ar")),
        changed=later,
        score=0.97,
        last_seen=later,
    )
    after = objects(export(grown))
    assert set(before) < set(after)
    assert {after[id]["type"] for id in set(after) - set(before)} == {"note"}
    for id, each in before.items():
        assert after[id]["created"] == each["created"]
        assert after[id].get("modified", "") >= each.get("modified", "")
        if after[id] != each:
            assert after[id]["modified"] > each["modified"]
    elsewhere = objects(export(story(), store="9d7d7a57-2f8e-4bc1-a2ff-f9f3c0ad6d0e"))
    shared = {each["type"] for id, each in before.items() if id in elsewhere}
    assert shared == {"identity", "location", "marking-definition"}  # reports and notes are of one store


def test_an_edition_is_a_report_of_its_stories() -> None:
    bundle = valid(written("stix", export(edition=EDITION)))
    reports = {each["name"]: each for each in bundle["objects"] if each["type"] == "report"}
    edition = reports["Daily: 2 stories"]
    assert edition["object_refs"] == [each["id"] for each in bundle["objects"] if each["type"] == "report"][:2]
    assert valid(written("stix", Export((), STORE, edition=EDITION)))


def test_a_report_without_an_address_or_with_an_odd_one_is_valid() -> None:
    odd = "https://news.example/list?page[]=2&q={a}|b 50%"
    alone = export(story(sources=(source(1, "en", url=percent_encoded(odd)), source(2, "ar", url=""))))
    first, second = valid(written("stix", alone))["objects"][-1]["external_references"][1:]
    assert first["url"] == "https://news.example/list?page%5B%5D=2&q=%7Ba%7D%7Cb%2050%25"
    assert "url" not in second


def test_every_format_says_what_became_of_a_report() -> None:
    gone = export(story(sources=(source(1, "en", standing="taken down since it was read"), source(2, "ar"))))
    for name in formats():
        assert written(name, gone).count("taken down since it was read") >= 1, name
        assert "taken down" not in written(name, export(story())), name
    valid(written("stix", gone))
    [note, other] = [each for each in json.loads(written("stix", gone))["objects"] if each["type"] == "note"]
    assert (note["content"].startswith("This report was taken down"), "taken" in other["content"]) == (True, False)


@pytest.mark.parametrize(("name", "library"), [("stix", "stix2"), ("misp", "pymisp")])
def test_without_the_library_it_says_what_to_install(name: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("stix2.v21", "pymisp"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ExportError, match=rf"pip install {library}$"):
        written(name, export())


# ---- MISP ---------------------------------------------------------------------------------------------------------


def test_an_event_is_read_by_misp_and_converted_to_valid_stix() -> None:
    document = json.loads(written("misp", export(story())))
    event = MISPEvent()
    event.load(document)
    assert (event.info, event.distribution, event.published) == (TITLES["fa"], 0, False)
    assert {tag.name for tag in event.tags} == {
        "tlp:clear", 'misp:confidence-level="completely-confident"', 'feed-monitor:watch="border"',
    }  # fmt: skip
    every = [*event.attributes, *(each for found in event.objects for each in found.attributes)]
    assert not any(each.to_ids for each in every)  # else sensors would alarm when somebody reads the news
    assert len({each.uuid for each in every}) == len(every)
    assert [found.name for found in event.objects].count("news-media") == 4
    [mehran] = [
        found for found in event.objects if found.name == "geolocation" and found.get_attributes_by_relation("latitude")
    ]
    assert [float(mehran.get_attributes_by_relation(name)[0].value) for name in ("latitude", "longitude")] == [
        33.122,
        46.165,
    ]
    parser = MISPtoSTIX21Parser()
    parser.parse_misp_event(json.loads(written("misp", export(story())))["Event"])
    assert not parser.errors
    text = parser.bundle.serialize()
    assert validate_string(text, ValidationOptions(version="2.1")).is_valid
    bundle = json.loads(text)
    assert STIX_MARKINGS["clear"] in {each["id"] for each in bundle["objects"]}
    names = {each.get("name") for each in bundle["objects"]}
    assert {"Qasim al-Araji", "Popular Mobilisation Forces"} <= names


def test_misp_updates_the_event_that_it_has() -> None:
    def uuids(of: Export) -> set[str]:
        event = MISPEvent()
        event.load(json.loads(written("misp", of)))
        return {event.uuid, *(found.uuid for found in event.objects)}

    assert uuids(export(story())) < uuids(export(story(sources=(*story().sources, source(99, "ar")))))
    several = json.loads(written("misp", export()))["response"]
    assert [each["Event"]["info"] for each in several] == [TITLES["fa"]] * 2


# ---- GeoJSON ------------------------------------------------------------------------------------------------------


def test_places_are_points_and_a_story_without_one_is_there_too() -> None:
    found = geojson.loads(written("geojson", export()))
    assert found.is_valid
    placed, unplaced = found.features
    assert list(placed.geometry.coordinates) == [46.165, 33.122]  # longitude first
    assert placed.properties["place_names"]["fa"] == "مهران"
    assert (placed.properties["headline"], placed.properties["countries"]) == (TITLES["fa"], ["IQ"])
    assert (unplaced.geometry, unplaced.properties["story"]) == (None, 9)
    assert len({each.id for each in found.features}) == 2


# ---- references ---------------------------------------------------------------------------------------------------


def test_references_are_read_by_ris_bibtex_and_csl_readers() -> None:
    ris = rispy.loads(written("ris", export()))
    bib = parse_bibtex(written("bibtex", export()))
    csl = json.loads(written("csl", export()))
    assert not bib.failed_blocks
    assert len(ris) == len(bib.entries) == len(csl) == 8
    for each, one, other, third in zip(
        [each for story_ in export().stories for each in story_.sources], ris, bib.entries, csl, strict=True
    ):
        assert one["title"] == each.title == third["title"] == plain(other["title"])
        assert one["urls"] == [each.url]
        assert one.get("authors", []) == ([each.author] if each.author else [])
        assert plain(other.fields_dict["author"].value if each.author else "") == each.author
        assert plain(other["organization"]) == each.publisher
        assert third.get("author") == ([{"literal": each.author}] if each.author else None)
        assert third["issued"] == {"date-parts": [[2026, 11, each.published.day]]} if each.published else True
        assert one["id"] == other.key == third["id"]
        assert one["language"] == third["language"] == each.language
    assert len({each["id"] for each in csl}) == 8


def plain(value: str) -> str:
    """A field of BibTeX as TeX prints it."""
    for written_, sign in (
        (r"\textbraceleft{}", "\0"), (r"\textbraceright{}", "\1"), (r"\textbackslash{}", "\\"),
        (r"\textasciitilde{}", "~"), (r"\textasciicircum{}", "^"),
    ):  # fmt: skip
        value = value.replace(written_, sign)
    for sign in "%#&$_":
        value = value.replace("\\" + sign, sign)
    return value.removeprefix("{").removesuffix("}").translate({0: "{", 1: "}"})


HOSTILE = st.text(
    st.sampled_from(list("ab {}\\%#&$_~^\"'@=,-|<>\r\n\tتفاهم\u200cنامهٔ\u202bе")) | st.characters(codec="utf-8"),
    min_size=1, max_size=60,
).map(lambda text: " ".join(text.split())).filter(bool)  # fmt: skip


@settings(max_examples=60)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_whatever_outlets_write_no_record_breaks(title: str, publisher: str, author: str) -> None:
    one = source(1, "fa", title=title, publisher=publisher, author=author, quotes=(title,))
    of = export(story(sources=(one, source(2, "ar")), headline=title))
    [first, second] = rispy.loads(written("ris", of))
    assert (first["title"], first["id"] == second["id"]) == (title, False)
    references = written("bibtex", of)
    bib = parse_bibtex(references)
    assert not bib.failed_blocks
    assert len(bib.entries) == 2
    assert references.count("{") == references.count("}")  # BibTeX itself counts those after a backslash, too
    assert json.loads(written("csl", of))[0]["title"] == title
    assert geojson.loads(written("geojson", of)).is_valid
    bundle = json.loads(written("stix", of))
    assert title in {each.get("name") for each in bundle["objects"]}
    event = MISPEvent()
    event.load(json.loads(written("misp", of)))
    assert event.info == title


# ---- the commands -------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(monitor: Monitor, newsroom: Newsroom, configure: Configure) -> Path:
    folder = configure(two_stories(newsroom))
    assert monitor("--config", folder, "poll").code == 0
    return folder


def test_a_story_is_exported_by_the_command(monitor: Monitor, desk: Path, newsroom: Newsroom, tmp_path: Path) -> None:
    told = monitor("--config", desk, "stories", 1, "--format", "stix", "--tlp", "amber")
    assert told.code == 0, told.err
    bundle = valid(told.out)
    assert STIX_MARKINGS["amber"] in {each["id"] for each in bundle["objects"]}
    assert {"Iran", "Iraq", "Tehran"} <= {each.get("name") for each in bundle["objects"] if each["type"] == "location"}
    assert monitor("--config", desk, "stories", "--format", "stix", "--tlp", "amber").out == told.out
    [feature] = geojson.loads(monitor("--config", desk, "stories", "--format", "geojson").out).features
    assert feature.properties["place"] == "Tehran"
    out = tmp_path / "out" / "refs.ris"
    assert monitor("--config", desk, "stories", 1, "--format", "RIS", "--output", out).code == 0
    [reference] = rispy.loads(out.read_text(encoding="utf-8"))
    assert reference["urls"] == [newsroom.base + "/pact.html"]
    assert PACT[0].split(",")[0] in reference["abstract"]


def test_an_edition_is_exported_and_nothing_is_sent(monitor: Monitor, desk: Path, tmp_path: Path) -> None:
    due = monitor("--config", desk, "digest", "--dry-run", "--format", "stix")
    assert due.code == 0, due.err
    assert monitor("--config", desk, "deliveries").out == ""
    assert monitor("--config", desk, "digest").code == 0
    sent = monitor("--config", desk, "deliveries").out
    stored = monitor("--config", desk, "digest", "--edition", 1, "--format", "stix", "--output", tmp_path / "x")
    assert stored.code == 0, stored.err
    [file] = (tmp_path / "x").iterdir()
    assert file.name.startswith("daily-20")
    assert file.name.endswith(".stix.json")

    def stories(text: str) -> set[str]:
        return {each["id"] for each in valid(text)["objects"] if each["type"] in ("report", "note")}

    # The edition that was due had no number yet, so it has another id; what it holds has the same.
    assert len(stories(due.out) & stories(file.read_text(encoding="utf-8"))) == 2
    assert monitor("--config", desk, "deliveries").out == sent


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (("stories", "--format", "pdf"), "'bibtex', 'csl', 'geojson', 'misp', 'ris', 'stix'"),
        (("stories", 99, "--format", "ris"), "`monitor stories` lists them"),
        (("stories", "--tlp", "red"), "for --format"),
        (("stories", "--output", "x"), "for --format"),
        (("stories", "--format", "ris", "--json"), "leave it out"),
        (("stories", 1, "--why", 1), "no other option"),
        (("digest", "--format", "ris"), "--dry-run"),
        (("digest", "--edition", 1), "for --format"),
        (("digest", "--edition", 99, "--format", "ris"), "`monitor deliveries` lists the editions"),
        (("digest", "daily", "--edition", 1, "--format", "ris"), "takes no name"),
        (("digest", "--dry-run", "--format", "ris", "--json"), "leave it out"),
        (("digest", "--resend", 1, "--format", "ris"), "no other option"),
    ],
)
def test_what_cannot_be_meant_is_refused(monitor: Monitor, desk: Path, given_: tuple[Any, ...], said: str) -> None:
    told = monitor("--config", desk, *given_)
    assert (told.code, said in " ".join(told.err.split())) == (2, True), told.err


def test_the_configured_marking_and_producer_are_used(monitor: Monitor, desk: Path) -> None:
    service = desk / "monitor.yaml"
    service.write_text(
        service.read_text(encoding="utf-8") + "exports: {tlp: amber+strict, producer: Desk Nine}\n", encoding="utf-8"
    )
    bundle = valid(monitor("--config", desk, "stories", "--format", "stix").out)
    assert STIX_MARKINGS["amber+strict"] in {each["id"] for each in bundle["objects"]}
    assert "Desk Nine" in {each.get("name") for each in bundle["objects"]}


def test_places_of_a_users_own_are_read_and_checked(monitor: Monitor, desk: Path) -> None:
    (desk / "places").mkdir()
    own = desk / "places" / "mine.yaml"
    own.write_text("places:\n  pl_tehran: {at: [1.5, 2.5]}\n", encoding="utf-8")
    [feature] = geojson.loads(monitor("--config", desk, "stories", "--format", "geojson").out).features
    assert list(feature.geometry.coordinates) == [2.5, 1.5]
    for line, said in (("pl_tehrn: {at: [1, 2]}", "did you mean 'pl_tehran'"), ("pl_tehran: {at: [91, 2]}", "90")):
        own.write_text(f"places:\n  {line}\n", encoding="utf-8")
        checked = monitor("--config", desk, "check")
        assert checked.code == 2
        assert "mine.yaml:2" in checked.out + checked.err
        assert said in checked.out + checked.err
