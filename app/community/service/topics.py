"""Hot topics: planned, opened and closed by the team or at their time; threads it picks."""

import re
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.community import queries
from app.community.events import ThreadFeatured, ThreadUnfeatured, TopicClosed, TopicOpened
from app.community.queries import rewards
from app.community.queries.tables_reading import TOPIC, TOPIC_NAME
from app.community.service import heat
from app.community.types.reading import TopicNameError, TopicPlan, TopicState, fold
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.media import service as media
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.search import service as search

PICK, PICKED = "thread_pick", "pick"
"""What is rewarded when the team picks a thread, and on whose account it is taken back."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@use_case
def plan_topic(plan: TopicPlan, first_on: date, last_on: date, *, actor_id: int) -> int:
    """Plan a topic for days of the brand, both included; return its id.

    Raises:
        InvalidError: the address, a name or the period is not usable.
        TopicNameError: another topic has the address or a name.
        PhotoGoneError: the banner is not there, or not the actor's.
    """
    _check(plan, first_on, last_on)
    _take_banner(plan, actor_id)
    topic_id = ids.next_id()
    made = insert(TOPIC).values(
        id=topic_id,
        slug=plan.slug,
        state=TopicState.PLANNED,
        created_by=actor_id,
        created_at=clock.now(),
        banner_media_id=plan.banner_media_id,
        **_texts(plan),
        **_period(first_on, last_on),
    )
    if not changed(made.on_conflict_do_nothing(index_elements=["slug"])):
        raise TopicNameError
    _take_names(topic_id, plan)
    search.refresh("topic", [topic_id])
    audit.note(actor_id, "topic.planned", Ref("topic", topic_id), slug=plan.slug)
    return topic_id


@use_case
def change_topic(
    slug: str, plan: TopicPlan, first_on: date, last_on: date, *, actor_id: int
) -> None:
    """Change a topic; its address stays. Without a banner in the plan the old one stays too.

    Raises:
        NotFoundError: no such topic.
        InvalidError, TopicNameError, PhotoGoneError: as for :func:`plan_topic`.
    """
    kept = sa.select(TOPIC.c.reward_kind, TOPIC.c.reward_key).where(TOPIC.c.slug == slug)
    before = db.session.execute(kept).one_or_none()
    if before is None:
        raise NotFoundError
    _check(plan, first_on, last_on, kept=f"{before.reward_kind}:{before.reward_key}")
    _take_banner(plan, actor_id)
    values: dict[str, Any] = {**_texts(plan), **_period(first_on, last_on)}
    if plan.banner_media_id is not None:
        values["banner_media_id"] = plan.banner_media_id
    topic_id = db.session.scalars(
        sa.update(TOPIC).where(TOPIC.c.slug == slug).values(**values).returning(TOPIC.c.id)
    ).one()
    changed(sa.delete(TOPIC_NAME).where(TOPIC_NAME.c.topic_id == topic_id))
    _take_names(topic_id, plan)
    search.refresh("topic", [topic_id])
    audit.note(actor_id, "topic.changed", Ref("topic", topic_id), slug=slug)


def _check(plan: TopicPlan, first_on: date, last_on: date, *, kept: str = "") -> None:
    if not SLUG.fullmatch(plan.slug) or len(plan.slug) > 40:  # noqa: PLR2004 - the column's length
        raise InvalidError(_("Use small letters, figures and hyphens for the address."))
    if not fold(plan.name_zh) or not fold(plan.name_en):
        raise InvalidError(_("Give the topic a name in both languages."))
    if plan.reward not in {"", kept} and plan.reward not in rewards.reward_choices():
        raise InvalidError(_("That mission or camp is not open. Choose another one."))
    if last_on < first_on:
        raise InvalidError(_("The last day is before the first."))


def _take_banner(plan: TopicPlan, actor_id: int) -> None:
    if plan.banner_media_id is not None:
        media.use_photos(actor_id, [plan.banner_media_id])


def _texts(plan: TopicPlan) -> dict[str, str]:
    kinds = ("name", "purpose", "rules", "rewards")
    reward_kind, _colon, reward_key = plan.reward.partition(":")
    return {
        f"{k}_{tag}": getattr(plan, f"{k}_{tag}").strip() for k in kinds for tag in ("zh", "en")
    } | {"reward_kind": reward_kind, "reward_key": reward_key}


def _period(first_on: date, last_on: date) -> dict[str, datetime]:
    return {"starts_at": clock.day_start(first_on), "ends_at": clock.day_end(last_on)}


def _take_names(topic_id: int, plan: TopicPlan) -> None:
    names = sorted({fold(plan.slug), fold(plan.name_zh), fold(plan.name_en)})
    rows = [{"name": name, "topic_id": topic_id} for name in names]
    made = insert(TOPIC_NAME).values(rows).on_conflict_do_nothing().returning(TOPIC_NAME.c.name)
    if len(db.session.scalars(made).all()) != len(names):
        raise TopicNameError


@use_case
def open_topic(slug: str, *, actor_id: int) -> bool:
    """Open a planned topic now; return whether it was planned."""
    return _turn(slug, TopicState.PLANNED, TopicState.OPEN, actor_id)


@use_case
def close_topic(slug: str, *, actor_id: int) -> bool:
    """Close an open topic now; return whether it was open. Its page and posts stay."""
    return _turn(slug, TopicState.OPEN, TopicState.CLOSED, actor_id)


def _turn(slug: str, before: TopicState, after: TopicState, actor_id: int) -> bool:
    now = clock.now()
    # Whoever opens it early or closes it early moves its period too: the sweep agrees with him.
    values: dict[str, Any] = (
        {
            "opened_at": now,
            "starts_at": sa.case((TOPIC.c.starts_at > now, now), else_=TOPIC.c.starts_at),
        }
        if after is TopicState.OPEN
        else {
            "closed_at": now,
            "ends_at": sa.case((TOPIC.c.starts_at < now, now), else_=TOPIC.c.ends_at),
        }
    )
    topic_id = db.session.scalar(
        sa.update(TOPIC)
        .where(TOPIC.c.slug == slug, TOPIC.c.state == before)
        .values(state=after, **values)
        .returning(TOPIC.c.id)
    )
    if topic_id is None:
        return False
    audit.note(actor_id, f"topic.{after}", Ref("topic", topic_id), slug=slug)
    _tell(topic_id, after, actor_id)
    return True


@use_case
def turn_topics() -> int:
    """Open and close the topics whose time has come; return how many."""
    now = clock.now()
    turned = 0
    for state, before, due in (
        (
            TopicState.OPEN,
            [TopicState.PLANNED],
            sa.and_(TOPIC.c.starts_at <= now, TOPIC.c.ends_at > now),
        ),
        (TopicState.CLOSED, [TopicState.PLANNED, TopicState.OPEN], TOPIC.c.ends_at <= now),
    ):
        moment = "opened_at" if state is TopicState.OPEN else "closed_at"
        found = db.session.scalars(
            sa.update(TOPIC)
            .where(TOPIC.c.state.in_(before), due)
            .values({"state": state, moment: now})
            .returning(TOPIC.c.id)
        ).all()
        for topic_id in found:
            _tell(topic_id, state, None)
        turned += len(found)
    return turned


def _tell(topic_id: int, state: TopicState, actor_id: int | None) -> None:
    fact = TopicOpened(topic_id) if state is TopicState.OPEN else TopicClosed(topic_id)
    facts.publish(fact, actor_id=actor_id, subject=Ref("topic", topic_id))


@use_case
def feature_thread(code: str, *, is_featured: bool, actor_id: int) -> bool:
    """Pick a visible thread for the featured lists, or no longer; return whether that was new.

    Raises:
        NotFoundError: no such thread, or nobody can see it.
    """
    found = queries.find_owned_thread(code)
    if found is None or found.is_removed or found.is_hidden:
        raise NotFoundError
    if not heat.feature(found.id, heat.ms(clock.now()) if is_featured else None):
        return False
    ref = Ref("thread", found.id)
    _settle_pick(found, is_featured=is_featured)
    audit.note(actor_id, "thread.featured" if is_featured else "thread.unfeatured", ref)
    facts.publish(
        ThreadFeatured(found.id) if is_featured else ThreadUnfeatured(found.id),
        actor_id=actor_id, subject=ref, concerns_id=found.author_id,
        scope=Ref("board", found.board_id),
    )  # fmt: skip
    return True


def _settle_pick(found: queries.OwnedThread, *, is_featured: bool) -> None:
    """Reward the author once a thread, whatever is picked how often; a pick undone takes it back.

    The award hangs on the thread too: removed or hidden, it takes this one with it.
    """
    pick = Ref(PICK, found.id)
    if not is_featured:
        loyalty.take_back(pick, on_account=PICKED)
        return
    about = {"board": found.board_id}
    loyalty.reward(
        found.author_id, "thread.featured", source=pick, about=about, cause=Ref("thread", found.id)
    )
    loyalty.give_back(pick, on_account=PICKED)
