"""Two days of the simulated month (benchmarks/simulate_month.py): nothing lost, nobody asked too soon."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks import simulate_month
from benchmarks.readings import LONG, Readings
from benchmarks.simulate_month import GOOD, SICK, START, World, check_requests, required

TOP = Path(__file__).parents[1]


@pytest.mark.slow
def test_two_days_of_polling_feeds_that_misbehave(tmp_path: Path) -> None:
    # In a process of its own: this one holds what other tests loaded, and its memory says nothing of a service.
    command = [sys.executable, "-m", "benchmarks.simulate_month", "--days", "2", "--feeds", "30", "--timeout", "1"]
    done = subprocess.run([*command, "--folder", str(tmp_path)], capture_output=True, text=True, check=False, cwd=TOP)
    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads(done.stdout)
    assert figures["entries"] > 500
    assert max(figures["memory_mb"]["own"]) < 300


@pytest.mark.slow
def test_a_day_of_kills_frozen_workers_reloads_backups_and_pruning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.simulate_week", "--days", "1", "--feeds", "12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=TOP)
    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads(done.stdout)
    assert (figures["kills"], figures["frozen"], figures["reloads"], figures["backups"]) == (2, 1, 1, 1)
    assert figures["pruned texts"] > 0
    assert figures["sent"] > 0


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


def test_what_left_its_list_before_it_was_read_is_told_from_what_was_lost() -> None:
    def is_lost(feed: int, *read: timedelta) -> bool:
        readings = Readings(timedelta(minutes=6), {feed: {START + each for each in read}})
        lost, unread = readings.parted(world, [(feed, world.listed(feed, START)[0])], START)
        assert len(lost) + len(unread) == 1
        return bool(lost)

    world = World(60)
    stays = {feed: world.leaves(feed, world.listed(feed, START)[0]) - START for feed in range(30)}
    brief = next(feed for feed, stay in stays.items() if stay < timedelta(hours=1))
    gone, minute = stays[brief], timedelta(minutes=1)
    assert not is_lost(brief)
    assert not is_lost(brief, gone + minute)
    assert is_lost(brief, gone - minute)
    assert is_lost(brief, gone + minute, timedelta(0))
    assert is_lost(next(feed for feed, stay in stays.items() if stay > LONG)), "and nobody read it for so long"
