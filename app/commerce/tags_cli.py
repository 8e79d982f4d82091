"""``flask tags``: figures of products in posts, credits of clicks."""

import click
from flask import Flask
from flask.cli import AppGroup

from app.commerce import service
from app.commerce.settings import credit_window
from app.identity import queries as identity

tags = AppGroup("tags", help="Products in posts, and the orders that came of them.")


@tags.command("recount")
def recount() -> None:
    """Count posts and reviews of products anew, where what is stored drifts."""
    click.echo(f"{service.recount_products()} products put right")


@tags.command("credit")
@click.option("--yid", help="Only of this member, after a merge, say.")
def credit(yid: str | None) -> None:
    """Credit orders to clicks anew."""
    if yid:
        member = identity.find_member_by_yid(yid)
        if member is None:
            message = f"nobody has the Yid {yid}"
            raise click.ClickException(message)
        click.echo(f"{service.credit_member(member.id, credit_window())} lines changed")
        return
    click.echo(f"{service.credit_all(credit_window())} lines changed")


def register(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(tags)
