"""Shapes of commerce's forms."""

from app.commerce.forms.catalogue import (
    CatalogueFileForm,
)
from app.commerce.forms.channels import (
    ChannelForm,
    ChannelSettingsForm,
)
from app.commerce.forms.imports import (
    PREFIX,
    ColumnsForm,
    DraftForm,
    SheetForm,
    UploadForm,
    columns_form,
)
from app.commerce.forms.orders import (
    DecisionForm,
)

__all__ = [
    "PREFIX",
    "CatalogueFileForm",
    "ChannelForm",
    "ChannelSettingsForm",
    "ColumnsForm",
    "DecisionForm",
    "DraftForm",
    "SheetForm",
    "UploadForm",
    "columns_form",
]
