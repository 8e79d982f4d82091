"""Handles webhooks that wait, or writes exports, and says after every step that it lives.

``python -m tests.crash.hook_writer DATABASE_URL INSTANCE webhooks|exports``: the victim.
"""

import sys
from pathlib import Path

from app import create_app
from app.integrations import service
from app.kernel import clock
from app.kernel.exports import service as exports
from tests.conftest import NOON, test_config

PAGE_ROWS = 2


def main(url: str, instance: str, what: str) -> None:
    """Work to the end, or until somebody kills this process."""
    app = create_app(test_config(url, Path(instance)))
    exports.PAGE_ROWS, exports.PAGES_AT_ONCE = PAGE_ROWS, 1
    with app.app_context(), clock.frozen(NOON):
        while exports.write_next() if what == "exports" else service.handle_waiting(3):
            print("step", flush=True)  # noqa: T201 - the protocol
    print("complete", flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main(*sys.argv[1:])
