"""What a model that the operator runs wrote of a story: always beside the words that it retells, and marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitor.model import DigestStory, Edition
from monitor.render.edition_views import RetoldView, Text, text_view
from monitor.render.labels import NO_ANSWER
from monitor.render.plain import one_line
from monitor.render.words import Words

LONGEST = 600  # characters of a sentence


def summary_of(each: DigestStory, link: Callable[[str], str], limit: int, length: int) -> tuple[RetoldView, ...]:
    """At most ``limit`` sentences, each with at most ``length`` characters of what it retells."""
    articles = {report.article.id: report.article for report in each.story.reports}
    views = []
    for said in [said for said in each.retold if said.kind == "summary"][:limit]:
        article = articles.get(said.article)
        views.append(
            RetoldView(
                text_view(said.text, said.language, LONGEST),
                said.translated,
                text_view(said.original, said.original_language, length),
                one_line(article.source or article.publisher, 60) if article else "",
                link(article.url) if article else "",
            )
        )
    return tuple(views)


def headline_translation(each: DigestStory) -> Text | None:
    """The headline in a language that the readers read, where a machine translated the one that the story has."""
    own = each.standing.title_in()[0]
    found = (said for said in each.retold if said.kind == "headline" and said.original == own)
    return next((text_view(said.text, said.language, LONGEST) for said in found), None)


def quote_translations(each: DigestStory) -> Mapping[str, Text]:
    """Quote → its translation by a machine."""
    found = (said for said in each.retold if said.kind == "quote")
    return {said.original: text_view(said.text, said.language, LONGEST) for said in found}


def retelling_sentence(edition: Edition, words: Words) -> str:
    """ "qwen2.5: 4 sentences shown; 2 dropped because nothing stored bears them out"; "" where no model was asked."""
    made = edition.retelling
    if made is None:
        return ""
    dropped, failed = sum(made.dropped.values()), sum(made.failed.values())
    shown = words.several(made.kept, "{n} sentence shown", "{n} sentences shown")
    parts = [f"{one_line(made.model, 60)}: {shown}"]
    if dropped:
        parts.append(
            words.several(
                dropped,
                "{n} dropped because no stored sentence bears it out",
                "{n} dropped because no stored sentence bears them out",
            )
        )
    if failed:
        why = words.wording.listed(words.say(NO_ANSWER[reason]) for reason in made.failed if reason in NO_ANSWER)
        said = words.several(failed, "no answer on {n} story", "no answer on {n} stories")
        parts.append(f"{said} ({why})" if why else said)
    return words.wording.semicolon.join(parts)
