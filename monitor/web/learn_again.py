"""A watch whose seeds have changed, on its page: what learning again would change, and the profile put in force."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from monitor.config.save import read_exact
from monitor.errors import ConfigError
from monitor.match.load import matcher_with
from monitor.pipeline.seed_pages import read_seed_pages
from monitor.render.plain import one_line
from monitor.topic.baseline import learn_profile, write_whole
from monitor.topic.data_files import profile_path
from monitor.topic.file_marks import marks_of
from monitor.topic.learned_from import unlearned
from monitor.topic.profile import render_profile
from monitor.topic.records import Profile
from monitor.topic.seed_places import seed_sources
from monitor.topic.seed_sources import read_sources
from monitor.web.file_edits import problems_of, saved
from monitor.web.request import PageRequest
from monitor.web.trial_view import TrialView, tried


@dataclass(frozen=True, slots=True)
class Again:
    """What learning again would give. same: nothing else than is in force. refused: seeds that cannot be used."""

    same: bool
    refused: tuple[str, ...]
    trial: TrialView | None


def changed_seeds(request: PageRequest, watch: str) -> list[str]:
    """What to say of seeds that are not those that the watch was learned from."""
    try:
        found = unlearned(request.config, watch)
    except ConfigError as error:  # another program has just written the profile, which is not in force yet
        return [one_line(problems_of(error), 300)]
    return (
        [one_line(line.replace(f"{request.config.folder.parent}/", ""), 600) for line in found.lines()] if found else []
    )


def try_again(request: PageRequest, watch: str) -> Again:
    """The watch learned again and tried on the archive; nothing is written. Raises ConfigError or SeedError."""
    profile, refused, _ = _learned(request, watch)
    same = profile.version == request.site.profile(watch).version
    trial = None if same else tried(request, watch, matcher_with(request.config, watch, profile))
    return Again(same, refused, trial)


def save_again(request: PageRequest, watch: str) -> Response:
    """Writes what the seeds teach now. Raises ConfigError, SeedError, HTTPException 409 where it cannot be written."""
    profile, _, texts = _learned(request, watch)
    sources = seed_sources(request.config, watch)
    for address, text in texts.items():
        write_whole(sources.kept_at(address), text)
    path = profile_path(request.config, watch)
    after = render_profile(replace(profile, learned_from=marks_of(request.config, sources)))
    what = f"learned {request.config.watches[watch].name} again from its seeds"
    return saved(request, f"watches/{watch}/profile.yaml", read_exact(path), after, what, f"watches/{watch}")


def _learned(request: PageRequest, watch: str) -> tuple[Profile, tuple[str, ...], dict[str, str]]:
    """(the profile, seeds that cannot be used, address → its text that is not kept yet)."""
    sources = seed_sources(request.config, watch)
    unread = sources.unread()
    texts, failed = read_seed_pages(request.site.fetcher(), unread, request.now) if unread else ({}, {})
    seeds = read_sources(sources, texts, failed)
    return (
        learn_profile(request.config, watch, seeds.articles),
        tuple(one_line(each, 300) for each in seeds.refused),
        texts,
    )
