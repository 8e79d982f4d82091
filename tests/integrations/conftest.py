import pytest

from tests.integrations.sending import unlimited  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def _unlimited(unlimited: None) -> None:  # noqa: F811 - the fixture itself
    """Ten thousand forgeries come from one address here."""
