"""Cases that stand in files: which addresses are one site. A line more is a case more."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from monitor.text.sites import same_site, site_of

CASES = Path(__file__).parent / "cases" / "lines"


def sites() -> list[dict[str, str]]:
    with (CASES / "sites.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", sites(), ids=lambda case: f"{case['address']} {case['other']}")
def test_one_site_or_two(case: dict[str, str]) -> None:
    assert same_site(case["address"], case["other"]) is (case["same"] == "yes")
    assert same_site(case["other"], case["address"]) is (case["same"] == "yes")


def test_the_site_of_an_address_is_the_name_that_was_registered() -> None:
    assert site_of("https://www.ina.iq:8443/x") == "ina.iq"
    assert site_of("https://fa.مثال.ایران/") == "xn--mgbh0fb.xn--mgba3a4f16a"
    assert site_of("http://10.0.3.4/") == "10.0.3.4"
    assert site_of("") == ""
