"""What a member was told, how he wants to be told, and how letters look and stop."""

from app.notify.routes import centre, machines, push, settings, stopping  # noqa: F401 - the views
from app.notify.routes.blueprint import bp, machine_bp
from app.notify.routes.letters import staff_bp

__all__ = ["bp", "machine_bp", "staff_bp"]
