"""Entry point of servers and of the ``flask`` command."""

import gc

from dotenv import load_dotenv

load_dotenv()

from app import create_app  # noqa: E402 - the environment first

app = create_app()

# What stands now stands for ever. Looking through it again at every full round of the collector
# would stop all threads for a tenth of a second.
gc.freeze()
