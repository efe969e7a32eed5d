"""Seeds, names and words that changed since a watch was learned from them: said by `check`, the log and the page."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load_config
from monitor.topic.baseline import load_profile, write_profile
from monitor.topic.data_files import profile_path
from monitor.topic.file_marks import FileMarks, marks_in, marks_of
from monitor.topic.learned_from import Changes, all_unlearned, changes, unlearned
from monitor.topic.profile import parse_profile, render_profile
from monitor.topic.records import Profile
from monitor.topic.seed_places import seed_sources
from tests.seed_pages import ARABIC_TEXT, BLOG_TEXT, PERSIAN_TEXT, TURKISH_TEXT
from tests.test_arrange_feeds import Editor, editor  # noqa: F401
from tests.test_seeds import WATCH, Run, run, seeded, written  # noqa: F401
from tests.test_web import filled, own, read  # noqa: F401

LEARN = f"run `monitor learn --watch {WATCH}`"


@pytest.fixture
def learned(configure: Callable[..., Path], tmp_path: Path) -> Path:
    """The folder of the seeds of a watch that was learned from them."""
    seeds = tmp_path / "mine"
    written(seeds, "a.txt", BLOG_TEXT)
    written(seeds, "b.txt", TURKISH_TEXT)
    written(seeds, "c.txt", PERSIAN_TEXT)
    written(seeds, "menu.txt", "Home | News")  # refused, which was said when it was learned
    folder = seeded(configure, "../../mine")
    learn(folder)
    return seeds


def learn(folder: Path) -> None:
    """As `monitor learn` does, but for the words: these take seconds."""
    config = load_config(folder)
    marks = marks_of(config, seed_sources(config, WATCH))
    write_profile(profile_path(config, WATCH), Profile(WATCH, "1", ("a.txt", "b.txt", "c.txt"), (), learned_from=marks))


def told(seeds: Path) -> list[str]:
    return [line for each in all_unlearned(load_config(seeds.parent / "config")) for line in each.lines()]


def test_seeds_as_they_were_are_not_spoken_of(learned: Path) -> None:
    assert told(learned) == []
    (learned / "a.txt").write_bytes((learned / "a.txt").read_bytes().replace(b"\n", b"\r\n"))
    (learned / "b.txt").rename(learned / "z.txt")
    written(learned, "copy.txt", PERSIAN_TEXT)
    assert told(learned) == []


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda seeds: written(seeds, "a.txt", ARABIC_TEXT), "edited mine/a.txt"),
        (lambda seeds: written(seeds, "a.txt", TURKISH_TEXT), "edited mine/a.txt"),  # what it taught is lost
        (lambda seeds: written(seeds, "d.txt", ARABIC_TEXT), "new mine/d.txt"),
        (lambda seeds: (seeds / "c.txt").unlink(), "gone mine/c.txt"),
        (lambda seeds: (seeds / "c.txt").rename(seeds / "~c.txt"), "gone mine/c.txt"),
        (lambda seeds: (written(seeds, "menu.txt", ARABIC_TEXT), (seeds / "a.txt").unlink()),
         "edited mine/menu.txt; gone mine/a.txt"),
        (lambda seeds: written(seeds, "list.txt", "https://example.org/a"), "new https://example.org/a"),
    ],
)  # fmt: skip
def test_every_edit_of_the_seeds_is_said_with_what_to_do(
    learned: Path, edit: Callable[[Path], object], what: str
) -> None:
    edit(learned)
    assert told(learned) == [_sentence(what)]
    learn(learned.parent / "config")
    assert told(learned) == []


def _sentence(what: str) -> str:
    return (
        f"the seeds of watch '{WATCH}' changed since it was learned: {what}. It looks for what the former ones teach; "
        f"{LEARN}"
    )


def test_other_seeds_in_the_watch_file_are_said(learned: Path) -> None:
    written(learned.parent / "other", "x.txt", ARABIC_TEXT)
    written(learned.parent / "config" / "watches", f"{WATCH}.yaml", "name: Harbours\nseeds: ../../other\n")
    assert told(learned) == [_sentence("new other/x.txt; gone mine/a.txt, mine/b.txt, mine/c.txt, mine/menu.txt")]


def test_many_files_are_counted(learned: Path) -> None:
    for number in range(7):
        written(learned, f"n{number}.txt", f"{BLOG_TEXT} {number}")
    assert "n4.txt and 2 more. It" in told(learned)[0]


def test_a_folder_without_seeds_is_said_once(learned: Path) -> None:
    for path in learned.iterdir():
        path.unlink()
    [line] = told(learned)
    assert "mine: holds no article" in line
    assert line.endswith("until then what was learned before counts")


def test_names_and_words_of_the_user_that_changed_are_said(learned: Path) -> None:
    folder = learned.parent / "config"
    written(folder / "families", "fish.yaml", "label: fishing\nwords: {en: [trawler]}\n")
    [line] = told(learned)
    assert "new config/families/fish.yaml" in line
    assert line.endswith(LEARN)
    found = unlearned(load_config(folder), WATCH)
    assert found
    assert list(found.lines(words=False)) == []  # which a log need not repeat: it may change nothing
    learn(folder)
    assert told(learned) == []


def test_a_profile_without_marks_tells_files_by_their_names(learned: Path) -> None:
    config = load_config(learned.parent / "config")
    text = profile_path(config, WATCH).read_text(encoding="utf-8").partition("# By these marks")[0]
    profile_path(config, WATCH).write_text(text, encoding="utf-8")
    found = unlearned(config, WATCH)
    assert found
    assert (found.unmarked, told(learned)) == (True, [])
    (learned / "a.txt").rename(learned / "d.txt")
    assert told(learned) == [_sentence("new d.txt, menu.txt; gone a.txt")]


def test_the_log_says_it_once(learned: Path, editor: Editor, caplog: pytest.LogCaptureFixture) -> None:
    written(learned, "d.txt", ARABIC_TEXT)
    app = editor.place.app
    app.config = load_config(learned.parent / "config")
    with caplog.at_level(logging.WARNING):
        app.tell_unlearned()
        app.tell_unlearned()
        assert [record.getMessage() for record in caplog.records] == [_sentence("new mine/d.txt")]
        learn(learned.parent / "config")
        app.tell_unlearned()
        (learned / "d.txt").unlink()
        app.tell_unlearned()
    assert caplog.text.count("gone mine/d.txt") == 1


@pytest.mark.slow
def test_commands_say_it_until_it_is_learned(learned: Path, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    folder = learned.parent / "config"
    written(learned, "d.txt", ARABIC_TEXT)
    assert _sentence("new mine/d.txt") in run("--config", folder, "check")[2]
    run("--config", folder, "poll")
    assert _sentence("new mine/d.txt") in caplog.text
    _, out, _ = run("--config", folder, "check", "--json")
    [row] = json.loads(out)["unlearned"]
    assert (row["watch"], row["seeds"]["new"]) == (WATCH, ["mine/d.txt"])
    run("--config", folder, "learn")
    assert told(learned) == []
    assert "changed since" not in run("--config", folder, "check")[2]


@pytest.mark.slow
def test_the_page_says_it_shows_what_would_change_and_learns_again(editor: Editor) -> None:
    app = editor.place.app
    path = profile_path(app.config, "border")
    marks = marks_of(app.config, seed_sources(app.config, "border"))
    write_profile(path, replace(app.profile("border"), learned_from=marks))
    before = path.read_bytes()
    assert "changed since" not in editor.place.get("/watches/border", **editor.cookie).text
    seeds = editor.folder.parent / "seeds"
    for number, text in enumerate((PERSIAN_TEXT, ARABIC_TEXT)):
        written(seeds, f"{number}.txt", text)
    written(seeds, "menu.txt", "Home | News")
    written(editor.folder / "watches", "border.yaml", f"name: Harbours\nseeds: {seeds}\n")
    editor.reload()
    page = editor.place.get("/watches/border", **editor.cookie)
    assert "The seeds of watch" in page.text
    assert "new seeds/0.txt, seeds/1.txt" in page.text
    tried = editor.send("/watches/border/learn", action="again")
    assert "What learning again would change" in tried.text
    assert "menu.txt: no sentence of it reads like an article" in tried.text
    assert path.read_bytes() == before
    saved = editor.send("/watches/border/learn", action="keep")
    assert "Learned Harbours again from its seeds" in saved.text
    assert "changed since" not in saved.text
    profile = load_profile(path)
    assert profile
    assert profile.seeds == ("0.txt", "1.txt")
    editor.send("/edits", edit="1")
    assert path.read_bytes() == before


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
MARKS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "1", "2", "3"]), max_size=5)


@given(MARKS, MARKS)
def test_changes_are_told_exactly_where_other_texts_are_there(then: dict[str, str], now: dict[str, str]) -> None:
    found = changes(then, now)
    assert changes(then, then) == Changes()
    assert set(found.edited) <= then.keys() & now.keys()
    assert not set(found.new) & then.keys()
    assert not set(found.gone) & now.keys()
    read = (set(then.values()) - {""}, set(now.values()) - {""})
    if read[0] != read[1]:  # some text is there that was not, or the other way round
        assert found


@given(st.lists(st.tuples(NAMES, st.text("0123456789abcdef")), max_size=4, unique_by=lambda row: row[0]))
def test_marks_come_back_from_the_file(marks: list[tuple[str, str]]) -> None:
    profile = Profile("w", "1", ("a",), (), learned_from=FileMarks(tuple(marks), tuple(marks[:1])))
    known = parse_profile(render_profile(profile))
    assert known
    assert known.learned_from == profile.learned_from == marks_in(render_profile(profile))


def test_the_shipped_profile_is_that_of_the_shipped_seeds(tmp_path: Path) -> None:
    config = load_config(Path(__file__).parents[1] / "config")
    assert [unlearned(config, watch) for watch in config.watches] == [None] * len(config.watches)
    write_profile(tmp_path / "profile.yaml", Profile("w", "1", (), ()))
    assert "learned_from" not in (tmp_path / "profile.yaml").read_text(encoding="utf-8")
