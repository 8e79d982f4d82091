"""What is said in a video: transcript and captions, by its author or the team."""

import sqlalchemy as sa

from app.community import queries
from app.community.queries.videos import VIDEO
from app.community.types import ThreadGoneError
from app.community.types.videos import LANGUAGES, MAX_TRANSCRIPT, TranscriptTooLongError
from app.kernel import audit, clock
from app.kernel.db import changed, use_case
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.media.captions import to_vtt
from app.kernel.types import Ref
from app.search import service as search


def write_words(
    actor_id: int, code: str, *, transcript: str, captions: str, lang: str, moderates: bool
) -> None:
    """Keep what is said in the video of a thread; it is found by it at once.

    Args:
        actor_id: its author, or somebody of the team.
        code: the thread.
        transcript: plain text, already cleaned; empty: none.
        captions: WebVTT or SubRip; empty: none.
        lang: of both, ``zh`` or ``en``.
        moderates: whether he may change what others wrote; then it is audited.

    Raises:
        TranscriptTooLongError: over 5,000 characters.
        CaptionsError: the captions can't be read.
        NotFoundError: no such thread, no video, or somebody else's.
        ThreadGoneError: it is removed or hidden, and he is not of the team.
    """
    if len(transcript) > MAX_TRANSCRIPT:
        raise TranscriptTooLongError
    if lang not in LANGUAGES:
        raise InvalidError
    _write(actor_id, code, (transcript, to_vtt(captions), lang), moderates=moderates)


@use_case
def _write(actor_id: int, code: str, words: tuple[str, str, str], *, moderates: bool) -> None:
    thread = queries.find_owned_thread(code)
    is_own = thread is not None and thread.author_id == actor_id
    if thread is None or not (is_own or moderates):
        raise NotFoundError
    if not moderates and (thread.is_removed or thread.is_hidden):
        raise ThreadGoneError
    transcript, captions, lang = words
    said = {"transcript": transcript, "captions": captions, "lang": lang, "words_at": clock.now()}
    if not changed(sa.update(VIDEO).where(VIDEO.c.thread_id == thread.id).values(said)):
        raise NotFoundError
    if not is_own:
        audit.note(actor_id, "video.captioned", Ref("thread", thread.id))
    if not thread.is_removed and not thread.is_hidden:
        search.refresh("thread", [thread.id])
