"""The weekly kit and what the miner counts. Nothing here is for ever: all rows may change or go."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Id, Model, enum_type
from app.ops.types import IdeaKind, IdeaState, ItemKind


def _member() -> Any:
    return mapped_column(sa.ForeignKey("member.id"))


class KitItem(Model):
    """A piece of work of a week.

    Attributes:
        week_on: the Monday of its week, for the list.
        copied_from: the item of an earlier week that it repeats: copying twice copies once.
    """

    __tablename__ = "ops_kit_item"
    __table_args__ = (
        sa.UniqueConstraint("week_on", "copied_from"),
        sa.Index("ix_ops_kit_item_week", "week_on", "on_day", "id"),
    )

    id: Mapped[Id]
    week_on: Mapped[date]
    on_day: Mapped[date]
    kind: Mapped[ItemKind] = mapped_column(enum_type(ItemKind))
    title: Mapped[str] = mapped_column(sa.String(120))
    text: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.String(400))
    link: Mapped[str] = mapped_column(sa.String(200))
    assignee_id: Mapped[int | None] = _member()
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = _member()
    copied_from: Mapped[int | None]
    created_by: Mapped[int | None] = _member()
    created_at: Mapped[datetime]


class KitPlan(Model):
    """A form of the guided plan that was sent: a second submit plans nothing twice."""

    __tablename__ = "ops_kit_plan"

    request_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    week_on: Mapped[date]
    items: Mapped[int] = mapped_column(sa.Integer)
    created_at: Mapped[datetime] = mapped_column(index=True)


class KitRow(Model):
    """A line of the checklist of a good week; no rows: the starter of the house holds."""

    __tablename__ = "ops_kit_row"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(enum_type(ItemKind))
    title_zh: Mapped[str] = mapped_column(sa.String(60))
    title_en: Mapped[str] = mapped_column(sa.String(60))
    goal: Mapped[int] = mapped_column(sa.Integer)
    weekday: Mapped[int | None] = mapped_column(sa.Integer)
    is_on: Mapped[bool]
    position: Mapped[int] = mapped_column(sa.Integer)


class KitText(Model):
    """A text of the library; no rows: the starter of the house holds."""

    __tablename__ = "ops_kit_text"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(enum_type(ItemKind))
    name_zh: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    text_zh: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    position: Mapped[int] = mapped_column(sa.Integer)


class OpsIdea(Model):
    """What the miner proposes. One row for one thing, also once the team has decided.

    Attributes:
        key: the folded term, or the product's slug.
        score_milli: z in thousandths.
        weeks: posts by week, the oldest of five first.
        threads: ids of the newest posts that have it.
    """

    __tablename__ = "ops_idea"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key"),
        sa.Index("ix_ops_idea_state", "state", "score_milli", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[IdeaKind] = mapped_column(enum_type(IdeaKind))
    key: Mapped[str] = mapped_column(sa.String(80))
    shown_zh: Mapped[str] = mapped_column(sa.String(80))
    shown_en: Mapped[str] = mapped_column(sa.String(80))
    score_milli: Mapped[int] = mapped_column(sa.Integer)
    posts: Mapped[int] = mapped_column(sa.Integer)
    authors: Mapped[int] = mapped_column(sa.Integer)
    weeks: Mapped[list[Any]]
    threads: Mapped[list[Any]]
    board_id: Mapped[int | None]
    found_on: Mapped[date]
    state: Mapped[IdeaState] = mapped_column(enum_type(IdeaState))
    decided_by: Mapped[int | None] = _member()
    decided_at: Mapped[datetime | None]


class OpsTopicDraft(Model):
    """A hot topic that somebody prepares; gone once it is planned or dropped."""

    __tablename__ = "ops_topic_draft"

    id: Mapped[Id]
    idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ops_idea.id"), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(40))
    slug: Mapped[str] = mapped_column(sa.String(40))
    week_on: Mapped[date]
    board_slug: Mapped[str] = mapped_column(sa.String(40))
    purpose_zh: Mapped[str] = mapped_column(sa.String(200))
    purpose_en: Mapped[str] = mapped_column(sa.String(200))
    question_zh: Mapped[str] = mapped_column(sa.String(400))
    question_en: Mapped[str] = mapped_column(sa.String(400))
    created_by: Mapped[int | None] = _member()
    created_at: Mapped[datetime]


class MinedDay(Model):
    """A day whose posts were counted.

    Attributes:
        counted_on: the night in which it was counted last.
    """

    __tablename__ = "ops_mined_day"

    mined_on: Mapped[date] = mapped_column(primary_key=True)
    counted_on: Mapped[date]
    posts: Mapped[int] = mapped_column(sa.Integer)


class TermDay(Model):
    """In how many posts of a day a word stood."""

    __tablename__ = "ops_term_day"

    mined_on: Mapped[date] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    posts: Mapped[int] = mapped_column(sa.Integer)


class MinedNight(Model):
    """A night in which the miner came to an end."""

    __tablename__ = "ops_mined_night"

    night_on: Mapped[date] = mapped_column(primary_key=True)
    ideas: Mapped[int] = mapped_column(sa.Integer)
    finished_at: Mapped[datetime]
