"""Setting a draw up: draft, prizes, the operator's rules. Once open, nothing changes."""

from collections.abc import Iterable
from dataclasses import asdict, replace

import sqlalchemy as sa

from app.draws.queries import reading
from app.draws.queries.tables import DRAW, PRIZE, RULES
from app.draws.types import (
    CODE,
    MAX_PPM,
    RESERVED,
    SLUG,
    Draft,
    DrawRow,
    PrizeDraft,
    Rules,
    State,
)
from app.kernel import audit, clock, ids
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case
from app.kernel.errors import ConflictError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref

MAX_PRIZES = 40
MAX_WORTH = 10**12


@use_case
def save(draft: Draft, *, actor_id: int, slug: str | None = None) -> int:
    """Make a draft, or write one over; return its id.

    Args:
        draft: what staff wrote.
        actor_id: the member of staff.
        slug: of the draft that is changed; None: it is new.

    Raises:
        InvalidError: a name that can't be one.
        ConflictError: another draw has this name, or the draw is no draft any more.
        NotFoundError: there is none to change.
    """
    if not SLUG.match(draft.slug) or draft.slug in RESERVED:
        raise InvalidError(_l("Use small letters, digits and hyphens, e.g. autumn-grid."))
    if not draft.starts_at < draft.ends_at:
        raise InvalidError(_l("The draw must end after it begins."))
    if min(draft.cost_points, draft.free_per_day, draft.per_day, draft.per_person) < 0:
        raise InvalidError
    taken = reading.find(draft.slug)
    if taken is not None and draft.slug != slug:
        raise ConflictError(_l("Another draw has this address already."))
    values = {**asdict(draft), "changed_by": actor_id}
    if slug is None:
        draw_id = _insert(values, actor_id)
        audit.note(actor_id, "draw.made", Ref("draw", draw_id), game=draft.game.value)
        return draw_id
    draw = _draft(slug)
    changed(sa.update(DRAW).where(DRAW.c.id == draw.id).values(**values))
    audit.note(actor_id, "draw.changed", Ref("draw", draw.id))
    return draw.id


def _insert(values: dict[str, object], actor_id: int) -> int:
    draw_id = ids.next_id()
    db.session.execute(
        sa.insert(DRAW).values(
            **values,
            id=draw_id,
            state=State.DRAFT,
            beacon_value="",
            entry_count=0,
            epoch_plays=Rules().epoch_plays,
            play_count=0,
            spent_minor=0,
            spent_points=0,
            made_by=actor_id,
        )
    )
    return draw_id


def _draft(slug: str) -> DrawRow:
    """Return a draft, locked.

    Raises:
        NotFoundError: there is no such draw.
        ConflictError: it was opened.
    """
    draw = reading.locked(slug)
    if draw.state is not State.DRAFT:
        raise ConflictError(_l("This draw was opened: nothing about it can be changed any more."))
    return draw


@use_case
def save_prize(slug: str, prize: PrizeDraft, *, actor_id: int, code: str | None = None) -> None:
    """Add a prize to a draft, or write one over.

    Args:
        slug: of the draft.
        prize: what staff wrote.
        actor_id: the member of staff.
        code: of the prize that is changed; None: it is new, and stands last.

    Raises:
        NotFoundError: there is no such draw or prize.
        ConflictError: the draw is open, has such a prize, or has too many.
        InvalidError: a code that can't be one; a negative figure; a prize without stock.
    """
    draw = _draft(slug)
    _check_prize(prize)
    known = {each.code: each for each in reading.prizes_of(draw.id)}
    if code is not None and code not in known:
        raise NotFoundError
    if prize.code != code and prize.code in known:
        raise ConflictError(_l("Another prize has this code already."))
    if code is None and len(known) >= MAX_PRIZES:
        raise ConflictError(_l("A draw has at most 40 prizes."))
    values = _columns(prize)
    if code is None:
        place = max((each.place for each in known.values()), default=-1) + 1
        insert_dicts(
            PRIZE,
            [{"id": ids.next_id(), "draw_id": draw.id, "place": place, **values, "given": 0}],
        )
    else:
        changed(sa.update(PRIZE).where(PRIZE.c.id == known[code].id).values(**values))
    _touched(draw, actor_id, "draw.prize_saved", prize=known[code].id if code else None)


