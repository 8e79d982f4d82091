"""Reactions beside the like: a set that the brand chooses; one of them is the team's thank-you.

They earn nothing and count for no figure of a profile: the like alone does, as before.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from app.community import queries
from app.community.queries.reactions import faces
from app.community.queries.tables_reading import REACTION, REACTION_COUNT, REACTION_KIND
from app.community.service import heat, telling
from app.community.service.barring import check_apart
from app.community.types import ThreadGoneError
from app.community.types.reading import FIRST_REACTIONS, ReactionFace
from app.kernel import audit, clock
from app.kernel.db import changed, insert, use_case
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.types import Ref


@use_case
def react(
    member_id: int, code: str, floor: int, kind: str, *, is_on: bool, is_staff: bool = False
) -> bool:
    """Give a reaction to a thread (floor 0) or a reply, or take it back; return what changed.

    Twice is once.

    Raises:
        NotFoundError: no such thread, reply or reaction.
        ThreadGoneError: it is removed or hidden.
        ForbiddenError: the team's reaction is the team's.
        BarredError: he and its author keep apart.
    """
    thread_id, post, author_id = _thing(code, floor, member_id if is_on else 0)
    face = next((face for face in faces() if face.key == kind), None)
    if face is None and is_on:
        raise NotFoundError
    if face is not None and face.is_brand and not is_staff:
        raise ForbiddenError
    key = {"thread_id": thread_id, "floor": floor, "member_id": member_id, "kind": kind}
    if is_on:
        statement = insert(REACTION).values(**key, reacted_ms=heat.ms(clock.now()))
        done = changed(statement.on_conflict_do_nothing()) == 1
    else:
        done = (
            changed(sa.delete(REACTION).where(*(REACTION.c[n] == v for n, v in key.items()))) == 1
        )
    if done:
        _count(thread_id, floor, kind, 1 if is_on else -1)
        if is_on:
            heat.warm(thread_id, member_id)
        if face is not None and face.is_brand:
            audit.note(member_id, "thread.thanked", Ref("thread", thread_id), floor=floor, on=is_on)
            telling.tell_thanks(member_id, author_id, post, thread_id, is_on=is_on)
    return done


def _thing(code: str, floor: int, by: int) -> tuple[int, Ref, int]:
    if floor == 0:
        thread = queries.find_owned_thread(code, by)
        if thread is None:
            raise NotFoundError
        check_apart(thread.barred)
        if thread.is_removed or thread.is_hidden:
            raise ThreadGoneError
        return thread.id, Ref("thread", thread.id), thread.author_id
    reply = queries.find_owned_reply(code, floor, by)
    if reply is None:
        raise NotFoundError
    check_apart(reply.barred)
    if reply.is_removed or reply.is_hidden or not reply.thread_is_visible:
        raise ThreadGoneError
    return reply.thread_id, Ref("reply", reply.id), reply.author_id


def _count(thread_id: int, floor: int, kind: str, by: int) -> None:
    statement = insert(REACTION_COUNT).values(
        {"thread_id": thread_id, "floor": floor, "kind": kind, "count": by}
    )
    changed(
        statement.on_conflict_do_update(
            index_elements=["thread_id", "floor", "kind"],
            set_={"count": REACTION_COUNT.c["count"] + by},
        )
    )


@use_case
def save_face(face: ReactionFace, *, is_on: bool, actor_id: int) -> None:
    """Add a reaction to the brand's set, or change one. Those given stay as they are.

    The first change writes the set that the house comes with.
    """
    known = {each.key: each for each in faces(with_off=True)}
    if not known.keys() - {each.key for each in FIRST_REACTIONS}:
        _write(FIRST_REACTIONS)
    row = {
        "glyph": face.glyph, "name_zh": face.name_zh, "name_en": face.name_en,
        "is_on": is_on, "is_brand": face.is_brand,
    }  # fmt: skip
    statement = insert(REACTION_KIND).values(key=face.key, position=len(known), **row)
    changed(statement.on_conflict_do_update(index_elements=["key"], set_=row))
    audit.note(actor_id, "reaction.saved", None, key=face.key, is_on=is_on)


def _write(set_of: Sequence[ReactionFace]) -> None:
    rows = [
        {
            "key": face.key, "glyph": face.glyph, "name_zh": face.name_zh, "name_en": face.name_en,
            "position": place, "is_on": True, "is_brand": face.is_brand,
        }
        for place, face in enumerate(set_of)
    ]  # fmt: skip
    changed(insert(REACTION_KIND).values(rows).on_conflict_do_nothing())
