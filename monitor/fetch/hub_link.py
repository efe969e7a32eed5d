"""The hub that the headers of an answer name (WebSub, section 4)."""

from __future__ import annotations

from monitor.http_library import aiohttp
from monitor.text.urls import web_url


def hub_of(response: aiohttp.ClientResponse) -> tuple[str, str]:
    """The hub, and the address by which it knows the feed; "" for both unless both are named."""
    named: dict[str, str] = {}
    try:
        for relations, link in response.links.items():
            for relation in relations.lower().split():
                named.setdefault(relation, web_url(str(link["url"])))
    except ValueError:  # of what is no address
        return "", ""
    hub, topic = named.get("hub", ""), named.get("self", "")
    return (hub, topic) if hub and topic else ("", "")
