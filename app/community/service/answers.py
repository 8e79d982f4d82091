"""A question's accepted answer: marked by who asked, or by the team; it can be taken back."""

import sqlalchemy as sa

from app.community.events import AnswerAccepted, AnswerTakenBack
from app.community.queries import parts as reads
from app.community.queries.tables import ANSWER
from app.community.service import telling
from app.community.service.threads import check_may_write
from app.community.types import ThreadGoneError
from app.community.types.kinds import ThreadKind
from app.community.types.writing import NotAQuestionError
from app.kernel import audit, clock, facts
from app.kernel.db import changed, insert, use_case
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.types import Ref


@use_case
def accept_answer(member_id: int, code: str, floor: int, *, is_staff: bool = False) -> bool:
    """Mark a reply as the answer of a question; another one loses the mark. Twice is once.

    Its author is told. Returns whether something changed.

    Raises:
        NotFoundError: no such thread, or no such reply that can be seen.
        ForbiddenError: neither his question nor one of the team.
        NotAQuestionError: it is no question.
        ThreadGoneError: it was removed or hidden.
        SilencedError: the member may not write for now.
    """
    question = _question(member_id, code, floor, is_staff=is_staff)
    if question.reply_id is None or question.replier_id is None:
        raise NotFoundError
    row = {
        "reply_id": question.reply_id, "marked_by": member_id, "marked_at": clock.now(),
    }  # fmt: skip
    done = changed(
        insert(ANSWER)
        .values(thread_id=question.id, **row)
        .on_conflict_do_update(
            index_elements=["thread_id"], set_=row, where=ANSWER.c.reply_id != question.reply_id
        )
    )
    if not done:
        return False
    facts.publish(
        AnswerAccepted(question.id, question.reply_id),
        actor_id=member_id,
        subject=Ref("reply", question.reply_id),
        concerns_id=question.replier_id,
        scope=Ref("board", question.board_id),
    )
    telling.tell_best_answer(member_id, question.replier_id, question.id, question.reply_id)
    if question.author_id != member_id:
        audit.note(member_id, "answer.accepted", Ref("reply", question.reply_id))
    return True


@use_case
def take_answer_back(member_id: int, code: str, *, is_staff: bool = False) -> bool:
    """Take the mark from a question's answer; return whether there was one.

    Raises:
        NotFoundError, ForbiddenError, NotAQuestionError, ThreadGoneError, SilencedError: as for
            :func:`accept_answer`.
    """
    question = _question(member_id, code, 0, is_staff=is_staff)
    if not changed(sa.delete(ANSWER).where(ANSWER.c.thread_id == question.id)):
        return False
    facts.publish(
        AnswerTakenBack(question.id, question.answer_id or 0),
        actor_id=member_id,
        subject=Ref("thread", question.id),
        scope=Ref("board", question.board_id),
    )
    if question.author_id != member_id:
        audit.note(member_id, "answer.taken_back", Ref("thread", question.id))
    return True


def _question(member_id: int, code: str, floor: int, *, is_staff: bool) -> reads.Question:
    check_may_write(member_id)
    question = reads.find_question(code, floor)
    if question is None:
        raise NotFoundError
    if question.author_id != member_id and not is_staff:
        raise ForbiddenError
    if not question.is_visible:
        raise ThreadGoneError
    if question.kind is not ThreadKind.QUESTION:
        raise NotAQuestionError
    return question
