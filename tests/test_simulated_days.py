"""Two days of the simulated month (benchmarks/simulate_month.py): nothing lost, nobody asked too soon."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks import simulate_month
from benchmarks.simulate_month import GOOD, SICK, World, check_requests, required, simulate


def test_two_days_of_polling_feeds_that_misbehave(tmp_path: Path) -> None:
    figures = simulate(tmp_path, days=2, feeds=30, step=timedelta(hours=1), timeout=0.5)
    assert isinstance(figures["entries"], int)
    assert figures["entries"] > 500
    memory = figures["memory_mb"]
    assert isinstance(memory, dict)
    # This process holds what other tests loaded too: what counts here is that polling makes it no larger.
    assert memory["own"][-1] - memory["own"][0] < 60


def test_the_simulation_has_every_kind_of_feed() -> None:
    assert set(World(200).kinds) == {*GOOD, *SICK, "flaky"}


def test_the_check_notices_a_request_too_soon() -> None:
    world = World(20)
    feed = world.kinds.index("plain")
    world.log[feed] = [(simulate_month.START, "feed", "429-seconds")]
    world.log[feed].append((simulate_month.START + timedelta(minutes=119), "feed", "plain"))
    with pytest.raises(AssertionError, match="after 429-seconds"):
        check_requests(world)
    assert required("403", 1) == 4 * 3600
    assert required("500", 3) == 4 * 3600
