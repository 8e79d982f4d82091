"""Shapes of commerce's forms."""

from app.commerce.forms.channels import ChannelForm
from app.commerce.forms.imports import (
    PREFIX,
    ColumnsForm,
    DraftForm,
    SheetForm,
    UploadForm,
    columns_form,
)
from app.commerce.forms.orders import DecisionForm

__all__ = [
    "PREFIX",
    "ChannelForm",
    "ColumnsForm",
    "DecisionForm",
    "DraftForm",
    "SheetForm",
    "UploadForm",
    "columns_form",
]
