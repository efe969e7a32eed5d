"""monitor.yaml: the service, its digests and their delivery."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from monitor.config.deliver_targets import Target
from monitor.config.model_server import ModelConfig
from monitor.config.patience import Patience
from monitor.exports.tlp import Tlp
from monitor.fields import (
    Address,
    Age,
    CldrLocale,
    Duration,
    Language,
    Size,
    Strict,
    TimeZone,
    check_web_address,
    is_web_address,
    parse_duration,
)

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


def is_loopback(host: str) -> bool:
    """Whether ``host``, a name or an address, can be reached from this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class HttpConfig(Strict):
    """How pages and feeds are fetched.

    Sizes in bytes after decompression. per_host_delay: least seconds between two requests to one host. Without it and
    per_host_connections, `monitor.fetch.FetchSettings` sets polite values.
    """

    allow_private_addresses: bool = False
    timeout: Patience = timedelta(seconds=20)
    max_feed_size: Size = 10_000_000
    max_page_size: Size = 5_000_000
    user_agent: str = Field(default="", pattern=r"^[^\x00-\x1f\x7f]*$")
    concurrency: int = Field(default=100, ge=1, le=1000)
    per_host_connections: int | None = Field(default=None, ge=1, le=100)
    per_host_delay: float | None = Field(default=None, ge=0, le=600)


class PollConfig(Strict):
    """How often feeds are polled. interval: for a feed without its own; min and max bound the adaptive interval."""

    interval: Duration = timedelta(minutes=30)
    min_interval: Duration = timedelta(minutes=10)
    max_interval: Duration = timedelta(hours=6)

    @model_validator(mode="after")
    def _ordered(self) -> PollConfig:
        if not self.min_interval <= self.interval <= self.max_interval:
            raise ValueError("must hold: min_interval ≤ interval ≤ max_interval (a number alone is seconds; write 30m)")
        return self


class DigestConfig(Strict):
    """One digest. schedule: standard crontab in ``timezone``. watches: ids (file names without .yaml); () means all.

    threshold: 0 to 1; None: those of the watches. languages: of the reports that are shown; () means all. reads:
    languages that its readers read, in order; () means ``languages``, else that of the locale. templates: a folder in
    place of the service's.
    """

    name: Name
    schedule: str
    timezone: TimeZone = "UTC"
    watches: tuple[str, ...] = ()
    deliver: tuple[Target, ...] = ()
    threshold: float | None = Field(default=None, ge=0, le=1)
    languages: tuple[Language, ...] = ()
    reads: tuple[Language, ...] = ()
    max_stories: int = Field(default=30, ge=1, le=500)
    max_near_misses: int = Field(default=8, ge=0, le=100)
    empty: Literal["send", "skip", "weekly"] = "send"
    unsubscribe: str = Field(default="", pattern=r"^(mailto:|https://|$)")
    templates: str | None = None
    locale: CldrLocale = "en"

    @property
    def read_first(self) -> tuple[str, ...]:
        """The languages that its readers read, in order; () where only the locale tells."""
        return self.reads or self.languages


def check_host(text: str) -> str:
    """The name or address of a server. Raises ValueError, also for one with its port, which has a line of its own."""
    if re.fullmatch(r"[\w.-]+|\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]?", text):
        return text
    raise ValueError(f"{text!r} is no host; write its name alone, such as mail.example.org, and its port as port: 587")


class SmtpConfig(Strict):
    """The mail server. starttls "auto": used when the server offers it. ca_file: certificates to trust besides the
    system's. The password comes from a file or the environment.
    """

    host: Annotated[str, AfterValidator(check_host)] = "localhost"
    port: int = Field(default=25, ge=1, le=65535)
    starttls: Literal["auto", "always", "never"] = "auto"
    tls: bool = False
    username: str | None = None
    password_file: str | None = None
    password_env: str | None = None
    sender: Address | None = Field(default=None, alias="from")
    timeout: Patience = timedelta(seconds=60)
    ca_file: str | None = None

    @model_validator(mode="after")
    def _login(self) -> SmtpConfig:
        if self.username and not (self.password_file or self.password_env):
            raise ValueError("username needs password_file: PATH or password_env: NAME")
        if self.tls and self.starttls == "always":
            raise ValueError("starttls: always begins unencrypted and tls: true encrypted; write one of the two")
        return self


def check_public_url(value: Any) -> str | None:
    """The address of the page for readers: absolute, http(s), without a query or a final slash. Raises ValueError."""
    if value is None:
        return None
    text = str(value).strip().rstrip("/")
    shape = r"https?://[\w.-]+(:\d{1,5})?(/[\w./~-]*)?|https?://\[[0-9a-fA-F:]+\](:\d{1,5})?"
    if not (re.fullmatch(shape, text) and is_web_address(text)):
        raise ValueError(f"{value!r} is not the address of a page; write it whole, such as https://monitor.example.org")
    return text


