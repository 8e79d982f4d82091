"""Texts from elsewhere become the house's Markdown: quotes, names, photos, links.

Whatever comes out goes through the house's renderer like anything a member types: what is hostile
stays text. Everything here is linear in the text, which is at most 200,000 signs.
"""

from app.integrations.movein.texts.converting import (
    Context,
    Converted,
    convert,
    names_in,
)
from app.integrations.movein.texts.links import link_paths

__all__ = ["Context", "Converted", "convert", "link_paths", "names_in"]
