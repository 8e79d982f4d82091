"""The application with a clock that a test can move: entry point of a site's servers.

A file says how many days the site is ahead of the real time. Web and worker read it whenever they
ask what time it is, so that days pass for both at once, as they do for a house that stays open.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from app.kernel import clock

_ahead = Path(os.environ["DAYS_AHEAD_FILE"])
_real = clock.now


def _now() -> datetime:
    return _real() + timedelta(days=int(_ahead.read_text()))


patch.object(clock, "now", _now).start()

from wsgi import app  # noqa: E402 - the clock first: columns take it as their default

__all__ = ["app"]
