"""Letters that go with notices: one for each, or a digest of a day or a week."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.identity import service as identity
from app.identity.types import Letter
from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.notify import queries
from app.notify.addresses import path_of
from app.notify.models import NoticeDelivery, NoticeRow
from app.notify.queries import DELIVERY, NOTICE
from app.notify.service.dispatching import dispatch
from app.notify.service.wishing import DIGEST
from app.notify.stopping import stop_path
from app.notify.types import (
    GROUP_LABELS,
    Channel,
    DeliveryState,
    Group,
    Notice,
    Said,
    find_kind,
)
from app.notify.types.highlights import Highlight, highlights

NOTICE_PAGE, DIGEST_PAGE = "notify/mail/notice.html", "notify/mail/digest.html"
MAIL_BATCH = 100
DIGEST_BATCH = 20
MOST_IN_A_DIGEST = 30  # the letter says how many more there are

_DUE = (DELIVERY.c.channel == Channel.MAIL, DELIVERY.c.state == DeliveryState.WAITING)


def mail_due(limit: int = MAIL_BATCH) -> int:
    """Decide what goes out, write the letters that are due; return how many were handled.

    A letter and the note that it is written stand or fall together, so a killed worker neither
    loses one nor writes it twice. Figures are those of now; what has come to nothing, was read
    already or is not wanted is skipped.
    """
    return dispatch(limit) + write_letters(limit) + write_digests()


@use_case
def write_letters(limit: int = MAIL_BATCH) -> int:
    """Write the letters of single notices; return how many notices were settled."""
    waiting = (
        sa.select(DELIVERY.c.id, DELIVERY.c.notice_id)
        .where(*_DUE, DELIVERY.c.period.is_(None), DELIVERY.c.due_at <= clock.now())
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # two workers share the work; SQLite has one writer
    )
    rows = {row.notice_id: row.id for row in db.session.execute(waiting)}
    if not rows:
        return 0
    letters = {rows[each.id]: _letter(each) for each in _worth_writing(rows)}
    _settle(identity.write_unasked("notice", letters, NOTICE_PAGE), rows.values())
    return len(rows)


def _letter(notice: Notice) -> Letter:
    unsubscribe = stop_path(notice.member_id, notice.kind)
    return Letter(
        notice.member_id, {"item": Item(notice), "stop_path": unsubscribe}, unsubscribe=unsubscribe
    )


@use_case
def write_digests(limit: int = DIGEST_BATCH) -> int:
    """Write the digests that are due, one for each member and period; return how many notices."""
    due = (
        sa.select(DELIVERY.c.member_id, DELIVERY.c.period)
        .where(*_DUE, DELIVERY.c.period.is_not(None), DELIVERY.c.due_at <= clock.now())
        .group_by(DELIVERY.c.member_id, DELIVERY.c.period)
        .order_by(sa.func.min(DELIVERY.c.due_at), DELIVERY.c.member_id)
        .limit(limit)
    )
    groups = [(row.member_id, row.period) for row in db.session.execute(due)]
    if not groups:
        return 0
    # Waits for another worker that holds them, and then finds them settled: one letter a period.
    rows = db.session.execute(
        sa.select(DELIVERY.c.id, DELIVERY.c.notice_id, DELIVERY.c.member_id, DELIVERY.c.period)
        .where(
            *_DUE, sa.tuple_(DELIVERY.c.member_id, DELIVERY.c.period).in_(groups)
        )
        .order_by(DELIVERY.c.id)
        .with_for_update()
    ).all()  # fmt: skip
    worth = {each.id: each for each in _worth_writing({row.notice_id for row in rows})}
    shown = highlights({member_id for member_id, _period in groups})
    letters = {}
    for group in groups:
        mine = [worth[row.notice_id] for row in rows
                if (row.member_id, row.period) == group and row.notice_id in worth]  # fmt: skip
        if mine:
            letters[group] = _digest(group[0], str(group[1]), mine, shown.get(group[0], ()))
    written = identity.write_unasked("digest", letters, DIGEST_PAGE)
    done = {row.id for row in rows
            if (row.member_id, row.period) in written and row.notice_id in worth}  # fmt: skip
    _settle(done, [row.id for row in rows])
    return len(rows)


def _digest(
    member_id: int, period: str, notices: Sequence[Notice], posts: Sequence[Highlight]
) -> Letter:
    newest = sorted(notices, key=lambda each: each.place, reverse=True)
    shown = newest[:MOST_IN_A_DIGEST]
    sections = [
        Section(GROUP_LABELS[group], [Item(each) for each in shown if _group(each) is group])
        for group in Group
    ]
    unsubscribe = stop_path(member_id, DIGEST)
    return Letter(
        member_id,
        {
            "sections": [each for each in sections if each.items],
            "top": Item(newest[0]),
            "others": len(newest) - 1,
            "left_out": len(newest) - len(shown),
            "is_weekly": period.startswith("weekly"),
            "highlights": posts,
            "stop_path": unsubscribe,
        },
        unsubscribe=unsubscribe,
    )


def _group(notice: Notice) -> Group | None:
    kind = find_kind(notice.kind)
    return kind.group if kind else None


@dataclass(frozen=True, slots=True)
class Item:
    """A notice in a letter; its words are made when the letter is printed, in its language."""

    notice: Notice

    def say(self) -> Said:
        """Return the words."""
        kind = find_kind(self.notice.kind)
        return kind.words(self.notice.params) if kind else Said("")

    def path(self) -> str:
        """Return where it leads; a page that has gone since leads to the notices."""
        return path_of(self.notice.link)


@dataclass(frozen=True, slots=True)
class Section:
    """The notices of one group in a digest."""

    label: object
    items: Sequence[Item]


def _worth_writing(notice_ids: Collection[int] | Mapping[int, int]) -> list[Notice]:
    """Return the notices that are still unread, wanted and worth a letter."""
    found = [each for each in queries.notices_by_id(list(notice_ids)) if not each.is_read]
    wishes = queries.wishes({each.member_id for each in found})
    wanted = [each for each in found if Channel.MAIL in wishes[each.member_id].channels(each.kind)]
    return [each for each in wanted if not Item(each).say().is_moot]


def _settle(written: Collection[int], all_: Collection[int]) -> None:
    """Note which deliveries became letters; the others were skipped."""
    for which, state in (
        (set(written), DeliveryState.DONE),
        (set(all_) - set(written), DeliveryState.SKIPPED),
    ):
        if which:
            changed(
                sa.update(NoticeDelivery)
                .where(DELIVERY.c.id.in_(sorted(which)))
                .values(state=state, settled_at=clock.now())
            )
    if written:
        _close_unseen(written)


def _close_unseen(delivery_ids: Collection[int]) -> None:
    """What never stands on the page is read once it was written: the next one gathers anew."""
    told: Any = sa.select(DELIVERY.c.notice_id).where(DELIVERY.c.id.in_(sorted(delivery_ids)))
    changed(
        sa.update(NoticeRow)
        .where(NOTICE.c.id.in_(told), NOTICE.c.is_shown.is_(sa.false()))
        .values(read_at=clock.now())
    )
