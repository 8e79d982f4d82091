"""A doorkeeper for programs that open strangers' files.

Run by path (``python -I guard.py '<limits as JSON>' program argument…``): it gives up the right to
much memory, time, open files and large files, dies with whoever started it, and becomes the
program. It imports the standard library only, so that it starts without the application.
"""

import ctypes
import json
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def lock_in(limits: dict[str, int]) -> None:
    """Lower this process's limits; ``limits``: names of RLIMIT constants without their prefix."""
    for name, amount in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        limit = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (limit, limit))


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent is gone; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Become the program."""
    limits: dict[str, int] = json.loads(sys.argv[1])
    os.nice(limits.pop("NICE", 0))
    die_with_parent()
    lock_in(limits)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell: that is the point


if __name__ == "__main__":
    main()
