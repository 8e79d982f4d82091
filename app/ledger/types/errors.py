"""What can go wrong, as a person may read it."""

from app.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l


class InsufficientPointsError(DomainError):
    """Fewer points than the act needs. Nothing has moved.

    Attributes:
        needed: points the act needs.
        available: points that could be spent.
    """

    code = "insufficient_points"
    http_status = 409

    def __init__(self, *, needed: int, available: int) -> None:
        self.needed, self.available = needed, available
        super().__init__(
            _l(
                "This takes %(needed)s points and you have %(available)s. "
                "Collect a few more, then try again.",
                needed=needed,
                available=available,
            )
        )


class IdempotencyConflictError(ConflictError):
    """The same key came again with another content: a bug of the caller, not of the member."""

    code = "idempotency_conflict"
    default_message = _l("This request was sent before with other content. Start again.")


class FrozenWalletError(DomainError):
    """The wallet is frozen while staff look into it."""

    code = "wallet_frozen"
    http_status = 409
    default_message = _l(
        "Your points are on hold while we check something. Please write to the support team."
    )


class HoldResolvedError(ConflictError):
    """The hold was captured, released or has lapsed already."""

    code = "hold_resolved"
    default_message = _l("This reservation is already settled. Reload to see how.")


class HoldExceededError(InvalidError):
    """A capture asked for more than was reserved."""

    code = "hold_exceeded"
    default_message = _l("That is more than was reserved. Enter a smaller amount.")


class NotReversibleError(ConflictError):
    """This kind of transaction is not reversed through itself (a reversal never is)."""

    code = "not_reversible"
    default_message = _l("This entry can't be undone. Make an adjustment instead.")


class OverReversedError(ConflictError):
    """More would be taken back than was given."""

    code = "over_reversed"
    default_message = _l("That is more than is left to undo. Reload to see what is left.")


class NoSuchTransactionError(NotFoundError):
    """There is no such transaction or hold."""

    default_message = _l("We can't find this entry in the points book.")


class MergeError(ConflictError):
    """These two members can't be merged or parted as asked."""

    code = "merge_refused"
    default_message = _l("These accounts can't be merged or parted in this order.")
