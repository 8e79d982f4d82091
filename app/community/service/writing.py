"""Text on its way in: checked, rendered once, ready to be stored. No database."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.community.types import (
    EXCERPT,
    MAX_BODY,
    MAX_PHOTOS,
    MAX_REPLY,
    QUOTE,
    BlankError,
    BlankReplyError,
    TitleMissingError,
    TitleTooLongError,
    TooLongError,
    TooManyPhotosError,
    is_title_too_long,
)
from app.kernel.text import is_visible, language_of, plain_text, render_markdown, shorten

Render = Callable[[str], Markup]

TAG = re.compile(r"[#＃]([^\s#＃.,;:!?，。；：！？、]{1,40})")
MAX_TAGS = 20


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags of a text (``#weekend``, ``#周末煲汤#``), folded, once, at most twenty."""
    return tuple(dict.fromkeys(tag.casefold() for tag in TAG.findall(text)))[:MAX_TAGS]


@dataclass(frozen=True, slots=True)
class WrittenThread:
    """A thread's text and photos, checked."""

    title: str
    body: str
    body_html: str
    excerpt: str
    lang: str
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WrittenReply:
    """A reply's text, checked."""

    body: str
    body_html: str
    excerpt: str


def written_thread(
    title: str, body: str, photo_ids: Sequence[int], render: Render = render_markdown
) -> WrittenThread:
    """Return a thread ready to be stored.

    Args:
        title: one line, already cleaned.
        body: Markdown.
        photo_ids: media ids; repeats are left out.
        render: for bulk loading, one that remembers.

    Raises:
        WritingError: the title, the text or the photos break a rule; it names the field.
    """
    if not is_visible(title):
        raise TitleMissingError
    if is_title_too_long(title):
        raise TitleTooLongError
    if len(body) > MAX_BODY:
        raise TooLongError
    photos = tuple(dict.fromkeys(photo_ids))
    if len(photos) > MAX_PHOTOS:
        raise TooManyPhotosError
    markup = render(body)
    text = plain_text(markup)
    if not photos and not is_visible(text):
        raise BlankError
    return WrittenThread(
        title, body, str(markup), shorten(text, EXCERPT), language_of(title, text), photos
    )


def written_reply(body: str, render: Render = render_markdown) -> WrittenReply:
    """Return a reply ready to be stored; ``render`` as for :func:`written_thread`.

    Raises:
        WritingError: it is blank or too long.
    """
    if len(body) > MAX_REPLY:
        raise TooLongError
    markup = render(body)
    text = plain_text(markup)
    if not is_visible(text):
        raise BlankReplyError
    return WrittenReply(body, str(markup), shorten(text, QUOTE))
