"""Words of integrations."""

from enum import StrEnum


class Adapter(StrEnum):
    """Whose language a shop speaks."""

    GENERIC = "generic"  # our own JSON, signed as Standard Webhooks say
    WOOCOMMERCE = "woocommerce"
    SHOPIFY = "shopify"


class DeliveryState(StrEnum):
    """What became of a webhook that was let in."""

    WAITING = "waiting"
    DONE = "done"
    IGNORED = "ignored"  # about something that does not concern us
    KEPT = "kept"  # signed, but its content can't be read: staff see why
