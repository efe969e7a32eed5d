"""A demonstration site on loopback for `monitor demo`: outlets with feeds and article pages, written for it.

Every outlet, person and event is invented. Four outlets report one story in three languages, and a fifth copies one of
them. One story has a sequel. Other articles look relevant and are not. One feed answers 500, and the pages of one
outlet answer 503.
"""

from monitor.demo_site.server import DemoSite, demo_feeds

__all__ = ["DemoSite", "demo_feeds"]
