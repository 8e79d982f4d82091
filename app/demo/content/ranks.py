"""Leaderboards that have run for a while, one of them for a circle."""

from app.ranking.types import Act, BoardDraft, Formula, Period, Scope, Ties

BOARDS = (
    (
        BoardDraft(
            "hot-week", "热辣周榜", "Hot this week", Period.WEEK, minimum=10, wait_hours=24
        ),
        Formula(
            {
                Act.POST: 10, Act.REPLY: 2, Act.LIKED: 2, Act.REPLIED: 2, Act.FEATURED: 20,
                Act.ANSWER: 15, Act.CHECK_IN: 1,
            },
            {Act.POST: 3, Act.REPLY: 10, Act.LIKED: 50},
            pair_cap=8, repeat_percent=60, full_people=3, quality_percent=10, remix_percent=50,
            buyer_percent=20,
        ),
        42,
    ),
    (
        BoardDraft(
            "hands-month", "热心锅友月榜", "Helping hands", Period.MONTH, ties=Ties.EARLIER,
            minimum=5, wait_hours=48, position=1, scope=Scope.SITE,
        ),
        Formula(
            {Act.REPLY: 3, Act.LIKED: 1, Act.ANSWER: 20},
            {Act.REPLY: 15, Act.LIKED: 30},
            pair_cap=5, repeat_percent=50, full_people=4,
        ),
        95,
    ),
    (
        BoardDraft(
            "chengdu-table-month", "成都锅友局月榜", "Chengdu table, this month", Period.MONTH,
            minimum=2, wait_hours=24, position=2, scope="circle", scope_ref="chengdu-table",
        ),
        Formula(
            {Act.POST: 10, Act.REPLY: 3, Act.LIKED: 1}, {Act.POST: 3, Act.REPLY: 15}, pair_cap=8,
        ),
        60,
    ),
)  # fmt: skip
"""A board, its formula, for how many days it has run."""

PRIZES = (300, 200, 100)
"""Points for the first, the second and the third, where points can be handed over."""
