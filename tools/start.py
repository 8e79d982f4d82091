"""What bin/run does: read the options, get the packages, hand over to house.py."""

import argparse
import os
import sys
from pathlib import Path

from prepare import ROOT, PreparationError, ensure_packages

ABOUT = """\
Start Potluck: get what it needs, bring the database up to date, load a demo community on the first
start, and run website and worker until Ctrl-C."""

MORE = """\
Every option has a setting of the same meaning; .env.example lists all settings, and .env (or the
environment) is read. Examples:

  bin/run --port 9000
  bin/run --brand "Simmer Club" --accent "#0f766e"
  bin/run --database postgresql://potluck:secret@db.internal/potluck --no-demo
  bin/run --members 1000          a bigger demo, on a first start
"""

SETTINGS = {
    "host": "POTLUCK_HOST",
    "port": "POTLUCK_PORT",
    "database": "POTLUCK_DATABASE_URL",
    "brand": "POTLUCK_BRAND_NAME",
    "accent": "POTLUCK_BRAND_ACCENT",
    "members": "POTLUCK_DEMO_MEMBERS",
}


def options() -> argparse.ArgumentParser:
    """Return the options of bin/run."""
    parser = argparse.ArgumentParser(
        "bin/run", description=ABOUT, epilog=MORE, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("--host", help="address to listen on (default 127.0.0.1: this machine only)")
    add("--port", type=int, help="port to listen on (default 8000)")
    add(
        "--database",
        metavar="URL",
        help="sqlite:///FILE or postgresql://… (default: SQLite in instance/)",
    )
    add("--brand", metavar="NAME", help="the name fans see")
    add("--accent", metavar="HEX", help="the one colour that all others come from, such as #e2381c")
    add("--no-demo", action="store_true", help="start empty, without the demo community")
    add("--members", type=int, metavar="N", help="members of the demo community (default 60)")
    return parser


def keep_compiled() -> None:
    """Let Python keep what it compiled: a start that compiles everything again takes half longer.

    Where the environment wants nothing beside the sources, it is kept with what this copy owns.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        named = os.environ.get("POTLUCK_INSTANCE_DIR", "").strip()
        folder = (Path(named) if named else ROOT / "instance").resolve() / "pycache"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what lies here is run
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(folder))


def main() -> None:
    """Prepare and hand over."""
    chosen = options().parse_args()
    for name, setting in SETTINGS.items():
        if getattr(chosen, name) is not None:
            os.environ[setting] = str(getattr(chosen, name))
    if chosen.no_demo:
        os.environ["POTLUCK_DEMO"] = "0"
    try:
        python = ensure_packages()
    except PreparationError as error:
        sys.exit(f"\n{error}")
    os.chdir(ROOT)
    keep_compiled()
    os.execv(python, [str(python), "tools/house.py"])  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    main()
