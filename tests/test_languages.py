"""A language is a file: an invented one is understood everywhere, and a file that is wrong says where."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.languages import language, languages, parse_language
from monitor.languages.record import Language
from monitor.languages.values import Patterns
from monitor.text.charfold import fold_character

INVENTED = """
code = "qaa"
name = "Invented"
stop_words = "blint vorra"

[months.gregorian]
july = "julvik"

[weekdays]
monday = "mondak"

[walls]
consent = 'kruma na (?:drobbi|drobban)'

[furniture]
share = 'skarr dit .{0,30}'
comments = 'droppa kommo'

[agencies]
'Invented Press' = ['Dratti']

[credits]
reported_by = 'zo snakka'
"""

# Run in a process of its own: the rules build their patterns once, from the languages known at that time.
ASK = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor import languages
languages.FOLDERS += map(Path, sys.argv[1:])
from monitor.pages.flaws import page_flaw
from monitor.stories.provenance import credited
from monitor.text import fold
from monitor.text.dates import weekdays_in
from monitor.text.timestamps import published_at
from monitor.topic.background import load_background
from monitor.topic.learn import learn
from monitor.topic.records import SeedArticle
from monitor.topic.seedtext import clean_seed

others = " ".join(f"Krum{c} drell{c} sopp{c}." for c in "abcdefghijklmnopqrst")
text = f"Blint vorra harbour strike grows. {others} Blint vorra harbour strike lasts."
seeds = [SeedArticle(f"{n}.txt", "", text, language="qaa") for n in range(5)]
sentence = "The harbour strike went into its second week today, and nobody at the port could say how long it may last."
copied = "\\n".join([sentence, "Skarr dit mit frinda", *[sentence.replace("second", n) for n in ("third", "fourth")],
                    "Droppa kommo", sentence.replace("second", "last")])
print(json.dumps({
    "date": str(published_at("13 Julvik 2023", datetime(2026, 1, 1, tzinfo=UTC))),
    "weekday": sorted(weekdays_in(fold.tokens(fold.fold("om Mondak")))),
    "wall": page_flaw(b"<html><body>", "", "Wi kruma na drobbi om dina data. Kruma na drobban, ja."),
    "terms": [term.term for term in learn("w", seeds, load_background(), ()).terms],
    "left out": [reason for _, reason in clean_seed(copied).left_out],
    "agency": credited("Zo snakka Dratti: harbour closed."),
}))
"""


def ask(*folders: Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", ASK, *map(str, folders)], capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_an_invented_language_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "qaa.toml").write_text(INVENTED)
    unknown, known = ask(), ask(tmp_path)
    assert (unknown["date"], known["date"]) == ("None", "2023-07-13 00:00:00+00:00")
    assert (unknown["weekday"], known["weekday"]) == ([], [0])
    assert (unknown["wall"], known["wall"]) == (None, "consent")
    assert "blint vorra harbour" in unknown["terms"]
    assert not any("blint" in term or "vorra" in term for term in known["terms"])
    assert "harbour strike" in known["terms"]
    assert "share or subscribe prompt" not in unknown["left out"]
    assert {"share or subscribe prompt", "comments and their form"} <= set(known["left out"])
    assert (unknown["agency"], known["agency"]) == (None, "Invented Press")


@pytest.mark.parametrize(
    ("text", "file", "message"),
    [
        ('code = "qaa"', "qaa.toml", "name is missing"),
        ('code = "qaa"\nname = "x"\n[funiture]', "qaa.toml", "unknown key 'funiture'"),
        ('code = "qaa"\nname = "x"\n[months.gregorian]\njanury = "x"', "qaa.toml", "unknown key 'janury'"),
        ('code = "qaa"\nname = "x"\nfurniture = "x"', "qaa.toml", "furniture has to be a table"),
        ('code = "qaa"\nname = "x"\nstop_words = ["a"]', "qaa.toml", "stop_words has to be text"),
        ('code = "qaa"\nname = "x"\nagencies = "x"', "qaa.toml", "agencies has to be a table of lists"),
        ('code = "qaa', "qaa.toml", "Unterminated string"),
        ('code = "qaa"\nname = "x"', "qab.toml", "name it qaa.toml"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(text: str, file: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        parse_language(text, file)
    assert str(error.value).startswith(f"{file}: ")


def test_the_example_of_the_guide_is_a_language() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "how-to" / "add-a-language.md").read_text(encoding="utf-8")
    example = re.search(r"`monitor/languages/(\w+\.toml)`:\n\n```toml\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    assert parse_language(example[2], example[1]).agencies == (("TT", ("TT", "Tidningarnas Telegrambyrå")),)


def test_codes_and_aliases_lead_to_one_language() -> None:
    assert [language(code).code for code in ("fa", "mzn", "ku", "iw", "qaa")] == ["fa", "fa", "kmr", "he", "qaa"]
    aliases = [alias for known in languages() for alias in known.aliases]
    assert len(set(aliases)) == len(aliases)
    assert not set(aliases) & {known.code for known in languages()}


# Matched on text as it is written; everything else is matched on folded text.
AS_WRITTEN = {"recognition", "islamic", "clock", "wall_titles", "walls", "prompts", "challenge", "wrote", "teasers",
              "see_also", "sign_offs", "comment_feeds", "feed_names"}  # fmt: skip


def patterns(record: Any, *, as_written: bool) -> Iterator[str]:
    """The patterns of a language and its tables; of folded text alone unless ``as_written``."""
    for key, value in zip(record._fields, record, strict=True):
        if key in AS_WRITTEN and not as_written:
            continue
        if isinstance(value, Patterns):
            yield from value
        elif hasattr(value, "_fields"):
            yield from patterns(value, as_written=as_written)


@pytest.mark.parametrize("known", languages(), ids=lambda known: known.code)
def test_patterns_of_folded_text_are_folded(known: Language) -> None:
    """A letter that folding changes would never be found: Arabic yeh, an accent, a Russian short i."""
    found = [re.sub(r"\\[A-Z]", "", pattern) for pattern in patterns(known, as_written=False)]
    letters = ((pattern, char) for pattern in found for char in pattern if char.isalpha())
    assert [pattern for pattern, char in letters if fold_character(char) != char] == []


@pytest.mark.parametrize("known", languages(), ids=lambda known: known.code)
def test_every_pattern_is_one(known: Language) -> None:
    for pattern in patterns(known, as_written=True):
        re.compile(pattern)


@pytest.mark.parametrize("known", languages(), ids=lambda known: known.code)
def test_right_to_left_scripts_say_so(known: Language) -> None:
    assert (known.direction == "rtl") == (known.script in ("arabic", "hebrew"))
