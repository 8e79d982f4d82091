"""``flask demo load`` and ``flask demo accounts``."""

import time
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.demo.accounts import ACCOUNTS, PASSWORD

MEMBERS, THREADS, ORDERS = 60, 150, 400  # of a small demo; a larger one grows in proportion
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("load")
@click.option("--members", type=click.IntRange(2, 1_000_000), default=MEMBERS, show_default=True)
@click.option(
    "--threads", type=click.IntRange(1), help=f"Default: {THREADS}, more with more members."
)
@click.option(
    "--orders", type=click.IntRange(0), help=f"Default: {ORDERS}, more with more members."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Other seeds, other years.")
@click.option("--photos", type=FOLDER, help="Show the photos of this folder.")
@click.option("--emoji", type=FOLDER, help="Folder of the emoji package; fetched when left out.")
@click.option("--force", is_flag=True, help="Load even where real members are.")
@with_appcontext
def load_command(
    members: int,
    threads: int | None,
    orders: int | None,
    seed: int,
    photos: Path | None,
    emoji: Path | None,
    *,
    force: bool,
) -> None:
    """Load a community that has lived for a year and ends now.

    Run it again after a kill with the same options: it goes on where it stopped.
    """
    from app.demo.loader.load import Wish, load  # painting needs Pillow: not before it is wanted

    members = max(members, len(ACCOUNTS))
    wish = Wish(
        members,
        threads or max(THREADS, THREADS * members // MEMBERS),
        max(ORDERS, ORDERS * members // MEMBERS) if orders is None else orders,
        seed,
        photos,
        emoji,
        force,
    )
    started = time.monotonic()
    figures = f"{wish.members:,} members, {wish.threads:,} threads, {wish.orders:,} orders"
    if not load(wish):
        click.echo(f"The demo is here already ({figures}). Nothing was changed.")
        return
    click.echo(f"The demo is ready: {figures}, in {time.monotonic() - started:.0f} s")
    _tell_accounts()


@click.command("accounts")
@with_appcontext
def accounts_command() -> None:
    """Print who can sign in to the demo, and with what."""
    _tell_accounts()


def _tell_accounts() -> None:
    for account in ACCOUNTS:
        click.echo(f"  {account.role:<14} {account.email:<26} {PASSWORD}  {account.name}")


def init_app(app: Flask) -> None:
    """Install the commands; ``flask demo`` is shared with other domains."""
    demo = app.cli.commands.get("demo")
    if not isinstance(demo, click.Group):
        demo = AppGroup("demo", help="Demo data.")
        app.cli.add_command(demo)
    demo.add_command(load_command)
    demo.add_command(accounts_command)
