"""What operators have set for the mall."""

from datetime import timedelta

from flask import current_app


def address_time() -> timedelta:
    """Return how long after its end an order keeps the address it went to."""
    return timedelta(days=current_app.config["POTLUCK"].address_days)
