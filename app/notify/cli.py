"""``flask notify``: letters that came back, and what is on its way."""

import click
from flask import Flask
from flask.cli import AppGroup

from app.identity import queries as identity
from app.identity import service as members
from app.identity.types import BounceKind
from app.notify.service.pushing import waiting

commands = AppGroup("notify", help="Letters that came back; what is on its way to members.")


@commands.command("bounce")
@click.argument("address")
@click.option("--kind", type=click.Choice([each.value for each in BounceKind]), default="hard")
def bounce(address: str, kind: str) -> None:
    """Note that letters to ADDRESS come back: nothing unasked is written to it any more."""
    known = members.note_bounce(address, BounceKind(kind))
    click.echo("noted" if known else "nobody has this address")


@commands.command("suppressed")
def suppressed() -> None:
    """List the addresses (masked) to which nothing unasked is written, and why."""
    for each in identity.bounced_contacts():
        click.echo(
            f"{each.since:%Y-%m-%d}  {each.why.value:9}  member {each.member_id}  {each.masked}"
        )


@commands.command("lift")
@click.argument("yid")
def lift(yid: str) -> None:
    """Write to the addresses of the member YID again."""
    member = identity.find_member_by_yid(yid)
    if member is None:
        raise click.ClickException(f"no member {yid}")
    click.echo(f"{members.lift_bounces(member.id)} lifted")


@commands.command("status")
def status() -> None:
    """Say how many letters and messages stand in each state."""
    for name, count in waiting():
        click.echo(f"{name:16} {count}")


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(commands)
