"""Where commerce keeps what it is given."""

from pathlib import Path

from flask import current_app


def uploads_folder() -> Path:
    """Return the folder of uploaded files; web and worker share it."""
    folder: Path = current_app.config["POTLUCK"].instance_dir / "imports"
    return folder
