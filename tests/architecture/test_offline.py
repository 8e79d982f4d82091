"""The application comes up without a network, and without its neighbours."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, SECRET

DEAF = """
import socket
def refuse(*_args, **_kwargs):
    raise OSError("no network in this test")
socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
import wsgi
assert wsgi.app.url_map
heavy = {"boto3", "numpy", "scipy", "PIL.Image", "playwright"} & set(__import__("sys").modules)
assert not heavy, f"imported at start: {heavy}"
"""


def test_the_app_is_built_without_a_network_and_without_heavy_libraries(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "POTLUCK_INSTANCE_DIR": str(tmp_path),
        "POTLUCK_SECRET_KEY": SECRET,
        "PYTHON_DOTENV_DISABLED": "1",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DEAF],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
