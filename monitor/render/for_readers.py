"""What makes an edition easy to read: the readers' language first, one affair together, nothing said on each alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from monitor.model import DigestStory, Edition, Gloss, Step
from monitor.render.catalogue import Catalogue
from monitor.render.edition_views import SourceView, Text, text_view
from monitor.render.plain import one_line
from monitor.render.words import Words

ALIKE = 3  # stories from which what each of them says alike is said once
MANY = 6  # stories from which it is known who reports few of them
OF_COUNTRY = "publishers in "  # before the country, in who was not heard
HEADLINE, ALSO = 220, 200  # characters
GLOSS = " · "  # between its parts


def headlines(each: DigestStory, words: Words) -> tuple[Text, Text | None]:
    """The headline in the first language that the readers read and a report has; and the story's own below it.

    Where no report is in a language that they read it is the story's own, with none below it.
    """
    story = each.standing
    (own, language), (title, read) = story.title_in(), story.title_in(words.rank, each.fresh)
    shown = text_view(title, read, HEADLINE)
    return shown, text_view(own, language, ALSO) if title != own else None


def as_called(edition: Edition, words: Words) -> Edition:
    """The edition with each step of an affair under the headline that the story has in this edition: a reader who is
    told of "step 2 of" a story must find it by these words. And two of its stories are no step 2 of one affair: each is
    told by the longest affair of the edition that has it.
    """
    listed = (*edition.stories, *edition.more)
    told = sorted((each.affair.steps for each in listed if each.affair), key=len, reverse=True)
    named = {step.story for steps in told for step in steps}
    steps_of = (each for each in listed if each.story.id in named)
    called = {each.story.id: (each.standing, each.standing.title_in(words.rank, each.fresh)) for each in steps_of}

    def step(old: Step) -> Step:
        if old.story not in called:
            return old
        standing, (headline, language) = called[old.story]
        return replace(old, headline=headline, language=language, told=standing.told_at(headline))

    def story(each: DigestStory) -> DigestStory:
        if not each.affair:
            return each
        steps = next((steps for steps in told if any(s.story == each.story.id for s in steps)), each.affair.steps)
        return replace(each, affair=replace(each.affair, steps=tuple(map(step, steps))))

    return replace(edition, stories=tuple(map(story, edition.stories)), more=tuple(map(story, edition.more)))


def gloss(each: DigestStory, words: Words) -> str:
    """What a story is about, where no report of it is in a language that the readers read; "" for all others.

    A language that is not known may be theirs.
    """
    if any(words.reads(report.article.language) for report in each.standing.reports):
        return ""
    return in_words(each.gloss, words.wording)


def in_a_line(each: DigestStory, words: Words) -> str:
    """A story's headline, after what it is about where its readers cannot read that."""
    about, headline = gloss(each, words), headlines(each, words)[0].text
    return f"{about} — {headline}" if about else headline


def in_words(gloss: Gloss, wording: Catalogue) -> str:
    """ "Agreement, border security · Ali Larijani · Baghdad"."""
    parts = (map(wording.say, gloss.acts), gloss.actors, gloss.places)
    listed = (wording.listed(one_line(name, 60) for name in part) for part in parts)
    whole = GLOSS.join(filter(None, listed))
    return wording.heading(whole[:1]) + whole[1:]


def together(stories: Sequence[DigestStory]) -> list[DigestStory]:
    """The stories in their order, but those of one affair after the first of them."""
    places = {_root(stories[at]): at for at in foremost(stories, len(stories))}
    return sorted(stories, key=lambda each: places[_root(each)])


def foremost(stories: Sequence[DigestStory], most: int) -> list[int]:
    """The places of the first stories of different affairs, ``most`` of them."""
    places: dict[int, int] = {}
    for number, each in enumerate(stories):
        places.setdefault(_root(each), number)
    return list(places.values())[:most]


def _root(each: DigestStory) -> int:
    """The story with which the affair of this one began, where it is a step of one."""
    step = each.affair.step(each.story.id) if each.affair else None
    return each.affair.steps[0].story if each.affair and step else each.story.id


def silent_alike(stories: Sequence[DigestStory]) -> tuple[str, ...]:
    """Who was not heard on any story, where there are several: said on each it says nothing of one."""
    if len(stories) < ALIKE:
        return ()
    return tuple(side for side in stories[0].silent if all(side in each.silent for each in stories))


def seldom_heard(stories: Sequence[DigestStory]) -> frozenset[str]:
    """The kinds of publishers that report few stories: that one of them is silent says nothing of a story.

    A country's publishers are a side of the watch, and their silence does.
    """
    if len(stories) < MANY:
        return frozenset()
    counts = Counter(side for each in stories for side in each.silent if not side.startswith(OF_COUNTRY))
    return frozenset(side for side, count in counts.items() if 2 * count > len(stories))


def once_each(sources: Sequence[SourceView]) -> tuple[SourceView, ...]:
    """The reports of a story with each name once, its other reports behind the first."""
    found: dict[str, list[SourceView]] = {}
    for each in sources:
        found.setdefault(each.name.text, []).append(each)
    return tuple(replace(first, more=tuple(others)) for first, *others in found.values())
