"""feeds.yaml: the feed list."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from monitor.fields import Duration, Strict, is_web_address
from monitor.model import Feed, FeedKind, ListingRules
from monitor.text.search_feeds import ENGINES, Engine, search_feeds
from monitor.text.zone_table import countries

FOLDER_DEPTH = 64  # folders within folders
SEARCHED_EVERY = timedelta(hours=1)  # at most: a search is a query to someone else's service
# What a search may say beside its query. Whose article a hit is, and where it stands, its entry says.
_OTHER_CODES = {"UK": "GB", "EL": "GR"}  # as the Internet and the European Union have it
_NO_COUNTRY_BUT_MEANT = frozenset(("EU", "UN", "XK"))  # outlets of several, and Kosovo, which has no code yet
_OF_A_SEARCH = frozenset(("search", "languages", "engines", "country", "name", "folder", "kind", "enabled", "interval"))


def check_url(value: Any) -> str:
    """An absolute http(s) address. Raises ValueError."""
    text = str(value).strip()
    if hidden := next((letter for letter in f"{text[:1]}{text[-1:]}" if unicodedata.category(letter) == "Cf"), ""):
        raise ValueError(f"a letter that is not seen (U+{ord(hidden):04X}) came along with the address; write it anew")
    if not is_web_address(text):
        raise ValueError(f"{value!r} is not a feed address; write it whole, such as https://example.org/rss")
    return text


def check_country(code: str | None) -> str | None:
    """A code of ISO 3166-1, also for one that many write in its place. Raises ValueError for any other."""
    if code is None or code in countries() or code in _NO_COUNTRY_BUT_MEANT:
        return code
    if code not in _OTHER_CODES:
        raise ValueError(f"{code!r} is the code of no country; write one of ISO 3166-1, such as IR")
    return _OTHER_CODES[code]


def same_address(url: str) -> str:
    """``url`` as it is compared: two feeds of one list may not differ in the case of scheme and host alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


