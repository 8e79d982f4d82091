"""Browsers that take messages for a member."""

import hashlib

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.notify import policy, webpush
from app.notify.models import PushSubscription
from app.notify.queries import PUSH
from app.notify.types import BadSubscriptionError

MAX_ENDPOINT = 500


@use_case
def subscribe(member_id: int, endpoint: str, p256dh: str, auth: str) -> None:
    """Let a browser take messages for a member. Twice is once; another member's takes it over.

    A member has ten browsers at most: the oldest makes room.

    Raises:
        BadSubscriptionError: no address of a known push service, or keys that are none.
    """
    if len(endpoint) > MAX_ENDPOINT or not policy.is_push_service(endpoint):
        raise BadSubscriptionError
    try:
        webpush.check_keys(p256dh, auth)
    except webpush.BadKeyError as error:
        raise BadSubscriptionError from error
    values = {
        "member_id": member_id,
        "endpoint": endpoint,
        "p256dh": p256dh.rstrip("="),
        "auth": auth.rstrip("="),
        "created_at": clock.now(),
    }
    statement = insert(PUSH).values(
        id=ids.next_id(), endpoint_digest=endpoint_digest(endpoint), **values
    )
    changed(statement.on_conflict_do_update(index_elements=["endpoint_digest"], set_=values))
    kept = (
        sa.select(PUSH.c.id)
        .where(PUSH.c.member_id == member_id)
        .order_by(PUSH.c.created_at.desc(), PUSH.c.id.desc())
        .limit(policy.MAX_BROWSERS)
    )
    keep = list(db.session.scalars(kept))
    changed(
        sa.delete(PushSubscription).where(PUSH.c.member_id == member_id, PUSH.c.id.not_in(keep))
    )


@use_case
def unsubscribe(member_id: int, endpoint: str | None = None) -> int:
    """Send no more messages to one browser of a member, or to all; return how many that was."""
    which = [PUSH.c.member_id == member_id]
    if endpoint is not None:
        which.append(PUSH.c.endpoint_digest == endpoint_digest(endpoint))
    return changed(sa.delete(PushSubscription).where(*which))


def endpoint_digest(endpoint: str) -> str:
    """Return under which name a browser is kept."""
    return hashlib.sha256(endpoint.encode()).hexdigest()
