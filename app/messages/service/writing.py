"""Text on its way in: checked and printed once, before any transaction."""

from dataclasses import dataclass

from app.community.service.writing import unstacked
from app.kernel.text import is_visible, plain_text, render_markdown, shorten
from app.messages.types import EXCERPT, MAX_TEXT, EmptyMessageError, LongMessageError


@dataclass(frozen=True, slots=True)
class Written:
    """A message's text, checked.

    Attributes:
        body: as it was typed; body_html: clean HTML.
    """

    body: str
    body_html: str
    excerpt: str


def compose(text: str, *, has_photo: bool = False) -> Written:
    """Return a message ready to be stored.

    Args:
        text: Markdown, cleaned of what turns directions and hides.
        has_photo: a photo alone is enough.

    Raises:
        EmptyMessageError: nothing of it could be seen.
        LongMessageError: it is over 2,000 characters.
    """
    if len(text) > MAX_TEXT:
        raise LongMessageError
    body = unstacked(text)
    markup = render_markdown(body)
    plain = plain_text(markup)
    if is_visible(plain):
        return Written(body, str(markup), shorten(plain, EXCERPT))
    if not has_photo:
        raise EmptyMessageError
    return Written("", "", "")
