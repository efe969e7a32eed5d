"""Which hosts are one site: `www.ina.iq` and `ina.iq` are, two blogs of one platform are not.

Where names are registered is looked up in the Public Suffix List (publicsuffix.org) with its private section, as
`publicsuffixlist` brings it; nothing is fetched.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.text.urls import host_of

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

# Platforms that give each author a name of his own and are not on the list.
_PLATFORMS = frozenset(
    """angelfire.com art.blog beehiiv.com blog.ir blog.is blogcu.com blogfa.com blogfars.ir blogfree.net blogsky.com
    bravejournal.com business.blog buttondown.email canalblog.com car.blog data.blog design.blog eklablog.com
    exblog.jp family.blog farsiblog.com fashion.blog fc2.com finance.blog fitness.blog food.blog game.blog ghost.io
    hashnode.dev hautetfort.com health.blog home.blog hypotheses.org jimdofree.com jimdosite.com jugem.jp law.blog
    livedoor.blog livejournal.com loxblog.com medium.com mihanblog.com movie.blog music.blog mystrikingly.com
    narod.ru news.blog niloblog.com over-blog.com over-blog.net over-blog.org parsiblog.com persianblog.ir
    photo.blog pixnet.net podbean.com poetry.blog politics.blog posthaven.com rozblog.com school.blog
    science.blog seesaa.net skyrock.com sport.blog
    squarespace.com substack.com tech.blog tistory.com travel.blog tumblr.com typepad.com ucoz.com ucoz.net ucoz.org
    ucoz.ru unblog.fr video.blog water.blog webnode.com webnode.page webs.com weebly.com weeblysite.com
    wordpress.com yolasite.com""".split()  # noqa: SIM905
)
# Platforms that stand under the names of many countries.
_EVERYWHERE = frozenset(("blogspot",))
# Hosts on which a path is somebody's site.
_BY_PATH = {"sites.google.com": re.compile(r"[^/]*//[^/]+(/(?:view|site|a/[^/]+)/[^/?#]+)", re.IGNORECASE)}
_OFFICES = (["gov"], ["mil"], ["edu"])  # under which offices have names of their own, also where the list lacks them


def same_site(url: str, other: str) -> bool:
    """Whether two addresses belong to one site, whatever their scheme, port and path. Without a host: False."""
    one, two = _plain(host_of(url)), _plain(host_of(other))
    return bool(one) and ((one == two and one not in _BY_PATH) or _of_path(one, url) == _of_path(two, other))


def site_of(url: str) -> str:
    """The registered name that the host of ``url`` stands under, in ASCII; "" for an address without a host.

    With a path, where that is somebody's site.
    """
    return _of_path(_plain(host_of(url)), url)


def _of_path(host: str, url: str) -> str:
    if host not in _BY_PATH:
        return _site(host)
    found = _BY_PATH[host].match(url)
    return f"{host}{found[1].lower()}" if found else host


def _plain(host: str) -> str:
    """The host without "www.", which names no site of its own even on a platform."""
    rest = host.removeprefix("www.")
    return rest if "." in rest else host


@lru_cache(maxsize=4096)
def _site(host: str) -> str:
    """The registered name that ``host`` stands under.

    Of a host of the inner network, an IP address and a name under which others register (gov.ir) it is the host itself.
    """
    if _is_ip(host):
        return host
    labels = host.split(".")
    if ".".join(labels[-2:]) in _PLATFORMS or labels[-2:-1] in _OFFICES:
        return ".".join(labels[-3:])
    for at in (-3, -2):
        if labels[at : at + 1] and labels[at] in _EVERYWHERE and len(labels) > -at:
            return ".".join(labels[at - 1 :])
    registered = _registered().privatesuffix(".".join(map(_spelled, labels)))
    return ".".join(labels[-registered.count(".") - 1 :]) if registered else host


@lru_cache(maxsize=1)
def _registered() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - 12 ms; hosts that are equal need no list

    return PublicSuffixList(accept_encoded_idn=False)  # 15 ms; with every name in both spellings 40 ms


def _spelled(label: str) -> str:
    """A label of an international name in its own letters, as the list has it."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _is_ip(host: str) -> bool:
    """Whether the host is an address: the list would take the last two numbers of one for a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
