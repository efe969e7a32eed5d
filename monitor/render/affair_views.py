"""The line that says what a story is part of: which step of which affair, or what it looks back at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.model import Affair, DigestStory, News, Step
from monitor.render.edition_views import AffairView, StepView, text_view
from monitor.render.plain import one_line
from monitor.render.words import Words

BEFORE = 3  # earlier stories of an affair that are listed
HEADLINE = 120


def build_affair(each: DigestStory, words: Words, page: Callable[[int], str]) -> AffairView:
    """What a story is part of, empty for nothing. page: the address of a story's page by its number, or ""."""
    affair = each.affair
    if affair is None:
        return AffairView()
    step = affair.step(each.story.id)
    before = affair.steps[: affair.steps.index(step)] if step else ()
    later = len(affair.steps) - len(before) - 1 if step else 0
    return AffairView(
        line=_line(step, affair, words) if step else "",
        # Of a story that is known the reader is told what is new in it, and not again what it added when it was new.
        adds=said(step.adds) if step and not each.developing else "",
        # The line names the only one before; it stands once more where it can be a link.
        before=tuple(
            _view(other, words, page) for other in reversed(before[-BEFORE:]) if before[1:] or page(other.story)
        ),
        later=later,
        background=tuple(_view(other, words, page) for other in affair.background),
    )


def _line(step: Step, affair: Affair, words: Words) -> str:
    """ "Step 3 of “Larijani arrives in Baghdad”, began 27 Nov"."""
    first = affair.steps[0]
    if step is first:
        steps = sum(each.number > 0 for each in affair.steps)
        return f"Step 1 of {steps}" if steps > 1 else ""  # of what has only other accounts there is no more to say
    if not step.number:
        other = affair.followed(step)
        return f"Another account of “{one_line(other.headline, HEADLINE)}”, {words.day_of(other.began)}"
    of = f"“{one_line(first.headline, HEADLINE)}”, began {words.day_of(first.began)}"
    return f"Step {words.number(step.number)} of {of}"


def said(adds: Sequence[News]) -> str:
    """ "act: deny; person: Ali Larijani"."""
    return "; ".join(f"{news.kind}: {one_line(news.text, 80)}" for news in adds)


def _view(step: Step, words: Words, page: Callable[[int], str]) -> StepView:
    return StepView(
        number=step.number,
        headline=text_view(step.headline, step.language, HEADLINE),
        time=words.day_of(step.began),
        adds=said(step.adds),
        page=page(step.story),
    )
