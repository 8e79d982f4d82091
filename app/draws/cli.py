"""``flask draws verify``: play every try again."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from app.draws import queries

group = AppGroup("draws", help="Prove lucky draws.")


@group.command("verify")
@click.argument("slug", required=False)
def verify(slug: str | None) -> None:
    """Recompute all draws, or one: odds, commitments, nonces, tries, stock; exit 1 on any drift."""
    if slug is not None and queries.find(slug) is None:
        raise click.ClickException(f"no draw is called {slug}")
    drifts = list(queries.unproven(slug))
    for drift in drifts:
        click.echo(drift)
    if drifts:
        sys.exit(1)
    click.echo("every try comes out as it was played")


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(group)
