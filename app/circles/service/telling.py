"""Who asked, who was answered, who was removed: the notices of circles."""

import sqlalchemy as sa

from app.circles.models import CIRCLE_MEMBER
from app.circles.types import Circle, Stand
from app.kernel import clock
from app.kernel.db import db
from app.notify import service as notify
from app.notify.types import Link, Tell

ASKED, ADMITTED = "circles.asked", "circles.admitted"
REFUSED, REMOVED = "circles.refused", "circles.removed"


def tell_leaders(circle: Circle, asker_id: int) -> None:
    """Tell the leaders that somebody asks to be let in."""
    rows = CIRCLE_MEMBER.c
    leaders = db.session.scalars(
        sa.select(rows.member_id).where(
            rows.circle_id == circle.id, rows.stand == Stand.IN, rows.is_leader
        )
    )
    page = Link("circles.members", {"slug": circle.slug})
    notify.tell_many(
        [
            Tell(
                leader_id, ASKED, f"{circle.id}:{asker_id}:{_moment()}", {"circle": circle.id},
                page, actor_id=asker_id, subject=f"circle:{circle.id}",
            )
            for leader_id in sorted(leaders)
        ]
    )  # fmt: skip


def tell_member(kind: str, circle: Circle, member_id: int) -> None:
    """Tell a member what was decided about him."""
    page = Link("circles.circle", {"slug": circle.slug})
    key = f"{circle.id}:{_moment()}"
    notify.tell_many(
        [Tell(member_id, kind, key, {"circle": circle.id}, page, about=f"circle:{circle.id}")]
    )


def _moment() -> int:
    return int(clock.now().timestamp())
