"""What the service last found worth adding to a watch, as the page of the watch shows it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.languages import language
from monitor.model import MovedArticle, SuggestedPerson, SuggestedSet, SuggestedTerm, UnreadLanguage
from monitor.pipeline.suggest_people import entity_lines
from monitor.render.edition_views import Text, text_view
from monitor.render.plain import one_line
from monitor.store import suggestions
from monitor.text.fold import fold
from monitor.text.language_names import language_name
from monitor.text.marked_terms import bare
from monitor.text.plural import plural
from monitor.web.request import PageRequest
from monitor.web.story_views import When

_EXAMPLES = 2  # articles shown that a word would gain
_TERM = 200  # characters of a term


@dataclass(frozen=True, slots=True)
class GainedView:
    """An article that a word would gain. before, after: its scores. url: "" where no link may lead there."""

    title: Text
    url: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SuggestedView:
    """A word that the watch's own stories suggest, or several, a line each. line: as it is written in the form. about:
    what it would do.
    """

    line: str
    language: str
    about: str
    gained: tuple[GainedView, ...]


@dataclass(frozen=True, slots=True)
class SaidView:
    """An article that names a person with an office, and the sentence that does. url: "" where none may lead."""

    title: Text
    url: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class PersonView:
    """An office-holder whom no file of entities has. about: the side, how many articles, what the name would do.

    lines: as a file of config/entities would have the person.
    """

    name: str
    about: str
    said: tuple[SaidView, ...]
    lines: str


@dataclass(frozen=True, slots=True)
class SuggestionsView:
    """What was found, and when. told: articles that tell of the watch's stories and do not match; languages: theirs."""

    at: When
    told: str
    languages: tuple[str, ...]
    terms: tuple[SuggestedView, ...]
    people: tuple[PersonView, ...]


def suggested_terms(request: PageRequest, watch: str) -> SuggestionsView | None:
    """What to add to a watch; None before the service has looked, which it does once a day."""
    with request.store.read() as db:
        looked = suggestions.latest(db, watch)
    if looked is None or not looked.found.articles:  # not yet, or it failed, and the log says why
        return None
    found, own = looked.found, request.config.watches[watch].terms
    # What was added or removed since is suggested no more.
    known = {fold(term.term) for term in own.add} | set(map(bare, own.remove))
    return SuggestionsView(
        at=request.clock.when(looked.at),
        told=f"{len(found.unmatched):,} of {plural(found.articles, 'stored article')}",
        languages=tuple(map(_language, found.languages)),
        terms=(
            *(_view(request, each) for each in found.suggestions if fold(each.term) not in known),
            *(_set_view(request, each) for each in found.sets if not known.issuperset(map(fold, each.terms))),
        ),
        people=tuple(_person(request, each) for each in found.people),
    )


def added_line(term: str, weight: float) -> str:
    """A term as the form shows it: "words = 2" where it does not weigh 1."""
    return term if weight == 1 else f"{term} = {weight:g}"


def _language(found: UnreadLanguage) -> str:
    name = language_name(found.code) if found.code else "language unknown"
    return one_line(f"{name}: {found.articles}{f' ({found.gain})' if found.gain else ''}", 200)


def _view(request: PageRequest, found: SuggestedTerm) -> SuggestedView:
    gains = f"would gain {plural(len(found.gained), 'article')}, {found.of_these_stories} of these stories"
    loses = f", and lose {len(found.lost)}" if found.lost else ""
    return SuggestedView(
        line=one_line(added_line(found.term, found.weight), _TERM),
        language=language(found.language).name if found.language else "any language",
        about=f"in {plural(len(found.stories), 'story', 'stories')}; {gains}{loses}",
        gained=tuple(_gained(request, each) for each in found.gained[:_EXAMPLES]),
    )


def _set_view(request: PageRequest, found: SuggestedSet) -> SuggestedView:
    """One button adds all of its words, a line each: one alone says too little."""
    gains = f"would gain {plural(len(found.gained), 'article')}, {found.of_these_stories} of these stories"
    loses = f", and lose {len(found.lost)}" if found.lost else ""
    return SuggestedView(
        line="\n".join(one_line(added_line(term, found.weight), _TERM) for term in found.terms),
        language=language_name(found.language),
        about=f"together: a match has {found.together} of them in title or lead; {gains}{loses}",
        gained=tuple(_gained(request, each) for each in found.gained[:_EXAMPLES]),
    )


def _person(request: PageRequest, found: SuggestedPerson) -> PersonView:
    loses = f", and lose {len(found.lost)}" if found.lost else ""
    said = (
        SaidView(text_view(each.title, None, 120), request.place.link(each.url), text_view(each.sentence, None, 240))
        for each in found.said
    )
    return PersonView(
        name=one_line(found.name, _TERM),
        about=one_line(
            f"holds an office of {found.side} in {plural(found.articles, 'article')}; "
            f"would gain {plural(len(found.gained), 'article')}{loses}",
            _TERM,
        ),
        said=tuple(said),
        lines="\n".join(entity_lines(found)),
    )


def _gained(request: PageRequest, article: MovedArticle) -> GainedView:
    title = text_view(article.title, None, 200)
    return GainedView(title, request.place.link(article.url), f"{article.before:.2f}", f"{article.after:.2f}")
