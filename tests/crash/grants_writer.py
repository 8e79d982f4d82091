"""Posts a batch of adjustments, or takes it back, and says after every commit how far it is.

``python -m tests.crash.grants_writer DATABASE_URL INSTANCE CODE`` — the victim of the kill test.
"""

import sys
from pathlib import Path

from app import create_app
from app.loyalty.queries import grants_batches as queries
from app.loyalty.service import grants_working
from tests.conftest import test_config

CHUNK = 7


def main(url: str, instance: str, code: str) -> None:
    """Go on to the end, or until somebody kills this process."""
    with create_app(test_config(url, Path(instance))).app_context():
        while grants_working.work_some(post=CHUNK):
            batch = queries.get_batch(code)
            print(batch.done + batch.undone, flush=True)  # noqa: T201 - the protocol
    print("complete", flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main(*sys.argv[1:])
