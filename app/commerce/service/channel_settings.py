"""What staff decide about sales channels."""

import sqlalchemy as sa

from app.commerce.models import Channel
from app.commerce.queries.channel_settings import settings_of
from app.commerce.types.catalogue import ChannelChangedError, ChannelSettings
from app.kernel import audit, clock
from app.kernel.db import changed, use_case
from app.kernel.types import Ref


@use_case
def change_channel(wanted: ChannelSettings, *, seen: str, actor_id: int) -> bool:
    """Save a channel's settings as they were edited; return whether that changed anything.

    A multiplier counts for orders that earn for the first time from now on: an award freezes its
    own. A return window likewise: an order keeps its last day.

    Args:
        wanted: the settings.
        seen: the ``mark`` of the settings that the form was filled with.
        actor_id: who.

    Raises:
        UnknownChannelError: there is none of that code.
        ChannelChangedError: somebody saved it meanwhile; nothing was written.
    """
    channel_id, before = settings_of(wanted.code)
    if before.mark != seen:
        raise ChannelChangedError
    if wanted == before:
        return False
    values = {
        "name": wanted.name,
        "return_window_days": wanted.return_window_days,
        "earning_permille": wanted.earning_permille,
        "link_template": wanted.link_template,
        "price_floor_permille": wanted.price_floor_permille,
        "delivers": ",".join(wanted.delivers),
    }
    if wanted.is_closed != before.is_closed:
        values["closed_at"] = clock.now() if wanted.is_closed else None
    still = (
        Channel.id == channel_id,
        Channel.name == before.name,
        Channel.return_window_days == before.return_window_days,
        Channel.earning_permille == before.earning_permille,
        Channel.link_template == before.link_template,
        Channel.price_floor_permille.is_not_distinct_from(before.price_floor_permille),
        Channel.delivers == ",".join(before.delivers),
        Channel.closed_at.isnot(None) if before.is_closed else Channel.closed_at.is_(None),
    )
    if not changed(sa.update(Channel).where(*still).values(**values)):
        raise ChannelChangedError
    audit.note(
        actor_id,
        "channel.changed",
        Ref("channel", channel_id),
        return_window_days=[before.return_window_days, wanted.return_window_days],
        earning_permille=[before.earning_permille, wanted.earning_permille],
        price_floor_permille=[before.price_floor_permille, wanted.price_floor_permille],
        is_closed=[before.is_closed, wanted.is_closed],
    )
    return True
