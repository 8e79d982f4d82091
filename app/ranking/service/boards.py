"""Boards as staff run them: write, publish a formula, open, close. Audited."""

import re
from datetime import date, timedelta

import sqlalchemy as sa

from app.kernel import audience, audit, clock, facts, goods, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.types import Ref
from app.ranking import policy
from app.ranking.events import FormulaPublished
from app.ranking.queries import boards
from app.ranking.queries.places_known import scope_choices
from app.ranking.queries.tables import BOARD, FORMULA, PERIOD
from app.ranking.service import scoring
from app.ranking.types import (
    MAX_PLACES,
    MAX_PRIZE_COUNT,
    MAX_PRIZES,
    BoardDraft,
    BoardRow,
    BoardState,
    BoardTakenError,
    FieldError,
    Formula,
    Period,
    PeriodState,
    Prize,
    Scope,
)

SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
MAX_SLUG, MAX_ZH, MAX_EN, MAX_WAIT = 40, 24, 40, 24 * 14
MAX_MINIMUM = 1_000_000
RESERVED = frozenset({"me", "hall", "new"})


@use_case
def create_board(actor_id: int | None, draft: BoardDraft, formula: Formula) -> int:
    """Write a new board; nobody sees it before it is opened. Returns its id.

    Raises:
        FieldError: a field makes no sense.
        BoardTakenError: another board has the address.
    """
    _check(draft)
    policy.check_formula(formula)
    board_id = ids.next_id()
    made = changed(
        insert(BOARD)
        .values(
            id=board_id, state=BoardState.DRAFT, formula=policy.stored_formula(formula),
            created_by=actor_id, created_at=clock.now(), **_columns(draft),
        )
        .on_conflict_do_nothing(index_elements=["slug"])
    )  # fmt: skip
    if not made:
        raise BoardTakenError
    audit.note(actor_id, "ranking.board_written", Ref("ranking_board", board_id))
    return board_id


@use_case
def save_board(actor_id: int, slug: str, draft: BoardDraft) -> None:
    """Change a board. What is running is scored anew; what is over stays as it is.

    Raises:
        NotFoundError: there is none of that address.
        FieldError: a field makes no sense, or can't change any more.
        BoardTakenError: another board has the new address.
    """
    board = _locked(slug)
    _check(draft)
    if board.state is not BoardState.DRAFT and draft.period is not board.draft.period:
        raise FieldError(
            "period", _("A board that has begun keeps its period. Close it and write another one.")
        )
    if draft.slug != slug and boards.find_board(draft.slug) is not None:
        raise BoardTakenError
    changed(sa.update(BOARD).where(BOARD.c.id == board.id).values(**_columns(draft)))
    if board.state is BoardState.OPEN:
        scoring.mark_span(policy.span_of(draft.period, clock.business_date()))
    audit.note(actor_id, "ranking.board_changed", Ref("ranking_board", board.id))


def _columns(draft: BoardDraft) -> dict[str, object]:
    values = {name: getattr(draft, name) for name in boards.DRAFT}
    return {**values, "prizes": [prize.stored() for prize in draft.prizes]}


