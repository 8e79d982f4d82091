"""Shapes of commerce's forms."""

from app.commerce.forms.channels import ChannelForm
from app.commerce.forms.orders import DecisionForm, UploadForm

__all__ = ["ChannelForm", "DecisionForm", "UploadForm"]
