"""What one poll did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.feeds.schedule import UNANSWERED
from monitor.model import UNREAD, Match
from monitor.text.plural import plural

NOBODY = """No feed could be reached: {failed} of {due} feeds failed, {why}.
What to do: check this machine's network, name service and proxy; `monitor feeds list --failing` shows each feed's own
error, `monitor feeds check {url}` what one server answers. Everything is tried again by itself. `monitor demo` shows
the whole job without a network."""


@dataclass(slots=True)
class PollSummary:
    """What one poll did; `monitor poll --json` prints it. Counted up while the poll runs."""

    feeds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("due", "ok", "not_modified", "failed"), 0))
    entries: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("seen", "new", "updated"), 0))
    articles: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("fetched", "failed", "partial", "known", "headline_only", "empty", "archive", "backlog"), 0
        )
    )
    matches: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "near_miss"), 0))
    stories: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "updated"), 0))
    skipped: dict[str, int] = field(default_factory=dict)  # entries that were not taken, by reason
    unread: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)  # by watch, language and reason
    seconds: float = 0.0
    errors: list[dict[str, object]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)  # (kind, text) of these, for the log

    def skip(self, reasons: Mapping[str, int]) -> None:
        """Adds entries that were not taken."""
        for reason, count in reasons.items():
            self.skipped[reason] = self.skipped.get(reason, 0) + count

    def not_read(self, watch: str, language: str | None, match: Match) -> None:
        """Counts an article whose language the watch cannot read, or not well."""
        for reason in match.receipt.reasons:
            if reason.kind in UNREAD:
                reasons = self.unread.setdefault(watch, {}).setdefault(language or "unknown", {})
                reasons[reason.kind] = reasons.get(reason.kind, 0) + 1

    def line(self) -> str:
        """The poll in one line."""
        updated = f", {self.entries['updated']} updated" if self.entries["updated"] else ""
        count = sum(n for languages in self.unread.values() for each in languages.values() for n in each.values())
        unread = f"; {plural(count, 'article')} not read for its language" if count else ""
        f, e, a, m, s = self.feeds, self.entries, self.articles, self.matches, self.stories
        return (
            f"polled {plural(f['due'], 'feed')}: {f['ok']} read, {f['not_modified']} unchanged, {f['failed']} failed; "
            f"{e['new']} new of {plural(e['seen'], 'entry', 'entries')}{updated}; "
            f"{plural(a['fetched'], 'page')} read, {a['failed']} failed, {a['partial']} partial; "
            f"{plural(m['new'], 'match', 'matches')}, {plural(m['near_miss'], 'near miss', 'near misses')}; "
            f"{plural(s['new'], 'new story', 'new stories')}, {s['updated']} updated{unread}; {self.seconds:.1f} s"
        )

    @property
    def did_anything(self) -> bool:
        """Whether there is anything to say of it."""
        return any(sum(part.values()) for part in (self.feeds, self.articles, self.matches, self.stories))

    def nobody(self) -> str:
        """When every feed that was due failed (two or more): what that means and what to do; else ""."""
        if self.feeds["due"] < 2 or self.feeds["failed"] < self.feeds["due"]:
            return ""
        first = self.errors[0]
        kinds = Counter(UNANSWERED.get(kind, "") for kind, _ in self.failures)
        usual, count = kinds.most_common(1)[0]
        why = f"{usual} for {count} of them" if usual and count < len(self.failures) else usual
        return NOBODY.format(
            failed=self.feeds["failed"],
            due=self.feeds["due"],
            why=f"{why} (the first: {first['error']})" if why else f"the first: {first['error']}",
            url=first["feed"],
        )

    def unreachable(self) -> bool:
        """Whether no feed at all could be reached, which `nobody` says once instead of a line for each."""
        return bool(self.nobody())

    @property
    def failed(self) -> bool:
        """Whether every feed that was due failed."""
        return 0 < self.feeds["due"] <= self.feeds["failed"]
