"""Threads and replies: texts are converted before the transaction, rows written inside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.community import service as community
from app.community.service import Composer
from app.community.types import (
    BlankError,
    BlankReplyError,
    TooLongError,
    WritingError,
    is_title_too_long,
)
from app.community.types.taking_in import OldReply, OldText, OldThread
from app.integrations.movein import queries
from app.integrations.movein.queries import Item
from app.integrations.movein.service import jobs, settling
from app.integrations.movein.service.settling import Settled
from app.integrations.movein.texts import Context, Converted, convert, link_paths, names_in
from app.integrations.movein.types import ItemState, Job, Kind, Text, Trouble
from app.kernel import ids
from app.kernel.db import db, use_case

Has = Callable[[str], bool]
THREADS, REPLIES = 200, 500  # rows of one chunk
_TROUBLES: dict[type[WritingError], Trouble] = {
    TooLongError: Trouble.TOO_LONG,
    BlankError: Trouble.BLANK,
    BlankReplyError: Trouble.BLANK,
}


@dataclass(frozen=True, slots=True)
class Readied:
    """A row of a chunk with its text in the house's Markdown, or what is wrong with it."""

    item: Item
    text: Converted | None
    photos: tuple[str, ...] = ()


def ready(job: Job, items: Sequence[Item], has: Has) -> tuple[list[Readied], Composer]:
    """Convert the texts of a chunk. Outside any transaction; a few statements that only read.

    Texts that lead into the old place are converted twice: where they lead shows by the first time.
    """
    names = set().union(*(names_in(item.fields["text"]) for item in items))
    context = Context(job.options.base_url, queries.people_named(job.source, names), {}, has)
    db.session.rollback()  # no transaction stays open while texts are turned
    texts = [_converted(item, context) for item in items]
    old = {path for text in texts if text for path in text.old}
    if old:
        paths = {near for path in old for near in link_paths(path)}
        context = replace(context, paths=queries.addresses(paths, job.source))
        db.session.rollback()
        texts = [
            _converted(item, context) if text and text.old else text
            for item, text in zip(items, texts, strict=True)
        ]
    found = [
        Readied(item, text, tuple(dict.fromkeys([*item.fields["photos"], *text.photos])))
        if text
        else Readied(item, None)
        for item, text in zip(items, texts, strict=True)
    ]
    composer = Composer([text.body for text in texts if text])
    db.session.rollback()
    return found, composer


def _converted(item: Item, context: Context) -> Converted | None:
    """Return a text in the house's Markdown; None: it can't be converted."""
    try:
        return convert(item.fields["text"], Text(item.fields["format"]), context)
    except (ValueError, RecursionError, AssertionError):
        return None


def _edited(item: Item) -> datetime | None:
    text = item.fields["edited_at"]
    return datetime.fromisoformat(text) if text else None


def _why(error: WritingError) -> Trouble:
    return _TROUBLES.get(type(error), Trouble.UNREADABLE)


# --- threads -------------------------------------------------------------------------------------


def settle_threads(job: Job, items: Sequence[Item], former_id: int, has: Has) -> Job:
    """Take a chunk of threads in."""
    found, composer = ready(job, items, has)
    settled = Settled()
    authors = queries.targets(job.source, Kind.MEMBER, {i.fields["author"] for i in items})
    boards = _boards(job, items)
    new: list[Any] = []
    changed: list[Any] = []
    for each in found:
        item = each.item
        if each.text is None:
            settled.is_bad(item, Trouble.UNREADABLE)
            continue
        board_id = boards.get(item.fields["board"])
        if board_id is None:
            settled.is_aside(item, Trouble.NO_BOARD)
            continue
        author = authors.get(item.fields["author"])
        old = OldThread(
            item.target_id or ids.next_id(),
            ids.new_code(),
            board_id,
            author.id if author else former_id,
            _title(settled, item),
            each.text.body,
            item.at,
            _edited(item),
            has_photos=bool(each.photos),
        )
        try:
            written = composer.thread(old)
        except WritingError as error:
            settled.is_bad(item, _why(error))
            continue
        people = composer.people_in(written.body)
        if item.target_id is None:
            new.append((old, written, people))
            settled.stood_at(job, item, thread_id=old.id)
            settled.hang(job, item, old.id, each.photos)
        else:
            changed.append((item, _text(item, old.title, written.body), written, people))
        digest = community.text_digest(written.title, written.body)
        settled.stands(item, old.id, digest, is_linking=bool(each.text.old))
    return _write_threads(job, len(items), settled, new, changed)


def _boards(job: Job, items: Sequence[Item]) -> dict[str, int]:
    known = queries.targets(job.source, Kind.BOARD, {i.fields["board"] for i in items})
    here = queries.boards_here()
    mapped = {there: here[slug] for there, slug in job.options.boards.items() if slug in here}
    return {**{key: each.id for key, each in known.items()}, **mapped}


def _title(settled: Settled, item: Item) -> str:
    title: str = item.fields["title"]
    if not is_title_too_long(title):
        return title
    settled.notes(item, Trouble.TITLE_CUT)
    title = title[:80]
    while is_title_too_long(f"{title}…"):
        title = title[:-1].rstrip()
    return f"{title}…"


def _text(item: Item, title: str, body: str) -> OldText:
    return OldText(item.target_id or 0, item.written or "", body, title, _edited(item))


