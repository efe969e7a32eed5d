"""Pages that stand where the wanted answer should: bot challenges and refusals, recognised by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

# (name for a person, what such a page holds, apart by |). Lower case; specific before general: what any page says in
# words comes last, from the languages.
_MARKS: tuple[tuple[str, str], ...] = (
    (
        "Cloudflare",
        "<title>just a moment...|cf-chl-|/cdn-cgi/challenge-platform|cf-browser-verification|"
        "attention required!|cf-error-details",
    ),
    ("ArvanCloud", "arvancloud|__arcsjs|ar-bot-detect"),
    ("DDoS-Guard", "ddos-guard"),
    ("Imperva", "_incapsula_resource|incapsula incident id"),
    ("Akamai", "errors.edgesuite.net|akam/13|akamai-privacy"),
    ("Sucuri", "sucuri website firewall|sucuri_cloudproxy"),
    ("DataDome", "captcha-delivery.com"),
    ("PerimeterX", "px-captcha|_pxappid"),
    ("AWS WAF", "awswafcookiedomainlist|aws-waf-token|token.awswaf.com"),
    ("Vercel", "vercel security checkpoint"),
    ("Anubis", "making sure you&#39;re not a bot|making sure you're not a bot|/.within.website/"),
    ("the filter of Iran's network", "//10.10.34.3"),
    ("a consent page", "consent.google.com|consent.yahoo.com"),
    ("a captcha", "g-recaptcha|h-captcha|hcaptcha.com/1/api.js|cf-turnstile|<title>captcha"),
)
LOOK = 64 * 1024  # bytes of a page that are looked at
# An article page may carry a captcha script for its comment form: only a short one is a challenge.
_SHORT = 30_000


@lru_cache(maxsize=1)
def _by_name() -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    """(name, marks) of every challenge."""
    from monitor.languages import every  # noqa: PLC0415 - 10 ms; a poll that reads no page asks nothing of languages

    bot_check = every(lambda known: known.challenge.bot_check)
    refusal = every(lambda known: known.challenge.refusal)
    marks = [*((name, tuple(marks.split("|"))) for name, marks in _MARKS)]
    marks += [("a bot check", bot_check), ("a refusal page", refusal)]
    return tuple((name, tuple(mark.encode() for mark in each)) for name, each in marks)


@lru_cache(maxsize=1)
def _any() -> re.Pattern[bytes]:
    """Any mark at all: most pages hold none, and one search says so."""
    return re.compile(b"|".join(re.escape(mark) for _, marks in _by_name() for mark in marks))


def challenge_name(body: bytes, headers: Mapping[str, str] | None = None) -> str | None:
    """Who stands in the way ("Cloudflare", "a captcha", ...), or None when the page is no challenge."""
    if headers and (headers.get("cf-mitigated") == "challenge"):
        return "Cloudflare"
    if headers and headers.get("x-amzn-waf-action") in ("challenge", "captcha"):
        return "AWS WAF"
    if not body:  # what a challenge says in words is not looked for: to know the words takes a poll 60 ms
        return None
    if len(body) > _SHORT and b"<title>just a moment..." not in body[:4096].lower():
        return None
    head = body[:LOOK].lower()
    if not _any().search(head):
        return None
    return next(name for name, marks in _by_name() if any(mark in head for mark in marks))
