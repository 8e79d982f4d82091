"""Members, browsers and boards for the tests of this domain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.kernel.media.storage import FolderStorage
from tests.factories.community import some_boards
from tests.factories.identity import (  # noqa: F401 - fixtures
    alice,
    alice_client,
    bob,
    client,
    koc,
    moderator,
    operator,
    staff,
    staff_client,
)


@pytest.fixture
def boards(app: Flask) -> dict[str, int]:
    """The boards ``pot`` and ``dips``: slug -> id."""
    return some_boards()


@pytest.fixture(autouse=True)
def own_shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Photos of a test lie in a folder of its own."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    before = app.extensions["media_storage"]
    app.extensions["media_storage"] = FolderStorage(tmp_path / "shelf")
    yield
    app.extensions["media_storage"] = before
