"""Where packages lie and how large they may be."""

from pathlib import Path

from flask import current_app

MAX_UNPACKED = 20 * 1024**3  # bytes of all that is in a ZIP
MAX_RATIO = 200  # unpacked to packed, of one file over a megabyte
MAX_FILES = 200_000


def uploads_folder() -> Path:
    """Return the folder of uploaded packages; web and worker share it."""
    folder: Path = current_app.config["POTLUCK"].instance_dir / "movein"
    return folder


def inbox_folder() -> Path:
    """Return the folder where operators put packages that are too big for an upload."""
    folder: Path = current_app.config["POTLUCK"].instance_dir / "movein-inbox"
    return folder
