"""Folders of packages are empty at first: the instance is shared by tests."""

import shutil

import pytest
from flask import Flask

from app.integrations.movein.settings import inbox_folder, uploads_folder


@pytest.fixture(autouse=True)
def _empty_folders(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        with app.app_context():
            for folder in (uploads_folder(), inbox_folder()):
                shutil.rmtree(folder, ignore_errors=True)
