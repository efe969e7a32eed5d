"""The service's web page: stories with their receipts, editions, feeds, watches, search, and what machines ask.

Rendered on the server, no script anywhere. `server` listens, `site` holds the addresses, `access` says who may what;
`reading`, `searching`, `watching` and `machines` are the pages. Imported only where a page is configured.
"""
