"""``flask movein …``."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from app.integrations.movein import queries, service
from app.integrations.movein.errors_file import ERRORS_HEADER, error_row
from app.integrations.movein.reading import Package, format_of, read_mapping
from app.integrations.movein.types import (
    TROUBLE_TEXTS,
    Format,
    Job,
    JobState,
    Options,
    PackageError,
    Problem,
    StoppedError,
    Trouble,
)
from app.kernel.bulk import seldom_collecting
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _

movein = AppGroup("movein", help="Bring another community in.")

KINDS = ("board", "member", "thread", "reply", "like", "follow", "photos")


class _Bar:
    """No terminal, no bar."""

    def move(self, name: str, done: int, total: int) -> None:
        """Say nothing."""


class _ShownBar(_Bar):
    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def move(self, name: str, done: int, total: int) -> None:
        """Show how far a step is."""
        self._progress.update(self._task, description=name, completed=done, total=total)


@movein.command("run")
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option("--source", required=True, help="What that community is called here: old-forum.")
@click.option("--format", "form", type=click.Choice([each.value for each in Format]))
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="TOML or JSON: fields and boards by their names here.")  # fmt: skip
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path),
              help="Where to write what is said about rows; default: beside it.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def run(
    place: Path,
    source: str,
    form: str | None,
    mapping: Path | None,
    errors: Path | None,
    *,
    dry_run: bool,
) -> None:
    """Move a community in from a folder, a ZIP or a file.

    Run it again after a kill: it goes on where it stopped. Running it twice changes nothing.
    """
    if not service.SOURCE.fullmatch(source):
        raise click.ClickException(_("A source has up to 24 of: a-z 0-9 -"))
    errors = errors or place.with_name(f"{place.stem}.errors.csv")
    try:
        options = read_mapping(mapping.read_bytes()) if mapping else Options()
        package = Package(place)
        try:
            written = Format(form) if form else format_of(package)
            with seldom_collecting():
                if dry_run:
                    _look(source, package, written, options, errors)
                else:
                    _move(_job(source, place, written, options), package, errors)
        finally:
            package.close()
    except (PackageError, StoppedError) as error:
        raise click.ClickException(f"{place}: {error}") from error


def _job(source: str, place: Path, form: Format, options: Options) -> Job:
    """Return a new move, or the unfinished one of the same place."""
    before = queries.unfinished_job(source)
    where = str(place.resolve())
    if before is None:
        return service.open_job(
            source, form=form, name=place.name, place=where, options=options,
            state=JobState.RUNNING,
        )  # fmt: skip
    if before.place != where or before.options != options or before.format is not form:
        raise click.ClickException(
            _(
                "Another move from %(source)s is not over. Finish it, or drop it:  "
                "flask movein drop %(code)s",
                source=source,
                code=before.code,
            )
        )
    return service.resume(before.code, actor_id=None)


def _move(begun: Job, package: Package, errors: Path) -> None:
    started, job = monotonic(), begun
    with _progress() as bar:
        for job in service.Mover(begun, package).steps():
            total = job.rows or job.position
            if job.phase.value == "photos":
                bar.move(job.phase.value, job.photos_done, job.photos)
            elif job.phase.value == "reading":
                bar.move(job.phase.value, job.position, total)
            else:
                bar.move(job.phase.value, job.handled, job.waiting)
    seconds = monotonic() - started
    _tell(job.counts, list(queries.all_troubles(job.id)), errors)
    rows = job.counts.get("read", 0)
    click.echo(
        _("%(rows)s rows in %(seconds)s s (%(rate)s a second)",
          rows=rows, seconds=f"{seconds:.1f}", rate=round(rows / seconds) if seconds else rows)
    )  # fmt: skip


def _look(source: str, package: Package, form: Format, options: Options, errors: Path) -> None:
    foreseer = service.Foreseer(source, package, form, options)
    with _progress() as bar:
        for rows in foreseer.look():
            db.session.rollback()
            bar.move("reading", rows, rows)
    click.echo(_("Dry run: nothing was written."))
    _tell({**foreseer.counts, **foreseer.new}, foreseer.problems, errors)
    for trouble, count in foreseer.troubles.most_common():
        click.echo(f"  {count} × {TROUBLE_TEXTS[Trouble(trouble)]}")


def _tell(figures: Mapping[str, int], problems: list[Problem], errors: Path) -> None:
    click.echo(
        " ".join(
            f"{name} {figures.get(name, 0)}"
            for name in ("new", "known", "changed", "aside", "bad", "notes")
        )
    )
    click.echo(" ".join(f"{kind} {figures.get(kind, 0)}" for kind in KINDS))
    if problems:
        with errors.open("w", encoding="utf-8-sig", newline="") as file:
            errors.chmod(0o600)
            rows = csv.writer(file)
            rows.writerow(ERRORS_HEADER)
            rows.writerows(error_row(each) for each in problems)
        click.echo(_("What is to be said about rows is in %(path)s", path=errors))


@movein.command("status")
def status() -> None:
    """Print the last moves and how far they are."""
    for job in queries.jobs().items:
        counts = job.counts
        click.echo(
            f"{job.code}\t{job.source}\t{job.state.value}\t{job.phase.value}\t"
            f"read {job.position} handled {job.handled}/{job.waiting} "
            f"photos {job.photos_done}/{job.photos} "
            f"new {counts.get('new', 0)} changed {counts.get('changed', 0)} "
            f"bad {counts.get('bad', 0)}"
        )


@movein.command("pause")
@click.argument("code")
def pause(code: str) -> None:
    """Stop a move after the chunk it is at."""
    _decide(service.pause, code)


@movein.command("resume")
@click.argument("code")
def resume(code: str) -> None:
    """Let a paused move go on; one of a command goes on with the next run of it."""
    _decide(service.resume, code)


@movein.command("drop")
@click.argument("code")
def drop(code: str) -> None:
    """Give a move up; what came in stays."""
    _decide(service.drop, code)


def _decide(act: Callable[..., Job], code: str) -> None:
    try:
        job = act(code, actor_id=None)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{job.code}\t{job.state.value}")


@contextmanager
def _progress() -> Iterator[_Bar]:
    if not sys.stderr.isatty():
        yield _Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield _ShownBar(progress)


def register(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(movein)
