"""Leaderboards for tests."""

from app.identity.types import MemberRow
from app.ranking import service
from app.ranking.types import Act, BoardDraft, Formula

PLAIN = Formula({Act.POST: 10, Act.REPLY: 4, Act.LIKED: 2, Act.CHECK_IN: 1})


def a_board(
    slug: str = "week", formula: Formula = PLAIN, *, actor: MemberRow | None = None, **more: object
) -> str:
    """Write and open a weekly board of the whole site; return its address."""
    draft = BoardDraft(slug, "热辣榜", "Hot board", **more)  # type: ignore[arg-type]
    actor_id = actor.id if actor else None
    service.create_board(actor_id, draft, formula)
    service.open_board(actor_id, slug)
    settle()
    return slug


def settle() -> None:
    """Let every line and score follow what happened."""
    while service.gather() + service.rescore():
        pass
