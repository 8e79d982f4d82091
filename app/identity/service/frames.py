"""Frames around faces: the team makes them, members are given them and wear one."""

import sqlalchemy as sa

from app.identity.models import Member
from app.identity.queries.frames import FRAME, OWNED, look_of, owned_looks
from app.identity.types import FieldError, FrameColor, FrameShape
from app.kernel import audit, clock, ids, profiles
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.goods import Given, Giving, GoodsGoneError, UnknownGoodsError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log
from app.kernel.types import Ref


@use_case
def make_frame(
    *, name_zh: str, name_en: str, shape: FrameShape, color: FrameColor, actor_id: int | None
) -> int:
    """Make a frame that can be handed out from now on; return its id.

    Raises:
        FieldError: there is one of this name and look.
    """
    frame_id = db.session.scalar(
        insert(FRAME)
        .values(
            id=ids.next_id(), name_zh=name_zh, name_en=name_en, shape=shape, color=color,
            is_offered=True, made_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["shape", "color", "name_en"])
        .returning(FRAME.c.id)
    )  # fmt: skip
    if frame_id is None:
        raise FieldError("name_en", _l("There is a frame of this name and look already."))
    audit.note(actor_id, "frame.made", Ref("frame", frame_id), shape=shape, color=color)
    return int(frame_id)


@use_case
def offer_frame(frame_id: int, *, is_offered: bool, actor_id: int) -> None:
    """Let a frame be handed out, or no longer; who owns it keeps it.

    Raises:
        NotFoundError: there is none.
    """
    if not changed(sa.update(FRAME).where(FRAME.c.id == frame_id).values(is_offered=is_offered)):
        raise NotFoundError
    audit.note(actor_id, "frame.offered", Ref("frame", frame_id), is_offered=is_offered)


@use_case
def wear_frame(member_id: int, frame_id: int | None) -> None:
    """Put one of his frames around a member's face, or none.

    Raises:
        NotFoundError: he owns no such frame.
    """
    look = ""
    if frame_id is not None:
        # Whoever takes a giving back deletes only what was never worn: one of the two comes first.
        if not changed(
            sa.update(OWNED)
            .where(OWNED.c.member_id == member_id, OWNED.c.frame_id == frame_id)
            .values(worn_at=sa.func.coalesce(OWNED.c.worn_at, clock.now()))
        ):
            raise NotFoundError
        look = str(db.session.scalar(sa.select(look_of()).where(FRAME.c.id == frame_id)))
    _show(member_id, look)


def _show(member_id: int, look: str) -> None:
    changed(
        sa.update(Member)
        .where(Member.id == member_id, Member.frame != look)
        .values(frame=look, version=Member.version + 1)
    )
    profiles.changed([member_id])


# --- the kind of goods ``frame`` -----------------------------------------------------------------


@use_case
def give_frame(giving: Giving) -> Given:
    """Give a frame, once for each key.

    Raises:
        UnknownGoodsError: there is no such frame.
        GoodsGoneError: it is not handed out any more.
    """
    earlier = db.session.scalar(sa.select(OWNED.c.frame_id).where(OWNED.c.key == giving.key))
    if earlier is not None:
        return Given(is_new=False, where=Ref("frame", earlier))
    number, _dot, _look = giving.ref.partition(".")
    frame_id = int(number) if number.isdecimal() and len(number) < 19 else 0  # noqa: PLR2004 - fits 64 bits
    is_offered = db.session.scalar(sa.select(FRAME.c.is_offered).where(FRAME.c.id == frame_id))
    if is_offered is None:
        raise UnknownGoodsError(giving.ref)
    if not is_offered:
        raise GoodsGoneError
    db.session.execute(
        sa.insert(OWNED).values(
            id=ids.next_id(), member_id=giving.member_id, frame_id=frame_id, key=giving.key,
            given_at=clock.now(),
        )
    )  # fmt: skip
    return Given(is_new=True, where=Ref("frame", frame_id))


@use_case
def take_frame_back(key: str) -> bool:
    """Take a frame back that was never worn; return whether it could be."""
    return changed(sa.delete(OWNED).where(OWNED.c.key == key, OWNED.c.worn_at.is_(None))) == 1


# --- when two members become one -----------------------------------------------------------------


def settle_frames(log: Log) -> None:
    """Take a frame off whoever owns it no longer after a merge or a parting."""
    if changed(
        sa.update(Member)
        .where(
            Member.id == log.target_id,
            Member.frame != "",
            Member.frame.not_in(owned_looks(log.target_id)),
        )
        .values(frame="", version=Member.version + 1)
    ):
        profiles.changed([log.target_id])