def likely_address(url: str) -> str:
    """``url`` as it is compared before a feed is added: http and https, with and without www. or a slash at the end are
    nearly always one feed. A person may list both, so a file that has them stays valid.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in ("http", "https") or not host:
        return url
    login, at, _ = parts.netloc.rpartition("@")
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    return urlunsplit(("", f"{login}{at}{place}", parts.path.rstrip("/"), parts.query, parts.fragment))


def parse_folder(value: Any) -> tuple[str, ...]:
    """The folders of "Iran/Agencies", or of a list of names, outermost first. Raises ValueError."""
    if value is None:
        return ()
    parts = value if isinstance(value, Sequence) and not isinstance(value, str) else _written(value).split("/")
    if isinstance(value, dict | bool) or any(isinstance(part, dict | list) for part in parts):
        raise ValueError(f"{value!r} is no folder; write its name, such as Iran/Agencies")
    names = tuple(name for part in parts if (name := " ".join(_written(part).split())))
    if len(names) > FOLDER_DEPTH:
        raise ValueError(f"more than {FOLDER_DEPTH} folders within folders; write fewer")
    return names


def _written(value: Any) -> str:
    """A number that stands for a word, as it was written."""
    return str(getattr(value, "written", "") or value)


def check_selector(value: str) -> str:
    """CSS or XPath, as `monitor.text.selectors` tells them apart. Raises ValueError for what is neither."""
    if value:
        from monitor.text.selectors import check  # noqa: PLC0415 - 20 ms; few lists hold selectors

        check(value)
    return value


def _listed(value: Any) -> Any:
    """One word as a list of one."""
    return (value,) if isinstance(value, str) else value


Selector = Annotated[str, AfterValidator(check_selector)]


class FeedConfig(Strict):
    """One feed of the list. Feeds of one publisher count as one voice.

    name: the default is the feed's own title, or its host until that is known. publisher: the default is the name.
    language, country: codes such as fa and IR. folder: the names of the folders around it, outermost first.
    interval: seconds between polls, in place of the service's. url_file, url_env: where the address is read that is a
    secret as a whole; ``url`` is filled in when the list is loaded.
    search: a query for news searches instead of an address; languages, engines: in which it is asked, and of whom;
    country: then the edition that is searched. It stands for several feeds (see `polled`).
    format: "page" for a web page that lists articles. items, title, date, link, next: where its list stands, as CSS or
    XPath (see `ListingRules`); what is not given is found by itself.
    """

    model_config = ConfigDict(str_strip_whitespace=True)  # a text in a block of YAML ends with a line end

    url: Annotated[str, BeforeValidator(check_url)] = ""
    url_file: str | None = None
    url_env: str | None = None
    search: str = ""
    languages: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    engines: Annotated[tuple[Engine, ...], BeforeValidator(_listed)] = ()
    name: str = ""
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    country: Annotated[str | None, AfterValidator(check_country)] = Field(default=None, pattern=r"^[A-Z]{2}$")
    kind: FeedKind = "unknown"
    publisher: str = ""
    folder: Annotated[tuple[str, ...], BeforeValidator(parse_folder)] = ()
    enabled: bool = True
    interval: Duration | None = None
    insecure_tls: bool = False
    format: Literal["feed", "page"] = "feed"
    items: Selector = ""
    title: Selector = ""
    date: Selector = ""
    link: Selector = ""
    next: Selector = ""

    @model_validator(mode="after")
    def _one_address(self) -> FeedConfig:
        if bool(self.url) + bool(self.url_file or self.url_env) + bool(self.search) != 1:
            raise ValueError("a feed needs one of url: https://..., url_file: PATH, url_env: NAME or search: QUERY")
        return self

    @model_validator(mode="after")
    def _of_a_search(self) -> FeedConfig:
        if not self.search:
            if self.languages or self.engines:
                raise ValueError("languages: and engines: belong to search:; a feed has one language:")
            return self
        if others := sorted(self.model_fields_set - _OF_A_SEARCH):
            hint = "; write languages: [en, fa]" if others == ["language"] else ""
            raise ValueError(f"{others[0]}: does not go with search:{hint}")
        if self.kind not in ("search", "unknown"):
            raise ValueError("what search: finds is of many publishers; leave kind: out")
        if self.interval and self.interval < SEARCHED_EVERY:
            raise ValueError("a search is asked once an hour at most; write interval: 1h or more")
        self.polled()
        return self

    @model_validator(mode="after")
    def _selectors_of_items(self) -> FeedConfig:
        if not self.items and (self.title or self.date or self.link):
            raise ValueError("title:, date: and link: are looked for in items:; write that, too")
        return self

    def polled(self) -> tuple[FeedConfig, ...]:
        """What is polled: the feed itself, or those of its search, engine by engine. Raises ValueError."""
        if not self.search:
            return (self,)
        made = search_feeds(self.search, self.languages or ("en",), self.engines or ENGINES, self.country or "")
        return tuple(
            FeedConfig(
                url=each.url,
                name=f"{self.name}: {each.publisher} ({each.language})" if self.name else each.name,
                language=each.language,
                kind="search",
                publisher=each.publisher,
                folder=self.folder,
                enabled=self.enabled,
                interval=self.interval,
            )
            for each in made
        )

    @property
    def page(self) -> ListingRules | None:
        """How the list of a web page is found, None for a feed."""
        if self.format == "feed" and not (self.items or self.next):
            return None
        return ListingRules(self.items, self.title, self.date, self.link, self.next)

    def feed(self, title: str = "") -> Feed:
        """The feed as the pipeline knows it. title: its own, as the store has it, for a feed that nobody named."""
        host = (urlsplit(self.url).hostname or self.url).removeprefix("www.")
        name = self.name or title or host
        publisher = self.publisher or name
        known, secret = bool(self.name), bool(self.url_file or self.url_env)
        return Feed(
            self.url,
            name,
            self.language,
            self.country,
            self.kind,
            publisher,
            named=known,
            secret=secret,
            page=self.page,
        )


def rules_of(feeds: Sequence[FeedConfig], url: str) -> ListingRules | None:
    """How the list of a page at this address is found, where ``feeds`` have it as one."""
    return next((each.page for each in feeds if same_address(each.url) == same_address(url)), None)


def _no_feeds(value: Any) -> Any:
    return () if value is None else value


class FeedList(Strict):
    """feeds.yaml as a whole."""

    feeds: Annotated[tuple[FeedConfig, ...], BeforeValidator(_no_feeds)] = ()

    def polled(self) -> tuple[FeedConfig, ...]:
        """Every feed that has an address, those of searches included."""
        return tuple(each for feed in self.feeds for each in feed.polled() if each.url)
