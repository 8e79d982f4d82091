"""Entry point of servers and of the ``flask`` command."""

from dotenv import load_dotenv

load_dotenv()

from app import create_app  # noqa: E402 - the environment first

app = create_app()
