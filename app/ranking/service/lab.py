"""Trying a formula: replayed over past months by the worker, compared, published with a date.

Each call of the worker is one chunk and one transaction. It locks the trial's row and goes on where
its cursor stands, so it may be killed at any instant, run twice or by two workers.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids, jobs
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.types import Ref
from app.ranking import policy
from app.ranking.policy import lab as figures
from app.ranking.queries import boards, members
from app.ranking.queries import lab as queries
from app.ranking.queries.lab import TRIAL, TRIAL_SCORE, PastLine
from app.ranking.service.boards import publish_formula, save_formula
from app.ranking.types import BoardRow, FieldError, Formula, Period, Span
from app.ranking.types.formulas import RECEIVED
from app.ranking.types.lab import MOST_MONTHS, TOP, Figures, TrialState, TrialStateError

SWEEP = "ranking.lab"
AT_ONCE = 300  # members of one transaction
HUNDRED = 100


@use_case
def begin_trial(
    actor_id: int, slug: str, label: str, formula: Formula, months: Sequence[date], key: str
) -> str:
    """Try a formula over past months; return the trial's code. The same form again: the first one.

    Raises:
        NotFoundError: no such board.
        FieldError: a figure makes no sense, no month or too many, or no formula is in force.
    """
    earlier = queries.trial_of_key(key)
    if earlier is not None:
        return earlier
    board = boards.find_board(slug)
    if board is None:
        raise NotFoundError
    policy.check_formula(formula)
    chosen = sorted(set(months))
    if not 1 <= len(chosen) <= MOST_MONTHS or not set(chosen) <= set(queries.past_months()):
        raise FieldError("months", _("Choose one to six months that are over."))
    if not board.version:
        raise FieldError("label", _("This board has no formula in force to compare with."))
    row = {
        "id": ids.next_id(), "code": ids.new_code(), "request_key": key, "board_id": board.id,
        "label": label, "formula": policy.stored_formula(formula),
        "version": boards.version_on(board.id, clock.business_date()) or board.version,
        "months": [each.isoformat() for each in chosen], "state": TrialState.WAITING,
        "results": [], "made_by": actor_id, "made_at": clock.now(),
    }  # fmt: skip
    db.session.execute(sa.insert(TRIAL), [row])
    audit.note(actor_id, "ranking.trial_begun", Ref("ranking_trial", int(str(row["id"]))))
    jobs.nudge(SWEEP)
    return str(row["code"])


# --- the worker ----------------------------------------------------------------------------------


def work_trials() -> int:
    """Replay a piece of the oldest trial; return how many members, or 1 for a month's end."""
    trial_id = queries.next_trial()
    db.session.rollback()
    return 0 if trial_id is None else work_chunk(trial_id)


@use_case
def work_chunk(trial_id: int, limit: int = AT_ONCE) -> int:
    """Replay the next members of a trial's month, or finish the month. Twice is once."""
    trial = db.session.execute(
        sa.update(TRIAL)
        .where(TRIAL.c.id == trial_id, TRIAL.c.state == TrialState.WAITING)
        .values(cursor=TRIAL.c.cursor)
        .returning(TRIAL)
    ).one_or_none()
    if trial is None:
        return 0
    board = boards.board_by_id(trial.board_id)
    assert board is not None  # noqa: S101 - a foreign key holds it
    month = date.fromisoformat(trial.months[trial.month_index])
    spans = queries.spans_in(board.draft.period, month)
    whole = Span(spans[0].starts_on, spans[-1].ends_on)
    found = queries.members_after(board.draft, whole, trial.cursor, limit)
    if not found:
        _finish(trial, month)
        return 1
    values: dict[str, Any] = {
        "cursor": found[-1], "done_count": TRIAL.c.done_count + len(found),
    }  # fmt: skip
    if not trial.cursor:
        values["member_count"] = queries.member_count(board.draft, whole)
        values["done_count"] = len(found)
    _replay(trial, board, month, spans, found)
    changed(sa.update(TRIAL).where(TRIAL.c.id == trial_id).values(**values))
    return len(found)


def _replay(
    trial: Any, board: BoardRow, month: date, spans: Sequence[Span], found: Sequence[int]
) -> None:
    whole = Span(spans[0].starts_on, spans[-1].ends_on)
    formulas = (boards.formula_of(board.id, trial.version), policy.read_formula(trial.formula))
    counting = members.who_counts(board.draft, found)
    new = queries.joined_in(policy.span_of(Period.MONTH, month), found)
    rows = []
    for member_id, his in queries.past_lines(board.draft, whole, found).items():
        before, after = (_worth(his, formula, spans) for formula in formulas)
        if member_id in counting and (before["raw"] or after["raw"]):
            row: dict[str, Any] = {
                "trial_id": trial.id, "month": month, "member_id": member_id,
                "is_new": member_id in new,
            }  # fmt: skip
            for name in ("points", "raw", "removed", "flagged"):
                row |= {f"{name}_before": before[name], f"{name}_after": after[name]}
            rows.append(row)
    insert_dicts(TRIAL_SCORE, rows)


