"""What members write: Markdown in, clean HTML or plain text out.

This is the one place in the house that declares text to be safe markup; everything else escapes.
"""

from app.kernel.text.html import render_markdown, stored_markup
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
    "excerpt",
    "is_blank",
    "is_visible",
    "language_of",
    "plain_text",
    "render_markdown",
    "render_repeating",
    "shorten",
    "stored_markup",
]
