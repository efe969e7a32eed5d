"""The line that says what a story is part of: which step of which affair, or what it looks back at."""

from __future__ import annotations

from collections.abc import Callable

from monitor.model import Affair, DigestStory, EditionEntry, Step
from monitor.render.edition_views import AffairView, StepView, text_view
from monitor.render.for_readers import in_words
from monitor.render.labels import KNOWN_FROM
from monitor.render.news_words import said
from monitor.render.plain import one_line
from monitor.render.quotes import inner
from monitor.render.words import Words

BEFORE = 1  # earlier stories of an affair that are listed, the last before it; the line has the first
HEADLINE = 120


def build_affair(each: DigestStory, words: Words, page: Callable[[int], str]) -> AffairView:
    """What a story is part of, empty for nothing. page: the address of a story's page by its number, or ""."""
    affair = each.affair
    if affair is None:
        return AffairView()
    step = affair.step(each.story.id)
    before = affair.steps[: affair.steps.index(step)] if step else ()
    later = len(affair.steps) - len(before) - 1 if step else 0
    listed = [other for other in reversed(before[-BEFORE:]) if before[1:] or page(other.story)]
    return AffairView(
        line=_line(step, affair, words, told=affair.steps[0] in listed) if step else "",
        # Of a story that is known the reader is told what is new in it, and not again what it added when it was new.
        adds=_adds(step, words) if step and not each.developing else "",
        # Where it can be no link, the line names the only one before.
        before=tuple(step_view(other, words, page) for other in listed),
        later=later,
        background=tuple(step_view(other, words, page) for other in affair.background),
    )


def known_from(
    each: DigestStory, affair: AffairView, words: Words, entry: Callable[[EditionEntry], str]
) -> tuple[str, str, str]:
    """The day of the edition that a story is known from, the address there, and what makes it known; "" for nothing.

    Of a step below which the one before it is named, that an edition had that one tells a reader nothing without a
    link. entry: the address of an entry, or "".
    """
    if each.before is None:
        return "", "", ""
    url = entry(each.before)
    if affair.before and not each.developing and each.akin is None and not url:
        return "", "", ""
    return words.day_of(each.before.until), url, words.say(KNOWN_FROM[each.akin])


def _line(step: Step, affair: Affair, words: Words, told: bool) -> str:
    """ "Step 3 of “Larijani arrives in Baghdad”, began 27 Nov". told: whether the first step stands below the line."""
    first = affair.steps[0]
    number = words.number(step.number)
    if step is first or (step.number and told):
        steps = sum(each.number > 0 for each in affair.steps)
        # Of what has only other accounts there is no more to say.
        return words.say("Step {number} of {total}", number=number, total=words.number(steps)) if steps > 1 else ""
    if not step.number:
        other = affair.followed(step)
        day = words.day_of(other.began)
        return words.say("Another account of {headline}, {day}", headline=called(other, words), day=day)
    day = words.day_of(first.began)
    return words.say("Step {number} of {headline}, began {day}", number=number, headline=called(first, words), day=day)


def called(step: Step, words: Words) -> str:
    """A step in quotation marks: by its headline, or by what it is about where the readers cannot read that."""
    return words.wording.quoted(_about(step, words) or inner(one_line(step.headline, HEADLINE)))


def _about(step: Step, words: Words) -> str:
    """What a story is about whose headline the readers cannot read; "" for any other."""
    return "" if words.reads(step.language) else in_words(step.gloss, words.wording)


def _adds(step: Step, words: Words) -> str:
    """What a step adds, but for what the line says that stands for its headline."""
    gloss = step.gloss if step.gloss and _about(step, words) else None
    told = {*gloss.acts, *gloss.actors, *gloss.places} if gloss else set()
    return said([each for each in step.adds if each.text not in told], words)


def _days(step: Step, words: Words) -> str:
    """The day on which a step began; up to that of its headline, where this was a later report's: "2 Nov – 7 Nov"."""
    first, last = words.day_of(step.began), words.day_of(step.told or step.began)
    return first if step.told is None or step.told <= step.began or first == last else f"{first} – {last}"


def step_view(step: Step, words: Words, page: Callable[[int], str]) -> StepView:
    """A story of an affair in a line. page: the address of a story's page by its number, or ""."""
    about = _about(step, words)
    return StepView(
        number=step.number,
        headline=text_view(about or step.headline, None if about else step.language, HEADLINE),
        time=_days(step, words),
        adds=_adds(step, words),
        page=page(step.story),
    )
