"""What members want: which kinds, over which channel, when."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, changed_by_all, insert, use_case
from app.notify import queries
from app.notify.policy import Habit
from app.notify.queries import HABIT, WISH
from app.notify.types import Channel, Rhythm, find_kind

__all__ = ["ask_about_push_later", "choose", "choose_letters", "keep_habit", "stop_letters"]

DIGEST = "digest"


@use_case
def choose(member_id: int, choices: Mapping[str, Collection[Channel]]) -> None:
    """Keep over which channels a member wants kinds.

    Args:
        member_id: whose wish.
        choices: by kind the channels that he wants; kinds that nobody has registered are left out.
    """
    now = clock.now()
    rows = [
        {
            "member_id": member_id,
            "kind": kind,
            "by_web": Channel.WEB in wanted,
            "by_mail": Channel.MAIL in wanted,
            "by_push": Channel.PUSH in wanted,
            "changed_at": now,
        }
        for kind, wanted in sorted(choices.items())
        if find_kind(kind) is not None
    ]
    statement = insert(WISH)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["member_id", "kind"],
            set_={
                name: statement.excluded[name]
                for name in ("by_web", "by_mail", "by_push", "changed_at")
            },
        ),
        rows,
    )


@use_case
def choose_letters(member_id: int, choices: Mapping[str, bool]) -> None:
    """Keep of which kinds a member wants letters; the other channels stay as they were."""
    wishes = queries.wishes_of(member_id)
    choose(
        member_id,
        {
            kind: (wishes.channels(kind) - {Channel.MAIL}) | ({Channel.MAIL} if wanted else set())
            for kind, wanted in choices.items()
        },
    )


@use_case
def keep_habit(member_id: int, habit: Habit) -> None:
    """Keep when a member wants to be reached."""
    values = {
        "rhythm": habit.rhythm,
        "quiet_from": habit.quiet_from,
        "quiet_to": habit.quiet_to,
        "zone": habit.zone,
        "changed_at": clock.now(),
    }
    statement = insert(HABIT).values(member_id=member_id, **values)
    changed(statement.on_conflict_do_update(index_elements=["member_id"], set_=values))


@use_case
def stop_letters(member_id: int, what: str) -> None:
    """Write a member no more letters of a kind, or no more digests (``digest``). Twice is once."""
    if what != DIGEST:
        choose_letters(member_id, {what: False})
        return
    habit = queries.habits_of([member_id])[member_id]
    keep_habit(member_id, Habit(Rhythm.NEVER, habit.quiet_from, habit.quiet_to, habit.zone))


@use_case
def ask_about_push_later(member_id: int) -> None:
    """Note that a member wants no messages on his device for now."""
    house, now = Habit(), clock.now()
    statement = insert(HABIT).values(
        member_id=member_id, rhythm=house.rhythm, quiet_from=house.quiet_from,
        quiet_to=house.quiet_to, zone=house.zone, push_later_at=now, changed_at=now,
    )  # fmt: skip
    changed(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={"push_later_at": sa.literal(now, HABIT.c.changed_at.type)},
        )
    )
