"""The records that modules pass to each other: frozen and typed, with aware datetimes in UTC only.

The flow is Feed → Entry → Article → Match → Story → Edition → Delivery.
"""

from monitor.model.articles import (
    UNREAD,
    Article,
    Copy,
    Document,
    Highlight,
    Match,
    News,
    PageChange,
    Passage,
    Quote,
    Reason,
    Receipt,
    Report,
    Story,
    Support,
    Verdict,
)
from monitor.model.dates import SeenDate
from monitor.model.editions import (
    Coverage,
    Delivery,
    DeliveryState,
    DigestStory,
    Edition,
    FeedReport,
    RenderedEdition,
    UnreadArticles,
)
from monitor.model.feeds import FEED_KINDS, Entry, Feed, FeedKind, FeedState, FetchResult, Health, ParsedFeed
from monitor.model.suggestions import MovedArticle, SuggestedTerm, Suggestions, UnmatchedArticle, UnreadLanguage

__all__ = [
    "FEED_KINDS",
    "UNREAD",
    "Article",
    "Copy",
    "Coverage",
    "Delivery",
    "DeliveryState",
    "DigestStory",
    "Document",
    "Edition",
    "Entry",
    "Feed",
    "FeedKind",
    "FeedReport",
    "FeedState",
    "FetchResult",
    "Health",
    "Highlight",
    "Match",
    "MovedArticle",
    "News",
    "PageChange",
    "ParsedFeed",
    "Passage",
    "Quote",
    "Reason",
    "Receipt",
    "RenderedEdition",
    "Report",
    "SeenDate",
    "Story",
    "SuggestedTerm",
    "Suggestions",
    "Support",
    "UnmatchedArticle",
    "UnreadArticles",
    "UnreadLanguage",
    "Verdict",
]
