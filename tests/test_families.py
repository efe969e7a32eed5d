"""config/families: what the shipped files hold, how a user's lie over them, and what is refused."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from monitor.config import load_config, packaged_folder
from monitor.errors import ConfigError
from monitor.text.marked_terms import bare
from monitor.topic.data_files import replaced_files
from monitor.topic.families import load_families
from monitor.topic.fingerprint import fingerprint
from monitor.topic.lexicon import load_lexicon
from monitor.topic.records import Family, Headings
from tests.test_cli import Monitor, monitor  # noqa: F401

FOLDER = packaged_folder() / "config" / "families"
LEXICON = load_lexicon(packaged_folder() / "config" / "lexicon")
SHIPPED = {family.id: family for family in load_families(FOLDER, lexicon=LEXICON)}
FILES = sorted(FOLDER.glob("*.yaml"))
IN_LEXICON = {"defence", "security"}  # their words stand in config/lexicon, which has few in some languages
THOROUGH, OTHERS = ("en", "fa", "ar"), ("ckb", "kmr", "tr", "ru", "he", "fr", "de", "es", "zh")


def families(*folders: Path) -> dict[str, Family]:
    return {family.id: family for family in load_families(FOLDER, *folders, lexicon=LEXICON)}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def problem(folder: Path, text: str, name: str = "fishing.yaml") -> str:
    write(folder / name, text)
    with pytest.raises(ConfigError) as error:
        load_families(FOLDER, folder, lexicon=LEXICON)
    [found] = error.value.problems
    return str(found).removeprefix(f"{folder}/")


# ---- the shipped files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", SHIPPED.values(), ids=lambda family: family.id)
def test_a_family_has_words_in_every_language(family: Family) -> None:
    few = {code for code in THOROUGH if len(family.words.get(code, ())) < 25}
    few |= {code for code in OTHERS if len(family.words.get(code, ())) < 8}
    assert few <= ({"kmr", "tr"} if family.id in IN_LEXICON else set())
    assert family.acts.get("en") or family.id == "domestic"  # what one country does at home is no act between two


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_term_is_written_as_the_matcher_reads_it(path: Path) -> None:
    data = yaml.safe_load(path.read_text("utf-8"))
    for kind in ("words", "acts"):
        for code, terms in (data.get(kind) or {}).items():
            assert [term for term in terms if not isinstance(term, str) or "*" in term.rstrip("*")] == [], code
            assert [term for term in terms if not bare(term)] == [], code


def test_a_word_is_listed_once_and_not_where_a_heading_has_it() -> None:
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path in FILES:
        data = yaml.safe_load(path.read_text("utf-8"))
        headings = data.get("lexicon") or {}
        held = {
            (code, bare(term))
            for part, names in headings.items()
            for name in names
            for code, terms in getattr(LEXICON, part)[name].items()
            for term in terms
        }
        for kind in ("words", "acts"):
            for code, terms in (data.get(kind) or {}).items():
                for term in terms:
                    places[code, bare(term)].append(f"{path.stem} {kind}")
                    assert kind == "acts" or (code, bare(term)) not in held, f"{path.stem}: {term}"
    assert {term: where for term, where in places.items() if len(where) > 1} == {}


def test_a_word_speaks_for_one_family() -> None:
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for family in SHIPPED.values():
        for terms in (family.words, family.acts):
            for code, of_language in terms.items():
                for term in of_language:
                    owners[code, bare(term)].add(family.id)
    assert {term: names for term, names in owners.items() if len(names - IN_LEXICON) > 1} == {}


def test_a_word_that_another_family_lists_is_not_taken_from_a_heading() -> None:
    assert "railway*" in LEXICON.context["trade"]["en"]
    assert "railway*" in SHIPPED["transport"].words["en"]
    assert "railway*" not in SHIPPED["trade"].words["en"]
    assert "customs" in SHIPPED["trade"].words["en"]  # of the heading, and of no other family


def test_what_is_left_out_of_a_heading_is_no_word() -> None:
    assert "percent" in LEXICON.context["trade"]["en"]
    assert "percent" not in SHIPPED["trade"].words["en"]


def test_defence_is_what_the_lexicon_has_of_it() -> None:
    defence = SHIPPED["defence"]
    assert defence.headings.signals == ("military", "materiel", "roles_security")
    assert set(LEXICON.acts["joint_drill"]["fa"]) <= set(defence.acts["fa"])
    assert "warship*" in defence.words["en"]


def test_terms_of_a_language_with_a_lexicon_of_its_own_are_kept_as_its_own() -> None:
    """A text in Azerbaijani is looked through for them, and for Turkish ones."""
    assert "ixrac*" in SHIPPED["trade"].words["az"]
    assert "ixrac*" not in SHIPPED["trade"].words["tr"]


# ---- a user's files ----------------------------------------------------------------------------------------------


def test_a_file_of_a_new_name_adds_a_family(tmp_path: Path) -> None:
    write(tmp_path / "fishing.yaml", "label: fishing\nwords: {en: [trawler*]}\nacts: {en: [fishing pact]}\n")
    found = families(tmp_path)
    assert found.keys() == SHIPPED.keys() | {"fishing"}
    assert found["fishing"] == Family(
        "fishing", "fishing", {"en": ("trawler*",)}, {"en": ("fishing pact",)}, Headings()
    )


def test_a_file_of_a_shipped_name_replaces_it(tmp_path: Path) -> None:
    write(tmp_path / "water.yaml", "label: water\nwords: {en: [weir*]}\n")
    assert families(tmp_path)["water"].words == {"en": ("weir*",)}


def test_a_file_that_extends_the_shipped_one_adds_to_it(tmp_path: Path) -> None:
    write(tmp_path / "water.yaml", "extends: shipped\nwords: {en: [penstock*]}\nlexicon: {acts: [support]}\n")
    found = families(tmp_path)["water"]
    assert set(found.words["en"]) == {*SHIPPED["water"].words["en"], "penstock*"}
    assert found.label == SHIPPED["water"].label
    assert set(LEXICON.acts["support"]["en"]) <= set(found.acts["en"])


def test_a_family_takes_over_words_of_the_table_of_meanings(tmp_path: Path) -> None:
    """In all languages of the table; but no word that a family or a heading has, or that means something else, too."""
    write(tmp_path / "cures.yaml", "label: cures\nmeanings: [war/landmines, religion]\nwords: {nl: [kathedraal]}\n")
    found = families(tmp_path)["cures"].words
    assert "cathedral" in found["en"]
    assert "cattedral*" in found["it"]
    assert found["nl"].count("kathedraal") == 1
    assert "=mines" not in found["en"]  # some are of coal
    assert "mosque" not in found["en"]  # pilgrimage has it


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("label: x\nmeanings: [farmin]\n",
         "fishing.yaml:2: the table of meanings has no section 'farmin'; did you mean 'farming'?"),
        ("label: x\nmeanings: [war/trout]\n", "fishing.yaml:2: the table of meanings has no section 'war/trout'"),
        ("words: {en: [net]}\n", "fishing.yaml:1: 'label' is missing; add a line 'label: ...'"),
        ("label: x\nword: {en: [net]}\n", "fishing.yaml:2: unknown key 'word'"),
        ("label: ''\n", "fishing.yaml:1: 'label': string should have at least 1 character"),
        ("label: x\nlexicon:\n  acts: [arms]\n  signals: [militari]\n",
         "fishing.yaml:4: no heading of config/lexicon/signals.yaml is called 'militari'; did you mean 'military'?"),
        ("label: x\nwords:\n  eng: [net]\n", "fishing.yaml:3: no language is called 'eng'; did you mean 'en'?"),
        ("label: x\nlexicon: {context: [trade]}\nleave_out:\n  en:\n    - trade\n    - railwy*\n",
         "fishing.yaml:6: no heading of config/lexicon has the term 'railwy*'; did you mean 'railway'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert problem(tmp_path, text).startswith(said)


def test_a_file_whose_name_is_no_id_is_refused(tmp_path: Path) -> None:
    assert "'Deep Sea' is no name for a family" in problem(tmp_path, "label: x\n", "Deep Sea.yaml")


# ---- a whole configuration ---------------------------------------------------------------------------------------


@pytest.fixture
def folder(configure: Callable[..., Path]) -> Path:
    """A configuration with one feed that nobody polls."""
    return configure("http://127.0.0.1:9/feed.xml")


@pytest.mark.slow
def test_check_names_a_mistake_in_a_family(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    path = write(folder / "families" / "fishing.yaml", "label: fishing\nlexicon: {context: [pilgrim]}\n")
    checked = monitor("--config", folder, "check")
    assert checked.code == 2
    assert f"{path}:2: no heading of config/lexicon/context.yaml is called 'pilgrim'" in checked.err


def test_a_family_changes_the_fingerprint(folder: Path) -> None:
    before = fingerprint(load_config(folder))
    write(folder / "families" / "fishing.yaml", "label: fishing\nwords: {en: [net]}\n")
    assert fingerprint(load_config(folder)) != before


def test_a_replaced_family_is_said(folder: Path) -> None:
    path = write(folder / "families" / "water.yaml", "label: water\nwords: {en: [weir*]}\n")
    assert list(replaced_files(load_config(folder))) == [path]


# ---- the documentation -------------------------------------------------------------------------------------------


def test_the_examples_of_the_guide_are_read(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "how-to" / "add-a-family.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n# config/families/(\S+)\n(.*?)```", guide, re.DOTALL)
    assert len(examples) == 4
    for name, text in examples:
        write(tmp_path / name, text)
    found = families(tmp_path)
    assert found.keys() == SHIPPED.keys() | {"fishing", "railways", "smuggling"}
    assert {"weir*", "=Kajaki"} <= set(found["water"].words["en"])
    assert "theft" in found["smuggling"].words["en"]
    assert "drunk" not in found["smuggling"].words["en"]


def test_the_reference_names_every_shipped_family() -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    listed = page.partition("The shipped families:")[2].partition("## lexicon")[0]
    assert re.findall(r"`(\w+)`", listed) == sorted(SHIPPED)
