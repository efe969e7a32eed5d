"""A small news world on loopback for `monitor demo`: outlets, feeds and article pages written for it.

Every outlet, person and event in it is invented. One story is told by four outlets in three languages, one of them
copied by a fifth; one has a sequel; much else is tempting and beside the point. One feed answers 500, the pages of
one outlet answer 503.
"""

from monitor.demo_site.server import DemoSite, demo_feeds

__all__ = ["DemoSite", "demo_feeds"]