def _check_prize(prize: PrizeDraft) -> None:
    if not CODE.match(prize.code):
        raise InvalidError(_l("Use small letters, digits and hyphens for the code."))
    if prize.stock is not None and prize.stock < 1:
        raise InvalidError(_l("A prize without stock can't be won. Leave it empty for no limit."))
    if not 0 <= prize.odds_ppm <= MAX_PPM:
        raise InvalidError(_l("A chance is a whole number from 0 to 1,000,000."))
    if not 0 <= prize.value_minor <= MAX_WORTH or prize.count < 1:
        raise InvalidError
    if prize.is_nothing and (prize.value_minor or prize.is_headline):
        raise InvalidError(_l("A thank you has no value and is no headline prize."))


def _columns(prize: PrizeDraft) -> dict[str, object]:
    return {
        "code": prize.code,
        "name_zh": prize.name_zh,
        "name_en": prize.name_en,
        "thing_kind": prize.thing.kind if prize.thing else "",
        "thing_ref": prize.thing.ref if prize.thing else "",
        "thing_count": prize.count,
        "value_minor": prize.value_minor,
        "stock": prize.stock,
        "odds_ppm": prize.odds_ppm,
        "fallback": prize.fallback,
        "is_headline": prize.is_headline,
        "floors": prize.floors,
    }


@use_case
def save_prizes(slug: str, prizes: Iterable[PrizeDraft], *, actor_id: int) -> None:
    """Add several prizes to a draft, in their order; errors as :func:`save_prize`."""
    for prize in prizes:
        save_prize(slug, prize, actor_id=actor_id)


@use_case
def drop_prize(slug: str, code: str, *, actor_id: int) -> None:
    """Take a prize out of a draft.

    Raises:
        NotFoundError: there is no such draw or prize.
        ConflictError: the draw is open.
    """
    draw = _draft(slug)
    gone = changed(sa.delete(PRIZE).where(PRIZE.c.draw_id == draw.id, PRIZE.c.code == code))
    if not gone:
        raise NotFoundError
    _touched(draw, actor_id, "draw.prize_dropped")


@use_case
def drop(slug: str, *, actor_id: int) -> None:
    """Throw a draft away.

    Raises:
        NotFoundError: there is no such draw.
        ConflictError: it was opened: it stays for good.
    """
    draw = _draft(slug)
    changed(sa.delete(PRIZE).where(PRIZE.c.draw_id == draw.id))
    changed(sa.delete(DRAW).where(DRAW.c.id == draw.id))
    audit.note(actor_id, "draw.dropped", Ref("draw", draw.id))


def _touched(draw: DrawRow, actor_id: int, action: str, **detail: object) -> None:
    changed(sa.update(DRAW).where(DRAW.c.id == draw.id).values(changed_by=actor_id))
    audit.note(actor_id, action, Ref("draw", draw.id), **detail)


@use_case
def set_rules(rules: Rules, *, actor_id: int) -> Rules:
    """Let new rules hold for draws that open from now on.

    Raises:
        InvalidError: a figure is out of its bounds.
    """
    if not (0 < rules.max_prize_minor <= MAX_WORTH and 1 <= rules.epoch_plays <= 10_000):  # noqa: PLR2004 - one file of a record
        raise InvalidError
    before = reading.rules()
    if replace(rules, version=before.version) == before:
        return before
    made = replace(rules, version=before.version + 1)  # two at once: the primary key, and again
    insert_dicts(RULES, [{**asdict(made), "set_by": actor_id, "set_at": clock.now()}])
    audit.note(actor_id, "draw.rules_set", Ref("draw_rules", made.version), **asdict(made))
    return made
