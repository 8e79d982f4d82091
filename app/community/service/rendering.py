"""Stored texts printed anew: names, topics and cards as they are now."""

from functools import partial

import sqlalchemy as sa

from app.community.queries.tables import REPLY, STEP, THREAD
from app.community.service import marking
from app.kernel.db import changed, db, use_case
from app.kernel.text import render_markdown


def render_again(thread_id: int, floor: int) -> None:
    """Print a stored text anew: names, topics and cards as they are now.

    A text that is changed at the same moment is left alone: the change has printed it.
    """
    if floor:
        _render_reply(thread_id, floor)
    else:
        _render_thread(thread_id)


@use_case
def _render_thread(thread_id: int) -> None:
    thread = db.session.execute(
        sa.select(THREAD.c.body, THREAD.c.version).where(THREAD.c.id == thread_id)
    ).one_or_none()
    if thread is None:
        return
    steps = db.session.execute(
        sa.select(STEP.c.position, STEP.c.text).where(STEP.c.thread_id == thread_id)
    ).all()
    marks = marking.marks_of([thread.body, *(step.text for step in steps)])
    render = partial(render_markdown, marks=marks)
    same = (THREAD.c.id == thread_id, THREAD.c.version == thread.version)
    values = {"body_html": str(render(thread.body))}
    if not changed(sa.update(THREAD).where(*same).values(values)):
        return
    for step in steps:
        one = (STEP.c.thread_id == thread_id, STEP.c.position == step.position)
        html = str(render(step.text))
        changed(sa.update(STEP).where(*one, STEP.c.text == step.text).values(text_html=html))


@use_case
def _render_reply(thread_id: int, floor: int) -> None:
    where = (REPLY.c.thread_id == thread_id, REPLY.c.floor == floor)
    body = db.session.scalar(sa.select(REPLY.c.body).where(*where))
    if body is None:
        return
    html = str(render_markdown(body, marking.marks_of([body])))
    changed(sa.update(REPLY).where(*where, REPLY.c.body == body).values(body_html=html))
