"""Entry point of servers and of the ``flask`` command."""

import gc
import multiprocessing
import signal

from dotenv import load_dotenv

if multiprocessing.parent_process() is not None:
    # A process of the web server: until it serves, it has the server's own handlers, which do
    # nothing here. Asked to stop while it loads it would stay, and be killed ten seconds later.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

load_dotenv()

# Nothing that a start makes is garbage; looking for it costs a tenth of the start.
gc.disable()

from app import create_app  # noqa: E402 - the environment first

app = create_app()

# What stands now stands for ever. Looking through it again at every full round of the collector
# would stop all threads for a tenth of a second.
gc.freeze()
gc.enable()
