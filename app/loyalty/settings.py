"""What operators have set for loyalty."""

from flask import current_app


def home_currency() -> str:
    """Return the brand's own currency, in which net spend is counted."""
    currency: str = current_app.config["POTLUCK"].currency
    return currency
