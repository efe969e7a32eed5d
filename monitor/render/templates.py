"""Reads the templates: a person's own where there are some, the packaged ones for the rest.

Everything is read and compiled at once, so that a fault is reported when the configuration is checked, and not at the
hour of a digest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.errors import ConfigError, Problem, as_clause
from monitor.folders import listed
from monitor.model import (
    Accounts,
    Affair,
    Article,
    Claim,
    Coverage,
    DigestStory,
    Edition,
    FeedReport,
    Health,
    Match,
    News,
    OneSided,
    Passage,
    Receipt,
    RenderedEdition,
    Report,
    Saying,
    Step,
    Story,
)
from monitor.render import RenderSettings, render
from monitor.render.columns import bar, pad, rule, wrap

STYLESHEET = "digest.css"
_SUFFIXES = (".html", ".txt", ".atom")


@dataclass(frozen=True, slots=True)
class Templates:
    """Loaded templates. css: for `monitor.render.render`. own: a person's own are among them."""

    environment: jinja2.Environment
    css: str
    own: bool = False


class _Read(jinja2.BaseLoader):
    """Templates already in memory, with the paths they came from."""

    def __init__(self, sources: dict[str, tuple[str, str]]) -> None:
        self._sources = sources

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        if template not in self._sources:
            raise jinja2.TemplateNotFound(template)
        source, path = self._sources[template]
        return source, path, lambda: True  # never reread: an edit counts once the whole configuration is checked again

    def list_templates(self) -> list[str]:
        return sorted(self._sources)


def packaged_templates() -> Path:
    """The folder of the shipped templates: in an installed package, or in a checkout."""
    here = Path(__file__).parents[1]
    installed = here / "defaults" / "templates"
    return installed if installed.is_dir() else here.parent / "templates"


def load_templates(folder: Path | None = None, more: Sequence[Path] = ()) -> Templates:
    """All templates. One in ``folder`` replaces the packaged one of the same name.

    more: folders of further templates, such as those of delivery channels; both of the above replace them. Raises
    ConfigError with file and line for each template that cannot be read or does not compile.
    """
    sources: dict[str, tuple[str, str]] = {}
    problems: list[Problem] = []
    for place in filter(None, (*more, packaged_templates(), folder)):
        for path in listed(place):
            if (path.suffix in _SUFFIXES or path.name == STYLESHEET) and path.is_file():
                _read(path, sources, problems)
    css = sources.pop(STYLESHEET, ("", ""))[0]
    environment = _environment(_Read(sources))
    problems += _faults(environment, sources)
    if problems:
        raise ConfigError(tuple(problems))
    return Templates(environment, css, own=folder is not None)


def render_edition(edition: Edition, templates: Templates, settings: RenderSettings | None = None) -> RenderedEdition:
    """`render`, with the packaged templates where a person's own fail.

    A notice in the edition shows which line failed. Raises ConfigError only when the packaged templates fail too.
    """
    try:
        return render(edition, templates.environment, css=templates.css, settings=settings)
    except ConfigError as error:
        if not templates.own:
            raise
        notice = f"the packaged templates were used, because yours failed: {error}"
        coverage = replace(edition.coverage, notices=(*edition.coverage.notices, notice))
        packaged = load_templates()
        edition = replace(edition, coverage=coverage)
        return render(edition, packaged.environment, css=packaged.css, settings=settings)


def try_templates(templates: Templates) -> None:
    """Render an invented edition that fills every section. Raises ConfigError where a template fails."""
    # A template that compiles may still use a name that does not exist, which shows only where it is filled.
    render(sample_edition(), templates.environment, css=templates.css)


def sample_edition() -> Edition:
    """An invented edition that fills every section."""
    when = datetime(2026, 1, 2, tzinfo=UTC)
    article = Article(
        id=1,
        url="https://news.example/1",
        title="A headline",
        text="A sentence.",
        language="en",
        published=when,
        fetched=when,
        feed_url="https://news.example/rss",
        source="News",
        publisher="News",
        kind="independent",
    )
    receipt = Receipt(0.5, 0.3, "sample", passages=(Passage("A sentence.", "body"),), line="why")
    report = Report(article, Match("sample", 0.9, "match", receipt), when)
    story = Story(1, "sample", "A headline", when, when, 0.9, (report,))
    news = (News("place", "Here", 1),)
    new = DigestStory(story, developing=False, fresh=frozenset({1}))
    steps = (Step(2, 1, "An earlier headline", "en", when), Step(1, 2, "A headline", "en", when, news))
    affair = Affair(steps, known=True, background=steps[:1])
    said = Saying("12 posts", (1,), 1, "A sentence.")
    claim = Claim("figure", "posts", (said, said))
    accounts = Accounts((claim,), (claim,), (OneSided("Here", False, "person", "A. Name", said),))
    running = DigestStory(
        story, developing=True, fresh=frozenset({1}), first="News", silent=("wire",), news=news, affair=affair,
        accounts=accounts,
    )  # fmt: skip
    feeds = tuple(FeedReport(health.value, "https://news.example/rss", health, "why", when) for health in Health)
    coverage = Coverage(feeds, entries=1, articles=1, older=1, notices=("A notice",))
    return Edition(
        digest="sample",
        period="2026-01-02T00:00",
        since=when,
        until=when,
        composed=when,
        timezone="UTC",
        stories=(new, running),
        near_misses=(report,),
        coverage=coverage,
        watches=("Sample",),
        omitted=1,
        more=(new,),
        near_omitted=1,
    )


def load_pages(folder: Path | None = None) -> jinja2.Environment:
    """The templates of the service's page, in ``web/`` below the folder, with its style sheet and icon as they are.

    A file in ``folder`` replaces the packaged one of the same name. Raises ConfigError as `load_templates` does.
    """
    sources: dict[str, tuple[str, str]] = {}
    problems: list[Problem] = []
    for place in filter(None, (packaged_templates(), folder)):
        for path in listed(place / "web"):
            if path.suffix in (*_SUFFIXES, ".css", ".svg", ".js") and path.is_file():
                _read(path, sources, problems)
    environment = _environment(_Read(sources))
    problems += _faults(environment, {name: each for name, each in sources.items() if name.endswith(_SUFFIXES)})
    if problems:
        raise ConfigError(tuple(problems))
    return environment


def _environment(loader: jinja2.BaseLoader) -> jinja2.Environment:
    # Sandboxed: templates are handed around, and one must not run programs where it is used.
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=jinja2.StrictUndefined,  # a misspelt name is an error, not a gap in a digest
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        wrap=lambda text, indent="", hang=None: wrap(str(text), indent, hang=hang), pad=pad, rule=rule, bar=bar
    )
    return environment


def _read(path: Path, sources: dict[str, tuple[str, str]], problems: list[Problem]) -> None:
    try:
        sources[path.name] = (path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), 0, f"cannot be read ({as_clause(error)}); save it as UTF-8 text"))


def _faults(environment: jinja2.Environment, sources: dict[str, tuple[str, str]]) -> list[Problem]:
    problems = []
    for name, (_, path) in sources.items():
        try:
            environment.get_template(name)
        except jinja2.TemplateSyntaxError as error:
            problems.append(Problem(path, error.lineno, f"{as_clause(error.message)}; see docs/reference/templates.md"))
    return problems
