"""What operators have set, and what draws take from it."""

from flask import current_app


def currency() -> str:
    """Return the brand's own currency, in which prizes are worth something."""
    found: str = current_app.config["POTLUCK"].currency
    return found
