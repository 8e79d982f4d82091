"""Whether a member wants to be written to unasked."""

import sqlalchemy as sa

from app.identity.models import Member
from app.kernel import audit, clock
from app.kernel.db import changed, use_case
from app.kernel.types import Ref


@use_case
def set_do_not_contact(member_id: int, *, on: bool, actor_id: int | None = None) -> bool:
    """Note that a member wants no letters he did not ask for, or does again.

    It stands from the first time on: saying it twice keeps the earlier moment.

    Args:
        member_id: whose wish.
        on: no letters.
        actor_id: who of the team noted it; None: he himself.

    Returns:
        Whether that changed anything.
    """
    wish = Member.do_not_contact_at
    done = changed(
        sa.update(Member)
        .where(Member.id == member_id, wish.is_(None) if on else wish.is_not(None))
        .values(do_not_contact_at=clock.now() if on else None, version=Member.version + 1)
    )
    if done and actor_id is not None:
        audit.note(actor_id, "member.contact_wish", Ref("member", member_id), no_letters=on)
    return done == 1
