"""Worker processes: a page that hangs, crashes or eats memory costs itself and nothing else."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from operator import add
from pathlib import Path
from pickle import PicklingError

import pytest

from monitor.errors import FetchError, ParseError
from monitor.pages.extract import extract_page
from monitor.workers.aside import aside
from monitor.workers.pool import WorkerPool
from monitor.workers.process import here

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(2)
    yield pool
    await pool.close()


def blow_up() -> None:
    raise ValueError("what the page did")


def refuse() -> None:
    raise ParseError("no feed", kind="not-a-feed", permanent=True, status=200)


def hoard(size: int) -> int:
    return len(b"x" * size)


def descend(depth: int) -> int:
    return descend(depth + 1)


async def test_a_result_comes_back(pool: WorkerPool) -> None:
    assert await pool.run(add, 2, 3) == 5


async def test_the_work_is_done_in_another_process(pool: WorkerPool) -> None:
    assert await pool.run(os.getpid) != os.getpid()


async def test_a_freeze_of_this_process_is_no_fault_of_a_page(
    pool: WorkerPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answer"
    os.mkfifo(path)
    running = asyncio.create_task(pool.run(Path.read_text, path))
    opened = await asyncio.to_thread(path.open, "w")  # when the worker is at it
    before = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: before() + 300)
    for _ in range(10):  # turns in which time limits that are over are noticed
        await asyncio.sleep(0)
    with opened:
        opened.write("read")
    assert await running == "read"


async def test_nothing_is_started_before_there_is_work() -> None:
    pool = WorkerPool(2)
    assert not pool._threads
    await pool.close()


async def test_a_worker_is_used_again_until_it_has_done_its_share() -> None:
    pool = WorkerPool(1, max_tasks=2)
    assert len({await pool.run(os.getpid) for _ in range(4)}) == 2
    await pool.close()


async def test_what_takes_too_long_is_given_up_and_its_process_killed(pool: WorkerPool) -> None:
    one = await pool.run(os.getpid)
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"not read in 0\.2 s") as caught:
        await pool.run(time.sleep, 60, timeout=0.2)
    assert time.monotonic() - started < 5
    assert caught.value.kind == "extract"
    assert not caught.value.permanent
    assert not _is_running(one)
    assert await pool.run(add, 1, 1) == 2


async def test_a_worker_that_others_keep_from_its_work_has_more_time(pool: WorkerPool) -> None:
    await pool.run(time.sleep, 0.5, timeout=0.2)  # a sleeper gets as little of a processor as one that waits for it


async def test_a_worker_that_computes_has_no_more_than_its_time(pool: WorkerPool) -> None:
    started = time.process_time()
    with pytest.raises(FetchError, match=r"not read in 0\.3 s"):
        await pool.run(sum, range(10**12), timeout=0.3)
    assert time.process_time() - started < 1
    assert await pool.run(add, 1, 1) == 2


async def test_a_killed_worker_costs_only_its_own_page(pool: WorkerPool) -> None:
    async def other() -> int:
        return await pool.run(hoard, 1000)

    with pytest.raises(FetchError, match="ended by signal 9"):
        await pool.run(_kill_myself)
    assert await asyncio.gather(*(other() for _ in range(3))) == [1000, 1000, 1000]


async def test_a_worker_killed_while_idle_is_replaced_unseen(pool: WorkerPool) -> None:
    os.kill(await pool.run(os.getpid), signal.SIGKILL)
    assert await pool.run(add, 2, 2) == 4


async def test_an_error_of_a_library_names_itself(pool: WorkerPool) -> None:
    with pytest.raises(FetchError, match="ValueError: what the page did"):
        await pool.run(blow_up)


async def test_an_error_of_this_package_arrives_as_it_was_raised(pool: WorkerPool) -> None:
    with pytest.raises(ParseError, match="no feed") as caught:
        await pool.run(refuse)
    assert (caught.value.kind, caught.value.permanent, caught.value.status) == ("not-a-feed", True, 200)


async def test_memory_is_bounded() -> None:
    pool = WorkerPool(1, memory=1 << 30)
    with pytest.raises(FetchError, match="more memory"):
        await pool.run(hoard, 2 << 30)
    assert await pool.run(hoard, 1 << 20) == 1 << 20
    await pool.close()


async def test_endless_recursion_is_an_error_like_others(pool: WorkerPool) -> None:
    with pytest.raises(FetchError, match="RecursionError"):
        await pool.run(descend, 0)
    assert await pool.run(add, 1, 2) == 3


async def test_no_more_than_the_allowed_number_run_at_once(pool: WorkerPool) -> None:
    seen = await asyncio.gather(*(pool.run(os.getpid) for _ in range(12)))
    assert len(set(seen)) <= 2


async def test_what_waits_for_its_turn_has_all_its_time_left() -> None:
    pool = WorkerPool(1)
    await asyncio.gather(*(pool.run(time.sleep, 0.2, timeout=0.5) for _ in range(4)))
    await pool.close()


async def test_a_call_given_up_before_its_turn_is_never_begun(pool: WorkerPool, tmp_path: Path) -> None:
    busy = [asyncio.create_task(pool.run(time.sleep, 0.3)) for _ in range(2)]
    waiting = asyncio.create_task(pool.run(os.mkdir, tmp_path / "made"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    await asyncio.gather(*busy)
    assert await pool.run(add, 1, 1) == 2
    assert not (tmp_path / "made").exists()


async def test_a_call_that_cannot_be_sent_says_so_and_others_go_on(pool: WorkerPool) -> None:
    with pytest.raises((AttributeError, PicklingError), match="lambda"):
        await pool.run(lambda: 1)
    assert await pool.run(add, 1, 1) == 2


class Unbuildable:
    """Goes into the pipe, and raises what it was given when it comes out."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __reduce__(self) -> tuple[object, ...]:
        return give_way, (self.error,)