@use_case
def _write_threads(
    job: Job, count: int, settled: Settled, new: Sequence[Any], changed: Sequence[Any]
) -> Job:
    jobs.claim(job, handled=job.handled + count)
    if new:
        community.take_in_threads(new)
    if changed:
        done = community.take_in_thread_texts([each[1:] for each in changed])
        _stay(settled, [each[0] for each in changed], done)
    settling.write(job, settled)
    return queries.job_by_id(job.id)


def _stay(settled: Settled, items: Sequence[Item], done: set[int]) -> None:
    """Say which texts were changed here and so stay as they are."""
    for item in items:
        if item.target_id not in done:
            settled.notes(item, Trouble.CHANGED_HERE)
            state, target, _written, kept = settled.done[item.id]
            settled.done[item.id] = (state, target, item.written, kept)


# --- replies -------------------------------------------------------------------------------------


def settle_replies(job: Job, items: Sequence[Item], former_id: int, has: Has) -> Job:
    """Take a chunk of replies in; they come in the order of their moments."""
    found, composer = ready(job, items, has)
    settled = Settled()
    authors = queries.targets(job.source, Kind.MEMBER, {i.fields["author"] for i in items})
    threads = queries.targets(job.source, Kind.THREAD, {i.fields["thread"] for i in items})
    answered = queries.targets(job.source, Kind.REPLY, {i.fields["reply_to"] for i in items})
    earlier = {key: each.id for key, each in answered.items()}
    new: list[Any] = []
    changed: list[Any] = []
    for each in found:
        item, thread = each.item, threads.get(each.item.fields["thread"])
        if each.text is None:
            settled.is_bad(item, Trouble.UNREADABLE)
            continue
        if thread is None:
            settled.is_aside(item, Trouble.NO_THREAD)
            continue
        try:
            written = composer.reply(each.text.body or _pictures(each))
        except WritingError as error:
            settled.is_bad(item, _why(error))
            continue
        if each.text.photos and not item.fields["photos"]:
            settled.notes(item, Trouble.REPLY_PHOTO)
        people = composer.people_in(written.body)
        author = authors.get(item.fields["author"])
        reply_id = item.target_id or ids.next_id()
        to = item.fields["reply_to"]
        if to and to not in earlier:
            settled.notes(item, Trouble.ANSWERS_NOTHING)
        earlier[item.source_id] = reply_id
        if item.target_id is None:
            old = OldReply(
                reply_id, thread.id, author.id if author else former_id, written.body, item.at,
                _edited(item), earlier.get(to) if to != item.source_id else None,
            )  # fmt: skip
            new.append((old, written, people, item))
        else:
            changed.append((item, _text(item, "", written.body), written, people))
        digest = community.text_digest("", written.body)
        settled.stands(item, reply_id, digest, is_linking=bool(each.text.old))
    return _write_replies(job, len(items), settled, new, changed)


def _pictures(each: Readied) -> str:
    """Return something to read where a reply was nothing but pictures."""
    return "📷" if each.photos else ""


@use_case
def _write_replies(
    job: Job, count: int, settled: Settled, new: Sequence[Any], changed: Sequence[Any]
) -> Job:
    jobs.claim(job, handled=job.handled + count)
    if new:
        floors = community.take_in_replies([each[:3] for each in new])
        for old, _written, _people, item in new:
            settled.stood_at(job, item, thread_id=old.thread_id, floor=floors[old.id])
    if changed:
        done = community.take_in_reply_texts([each[1:] for each in changed])
        _stay(settled, [each[0] for each in changed], done)
    settling.write(job, settled)
    return queries.job_by_id(job.id)


# --- links ---------------------------------------------------------------------------------------


def settle_links(job: Job, items: Sequence[Item], has: Has) -> Job:
    """Turn the links of texts whose threads have come after them. Rows are of one kind."""
    found, composer = ready(job, items, has)
    settled = Settled()
    changed: list[Any] = []
    for each in found:
        item, target_id = each.item, each.item.target_id
        if each.text is None or target_id is None:
            settled.done[item.id] = _settled(item, item.written)
            continue
        title = _title(Settled(), item) if item.kind is Kind.THREAD else ""
        body = each.text.body or _pictures(each)
        try:
            written: Any = (
                composer.thread(_again(item, title, body, has_photos=bool(each.photos)))
                if item.kind is Kind.THREAD
                else composer.reply(body)
            )
        except WritingError:
            settled.done[item.id] = _settled(item, item.written)
            continue
        digest = community.text_digest(title, written.body)
        settled.done[item.id] = _settled(item, digest)
        if digest != item.written:
            people = composer.people_in(written.body)
            changed.append((item, _text(item, title, written.body), written, people))
    return _write_links(job, items[0].kind, len(items), settled, changed)


def _settled(item: Item, written: str | None) -> Any:
    return (ItemState.DONE, item.target_id, written, False)


def _again(item: Item, title: str, body: str, *, has_photos: bool) -> OldThread:
    return OldThread(item.target_id or 0, "", 0, 0, title, body, item.at, None, has_photos)


@use_case
def _write_links(job: Job, kind: Kind, count: int, settled: Settled, changed: Sequence[Any]) -> Job:
    jobs.claim(job, handled=job.handled + count)
    take_in = (
        community.take_in_thread_texts if kind is Kind.THREAD else community.take_in_reply_texts
    )
    done = take_in([each[1:] for each in changed]) if changed else set()
    for item, *_rest in changed:
        if item.target_id not in done:
            settled.done[item.id] = _settled(item, item.written)
    settling.write(job, settled)
    return queries.job_by_id(job.id)