def _locked(slug: str) -> BoardRow:
    row = db.session.execute(
        sa.select(BOARD).where(BOARD.c.slug == slug).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return boards.board_from(row)


# --- what makes no sense -------------------------------------------------------------------------


def _check(draft: BoardDraft) -> None:
    if not SLUG.match(draft.slug) or len(draft.slug) > MAX_SLUG or draft.slug in RESERVED:
        raise FieldError("slug", _("Small letters, digits and single hyphens, up to 40."))
    _check_name("name_zh", draft.name_zh, MAX_ZH)
    _check_name("name_en", draft.name_en, MAX_EN)
    if not 0 <= draft.wait_hours <= MAX_WAIT:
        raise FieldError("wait_hours", _("From 0 hours to two weeks (336)."))
    if not 1 <= draft.minimum <= MAX_MINIMUM:
        raise FieldError("minimum", _("From 1 to 1,000,000."))
    _check_scope(draft)
    known = {key for key, _label in audience.choices()}
    if draft.audience not in known:
        raise FieldError("audience", _("Nobody answers for this group of members."))
    if draft.not_audience and draft.not_audience not in known - {"all"}:
        raise FieldError("not_audience", _("Nobody answers for this group of members."))
    _check_prizes(draft)


def _check_name(field: str, name: str, most: int) -> None:
    if not name.strip() or len(name) > most:
        raise FieldError(field, _("Write a name of up to %(num)s characters.", num=most))


def _check_scope(draft: BoardDraft) -> None:
    if draft.scope == Scope.SITE:
        return
    known = {ref for scope, ref, _name in scope_choices() if scope == draft.scope}
    if draft.scope_ref not in known:
        raise FieldError("scope_ref", _("Choose the place that this board looks at."))


def _check_prizes(draft: BoardDraft) -> None:
    if draft.prizes and draft.period is Period.ALL:
        raise FieldError("prizes", _("A board that never ends has no day on which prizes go out."))
    if len(draft.prizes) > MAX_PRIZES:
        raise FieldError("prizes", _("At most %(num)s rows of prizes.", num=MAX_PRIZES))
    for number, prize in enumerate(draft.prizes):
        _check_prize(f"prizes-{number}", prize)


def _check_prize(field: str, prize: Prize) -> None:
    if not 1 <= prize.from_rank <= prize.to_rank <= MAX_PLACES:
        raise FieldError(
            field, _("Ranks go from 1 to %(num)s, the first one first.", num=MAX_PLACES)
        )
    if not 1 <= prize.count <= MAX_PRIZE_COUNT:
        raise FieldError(field, _("How many each gets: from 1 to %(num)s.", num=MAX_PRIZE_COUNT))
    try:
        kind = goods.kind_of(prize.thing)
    except goods.UnknownGoodsError:
        raise FieldError(field, _("Nobody hands this over. Choose another prize.")) from None
    if kind.is_amount:
        is_amount = prize.thing.ref.isascii() and prize.thing.ref.isdecimal()
        if not is_amount or int(prize.thing.ref) < 1:
            raise FieldError(field, _("Write a whole number above 0."))
    elif prize.thing.ref not in {ref for ref, _label in kind.choices()}:
        raise FieldError(field, _("This prize is not there any more. Choose another one."))


# --- formulas ------------------------------------------------------------------------------------


@use_case
def save_formula(actor_id: int, slug: str, formula: Formula) -> None:
    """Keep the formula that is being worked on; nothing is scored by it yet.

    Raises:
        NotFoundError: no such board.
        FieldError: a figure makes no sense.
    """
    board = _locked(slug)
    policy.check_formula(formula)
    changed(
        sa.update(BOARD)
        .where(BOARD.c.id == board.id)
        .values(formula=policy.stored_formula(formula))
    )
    audit.note(actor_id, "ranking.formula_saved", Ref("ranking_board", board.id))


def first_days(board: BoardRow) -> list[date]:
    """Return the days from which a formula published now may hold: where periods begin.

    The first formula of a board holds for the period that runs; a later one never changes a period
    that has begun. A board without end turns on any day from tomorrow on.
    """
    today = clock.business_date()
    period = board.draft.period
    if not board.version:
        return [policy.span_of(period, today).starts_on]
    if period is Period.ALL:
        return [today + timedelta(days=ahead) for ahead in range(1, 15)]
    days = [policy.next_start(period, today)]
    for _further in range(3):
        days.append(policy.next_start(period, days[-1]))
    return days


@use_case
def publish_formula(actor_id: int | None, slug: str, effective_on: date | None = None) -> int:
    """Publish the formula that was worked on; return its version. It never changes afterwards.

    Args:
        actor_id: who.
        slug: of the board.
        effective_on: one of :func:`first_days`; None: the first of them.

    Raises:
        NotFoundError: no such board.
        FieldError: the formula makes no sense, or no period begins on that day.
    """
    board = _locked(slug)
    policy.check_formula(board.formula)
    allowed = first_days(board)
    day = effective_on or allowed[0]
    if day not in allowed:
        raise FieldError("effective_on", _("Choose a day on which a period begins."))
    version = board.version + 1
    db.session.execute(
        sa.insert(FORMULA).values(
            board_id=board.id, version=version, formula=policy.stored_formula(board.formula),
            effective_on=day, published_by=actor_id, published_at=clock.now(),
        )
    )  # fmt: skip
    changed(sa.update(BOARD).where(BOARD.c.id == board.id).values(version=version))
    about = Ref("ranking_board", board.id)
    facts.publish(
        FormulaPublished(board.id, version, day.isoformat()), actor_id=actor_id, subject=about
    )
    audit.note(actor_id, "ranking.formula_published", about, version=version, on=day.isoformat())
    return version


# --- open and close ------------------------------------------------------------------------------


@use_case
def open_board(actor_id: int | None, slug: str) -> None:
    """Show a board to members; its formula is published if none is. Twice is once.

    Raises:
        NotFoundError: no such board.
        FieldError: the formula makes no sense.
    """
    board = _locked(slug)
    if not board.version:
        publish_formula(actor_id, slug)
    changed(sa.update(BOARD).where(BOARD.c.id == board.id).values(state=BoardState.OPEN))
    fresh = boards.find_board(slug)
    assert fresh is not None  # noqa: S101 - locked above
    if not _go_on(fresh):
        scoring.begin_period(fresh, clock.business_date())
    audit.note(actor_id, "ranking.board_opened", Ref("ranking_board", board.id))


def _go_on(board: BoardRow) -> bool:
    """Let today's period go on that ended with the closing; return whether there is one."""
    span = policy.span_of(board.draft.period, clock.business_date())
    done = changed(
        sa.update(PERIOD)
        .where(
            PERIOD.c.board_id == board.id,
            PERIOD.c.starts_on == span.starts_on,
            PERIOD.c.state == PeriodState.DONE,
            PERIOD.c.settled_at.is_(None),
        )
        .values(state=PeriodState.OPEN, done_at=None)
    )
    if done:
        scoring.mark_span(span)
    return bool(done)


@use_case
def close_board(actor_id: int, slug: str) -> None:
    """Take a board from the members' pages. Its running period ends without prizes.

    Raises:
        NotFoundError: no such board.
    """
    board = _locked(slug)
    changed(sa.update(BOARD).where(BOARD.c.id == board.id).values(state=BoardState.CLOSED))
    changed(
        sa.update(PERIOD)
        .where(PERIOD.c.board_id == board.id, PERIOD.c.state == PeriodState.OPEN)
        .values(state=PeriodState.DONE, done_at=clock.now())
    )
    audit.note(actor_id, "ranking.board_closed", Ref("ranking_board", board.id))
