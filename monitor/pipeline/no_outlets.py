"""Sites that articles link to and that are no outlets: networks, searches, shops, archives, shorteners. Pure."""

from __future__ import annotations

_SITES = frozenset(
    """apple.com archive.is archive.org archive.ph bing.com bit.ly buff.ly bsky.app cloudflare.com creativecommons.org
    disqus.com doi.org dailymotion.com facebook.com fb.com fb.watch flickr.com flipboard.com github.com goo.gl goo.su
    google.com gravatar.com gdeltproject.org instagram.com is.gd linkedin.com lnkd.in medium.com messenger.com
    microsoft.com msn.com ow.ly paypal.com patreon.com pinterest.com reddit.com scribd.com soundcloud.com spotify.com
    substack.com telegram.me telegram.org threads.net tiktok.com tinyurl.com t.co t.me tumblr.com twitter.com vimeo.com
    vk.com wa.me weibo.com whatsapp.com wikimedia.org wikipedia.org wordpress.com wordpress.org x.com yahoo.com youtu.be
    youtube.com""".split()  # noqa: SIM905
)


def is_no_outlet(site: str) -> bool:
    """Whether a site is where everybody is, and nobody's outlet. site: as `monitor.text.sites.site_of` has it."""
    return site in _SITES or "." not in site
