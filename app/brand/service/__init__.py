"""What can be done in the brand world: write pages, show faces, run columns."""

from app.brand.service.columns import (
    end_column,
    follow,
    join_column,
    open_column,
    plan_issue,
    save_column,
    take_out,
    tell_followers,
    unfollow,
)
from app.brand.service.pages import (
    create_page,
    move_page,
    publish_page,
    restore_version,
    save_page,
    seed_page,
    withdraw_page,
)
from app.brand.service.people import forget_role, save_person, show_person

__all__ = [
    "create_page",
    "end_column",
    "follow",
    "forget_role",
    "join_column",
    "move_page",
    "open_column",
    "plan_issue",
    "publish_page",
    "restore_version",
    "save_column",
    "save_page",
    "save_person",
    "seed_page",
    "show_person",
    "take_out",
    "tell_followers",
    "unfollow",
    "withdraw_page",
]
