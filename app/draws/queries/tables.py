"""Tables of draws, and rows as values."""

from dataclasses import fields
from typing import Any, cast

import sqlalchemy as sa

from app.draws.models import (
    Draw,
    DrawEntry,
    DrawEpoch,
    DrawFloor,
    DrawPause,
    DrawPlay,
    DrawPlayer,
    DrawPrize,
    DrawRules,
    DrawTicket,
    DrawWin,
)
from app.draws.types import DrawRow, Epoch, Play, Prize
from app.identity.models import Member
from app.kernel.goods import Thing
from app.kernel.types import Ref

DRAW = cast("sa.Table", Draw.__table__)
PRIZE = cast("sa.Table", DrawPrize.__table__)
EPOCH = cast("sa.Table", DrawEpoch.__table__)
PLAYER = cast("sa.Table", DrawPlayer.__table__)
PLAY = cast("sa.Table", DrawPlay.__table__)
TICKET = cast("sa.Table", DrawTicket.__table__)
FLOOR = cast("sa.Table", DrawFloor.__table__)
PAUSE = cast("sa.Table", DrawPause.__table__)
ENTRY = cast("sa.Table", DrawEntry.__table__)
WIN = cast("sa.Table", DrawWin.__table__)
RULES = cast("sa.Table", DrawRules.__table__)
MEMBER = cast("sa.Table", Member.__table__)

DRAW_COLUMNS = [DRAW.c[each.name] for each in fields(DrawRow)]
EPOCH_COLUMNS = [EPOCH.c[each.name] for each in fields(Epoch)]


def draw_from(row: Any) -> DrawRow:
    """Return the draw in a row of ``DRAW_COLUMNS`` (others are left out)."""
    return DrawRow(**{column.name: getattr(row, column.name) for column in DRAW_COLUMNS})


def prize_from(row: Any) -> Prize:
    """Return the prize in a row of its table."""
    return Prize(
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        thing=Thing(row.thing_kind, row.thing_ref) if row.thing_kind else None,
        count=row.thing_count,
        value_minor=row.value_minor,
        stock=row.stock,
        odds_ppm=row.odds_ppm,
        fallback=row.fallback,
        is_headline=row.is_headline,
        floors=row.floors,
        id=row.id,
        draw_id=row.draw_id,
        place=row.place,
        given=row.given,
    )


def epoch_from(row: Any) -> Epoch:
    """Return the epoch in a row of ``EPOCH_COLUMNS``."""
    return Epoch(*(getattr(row, column.name) for column in EPOCH_COLUMNS))


def play_from(row: Any) -> Play:
    """Return the try in a row of its table."""
    return Play(
        id=row.id,
        code=row.code,
        draw_id=row.draw_id,
        epoch_id=row.epoch_id,
        nonce=row.nonce,
        player_id=row.player_id,
        member_id=row.member_id,
        client_seed=row.client_seed,
        paid_by=row.paid_by,
        points=row.points,
        roll=row.roll,
        losses_before=row.losses_before,
        rolled_id=row.rolled_id,
        awarded_id=row.awarded_id,
        reason=row.reason,
        where=Ref(row.where_kind, row.where_id) if row.where_kind else None,
        at=row.at,
        refunded_at=row.refunded_at,
    )
