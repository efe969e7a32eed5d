"""Feeds: bodies to entries, which entries are new, when to ask again, and the feed list as OPML."""
