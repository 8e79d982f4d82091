"""Shapes of commerce's forms."""

from app.commerce.forms.catalogue import CatalogueFileForm
from app.commerce.forms.channels import ChannelForm, ChannelSettingsForm
from app.commerce.forms.orders import DecisionForm, UploadForm

__all__ = ["CatalogueFileForm", "ChannelForm", "ChannelSettingsForm", "DecisionForm", "UploadForm"]
