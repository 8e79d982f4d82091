"""Imports a file of orders and says after every commit how far it is; or rolls an import back.

``python -m tests.crash.import_writer DATABASE_URL FILE INSTANCE [CODE]`` — the victim of the kill
test.
"""

import os
import sys
from pathlib import Path

from app import create_app
from app.commerce import queries, service
from app.commerce.reading import Options, ahead
from app.commerce.service import rolling_back
from app.commerce.types import Batch
from tests.conftest import test_config

CHANNEL = "tmall"
CHUNK_ROWS = 25
BACK_ROWS = 20


def main(url: str, file: str, instance: str, *back: str) -> None:
    """Import to the end, or until somebody kills this process; or roll an import back."""
    app = create_app(test_config(url, Path(instance)))
    if os.getpid() % 4 == 0:  # some victims have a reader of their own, which must die with them
        ahead.FROM_ROWS = 0
    with app.app_context():
        is_complete = _roll_back(back[0]) if back else _import(Path(file))
    print("complete" if is_complete else "taken", flush=True)  # noqa: T201 - the protocol


def _import(path: Path) -> bool:
    report = service.import_file(
        service.as_csv(path, path.parent),
        queries.get_channel_by_name(CHANNEL),
        Options(),
        errors_path=path.with_suffix(".errors.csv"),
        on_begin=_begun,
        on_progress=_done,
        chunk_rows=CHUNK_ROWS,
    )
    return report.is_complete


def _roll_back(code: str) -> bool:
    rolling_back.CHUNK = BACK_ROWS
    batch = service.ask_rollback(code, actor_id=None)
    while batch.rolled_back_at is None:
        service.roll_back(batch)
        batch = queries.batch_by_id(batch.id)
        _done(batch.withdrawn)
    return True


def _begun(batch: Batch) -> None:
    _done(batch.position)


def _done(rows: int) -> None:
    print(rows, flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main(*sys.argv[1:])