class WebConfig(Strict):
    """The web page. It listens on loopback by default; to be read from elsewhere it needs a token.

    reading_token_file, reading_token_env: of a second token, with which pages are seen and nothing is changed.
    public_url: its address for readers, used in links of digests and feeds. mcp: whether assistants are answered at
    /mcp (needs the mcp extra).
    """

    listen: str = "127.0.0.1:8080"
    token_file: str | None = None
    token_env: str | None = None
    reading_token_file: str | None = None
    reading_token_env: str | None = None
    mcp: bool = False
    public_url: Annotated[str | None, BeforeValidator(check_public_url)] = None

    @field_validator("listen")
    @classmethod
    def _address(cls, value: str) -> str:
        found = re.fullmatch(r"([\w.-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", value)
        if not found or int(found[2]) > 65535:
            raise ValueError(f"{value!r} is not a place to listen at; write host:port, such as 127.0.0.1:8080")
        return value

    @property
    def host(self) -> str:
        """The host to listen at, without the brackets of an IPv6 address."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen at."""
        return int(self.listen.rpartition(":")[2])

    @property
    def on_loopback(self) -> bool:
        """Whether the page can be reached from this machine only."""
        return is_loopback(self.host)

    @model_validator(mode="after")
    def _guarded(self) -> WebConfig:
        if self.token_file or self.token_env:
            return self
        secret = "add token_file: PATH or token_env: NAME with a secret of your own"
        if self.reading_token_file or self.reading_token_env:
            raise ValueError(f"a reading token guards nothing where there is no other one: {secret}")
        if not self.on_loopback:
            raise ValueError(f"listening at {self.listen} lets others in: {secret}, or listen at 127.0.0.1")
        if self.public_url:
            raise ValueError(f"public_url lets others in, through a proxy: {secret}, or remove public_url")
        return self


MOST_LOOKS = 5


def _in_order(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    """Moments of looks, the first first. Raises ValueError for more than a page is worth."""
    if len(value) > MOST_LOOKS:
        raise ValueError(f"write at most {MOST_LOOKS} durations, such as [1h, 7d]")
    if any(not timedelta(minutes=10) <= after <= timedelta(days=90) for after in value):
        raise ValueError("a page is looked at 10m to 90d after it was published; write such durations")
    return tuple(sorted(set(value)))


Looks = Annotated[tuple[Duration, ...], AfterValidator(_in_order)]

DEFAULT_STORE = "sqlite:///../var/monitor.db"


class RetentionConfig(Strict):
    """How long what is stored is kept, by kind; None: for ever.

    texts: of articles that no watch wants. near_misses: articles that nearly matched. pages: fetched for those.
    evidence: pages fetched for stories. deliveries: rows of the ledger that have ended.
    """

    texts: Age = timedelta(days=180)
    near_misses: Age = timedelta(days=365)
    pages: Age = timedelta(days=180)
    evidence: Age = None
    deliveries: Age = None


class EvidenceConfig(Strict):
    """What is done with kept pages. timestamp_url: of an authority that stamps what is exported (RFC 3161).

    browser: name or path of a Chromium that draws exported pages; "": none does.
    """

    timestamp_url: Annotated[
        str, Field(pattern=r"^(https?://\S+)?$"), AfterValidator(lambda url: url and check_web_address(url))
    ] = ""
    browser: str = Field(default="", max_length=500, pattern=r"^[^\x00-\x1f]*$")


class ExportsConfig(Strict):
    """How stories and editions are marked that are exported. producer: who exports, for those who receive it."""

    tlp: Tlp = "clear"
    producer: str = Field(default="feed-monitor", min_length=1, max_length=200)


class ServiceConfig(Strict):
    """monitor.yaml as a whole.

    max_age: an article published longer ago than this is stored but is no news. recheck: how long after an edition or
    alert the pages of its articles are looked at for edits; recheck_also: other such times. store_file, store_env:
    where the address of the store is read, in place of ``store``, when it holds a password.
    """

    store: str = DEFAULT_STORE
    store_file: str | None = None
    store_env: str | None = None
    http: HttpConfig = HttpConfig()
    poll: PollConfig = PollConfig()
    max_age: Duration = timedelta(days=14)
    recheck: Duration = timedelta(hours=24)
    recheck_also: Looks = (timedelta(hours=1), timedelta(days=7))
    retention: RetentionConfig = RetentionConfig()
    digests: tuple[DigestConfig, ...] = ()
    smtp: SmtpConfig | None = None
    web: WebConfig | None = None
    model: ModelConfig | None = None
    evidence: EvidenceConfig = EvidenceConfig()
    exports: ExportsConfig = ExportsConfig()
    templates: str | None = None

    @property
    def looks(self) -> tuple[timedelta, ...]:
        """When pages are looked at again, the first time first."""
        return tuple(sorted({self.recheck, *self.recheck_also}))

    @model_validator(mode="before")
    @classmethod
    def _ages_that_nobody_wrote(cls, given: Any) -> Any:
        """They are as long as ``max_age`` at least: what may be news is kept."""
        written = given.get("retention") or {} if isinstance(given, dict) else None
        if not isinstance(written, dict) or "max_age" not in given:
            return given
        try:
            least = parse_duration(given["max_age"])
        except ValueError:
            return given  # it is reported where it stands
        defaults = {kind: field.default for kind, field in RetentionConfig.model_fields.items() if kind not in written}
        longer = {kind: least for kind, age in defaults.items() if age is not None and age < least}
        return {**given, "retention": {**written, **longer}} if longer else given


MONTH = timedelta(days=30)  # as far back as suggestions and trials of a watch look into the archive


def ages_that_cannot_hold(service: ServiceConfig) -> Iterator[tuple[str, str]]:
    """(key of ``retention``, what to write instead). What may be news or is judged again is kept, evidence longest."""
    ages, least = service.retention, max(service.max_age, MONTH)
    for kind in RetentionConfig.model_fields:
        age: timedelta | None = getattr(ages, kind)
        if age is None:
            continue
        if age < least:
            days = f"{least / timedelta(days=1):g}d"
            yield (
                kind,
                f"this is needed for {days} at least (30d, or max_age where that is longer); write {days} or more",
            )
        elif kind in ("texts", "near_misses", "pages") and ages.evidence is not None and ages.evidence < age:
            text = "evidence of what was published is kept longest; write no more than that, or a longer evidence"
            yield (kind if kind in ages.model_fields_set else "evidence"), text
