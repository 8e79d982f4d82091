"""The mall's words: states, causes, reasons in a statement."""

from app.kernel import reasons
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.reasons import Reason
from app.rewards.types import BackWhy, Decision, Movement, PaymentWhy, State, Why

STATES = {
    State.WAITING_MONEY: _l("Waiting for payment"),
    State.WAITING_REST: _l("Pre-ordered"),
    State.WAITING_ADDRESS: _l("Waiting for an address"),
    State.TO_PACK: _l("To be packed"),
    State.PACKED: _l("Packed"),
    State.SHIPPED: _l("On its way"),
    State.DONE: _l("Received"),
    State.PROBLEM: _l("Being looked into"),
    State.CANCELLED: _l("Cancelled"),
    State.REFUNDED: _l("Refunded"),
}
KINDS = {
    State.WAITING_MONEY: "warn",
    State.WAITING_REST: "info",
    State.WAITING_ADDRESS: "warn",
    State.TO_PACK: "accent",
    State.PACKED: "accent",
    State.SHIPPED: "info",
    State.DONE: "ok",
    State.PROBLEM: "danger",
}
CAUSES = {
    Movement.INITIAL: _l("First stock"),
    Movement.RECEIVED: _l("Stock came in"),
    Movement.BOUGHT: _l("Redeemed"),
    Movement.CANCELLED: _l("Order cancelled"),
    Movement.REFUNDED: _l("Order refunded"),
    Movement.GIVEN: _l("Given as a prize"),
    Movement.TAKEN_BACK: _l("Prize taken back"),
    Movement.CORRECTED: _l("Counted anew"),
    Movement.DAMAGED: _l("Damaged or lost"),
}
WHYS = {
    Why.MEMBER: _l("You changed your mind."),
    Why.STAFF: _l("Our team cancelled it."),
    Why.UNPAID: _l("The payment didn't come in time."),
    Why.TAKEN_BACK: _l("The prize was withdrawn."),
    Why.LEFT: _l("The account was closed."),
    Why.ADDRESS: _l("The address didn't work."),
    Why.DAMAGED: _l("It was damaged."),
    Why.LOST: _l("It was lost on the way."),
    Why.RETURNED: _l("It came back to us."),
    Why.OTHER: _l("Something went wrong."),
}
STAFF_WHYS = {
    Why.ADDRESS: _l("The address doesn't work"),
    Why.DAMAGED: _l("Damaged"),
    Why.LOST: _l("Lost on the way"),
    Why.RETURNED: _l("It came back to us"),
    Why.OTHER: _l("Something else"),
}
PAYMENT_WHYS = {
    PaymentWhy.UNKNOWN: _l("There is no such order."),
    PaymentWhy.AMOUNT: _l("It is not the amount that the order asks for."),
    PaymentWhy.CURRENCY: _l("It is another currency than the order's."),
    PaymentWhy.PAID: _l("The order was paid before. Perhaps it is the same money, noted by hand."),
    PaymentWhy.ENDED: _l("The order had ended when the money came."),
    PaymentWhy.REFERENCE: _l("This reference came before, with other figures."),
    PaymentWhy.FAILED: _l("The order can't go on: its goods are gone, or points are frozen."),
}
BACK_WHYS = {
    BackWhy.ENDED: _l("The order ended after it was paid"),
    BackWhy.LATE: _l("It was paid after the order had ended"),
    BackWhy.STAFF: _l("It fitted no order"),
}
DECISIONS = {
    Decision.TAKE: _l("Count the order as paid"),
    Decision.GIVE_BACK: _l("Give the money back"),
    Decision.DONE: _l("Nothing more to do, it is dealt with"),
}
REASONS = {
    "mall.redeemed": Reason(_l("Redeemed in the mall"), icon="gift"),
    "mall.set_aside": Reason(
        _l("Set aside for the mall"),
        icon="gift",
        explain=lambda _version: _("They wait until the order is paid in full, or is cancelled."),
    ),
    "mall.rest": Reason(_l("Rest of a pre-order"), icon="gift"),
    "mall.refunded": Reason(
        _l("Back from the mall"),
        icon="receipt-refund",
        explain=lambda _version: _("An order ended early; its points are back where they were."),
    ),
    "mall.part_refunded": Reason(
        _l("Part of a redemption given back"),
        icon="receipt-refund",
        explain=lambda _version: _(
            "The points of what you gave back are back where they were; the rest stays yours."
        ),
    ),
}


def register() -> None:
    """Name every reason that the mall posts under."""
    for name, meaning in REASONS.items():
        reasons.register(name, meaning)