def give_way(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    "error", [PicklingError("x"), AttributeError("x"), TypeError("x"), KeyError("x"), ImportError("x"), OverflowError()]
)
async def test_an_answer_that_cannot_be_built_is_the_error_of_its_caller(pool: WorkerPool, error: Exception) -> None:
    with pytest.raises(type(error)):
        await pool.run(Unbuildable, error)
    assert await asyncio.gather(*(pool.run(add, 1, n) for n in range(4))) == [1, 2, 3, 4]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_bug_that_ends_a_thread_of_the_pool_costs_its_own_call_alone() -> None:
    pool = WorkerPool(1)
    for _ in range(2):
        with pytest.raises(FetchError, match="cannot be passed on"):
            await pool.run(Unbuildable, Exception("a bug"))
    assert await pool.run(add, 1, 1) == 2
    await pool.close()


async def test_an_error_here_is_what_it_is_in_a_worker(pool: WorkerPool) -> None:
    for function in (blow_up, refuse):
        with pytest.raises(FetchError) as there:
            await pool.run(function)
        with pytest.raises(FetchError) as caught:
            here(function).value()
        assert type(caught.value) is type(there.value)
        assert (str(caught.value), vars(caught.value)) == (str(there.value), vars(there.value))
    assert here(add, 2, 3).value() == 5


async def test_cancelling_ends_the_work(pool: WorkerPool) -> None:
    one = await pool.run(os.getpid)
    task = asyncio.create_task(pool.run(time.sleep, 60))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not _is_running(one)


async def test_what_fails_in_a_thread_as_it_is_cancelled_is_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """A poll is stopped while its database restarts."""
    begun, stopped = threading.Event(), threading.Event()

    def fail() -> None:
        begun.set()
        stopped.wait(10)
        raise OSError("the server has gone")

    work = asyncio.create_task(aside(fail, stop=stopped.set))
    while not begun.is_set():
        await asyncio.sleep(0.01)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    del work
    gc.collect()
    await asyncio.sleep(0)
    assert "never retrieved" not in caplog.text


async def test_closing_ends_every_process_and_refuses_more() -> None:
    pool = WorkerPool(2)
    one = await pool.run(os.getpid)
    hanging = asyncio.create_task(pool.run(time.sleep, 60))
    await asyncio.sleep(0.05)
    await pool.close()
    with pytest.raises(FetchError):
        await hanging
    assert not _is_running(one)
    with pytest.raises(RuntimeError, match="closed"):
        await pool.run(add, 1, 1)


async def test_a_page_is_extracted(pool: WorkerPool) -> None:
    words = "The border guards of the two countries met in Sulaimaniya and drew up a plan for joint patrols. " * 6
    body = f"<html><head><title>A meeting</title></head><body><article><p>{words}</p></article></body></html>"
    url = "https://news.example/a"
    page = await pool.run(partial(extract_page, body.encode(), url=url, charset=None, now=NOW))
    assert page.flaw is None
    assert page.text.startswith("The border guards")
    assert page.language == "en"


