"""What members write: Markdown in, clean HTML or plain text out.

This is the one place in the house that declares text to be safe markup; everything else escapes.
"""

from app.kernel.text.cleaning import clean, clean_text
from app.kernel.text.html import render_markdown, stored_markup
from app.kernel.text.marks import Card, Marks, lone_addresses
from app.kernel.text.plain import (
    excerpt,
    is_blank,
    is_visible,
    language_of,
    plain_text,
    shorten,
)
from app.kernel.text.repeats import render_repeating

__all__ = [
    "Card",
    "Marks",
    "clean",
    "clean_text",
    "excerpt",
    "is_blank",
    "is_visible",
    "language_of",
    "lone_addresses",
    "plain_text",
    "render_markdown",
    "render_repeating",
    "shorten",
    "stored_markup",
]
