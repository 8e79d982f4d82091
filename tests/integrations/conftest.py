from collections.abc import Iterator

import pytest

from app.kernel.startup import limiter
from tests.integrations.sending import taking  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    """Ten thousand forgeries come from one address here."""
    limiter.enabled = False
    yield
    limiter.enabled = True
