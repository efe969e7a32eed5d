"""What one poll did."""

from __future__ import annotations

from dataclasses import dataclass, field

NOBODY = """No feed could be reached: all {count} polls failed (the first: {first}).
What to do: check this machine's network, name service and proxy; `monitor feeds check {url}` shows what one
server answers. Everything is tried again by itself. `monitor demo` shows the whole job without a network."""


@dataclass(slots=True)
class PollSummary:
    """What one poll did; `monitor poll --json` prints it. Counted up while the poll runs."""

    feeds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("due", "ok", "not_modified", "failed"), 0))
    entries: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("seen", "new"), 0))
    articles: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("fetched", "failed", "partial"), 0))
    matches: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "near_miss"), 0))
    stories: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "updated"), 0))
    seconds: float = 0.0
    errors: list[dict[str, object]] = field(default_factory=list)

    def line(self) -> str:
        """The poll in one line."""
        f, e, a, m, s = self.feeds, self.entries, self.articles, self.matches, self.stories
        return (
            f"polled {f['due']} feeds: {f['ok']} read, {f['not_modified']} unchanged, {f['failed']} failed; "
            f"{e['new']} new of {e['seen']} entries; {a['fetched']} pages read, {a['failed']} failed, "
            f"{a['partial']} partial; {m['new']} matches, {m['near_miss']} near misses; "
            f"{s['new']} new stories, {s['updated']} updated; {self.seconds:.1f} s"
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
        return NOBODY.format(count=self.feeds["due"], first=first["error"], url=first["feed"])

    @property
    def failed(self) -> bool:
        """Whether every feed that was due failed."""
        return 0 < self.feeds["due"] <= self.feeds["failed"]
