"""The people of the brand: nobody speaks for it without face and name."""

from typing import Any

import sqlalchemy as sa

from app.brand.queries.tables import PERSON
from app.brand.types import FaceMissingError, NotOfTheTeamError, PersonDraft
from app.identity import queries as identity
from app.identity import service as members
from app.kernel import audit, clock
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.media import service as media
from app.kernel.permissions import STAFF_ROLES
from app.kernel.types import Ref


@use_case
def save_person(actor_id: int | None, member_id: int, draft: PersonDraft) -> None:
    """Write somebody's card and show it: from now on he carries the mark of the team.

    Raises:
        NotFoundError: there is no such member.
        NotOfTheTeamError: he holds no role of the team.
        FaceMissingError: there is no portrait.
        PhotoGoneError: the portrait is neither the card's nor the actor's.
    """
    member = identity.get_member(member_id)
    if not member.roles & STAFF_ROLES:
        raise NotOfTheTeamError
    if draft.media_id is None:
        raise FaceMissingError
    before = db.session.execute(
        sa.select(PERSON).where(PERSON.c.member_id == member_id)
    ).one_or_none()
    if actor_id is not None and (before is None or before.media_id != draft.media_id):
        media.use_photos(actor_id, [draft.media_id])
    last = db.session.scalar(sa.select(sa.func.max(PERSON.c.position))) or 0
    card: dict[str, Any] = {
        "job_zh": draft.job_zh, "job_en": draft.job_en, "line_zh": draft.line_zh,
        "line_en": draft.line_en, "ask_zh": draft.ask_zh, "ask_en": draft.ask_en,
        "media_id": draft.media_id, "is_shown": True, "changed_by": actor_id,
        "changed_at": clock.now(),
    }  # fmt: skip
    statement = insert(PERSON).values(member_id=member_id, position=last + 1, **card)
    changed(statement.on_conflict_do_update(index_elements=["member_id"], set_=card))
    members.show_job(member_id, draft.job_zh, draft.job_en)
    audit.note(actor_id, "brand.person_saved", Ref("member", member_id))


@use_case
def show_person(actor_id: int | None, member_id: int, *, is_shown: bool) -> bool:
    """Show a card or hide it; the mark beside the name comes and goes with it.

    Raises:
        NotFoundError: he has none.
        NotOfTheTeamError: he holds no role of the team any more.
    """
    row = db.session.execute(
        sa.select(PERSON).where(PERSON.c.member_id == member_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.is_shown == is_shown:
        return False
    if is_shown and not identity.get_member(member_id).roles & STAFF_ROLES:
        raise NotOfTheTeamError
    changed(
        sa.update(PERSON)
        .where(PERSON.c.member_id == member_id)
        .values(is_shown=is_shown, changed_by=actor_id, changed_at=clock.now())
    )
    members.show_job(member_id, row.job_zh if is_shown else "", row.job_en if is_shown else "")
    what = "brand.person_shown" if is_shown else "brand.person_hidden"
    audit.note(actor_id, what, Ref("member", member_id))
    return True


@use_case
def forget_role(member_id: int) -> bool:
    """Hide the card of somebody who holds no role of the team any more. Twice is once."""
    known = db.session.scalar(
        sa.select(PERSON.c.member_id).where(
            PERSON.c.member_id == member_id, PERSON.c.is_shown.is_(True)
        )
    )
    if known is None or identity.get_member(member_id).roles & STAFF_ROLES:
        return False
    return show_person(None, member_id, is_shown=False)
