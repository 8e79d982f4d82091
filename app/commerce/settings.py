"""Where commerce keeps what it is given, and what operators have set."""

from datetime import timedelta
from pathlib import Path

from flask import current_app


def uploads_folder() -> Path:
    """Return the folder of uploaded files; web and worker share it."""
    folder: Path = current_app.config["POTLUCK"].instance_dir / "imports"
    return folder


def credit_window() -> timedelta:
    """Return how long after going to a shop an order counts as coming from there."""
    return timedelta(days=current_app.config["POTLUCK"].credit_days)


def trial_time() -> timedelta:
    """Return how long after its payment a trial pack counts as tried."""
    return timedelta(days=current_app.config["POTLUCK"].trial_days)


def home_currency() -> str:
    """Return the brand's own currency; only orders in it count towards tiers and closeness."""
    currency: str = current_app.config["POTLUCK"].currency
    return currency
