"""Leaderboards for tests."""

from app.identity.types import MemberRow
from app.ranking import service
from app.ranking.queries import lab as lab_queries
from app.ranking.service import lab
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


def a_tried_formula(team: MemberRow) -> dict[str, str]:
    """Try a formula for a board over the last month; return what pages need."""
    slug = a_board("lab-week", actor=team)
    month = lab_queries.past_months()[0]
    formula = Formula({Act.POST: 1, Act.REPLY: 20})
    code = lab.begin_trial(team.id, slug, "more for replies", formula, (month,), "k" * 20)
    while lab.work_trials():
        pass
    return {"lab_board": slug, "trial": code}
