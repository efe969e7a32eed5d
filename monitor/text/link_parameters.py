"""Parameters of an address that do not say which page it is: where a reader came from, or how the page is shown.

Kept here because no library fits. The rules of ad blockers are per site and written for browsers; courlan, which the
extractor uses, also drops ``cid`` and ``uid``, by which news sites number their pages. A name that a site could use for
a page's number is dropped only with a value that speaks of feeds, letters or networks: ``from=rss``, ``ref=fb``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Where a reader came from, whatever the value.
PREFIXES = tuple("utm_ at_ mtm_ pk_ piwik_ matomo_ hsa_ oly_ vero_ _hs ns_ int_ cx_ sfmc_ fb_ _x_tr_ gad_".split())  # noqa: SIM905
NAMES = frozenset(
    """fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid srsltid igshid igsh mibextid mc_cid
    mc_eid mkt_tok oc ocid cmpid cmp intcmp ncid icid itid ito xtor smid sr_share ftag ftcamid guccounter guce_referrer
    guce_referrer_sig ref_src ref_url _ga _gl gaa_at gaa_n gaa_ts gaa_sig rss fromrss from_rss rssfeed feedtype
    traffic_source taid traffictype cmp_id campaign_id spm s_cid s_kwcid ef_id srnd sref wt_mc wtmc wkey wickedid zanpid
    rb_clickid share_id wprov wpisrc dicbo xg_source _openstat __twitter_impression tpcc emc smtyp replytocom
    pagespeed tg_rhash rhash cvid domshim wcseo noservercache noservertelemetry batchservertelemetry
    renderwebcomponents usqp aoh amp_js_v amp_gsa amp_r amp_tf amp_ct _ nocache cachebuster""".split()  # noqa: SIM905
)
# Another rendering of the same page: the name says so, and the value is only on or off.
_SWITCHES = frozenset("amp amp_markup noamp nonamp print printable printview printpage mobile m outputtype".split())  # noqa: SIM905
_SWITCHED = frozenset(("", "0", "1", "true", "false", "yes", "amp", "mobile"))
# The same where the value says so.
_VIEWS = frozenset(
    """output output_type outputtype view format mode type platform tpl tmpl template layout display version
    device""".split()  # noqa: SIM905
)
_VIEWED = frozenset("amp print printable mobile desktop component".split())  # noqa: SIM905
# A reader's way here where the value says so; as numbers or words of the site's own they may say which page it is.
_WAYS = frozenset(
    """from ref referer referrer refer source src via partner partners origin channel medium campaign share shared
    sharing social mod f r s sc cid utm link_source feed_source pcampaign traffic comes_from came_from
    from_source feature""".split()  # noqa: SIM905
)
_WAY = re.compile(
    r"(?:rss|atom|feed(?:burner|press)?|xml|newsletter|e?mail|(?:tele|insta)gram|twitter|facebook|whats_?app|linkedin|reddit"
    r"|vkontakte|social|sharing|share|push|notification|android|iphone|ios|mobile|homepage|google|gnews|bing|yahoo|msn|yandex|dzen"
    r"|rambler|flipboard|apple|feedly|inoreader|syndication)(?:[\W_].*|s|\d{0,2}|feeds?|news|app|share)?"
    r"|t\.co|tg|tw|fb|wa|ig|vk|nl|home|front|x\.com",
    re.IGNORECASE | re.DOTALL,
)
# Who sends readers here, by whatever name; a number may be that of a partner's page, but for one in a host's name.
_SENDERS = frozenset("partner partners affiliate aff ref referer referrer refer referral via".split())  # noqa: SIM905
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_SHARED = re.compile(r"(?=[\w-]*[A-Za-z])[\w-]{16,}")  # of the reader who shared it: "si", as YouTube and Spotify have
# Which search and which of its hits: a letter or two, so only beside a name that says that a search leads here.
_OF_A_SEARCH = {name: frozenset({"ei", "pc", "form"}) for name in ("cvid", "ocid")}
_FEED = re.compile(r"rss(?:[-_: .].*|\d*|feeds?)", re.IGNORECASE | re.DOTALL)  # whatever the name, but for these
_TOPICS = frozenset("id q p page tag topic title slug name query search category cat".split())  # noqa: SIM905


def is_no_identity(name: str, value: str) -> bool:
    """Whether a parameter says nothing about which page an address is."""
    low = name.lower()
    if low in NAMES or low.startswith(PREFIXES):
        return True
    if low in _SWITCHES and value.lower() in _SWITCHED:
        return True
    if low in _VIEWS and value.lower() in _VIEWED:
        return True
    if low in _SENDERS and (_HOST.fullmatch(value) or not any(map(str.isdigit, value))):
        return True
    if low == "si" and _SHARED.fullmatch(value):
        return True
    if low in _WAYS and _WAY.fullmatch(value):
        return True
    return value[:3].lower() == "rss" and low not in _TOPICS and _FEED.fullmatch(value) is not None


def beside(names: Iterable[str]) -> frozenset[str]:
    """Of the parameters of one address those that say nothing because of another of them."""
    found = [_OF_A_SEARCH[name] for name in map(str.lower, names) if name in _OF_A_SEARCH]
    return frozenset().union(*found)