def _worth(his: Sequence[PastLine], formula: Formula, spans: Sequence[Span]) -> dict[str, int]:
    """Return a member's points over a board's periods, and hundredths as they were seen then."""
    total = dict.fromkeys(("points", "raw", "removed", "flagged"), 0)
    for span in spans:
        lines = [each for each in his if span.starts_on <= each.line.on < span.ends_on]
        standing = [each.line for each in lines if not each.is_hidden]
        total["points"] += policy.score(standing, formula).points
        hidden = {each.line.id for each in lines if each.is_hidden}
        flagged = {each.line.id for each in lines if each.line.is_flagged} - hidden
        seen = policy.score([each.line._replace(is_flagged=False) for each in lines], formula)
        for part in seen.parts:
            share = seen.share if part.line.act in RECEIVED else HUNDRED
            worth = part.hundredths * share // HUNDRED
            total["raw"] += worth
            total["removed"] += worth if part.line.id in hidden else 0
            total["flagged"] += worth if part.line.id in flagged else 0
    return total


def _finish(trial: Any, month: date) -> None:
    """Compare a month by both formulas, keep the first members, go on to the next month."""
    rows = queries.scores_in(trial.id, month)
    before = {row.member_id: row.points_before for row in rows if row.points_before}
    after = {row.member_id: row.points_after for row in rows if row.points_after}
    ranks_before, ranks_after = figures.ranks(before), figures.ranks(after)
    tops = set(figures.top_of(before)), set(figures.top_of(after))
    everybody = sorted(before.keys() | after.keys())
    tau = figures.tau_b(
        [before.get(each, 0) for each in everybody], [after.get(each, 0) for each in everybody]
    )
    result = {
        "month": month.isoformat(),
        "before": _figures(rows, before, "before").stored(),
        "after": _figures(rows, after, "after").stored(),
        "tau": None if tau is None else figures.permille(tau),
        "stay": len(tops[0] & tops[1]),
    }
    _keep(trial.id, month, tops[0] | tops[1], ranks_before, ranks_after)
    is_last = trial.month_index + 1 >= len(trial.months)
    changed(
        sa.update(TRIAL)
        .where(TRIAL.c.id == trial.id)
        .values(
            results=[*trial.results, result],
            month_index=trial.month_index + 1 if not is_last else trial.month_index,
            cursor=0, done_count=trial.member_count if is_last else 0,
            state=TrialState.DONE if is_last else TrialState.WAITING,
            finished_at=clock.now() if is_last else None,
        )
    )  # fmt: skip


def _figures(rows: Sequence[Any], points: dict[int, int], side: str) -> Figures:
    values = list(points.values())
    # What was hidden since counts in for this one figure: who would have stood on top then?
    seen = {row.member_id: getattr(row, f"raw_{side}") for row in rows}
    top_then = set(figures.top_of({each: raw for each, raw in seen.items() if raw}))
    shown = [row for row in rows if row.member_id in top_then]
    top_now = set(figures.top_of(points))
    new = sum(row.is_new for row in rows if row.member_id in top_now)

    def share(name: str) -> int:
        raw = sum(seen[row.member_id] for row in shown)
        return figures.permille(sum(getattr(row, name) for row in shown) / raw) if raw else 0

    return Figures(
        members=len(values),
        gini_permille=figures.permille(figures.gini(values)),
        few_permille=figures.permille(figures.few_share(values)),
        new_permille=figures.permille(new / min(TOP, len(values))) if values else 0,
        removed_permille=share(f"removed_{side}"),
        flagged_permille=share(f"flagged_{side}"),
    )


def _keep(
    trial_id: int, month: date, top: set[int], before: dict[int, int], after: dict[int, int]
) -> None:
    """Write the ranks of the first members; the others' rows go."""
    here = sa.and_(TRIAL_SCORE.c.trial_id == trial_id, TRIAL_SCORE.c.month == month)
    changed(sa.delete(TRIAL_SCORE).where(here, TRIAL_SCORE.c.member_id.not_in(sorted(top))))
    for member_id in sorted(top):
        changed(
            sa.update(TRIAL_SCORE)
            .where(here, TRIAL_SCORE.c.member_id == member_id)
            .values(rank_before=before.get(member_id), rank_after=after.get(member_id))
        )


# --- publishing ----------------------------------------------------------------------------------


@use_case
def publish_trial(actor_id: int, code: str, effective_on: date) -> int:
    """Publish the formula of a trial from a day on; return its version. It never changes again.

    Raises:
        NotFoundError: no such trial.
        TrialStateError: it is not done, or published already.
        FieldError: no period of the board begins on that day.
    """
    trial = queries.find_trial(code)
    if trial is None:
        raise NotFoundError
    board = boards.board_by_id(trial.board_id)
    taken = changed(
        sa.update(TRIAL)
        .where(TRIAL.c.id == trial.id, TRIAL.c.state == TrialState.DONE)
        .values(state=TrialState.PUBLISHED, effective_on=effective_on, published_by=actor_id)
    )
    if taken != 1 or board is None:
        raise TrialStateError
    save_formula(actor_id, board.slug, trial.formula)
    version = publish_formula(actor_id, board.slug, effective_on)
    audit.note(actor_id, "ranking.trial_published", Ref("ranking_trial", trial.id), version=version)
    return version
