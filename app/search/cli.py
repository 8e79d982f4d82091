"""``flask search``: rebuild the index."""

import click
from flask import Flask
from flask.cli import AppGroup
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.search import service
from app.search.types import find_kind

group = AppGroup("search", help="The search index.")


@group.command("rebuild")
@click.option("--anew", is_flag=True, help="Throw away what a stopped rebuild has made.")
def rebuild_command(*, anew: bool) -> None:
    """Build the index anew beside the one in use, then change over. Killed, it goes on later."""
    goes_on = service.begin_rebuild(anew=anew)
    click.echo("Going on with the rebuild that was stopped." if goes_on else "Rebuilding.")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("", total=None)
        while True:
            step = service.rebuild_step()
            if step.is_over:
                break
            kind = find_kind(step.kind)
            label = str(kind.label) if kind else step.kind
            bar.update(task, description=f"{step.done:,} indexed, now: {label}")
    while service.sweep_old_entries():
        pass
    service.mend()
    click.echo(f"The new index is in use: {step.done:,} things looked at.")
    learnt = 0
    while count := service.learn():
        learnt += count
    click.echo(f"Words learnt from {learnt:,} things.")


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(group)
