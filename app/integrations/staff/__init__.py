"""Webhooks in the staff console: doors of channels, the door for payments."""

from app.integrations.staff import channels, payments
from app.integrations.staff.blueprint import bp

__all__ = ["bp", "channels", "payments"]
