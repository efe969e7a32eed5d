"""People whom the seeds themselves name with the office they hold: "Iranian Defence Minister Amir Hatami".

Three places are looked at: behind the offices that follow a party's name, right behind the name where an office
precedes it ("president of Russia Vladimir Putin", and so in Arabic and Persian), and before a comma and the party's
name ("Mohammed Shia al-Sudani, Iraq's prime minister").
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.text.fold import fold
from monitor.text.marked_terms import bare
from monitor.text.scripts import script
from monitor.topic.mentions import Found, NameBook, Reading, are_in_a_row
from monitor.topic.name_words import Word, inside_names, is_office, never_names, of_whom, small_words, words
from monitor.topic.records import EntityName

_REACH = 7  # words from a party's name to the office of its holder
_LONGEST = 4  # words of a person's name
_ARTICLE = 3  # letters of an article before a name
_APPOSED = re.compile(r",\s*(?:the\s+)?")
_GOES_ON = r"[\w-]|[ -](?:al|el|bin|ibn|abu|de|von|van)?[ -]?[^\W\d_a-z]"  # a first name's last
_ENDING = re.compile(r"\w* ")  # of a party's name: a case, but no possessive
_STOP = re.compile(r"[,;:،؛!?()]")


def office_holders(readings: Sequence[Reading], book: NameBook) -> dict[str, list[str]]:
    """The people who hold an office of a party: its code → full names, and "~surname" where it stands alone."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    whole = "\n".join(part.text for read in readings for part in read.parts)
    for read in readings:
        for code, name, _ in holders_named(read, book):
            found[name][code] += 1
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name, codes in found.items():
        holder_of = codes.most_common(1)[0][0]
        if _recurs(name, whole) and _right_after(name, readings, book) <= {holder_of}:
            names[holder_of].append(name)
    return {code: _with_surnames(_longest_alone(full), whole) for code, full in names.items()}


def _right_after(name: str, readings: Sequence[Reading], book: NameBook) -> set[str]:
    """The parties right after whose names it stands: a service that several have ("Coast Guard") is nobody's name."""
    return {
        mention.code
        for read in readings
        for part in read.parts
        if name in part.text
        for mention in book.finder(read).find(part.text)
        if part.text.startswith(f" {name}", mention.end)
    }


def holders_named(read: Reading, book: NameBook) -> Iterator[tuple[str, str, str]]:
    """(a party's code, a full name, the sentence) wherever one text names somebody beside an office of a party."""
    finder = book.finder(read)
    for part in read.parts:
        mentions = finder.find(part.text)
        line = _Line(part.text, tuple(words(part.text, read.language)), tuple(mentions))
        for before, mention in pairwise((None, *mentions)):
            # Of "Turkish and Armenian envoys A and B" nothing says which is whose.
            if mention and not (before and are_in_a_row(part.text, before, mention)):
                for name in _holders(line, mention):
                    yield mention.code, name, part.text


def surnames_of(people: Iterable[EntityName], readings: Sequence[Reading]) -> dict[str, list[str]]:
    """Entity id → how the seeds name people of config/entities for short, where that is no name of theirs there."""
    whole = "\n".join(part.text for read in readings for part in read.parts)
    found: dict[str, list[str]] = {}
    for person in people:
        full = [name for name in person.names if " " in name and name in whole]
        known = {bare(name) for name in person.names}
        if short := [name for name in _with_surnames(full, whole) if name[0] == "~" and fold(name[1:]) not in known]:
            found[person.id] = short
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """A part with its words and the parties it names."""

    text: str
    words: tuple[Word, ...]
    mentions: tuple[Found, ...]

    def broken(self, first: int, last: int) -> bool:
        """Whether punctuation stands between two places."""
        return bool(_STOP.search(self.text, first, last))

    def names_party(self, word: Word, inner: bool) -> bool:
        """Whether the word is a party's name; within a person's name only one that is no adjective (as Sudani is)."""
        for mention in self.mentions:
            if mention.start < word.end and word.start < mention.end:
                whole = mention.start <= word.start and word.end <= mention.end
                return not inner or (whole and mention.kind != "adjective")
        return False


def _holders(line: _Line, mention: Found) -> Iterator[str]:
    """The names in the three places beside a party's name where one who holds an office of it stands."""
    before = [word for word in line.words if word.end <= mention.start]
    after = [word for word in line.words if word.start >= mention.end]
    if after and after[0].text == "s":
        after = after[1:]
    office_first = bool(after) and script(fold(after[0].text)) == "arabic"
    behind = [] if office_first else list(_after_office(line, after))
    yield from behind
    near = before[-_LONGEST:]
    if near and any(is_office(word.text) for word in near) and _is_last_of_office(line, near[-1], mention, after):
        yield from _names_at(line, after)
    comma = _APPOSED.search(line.text, before[-1].end, mention.start) if before else None
    article = _APPOSED.search(line.text, before[-2].end, mention.start) if len(before) > 1 else None
    for apposed in (comma, article):
        if apposed and apposed.end() == mention.start and not behind:  # else it is the next of a list
            if any(is_office(word.text) for word in after[:_LONGEST]) and not line.broken(mention.end, after[0].start):
                yield from _name_before(line, [word for word in before if word.end <= apposed.start()])
            break


