"""Imports a file of orders and says after every commit how far it is.

``python -m tests.crash.import_writer DATABASE_URL FILE INSTANCE`` — the victim of the kill test.
"""

import sys
from pathlib import Path

from app import create_app
from app.commerce import queries, service
from app.commerce.reading import Options
from app.commerce.types import Batch
from tests.conftest import test_config

CHANNEL = "tmall"
CHUNK_ROWS = 25


def main(url: str, file: str, instance: str) -> None:
    """Import to the end, or until somebody kills this process."""
    path = Path(file)
    app = create_app(test_config(url, Path(instance)))
    with app.app_context():
        report = service.import_file(
            path,
            queries.get_channel_by_name(CHANNEL),
            Options(),
            errors_path=path.with_suffix(".errors.csv"),
            on_begin=_begun,
            on_progress=_done,
            chunk_rows=CHUNK_ROWS,
        )
    print("complete" if report.is_complete else "taken", flush=True)  # noqa: T201 - the protocol


def _begun(batch: Batch) -> None:
    _done(batch.position)


def _done(rows: int) -> None:
    print(rows, flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main(*sys.argv[1:])
