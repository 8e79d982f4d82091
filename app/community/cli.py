"""``flask boards``: make the first shelves of a new community."""

import click
from flask import Flask
from flask.cli import AppGroup

from app.community import queries, service
from app.community.types import SeedBoard
from app.kernel.errors import InvalidError

boards = AppGroup("boards", help="Boards of the community.")


@boards.command("add")
@click.argument("slug")
@click.option("--zh", "name_zh", required=True, help="Name in Chinese.")
@click.option("--en", "name_en", required=True, help="Name in English.")
@click.option("--purpose-zh", default="", help="One line in Chinese.")
@click.option("--purpose-en", default="", help="One line in English.")
@click.option("--icon", default="soup", help="Tabler name of one of our board icons.")
def add(**given: str) -> None:
    """Make a board, or change the one at SLUG."""
    try:
        service.save_board(SeedBoard(**given))
    except InvalidError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"/b/{given['slug']}")


@boards.command("list")
def show() -> None:
    """Print all boards."""
    for board in queries.boards():
        click.echo(f"{board.slug:20} {board.thread_count:7}  {board.name_zh} · {board.name_en}")


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(boards)
