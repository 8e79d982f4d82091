"""Write ladders: drafts that staff change, versions that nobody changes."""

from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, use_case
from app.kernel.types import Ref
from app.loyalty.events import LadderPublished
from app.loyalty.models.tiers import TierDraft, TierLadder
from app.loyalty.policy.standing import SETTLE_LAG
from app.loyalty.policy.tiers import problems_of
from app.loyalty.queries.ladders import draft_from, find_published, ladders
from app.loyalty.types.tiers import (
    NEVER_REACHED,
    DraftChangedError,
    Ladder,
    LadderError,
    Measure,
    NoSuchDraftError,
)

DRAFT = cast("sa.Table", TierDraft.__table__)
LADDER = cast("sa.Table", TierLadder.__table__)


@use_case
def begin_draft(number: int, *, actor_id: int) -> int:
    """Copy a published version into a new draft; return the draft's id.

    Raises:
        NoSuchDraftError: there is no such version.
    """
    ladder = find_published(number)
    if ladder is None:
        raise NoSuchDraftError
    draft_id, now = ids.next_id(), clock.now()
    db.session.execute(
        sa.insert(DRAFT).values(
            id=draft_id, version=1, created_at=now, updated_at=now, **_plain(ladder)
        )
    )
    audit.note(actor_id, "tier_draft.made", Ref("tier_draft", draft_id), copied_from=number)
    return draft_id


def _plain(ladder: Ladder) -> dict[str, Any]:
    return {
        "measure": ladder.measure,
        "window_months": ladder.window_months,
        "grace_days": ladder.grace_days,
        "warn_days": ladder.warn_days,
        "tiers": [tier.plain() for tier in ladder.tiers],
    }


@use_case
def save_draft(draft_id: int, ladder: Ladder, *, seen: int, actor_id: int) -> None:
    """Keep a draft as it was written, sound or not; publishing asks whether it is.

    ``seen`` is the version that the writer had before him.

    Raises:
        DraftChangedError: somebody else saved it meanwhile.
        NoSuchDraftError: it is not there any more, or was published.
    """
    _change(draft_id, seen, version=seen + 1, updated_at=clock.now(), **_plain(ladder))
    audit.note(actor_id, "tier_draft.saved", Ref("tier_draft", draft_id), version=seen + 1)


@use_case
def drop_draft(draft_id: int, *, seen: int, actor_id: int) -> None:
    """Throw a draft away.

    Raises:
        DraftChangedError: somebody else saved it meanwhile.
        NoSuchDraftError: it is not there any more, or was published.
    """
    mine = sa.and_(
        DRAFT.c.id == draft_id, DRAFT.c.version == seen, DRAFT.c.published_number.is_(None)
    )
    if not changed(sa.delete(DRAFT).where(mine)):
        raise _why_not(draft_id)
    audit.note(actor_id, "tier_draft.dropped", Ref("tier_draft", draft_id))


def _change(draft_id: int, seen: int, **values: Any) -> None:
    mine = sa.and_(
        DRAFT.c.id == draft_id, DRAFT.c.version == seen, DRAFT.c.published_number.is_(None)
    )
    if not changed(sa.update(DRAFT).where(mine).values(**values)):
        raise _why_not(draft_id)


def _why_not(draft_id: int) -> NoSuchDraftError | DraftChangedError:
    there = db.session.scalar(
        sa.select(DRAFT.c.id).where(DRAFT.c.id == draft_id, DRAFT.c.published_number.is_(None))
    )
    return NoSuchDraftError() if there is None else DraftChangedError()


@use_case
def publish_draft(draft_id: int, *, seen: int, actor_id: int) -> Ladder:
    """Make a draft the ladder that drives all tiers, a few minutes from now; return it.

    Nobody is lowered by it: a tier that is kept by its key stays to its last day. The number is
    unique, so of two who publish at once the second one's follows the first one's.

    Raises:
        LadderError: it is not sound; nothing changed.
        DraftChangedError: somebody else saved it meanwhile.
        NoSuchDraftError: it is not there any more, or was published.
    """
    row = db.session.execute(
        sa.select(DRAFT).where(DRAFT.c.id == draft_id, DRAFT.c.published_number.is_(None))
    ).one_or_none()
    if row is None:
        raise NoSuchDraftError
    draft = draft_from(row).ladder
    if problems := problems_of(draft):
        raise LadderError(problems)
    latest = ladders()[-1]
    number, now = latest.number + 1, clock.now()
    _change(draft_id, seen, published_number=number)
    made = Ladder(
        draft.measure, draft.window_months, draft.grace_days, draft.warn_days, draft.tiers,
        number, _from_when(now, latest),
    )  # fmt: skip
    db.session.execute(
        sa.insert(LADDER).values(
            **_plain(made),
            number=number,
            base_key=made.base.key,
            first_growth=_first_growth(made),
            published_at=now,
            effective_at=made.effective_at,
            published_by=actor_id,
        )
    )
    audit.note(actor_id, "tier_ladder.published", Ref("tier_ladder", number), draft_id=draft_id)
    facts.publish(LadderPublished(number), actor_id=actor_id, subject=Ref("tier_ladder", number))
    return made


def _from_when(now: datetime, latest: Ladder) -> datetime:
    """Return from when a version holds: when all that was posted under the former is in."""
    return max(now + SETTLE_LAG, latest.effective_at + timedelta(seconds=1))


def _first_growth(ladder: Ladder) -> int:
    if ladder.measure is Measure.NET_SPEND or len(ladder.tiers) == 1:
        return NEVER_REACHED
    return ladder.tiers[1].threshold
