"""The demo community: painted pictures, people and posts in two languages, a year of life."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: the commands, and the card beside the sign-in form."""
    from app.demo import card, cli  # noqa: F401 - card: fills a slot

    cli.init_app(app)
