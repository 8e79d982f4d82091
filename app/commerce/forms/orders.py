"""Decisions about figures."""

from app.kernel.forms import Form


class DecisionForm(Form):
    """A decision about figures: nothing but the token."""
