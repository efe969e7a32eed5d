"""Work done side by side: nothing is left out, nothing is done twice at a time, an error is heard."""

from __future__ import annotations

import asyncio

import pytest

from monitor.pipeline.batches import BATCH, batches, in_turns, meanwhile


async def test_results_come_in_batches_as_many_side_by_side_as_said() -> None:
    running = most = 0

    async def one(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return number

    found = [batch async for batch in batches((one(number) for number in range(25)), 4, lambda _: BATCH / 10)]
    assert sorted(number for batch in found for number in batch) == list(range(25))
    assert [len(batch) for batch in found] == [10, 10, 5]
    assert most == 4


def test_hosts_take_turns() -> None:
    assert in_turns(["a1", "a2", "a3", "b1", "c1", "c2"], lambda item: item[0]) == ["a1", "b1", "c1", "a2", "c2", "a3"]


async def test_what_is_asked_for_meanwhile_is_done_one_at_a_time_and_to_the_end() -> None:
    waiting, done, running = [1, 2], list[int](), 0

    async def work() -> None:
        nonlocal running
        running += 1
        assert running == 1
        taken = waiting[:]
        waiting.clear()
        await asyncio.sleep(0)
        done.extend(taken)
        running -= 1

    async with meanwhile(work) as ask:
        ask()
        await asyncio.sleep(0)
        waiting.append(3)
        ask()
        await asyncio.sleep(0.01)
        assert done == [1, 2, 3]
        waiting.append(4)
        ask()
    assert done == [1, 2, 3, 4]


async def test_nothing_is_done_meanwhile_unasked() -> None:
    async def work() -> None:
        raise AssertionError

    async with meanwhile(work):
        pass


async def test_an_error_of_what_is_done_meanwhile_ends_the_block() -> None:
    async def work() -> None:
        raise ValueError("the disk is full")

    with pytest.raises(ValueError, match="disk"):
        async with meanwhile(work) as ask:
            ask()


async def test_an_error_of_the_block_ends_what_is_done_meanwhile() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def block() -> None:
        async with meanwhile(work) as ask:
            ask()
            await asyncio.sleep(0)
            raise ValueError("the block")

    with pytest.raises(ValueError, match="the block"):
        await block()
    assert ended.is_set()
