"""What the team makes of the miner's ideas: a topic, or nothing."""

import re
from datetime import timedelta

import sqlalchemy as sa

from app.community import queries as community
from app.community.service import topics
from app.community.types.reading import TopicPlan
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.types import Ref
from app.ops.queries import ideas as queries
from app.ops.queries import kit
from app.ops.queries.tables import DRAFT, IDEA
from app.ops.service import kit as kit_service
from app.ops.starter import QUESTION_EN, QUESTION_ZH
from app.ops.types import (
    DAYS,
    WEEK,
    Idea,
    IdeaKind,
    IdeaState,
    ItemDraft,
    ItemKind,
    TopicDraft,
    this_week,
)

NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
HAN = re.compile(r"[\u3400-\u9fff]")
MOST_NAME, MOST_TEXT = 40, 400


@use_case
def draft_from(idea_id: int, *, actor_id: int) -> int:
    """Begin a topic from an idea; return the draft's id. The same idea has one draft.

    Raises:
        NotFoundError: no such idea.
    """
    idea = queries.find_idea(idea_id)
    if idea is None:
        raise NotFoundError
    draft_id = ids.next_id()
    draft = _suggested(idea)
    values = {name: getattr(draft, name) for name in draft.__slots__}
    row = {"id": draft_id, "idea_id": idea.id, "created_by": actor_id, "created_at": clock.now()}
    statement = insert(DRAFT).values(**row, **values)
    if not changed(statement.on_conflict_do_nothing(index_elements=["idea_id"])):
        known = sa.select(DRAFT.c.id).where(DRAFT.c.idea_id == idea.id)
        return int(db.session.scalars(known).one())
    audit.note(actor_id, "kit.topic_begun", Ref("idea", idea.id))
    return draft_id


def _suggested(idea: Idea) -> TopicDraft:
    zh, en = idea.shown_zh, idea.shown_en
    if idea.kind is IdeaKind.TERM:  # it has one language; the team writes the other
        is_zh = HAN.search(idea.key) is not None
        zh, en = (idea.key, "") if is_zh else ("", idea.key.capitalize())
    board = next((each.slug for each in community.boards() if each.id == idea.board_id), "")
    return TopicDraft(
        zh[:MOST_NAME],
        en[:MOST_NAME],
        slug_of(en or zh),
        this_week() + WEEK,
        board,
        question_zh=QUESTION_ZH.format(name=zh or "…")[:MOST_TEXT],
        question_en=QUESTION_EN.format(name=en or "…")[:MOST_TEXT],
    )


def slug_of(name: str) -> str:
    """Return an address for a topic: Latin as it is, Chinese by its sounds."""
    from pypinyin import lazy_pinyin  # its tables are loaded by whoever needs them

    sounds = " ".join(lazy_pinyin(name)) if HAN.search(name) else name
    return NOT_IN_SLUG.sub("-", sounds.casefold()).strip("-")[:MOST_NAME].strip("-")


@use_case
def save_draft(draft_id: int, draft: TopicDraft, *, actor_id: int) -> None:
    """Keep what somebody wrote, finished or not.

    Raises:
        NotFoundError: no such draft.
    """
    values = {name: getattr(draft, name) for name in draft.__slots__}
    if not changed(sa.update(DRAFT).where(DRAFT.c.id == draft_id).values(**values)):
        raise NotFoundError
    audit.note(actor_id, "kit.topic_saved", Ref("topic_draft", draft_id))


@use_case
def plan_draft(draft_id: int, draft: TopicDraft, *, actor_id: int) -> int:
    """Put a draft on the calendar for its week; return the topic's id.

    Its opening question becomes work of that Monday. The draft goes, its idea is used.

    Raises:
        NotFoundError: no such draft; somebody was faster.
        InvalidError: name, address or week is not usable.
        TopicNameError: another topic has the address or a name.
    """
    kept = kit.find_draft(draft_id)
    if kept is None:
        raise NotFoundError
    changed(sa.delete(DRAFT).where(DRAFT.c.id == draft_id))
    if kept.idea_id is not None:
        _decide(kept.idea_id, IdeaState.USED, actor_id)
    plan = TopicPlan(draft.slug, draft.name_zh, draft.name_en, draft.purpose_zh, draft.purpose_en)
    last = draft.week_on + timedelta(days=DAYS - 1)
    topic_id = topics.plan_topic(plan, draft.week_on, last, actor_id=actor_id)
    question = "\n\n".join(text for text in (draft.question_zh, draft.question_en) if text)
    if question:
        opening = ItemDraft(
            max(draft.week_on, clock.business_date()),
            ItemKind.QUESTION,
            _("Open #%(name)s# with a question", name=draft.name_en or draft.name_zh)[:120],
            question,
            link=f"/compose?topic={draft.slug}",
        )
        kit_service.add_item(opening, actor_id=actor_id, week_on=draft.week_on)
    return topic_id


@use_case
def drop_draft(draft_id: int, *, actor_id: int) -> bool:
    """Throw a draft away; its idea can be used again. Return whether it was there."""
    if not changed(sa.delete(DRAFT).where(DRAFT.c.id == draft_id)):
        return False
    audit.note(actor_id, "kit.topic_dropped", Ref("topic_draft", draft_id))
    return True


@use_case
def dismiss(idea_id: int, *, actor_id: int) -> bool:
    """Say that an idea is no topic; return whether it was new. It can be undone."""
    return _decide(idea_id, IdeaState.DISMISSED, actor_id)


@use_case
def bring_back(idea_id: int, *, actor_id: int) -> bool:
    """Undo :func:`dismiss`; return whether it was dismissed."""
    return _decide(idea_id, IdeaState.NEW, actor_id)


BEFORE = {
    IdeaState.USED: [IdeaState.NEW, IdeaState.DISMISSED],
    IdeaState.DISMISSED: [IdeaState.NEW],
    IdeaState.NEW: [IdeaState.DISMISSED],
}


def _decide(idea_id: int, state: IdeaState, actor_id: int) -> bool:
    values = {"state": state, "decided_by": actor_id, "decided_at": clock.now()}
    if state is IdeaState.NEW:
        values |= {"decided_by": None, "decided_at": None}
    statement = sa.update(IDEA).where(IDEA.c.id == idea_id, IDEA.c.state.in_(BEFORE[state]))
    if not changed(statement.values(**values)):
        return False
    audit.note(actor_id, f"kit.idea_{state}", Ref("idea", idea_id))
    return True
