"""What can be done with leaderboards."""

from app.ranking.service.boards import (
    close_board,
    create_board,
    first_days,
    open_board,
    publish_formula,
    save_board,
    save_formula,
)
from app.ranking.service.flagging import set_flagged
from app.ranking.service.gathering import gather
from app.ranking.service.preferring import prefer
from app.ranking.service.scoring import look_at_all_again, open_periods, remember_ranks, rescore

__all__ = [
    "close_board",
    "create_board",
    "first_days",
    "gather",
    "look_at_all_again",
    "open_board",
    "open_periods",
    "prefer",
    "publish_formula",
    "remember_ranks",
    "rescore",
    "save_board",
    "save_formula",
    "set_flagged",
]