def _kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _is_running(pid: int) -> bool:
    """False as well for a process that has ended and was not yet waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_a_service_killed_as_it_asks_for_a_worker_leaves_no_traceback() -> None:
    """Half a request is what the fork server of a killed service is left with."""
    program = """
import asyncio, os, socket
from multiprocessing import forkserver
from monitor.workers.pool import WorkerPool

async def main():
    await WorkerPool(1).run(os.getpid)
    half = socket.socket(socket.AF_UNIX)
    half.connect(forkserver._forkserver._forkserver_address)
    half.close()
    os.waitpid(forkserver._forkserver._forkserver_pid, 0)
    os._exit(0)

if __name__ == "__main__":
    asyncio.run(main())
"""
    with tempfile.TemporaryDirectory() as scratch:  # what ends without a word clears nothing away
        command, env = [sys.executable, "-c", program], {**os.environ, "TMPDIR": scratch}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("broken", ["os._exit(3)", "os.fork = lambda: open('/nowhere/at-all')"])
def test_where_no_process_can_be_started_no_page_is_blamed(tmp_path: Path, broken: str) -> None:
    """The fork server dies as it starts, or as it forks."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import os, sys\nif 'forkserver' in ''.join(sys.orig_argv):\n    {broken}\n"
    )
    program = tmp_path / "program.py"
    program.write_text("""
import asyncio, logging, os
from monitor.errors import FetchError
from monitor.workers.pool import WorkerPool

async def main():
    logging.basicConfig()
    pool = WorkerPool(1)
    for _ in range(2):
        try:
            await pool.run(os.getpid)
        except FetchError as error:
            print(error.kind)
    await pool.close()

if __name__ == "__main__":
    asyncio.run(main())
""")
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[1]}"}
    done = subprocess.run([sys.executable, str(program)], env=env, capture_output=True, text=True, timeout=60)
    assert done.stdout == "no-worker\n" * 2
    assert done.stderr.count("no worker process can be started") == 1
    assert "worker-pipe" not in done.stderr


@pytest.mark.parametrize("sign", ["SIGTERM", "SIGINT"])
def test_a_stop_of_the_whole_group_is_left_to_the_service(tmp_path: Path, sign: str) -> None:
    """Some supervisors send SIGTERM to all processes, and a terminal sends Ctrl-C: the page in hand is read."""
    program = tmp_path / "program.py"
    program.write_text(f"""
import asyncio, logging, os, signal, time
from monitor.workers.pool import WorkerPool

async def main():
    logging.basicConfig()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.{sign}, lambda: None)
    pool = WorkerPool(1)
    first = await pool.run(os.getpid)
    page = asyncio.create_task(pool.run(time.sleep, 0.5))
    await asyncio.sleep(0.1)
    os.killpg(0, signal.{sign})
    print(await page, await pool.run(os.getpid) == first)
    await pool.close()

if __name__ == "__main__":
    asyncio.run(main())
""")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, str(program)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, start_new_session=True)
    assert (done.stdout, done.stderr) == ("None True\n", "")


def test_what_lies_in_the_current_folder_is_not_imported(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    for folder in (here, elsewhere):
        folder.mkdir()
    for name in ("random", "calendar", "nt"):
        (here / f"{name}.py").write_text("raise SystemExit(open('ran', 'w').write('x'))")
    program = elsewhere / "program.py"
    program.write_text("""
import asyncio, os
from monitor.workers.pool import WorkerPool

async def main():
    pool = WorkerPool(1)
    assert await pool.run(os.getpid) != os.getpid()
    await pool.close()

if __name__ == "__main__":
    asyncio.run(main())
""")
    done = subprocess.run([sys.executable, str(program)], cwd=here, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (here / "ran").exists()


@pytest.mark.slow
async def test_a_worker_that_has_outgrown_its_memory_is_replaced_unseen() -> None:
    pool = WorkerPool(1)
    one = await pool.run(os.getpid)
    assert await pool.run(_keep, 64 << 20) == 64 << 20
    assert await pool.run(os.getpid) != one
    await pool.close()


_kept: list[bytes] = []


def _keep(size: int) -> int:
    """Grows the process it runs in for good."""
    _kept.append(os.urandom(size))
    return len(_kept[0])
