"""Dates as feeds and pages write them: each line of tests/cases/dates/*.yaml is one (see the README there)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.text.timestamps import DateStyle, read_date

FILES = sorted((Path(__file__).parent / "cases" / "dates").glob("*.yaml"))


def cases() -> Iterator[Any]:
    for file in FILES:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
        for case in given["dates"]:
            case = {"shown": given.get("shown", False)} | case
            yield pytest.param(given["now"], case, id=f"{file.stem}: {case['form']} {case.get('country', '')}")


def moment(written: str | datetime) -> datetime | None:
    if isinstance(written, datetime):
        return written.astimezone(UTC)
    return None if written == "none" else datetime.fromisoformat(written)


@pytest.mark.parametrize(("now", "case"), list(cases()))
def test_a_date_means_what_its_source_meant(now: datetime, case: dict[str, Any]) -> None:
    style = DateStyle(country=case.get("country"), month_first=case.get("month_first"))
    found = read_date(case["form"], now, style, shown=case["shown"])
    assert (found.moment if found else None) == moment(case["published"])
    if found and "precision" in case:
        assert found.precision == case["precision"]
