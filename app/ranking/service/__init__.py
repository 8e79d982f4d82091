"""What can be done with leaderboards."""

from app.ranking.service.awarding import award, award_due, exclude, include_again, try_again
from app.ranking.service.boards import (
    close_board,
    create_board,
    first_days,
    open_board,
    publish_formula,
    save_board,
    save_formula,
)
from app.ranking.service.closing import Settled, finish_done, freeze_due, settle_due, standing_of
from app.ranking.service.filling import fill
from app.ranking.service.flagging import set_flagged
from app.ranking.service.gathering import gather
from app.ranking.service.preferring import prefer
from app.ranking.service.scoring import look_at_all_again, open_periods, remember_ranks, rescore
from app.ranking.service.seeding import let_it_wait, seed_board
from app.ranking.service.withdrawing import withdraw

__all__ = [
    "Settled",
    "award",
    "award_due",
    "close_board",
    "create_board",
    "exclude",
    "fill",
    "finish_done",
    "first_days",
    "freeze_due",
    "gather",
    "include_again",
    "let_it_wait",
    "look_at_all_again",
    "open_board",
    "open_periods",
    "prefer",
    "publish_formula",
    "remember_ranks",
    "rescore",
    "save_board",
    "save_formula",
    "seed_board",
    "set_flagged",
    "settle_due",
    "standing_of",
    "try_again",
    "withdraw",
]
