"""``flask worker`` and ``flask jobs``: run the timetable, look at it, run one sweep now."""

import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.kernel import clock, jobs

group = AppGroup("jobs", help="The timetable of background sweeps.")


@group.command("list")
def list_sweeps() -> None:
    """Print every sweep: how often, when it last ran, how it went."""
    runs = jobs.last_runs()
    for each in jobs.sweeps():
        when = f"daily at {each.at:%H:%M}" if each.at else f"every {each.every}"
        click.echo(f"{each.name:<28} {when:<22} {_last(runs.get(each.name))}")
        click.echo(f"    {each.purpose}")


def _last(run: jobs.LastRun | None) -> str:
    if run is None:
        return "never ran"
    seconds = int((clock.now() - run.finished_at).total_seconds())
    if run.error:
        return f"FAILED {seconds} s ago ({run.error}, {run.failures} times running)"
    return f"{seconds} s ago, handled {run.handled} in {run.duration_ms} ms"


@group.command("run")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Run every sweep once.")
def run_sweeps(names: tuple[str, ...], *, everything: bool) -> None:
    """Run the sweeps NAMES now, in this process; exit 1 if one fails."""
    wanted = names or (tuple(each.name for each in jobs.sweeps()) if everything else ())
    if not wanted:
        raise click.UsageError("Name a sweep (flask jobs list shows them) or pass --all.")
    failed = False
    for name in wanted:
        try:
            outcome = jobs.run(name)
        except LookupError as error:
            known = ", ".join(each.name for each in jobs.sweeps())
            message = f"no sweep {error}; there are: {known}"
            raise click.ClickException(message) from error
        failed = failed or outcome.error is not None
        state = f"failed: {outcome.error!r}" if outcome.error else f"handled {outcome.handled}"
        click.echo(f"{name}: {state} in {outcome.seconds:.2f} s")
    if failed:
        sys.exit(1)


@click.command("worker")
@click.option("--threads", type=click.IntRange(1, 16), default=2, show_default=True)
@click.option(
    "--timetable/--no-timetable",
    default=True,
    help="One worker of a deployment keeps the timetable; further ones only lend a hand.",
)
@with_appcontext
def worker_command(threads: int, *, timetable: bool) -> None:
    """Run the background worker until Ctrl-C or SIGTERM; the sweep at hand is finished."""
    from app.kernel import worker

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    worker.serve(app, threads=threads, with_timetable=timetable)


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(group)
    app.cli.add_command(worker_command)
