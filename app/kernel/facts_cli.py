"""``flask facts``: how far listeners are behind, deliver now, replay the past."""

from datetime import date

import click
from flask import Flask
from flask.cli import AppGroup

from app.kernel import facts

group = AppGroup("facts", help="The kept log of what happened, and who has been told.")


@group.command("lag")
def lag() -> None:
    """Print how far every listener is behind."""
    for row in facts.lags():
        click.echo(
            f"{row.listener}: waiting {row.waiting}, failed {row.failed}, "
            f"oldest {row.oldest_seconds} s"
        )
    if not facts.lags():
        click.echo("nobody listens yet")


@group.command("deliver")
def deliver() -> None:
    """Tell everything that waits, now."""
    told = 0
    while batch := facts.deliver():
        told += batch
    click.echo(f"told {told}")


@group.command("replay")
@click.argument("listener")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First business day to replay.")
def replay(listener: str, since: date | None) -> None:
    """Queue all past facts for LISTENER again (listeners are idempotent)."""
    day = since.date() if since is not None and hasattr(since, "date") else None
    try:
        click.echo(f"queued {facts.replay(listener, since=day)}")
    except LookupError as error:
        names = ", ".join(facts.listener_names()) or "nobody"
        message = f"nobody called {error} listens; there are: {names}"
        raise click.ClickException(message) from error


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(group)
