"""The Traffic Light Protocol 2.0 (FIRST, 2022), as exports write it."""

from __future__ import annotations

from typing import Literal

Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]

# The marking definitions that OASIS published for STIX 2.1, which everybody refers to by these ids.
STIX_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
STIX_MARKINGS: dict[Tlp, str] = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}


def label(tlp: Tlp) -> str:
    """As it is written: "TLP:AMBER+STRICT"."""
    return f"TLP:{tlp.upper()}"


def tag(tlp: Tlp) -> str:
    """As MISP tags it: "tlp:amber+strict"."""
    return f"tlp:{tlp}"
