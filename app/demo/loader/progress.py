"""Progress: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY = 10.0  # seconds between two plain lines


class Step:
    """One step of the load, told as it goes; ``move`` takes how many are done."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total, self.done = name, total, 0
        self._told = time.monotonic()

    def move(self, done: int) -> None:
        """Tell how many are done, every ten seconds."""
        self.done = done
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            click.echo(f"  {self.name:<10} {done:,} of {self.total:,}")


class _Bar(Step):
    def __init__(self, name: str, total: int, progress: Progress) -> None:
        super().__init__(name, total)
        self._progress = progress
        self._task = progress.add_task(name, total=total)

    def move(self, done: int) -> None:
        self._progress.update(self._task, completed=done)


@contextmanager
def step(name: str, total: int) -> Iterator[Step]:
    """Show one step, and at its end how long it took."""
    started = time.monotonic()
    if sys.stdout.isatty():
        columns = (
            TextColumn("  {task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(), transient=True) as progress:
            yield _Bar(name, total, progress)
    else:
        yield Step(name, total)
    click.echo(f"  {name:<10} {total:,} in {time.monotonic() - started:.1f} s")
