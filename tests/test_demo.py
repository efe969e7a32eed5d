"""The demo is what a newcomer sees first: what it says must be so."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.cli.progress import Silent
from monitor.demo import run_demo


@pytest.mark.slow
async def test_only_the_reaction_follows_another_story(tmp_path: Path) -> None:
    """Six events of two days, all of one topic: one of them answers to another."""
    said: list[str] = []
    await run_demo(tmp_path, lambda: datetime.now(UTC), Silent(), said.append)
    text = " ".join(said[0].split())
    followed = re.findall(r"Step \d of (“.+?”)", text)
    assert followed == ["“Iran, Iraq sign document on joint border security centre in Baghdad”"]
    assert "6 new stories" in text
    assert set(re.findall(r"carries (\w+ \w+)", text)) == {"Levant Wire"}  # what tells alike of one event is no copy
    assert "Kurdish parties told to leave last two camps after Iraq–Iran border deal Step 2 of" in text
