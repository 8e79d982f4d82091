"""Circles at the end of the demo's year: made, joined, written in, and some who ask."""

from datetime import datetime, timedelta

from app.circles import queries, service
from app.circles.types import CircleDraft, Stand
from app.community import service as community
from app.community.types import SeedReply, SeedThread
from app.demo.accounts import ACCOUNTS, HOUSE
from app.demo.content.circles import CIRCLES, Round
from app.demo.loader.roll import Roll
from app.demo.loader.state import Shelf
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import use_case

BEGAN = timedelta(days=60)
BETWEEN = timedelta(hours=9)
LATER = timedelta(minutes=47)


@use_case
def set_up(roll: Roll, shelf: Shelf, ends_at: datetime) -> None:
    """Make the circles that are not there yet."""
    house_id = roll.members[HOUSE]
    fans = [roll.members[n] for n in sorted(roll.members) if n == 0 or n >= len(ACCOUNTS)]
    for circle in CIRCLES:
        if queries.find_circle(circle.slug) is None and len(fans) > circle.first:
            _make(circle, fans[circle.first :], house_id, ends_at)
            _write(circle, fans[circle.first :][: circle.members], shelf, ends_at)


def _make(circle: Round, fans: list[int], house_id: int, ends_at: datetime) -> None:
    members, asking = fans[: circle.members], fans[circle.members :][: circle.asking]
    since = ends_at - BEGAN
    with clock.frozen(since):
        service.create(house_id, _draft(circle))
    for place, member_id in enumerate(members):
        with clock.frozen(since + place * BETWEEN):
            _seat(house_id, circle.slug, member_id, leads=not place)
    for place, member_id in enumerate(asking):
        with clock.frozen(ends_at - (place + 1) * BETWEEN):
            service.join(member_id, circle.slug, "想跟大家学炒料。")


def _seat(house_id: int, slug: str, member_id: int, *, leads: bool) -> None:
    """Let a member in, as its leader or as one of all; the house answers who has to ask."""
    yid = identity.get_member(member_id).yid
    if leads:
        service.set_leader(house_id, slug, yid, on=True)
    elif service.join(member_id, slug).stand is Stand.ASKED:
        service.answer(house_id, slug, yid, admit=True, by_team=True)


def _draft(circle: Round) -> CircleDraft:
    return CircleDraft(
        circle.slug, circle.zh, circle.en, circle.about_zh, circle.about_en, circle.icon,
        circle.city_zh, circle.city_en, circle.joining,
    )  # fmt: skip


def _write(circle: Round, members: list[int], shelf: Shelf, ends_at: datetime) -> None:
    said = [(post, ends_at - timedelta(days=post.days)) for post in circle.said]
    threads = community.seed_threads(
        [
            SeedThread(
                members[post.by % len(members)],
                circle.slug,
                post.title,
                post.body,
                at,
                [shelf.photos[key] for key in post.pictures if key in shelf.photos],
            )
            for post, at in said
        ]
    )
    replies = [
        SeedReply(
            thread.id, members[(post.by + 1 + place) % len(members)], text, at + (place + 1) * LATER
        )
        for thread, (post, at) in zip(threads, said, strict=True)
        for place, text in enumerate(post.replies)
    ]
    community.seed_replies(replies)
