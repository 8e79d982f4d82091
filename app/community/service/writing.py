"""Text on its way in: checked, rendered once, ready to be stored. Reads people, writes nothing."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from markupsafe import Markup

from app.community.service import marking
from app.community.service.marking import Marked
from app.community.service.tags import tags_in
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
from app.community.types.kinds import MAX_CAPTION, MAX_STEP, MAX_STEPS, ThreadKind
from app.community.types.writing import (
    MAX_COMBINING,
    Extras,
    OriginMissingError,
    Step,
    StepsMissingError,
    StepTooLongError,
    TooManyStepsError,
)
from app.kernel.text import is_visible, language_of, plain_text, render_markdown, shorten

__all__ = [
    "WrittenReply",
    "WrittenStep",
    "WrittenThread",
    "compose",
    "compose_reply",
    "previewed",
    "tags_in",
    "unstacked",
    "written_reply",
    "written_thread",
]

Render = Callable[[str], Markup]

PLAIN = Marked(())


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """A step of a how-to, checked."""

    text: str
    text_html: str
    photo_id: int | None


@dataclass(frozen=True, slots=True)
class WrittenThread:
    """A thread's text and photos, checked.

    Attributes:
        captions: photo id -> words.
        marked: whom and what it points to.
    """

    title: str
    body: str
    body_html: str
    excerpt: str
    lang: str
    photo_ids: tuple[int, ...]
    kind: ThreadKind = ThreadKind.NOTE
    steps: tuple[WrittenStep, ...] = ()
    captions: Mapping[int, str] = field(default_factory=dict)
    origin_code: str | None = None
    marked: Marked = PLAIN
    video_id: int | None = None

    @property
    def step_photo_ids(self) -> tuple[int, ...]:
        """Return the photos of its steps, once each."""
        return tuple(dict.fromkeys(step.photo_id for step in self.steps if step.photo_id))

    @property
    def cover_id(self) -> int | None:
        """Return the photo of its card: the first, or the last of its steps (the dish)."""
        if self.photo_ids:
            return self.photo_ids[0]
        return self.step_photo_ids[-1] if self.step_photo_ids else None

    @property
    def has_photo(self) -> bool:
        """Return whether there is anything to look at: a photo, or a video's poster."""
        return self.cover_id is not None or self.video_id is not None

    @property
    def whole(self) -> str:
        """Return all of its text: steps follow, a blank line between."""
        return "\n\n".join([self.body, *(step.text for step in self.steps)]).strip()


@dataclass(frozen=True, slots=True)
class WrittenReply:
    """A reply's text, checked."""

    body: str
    body_html: str
    excerpt: str
    marked: Marked = PLAIN


def compose(
    author_id: int, title: str, body: str, photo_ids: Sequence[int], extras: Extras
) -> WrittenThread:
    """Return a thread ready to be stored, with whom it names. At most three statements.

    Raises:
        WritingError: as for :func:`written_thread`; steps or origin are missing or too many.
    """
    if len(body) > MAX_BODY:
        raise TooLongError
    steps = _steps(extras)
    if extras.kind is ThreadKind.REMIX and not extras.origin_code:
        raise OriginMissingError
    texts = [unstacked(body), *(unstacked(step.text) for step in steps)]
    marked = marking.mark(author_id, texts, title)
    marked.check()
    render = partial(render_markdown, marks=marked.marks)
    stepped = tuple(
        WrittenStep(text, str(render(text)), step.photo_id)
        for text, step in zip(marked.texts[1:], steps, strict=True)
    )
    captions = {
        photo_id: unstacked(caption)[:MAX_CAPTION]
        for photo_id, caption in (extras.captions or {}).items()
        if caption
    }
    plain = written_thread(
        unstacked(title),
        marked.texts[0],
        photo_ids,
        render,
        needs_text=not stepped and extras.video_id is None,
    )
    excerpt = plain.excerpt or shorten(plain_text("".join(s.text_html for s in stepped)), EXCERPT)
    return WrittenThread(
        plain.title, plain.body, plain.body_html, excerpt, plain.lang, plain.photo_ids,
        extras.kind, stepped, captions,
        extras.origin_code if extras.kind is ThreadKind.REMIX else None, marked, extras.video_id,
    )  # fmt: skip


def _steps(extras: Extras) -> list[Step]:
    if extras.kind is not ThreadKind.HOWTO:
        return []
    steps = [step for step in extras.steps if step.photo_id or is_visible(step.text)]
    if not steps:
        raise StepsMissingError
    if len(steps) > MAX_STEPS:
        raise TooManyStepsError
    if any(len(step.text) > MAX_STEP for step in steps):
        raise StepTooLongError
    return steps


def written_thread(
    title: str,
    body: str,
    photo_ids: Sequence[int],
    render: Render = render_markdown,
    *,
    needs_text: bool = True,
) -> WrittenThread:
    """Return a thread ready to be stored.

    Args:
        title: one line, already cleaned.
        body: Markdown.
        photo_ids: media ids; repeats are left out.
        render: for bulk loading, one that remembers.
        needs_text: without photos or a video there must be a text.

    Raises:
        WritingError: the title, the text or the photos break a rule; it names the field.
    """
    if not is_visible(title):
        raise TitleMissingError
    if is_title_too_long(title):
        raise TitleTooLongError
    if len(body) > MAX_BODY + marking.ROOM:
        raise TooLongError
    photos = tuple(dict.fromkeys(photo_ids))
    if len(photos) > MAX_PHOTOS:
        raise TooManyPhotosError
    markup = render(body)
    text = plain_text(markup)
    if needs_text and not photos and not is_visible(text):
        raise BlankError
    return WrittenThread(
        title, body, str(markup), shorten(text, EXCERPT), language_of(title, text), photos
    )


def compose_reply(author_id: int, body: str) -> WrittenReply:
    """Return a reply ready to be stored, with whom it names. At most three statements.

    Raises:
        WritingError: it is blank or too long.
    """
    if len(body) > MAX_REPLY:
        raise TooLongError
    marked = marking.mark(author_id, [unstacked(body)])
    marked.check()
    plain = written_reply(marked.texts[0], partial(render_markdown, marks=marked.marks))
    return WrittenReply(plain.body, plain.body_html, plain.excerpt, marked)


def written_reply(body: str, render: Render = render_markdown) -> WrittenReply:
    """Return a reply ready to be stored; ``render`` as for :func:`written_thread`.

    Raises:
        WritingError: it is blank or too long.
    """
    if len(body) > MAX_REPLY + marking.ROOM:
        raise TooLongError
    markup = render(body)
    text = plain_text(markup)
    if not is_visible(text):
        raise BlankReplyError
    return WrittenReply(body, str(markup), shorten(text, QUOTE))


def previewed(author_id: int, texts: Sequence[str]) -> list[Markup]:
    """Return texts as they would be shown, whatever is wrong with them. At most three statements.

    A text over the limit is shown up to it.
    """
    marked = marking.mark(author_id, [unstacked(text[:MAX_BODY]) for text in texts])
    return [render_markdown(text, marked.marks) for text in marked.texts]


def unstacked(text: str) -> str:
    """Return a text in which at most eight signs are stacked on a letter; one pass, in order."""
    if text.isascii() or not any(map(unicodedata.combining, text)):
        return text
    kept, stacked = [], 0
    for sign in text:
        stacked = stacked + 1 if unicodedata.combining(sign) else 0
        if stacked <= MAX_COMBINING:
            kept.append(sign)
    return "".join(kept)
