"""SQLite's queue of writers: one at a time, whoever comes first, whatever goes wrong."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.kernel.sqlite import WriteLock


def test_many_first_writers_of_a_process_stand_in_line(tmp_path: Path) -> None:
    """Each lock is new: the first ones to take it race for opening its file."""
    for number in range(40):
        lock = WriteLock(str(tmp_path / f"{number}.db"))
        inside: list[int] = []
        most: list[int] = []
        gate = threading.Barrier(6)

        def write(
            lock: WriteLock = lock,
            inside: list[int] = inside,
            most: list[int] = most,
            gate: threading.Barrier = gate,
        ) -> None:
            gate.wait(timeout=10)
            with lock:
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

        with ThreadPoolExecutor(6) as pool:
            for done in [pool.submit(write) for _ in range(6)]:
                done.result(timeout=20)
        assert most == [1] * 6


def test_a_writer_that_cannot_open_the_file_does_not_block_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    lock = WriteLock(str(folder / "test.db"))
    with pytest.raises(FileNotFoundError), lock:
        pass
    folder.mkdir()
    done = threading.Event()

    def write() -> None:
        with lock:
            done.set()

    threading.Thread(target=write, daemon=True).start()
    assert done.wait(timeout=10)


def test_a_forked_child_has_a_lock_of_its_own(tmp_path: Path) -> None:
    lock = WriteLock(str(tmp_path / "test.db"))
    with lock:
        child = os.fork()
        if child == 0:  # must wait for the parent, not for the parent's thread lock
            with lock:
                os._exit(7)
        time.sleep(0.3)
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
    deadline = time.monotonic() + 10
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert os.waitstatus_to_exitcode(ended[1]) == 7
