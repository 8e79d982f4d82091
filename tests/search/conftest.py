"""Search is limited by address; tests ask as fast as they can."""

from collections.abc import Iterator

import pytest

from app.kernel.startup import limiter


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    """Nobody is asked to wait."""
    limiter.enabled = False
    yield
    limiter.enabled = True
