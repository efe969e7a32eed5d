"""Sites that articles link to and that are no outlets: networks, searches, shops, archives, shorteners. Pure."""

from __future__ import annotations

_SITES = frozenset(
    """amazon.com ampproject.org amzn.to aparat.com apple.com archive.is archive.org archive.ph b2n.ir bale.ai bing.com
    bit.ly ble.ir bsky.app buff.ly change.org chng.it cloudflare.com creativecommons.org cutt.ly dailymotion.com
    discord.com discord.gg disqus.com dlvr.it doi.org eitaa.com eitaa.ir facebook.com fb.com fb.watch flickr.com
    flipboard.com gap.im gdeltproject.org github.com goo.gl goo.su google.com gravatar.com ift.tt igap.net
    instagram.com is.gd line.me linkedin.com linktr.ee lnkd.in medium.com messenger.com microsoft.com msn.com
    namasha.com odysee.com ok.ru onelink.me ow.ly patreon.com paypal.com pinterest.com rb.gy reddit.com rubika.ir
    rumble.com scribd.com shad.ir shorturl.at snapchat.com soundcloud.com splus.ir spotify.com substack.com t.co
    t.ly t.me telegram.me telegram.org threads.com threads.net tiktok.com tiny.cc tinyurl.com translate.goog trib.al
    tumblr.com twitter.com viber.com vimeo.com virasty.com vk.com wa.me weibo.com whatsapp.com wikimedia.org
    wikipedia.org wordpress.com wordpress.org x.com yahoo.com youtu.be youtube.com yun.ir zaya.io""".split()  # noqa: SIM905
)


def is_no_outlet(site: str) -> bool:
    """Whether a site is where everybody is, and nobody's outlet. site: as `monitor.text.sites.site_of` has it."""
    return site in _SITES or "." not in site
