"""Who bought: the one place where orders meet identities."""

from collections.abc import Iterable

from app.commerce.types import CONTACT_KEYS, ChannelRow, OrderDraft
from app.identity import service as identity
from app.identity.types import Buyer
from app.kernel import clock


def members_of(channel: ChannelRow, drafts: Iterable[OrderDraft]) -> dict[str, int]:
    """Return the member id of every buyer of these drafts; unknown ones become silent members."""
    buyers = {Buyer(draft.buyer, draft.phone, draft.email) for draft in drafts}
    if not buyers:
        return {}
    return identity.resolve_buyers(
        channel.code,
        sorted(buyers, key=lambda buyer: (buyer.key, buyer.phone, buyer.email)),
        at=clock.now(),
        key_kind=CONTACT_KEYS.get(channel.identity_kind),
    )
