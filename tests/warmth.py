"""Makes an application once, so that whoever is forked afterwards makes the next in no time."""

import tempfile
from pathlib import Path

from app import create_app
from tests.conftest import test_config

with tempfile.TemporaryDirectory(prefix="potluck-warm-") as folder:
    create_app(test_config(f"sqlite:///{folder}/none.db", Path(folder)))
