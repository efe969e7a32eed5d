"""The hub that the headers of an answer name (WebSub, section 4)."""

from __future__ import annotations

import aiohttp

from monitor.text.urls import web_url


def hub_of(response: aiohttp.ClientResponse) -> tuple[str, str]:
    """The hub that tells of news, and the feed's own address there (WebSub, section 4); "" unless both are named."""
    named: dict[str, str] = {}
    try:
        for relations, link in response.links.items():
            for relation in relations.lower().split():
                named.setdefault(relation, web_url(str(link["url"])))
    except ValueError:  # an address that is none
        return "", ""
    hub, topic = named.get("hub", ""), named.get("self", "")
    return (hub, topic) if hub and topic else ("", "")
