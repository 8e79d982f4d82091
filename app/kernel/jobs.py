"""The timetable of background sweeps and the worker that runs them."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Install the worker's command."""
