"""Who bought: the one place where orders meet identities."""

from collections.abc import Iterable

from app.commerce.types import ChannelRow, OrderDraft
from app.identity import service as identity
from app.kernel import clock


def members_of(channel: ChannelRow, drafts: Iterable[OrderDraft]) -> dict[str, int]:
    """Return the member id of every buyer of these drafts; unknown ones become silent members."""
    identities = sorted({(channel.code, draft.buyer) for draft in drafts})
    if not identities:
        return {}
    members = identity.create_silent_members(identities, at=clock.now())
    return {buyer: member_id for (_channel, buyer), member_id in members.items()}