def _is_last_of_office(line: _Line, before: Word, mention: Found, after: Sequence[Word]) -> bool:
    """Whether a name right after a party's is of that party: not of "ambassador to Russia", who speaks for another."""
    if not after or (len(before.text) < 3 and before.text not in of_whom()) or line.broken(before.end, mention.start):
        return False
    if script(fold(after[0].text)) == "arabic":
        return True
    return mention.kind != "adjective" and bool(_ENDING.fullmatch(line.text, mention.end, after[0].start))


def _after_office(line: _Line, after: Sequence[Word]) -> Iterator[str]:
    """The name behind the last office of a run such as "Deputy Foreign Minister Hossein Jaberi"."""
    last = -1
    for index, word in enumerate(after[:_REACH]):
        if (index and line.broken(after[index - 1].end, word.start)) or line.names_party(word, False):
            break
        if is_office(word.text):
            last = index
        elif not word.text[0].isupper() and (last >= 0 or fold(word.text) in small_words()):
            break
    if last >= 0:
        yield from _names_at(line, after[last + 1 :])


def _names_at(line: _Line, words: Sequence[Word]) -> Iterator[str]:
    """The name that begins at the first word: capitalised words, or in a script without capitals any two to four."""
    run: list[Word] = []
    for word in words[:_LONGEST]:
        apart = run and line.text[run[-1].end : word.start].strip(" .-\u200c")
        if apart or not _fits(word.text, bool(run)) or is_office(word.text) or line.names_party(word, bool(run)):
            break
        run.append(word)
    while run and run[-1].text in inside_names():
        run.pop()
    if run:
        shortest = 2 if script(fold(run[0].text)) == "arabic" else len(run)
        for length in range(max(2, shortest), len(run) + 1):
            yield line.text[run[0].start : run[length - 1].end]


def _name_before(line: _Line, before: Sequence[Word]) -> Iterator[str]:
    """The name that ends at the last word, in a script with capitals."""
    run: list[Word] = []
    for word in reversed(before[-_LONGEST:]):
        apart = run and line.text[word.end : run[-1].start].strip(" .")
        if apart or not _fits(word.text, bool(run)) or is_office(word.text) or line.names_party(word, bool(run)):
            break
        run.append(word)
    while run and run[-1].text in inside_names():
        run.pop()
    if len(run) > 1 and script(fold(run[0].text)) != "arabic":
        yield line.text[run[-1].start : run[0].end]


def _fits(word: str, inner: bool) -> bool:
    if script(fold(word)) == "arabic":
        return len(word) > 2 and fold(word) not in small_words("arabic")
    if fold(word) in never_names():
        return False
    head, _, tail = word.partition("-")
    attached = head.islower() and len(head) <= _ARTICLE and tail[:1].isupper()  # al-Sudani, es-Sudani
    return word[0].isupper() or (inner and word in inside_names()) or attached


def _recurs(name: str, whole: str) -> bool:
    """Whether a name is one: by its capitals, or in a script that has none because it comes again."""
    return script(fold(name)) != "arabic" or fold(whole).count(fold(name)) > 1


def _longest_alone(names: Iterable[str]) -> list[str]:
    """Without names that are the beginning of another."""
    return [name for name in names if not any(other != name and other.startswith(f"{name} ") for other in names)]


def _with_surnames(names: Iterable[str], whole: str) -> list[str]:
    """Each name, and with "~" the last of its words, or in a script with capitals the first, that stands alone, too."""
    found: dict[str, None] = {}
    for name in names:
        found[name] = None
        first, *_, last = name.split()
        beside = rf"(?<![\w-]){re.escape(last)}(?![\w-])", rf"(?<![\w-]){re.escape(first)}(?!{_GOES_ON})"
        if len(re.findall(beside[0], whole)) > whole.count(name) and _is_surname(last, whole):
            found[f"~{last}"] = None
        elif script(fold(name)) != "arabic" and re.search(beside[1], whole) and _is_surname(first, whole):
            found[f"~{first}"] = None
    return list(found)


def _is_surname(word: str, whole: str) -> bool:
    """Whether a word is no other word: "He" is one, though a Chinese name as well."""
    written_small = word != word.lower() and re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", whole)
    return not written_small and fold(word) not in small_words()
