"""Words for what the ledger counts.

Points are whole integers. A *wallet* is one member's place in one book; it has four buckets:
``pending`` (earned, not yet spendable), ``available``, ``held`` (reserved for something) and
``debt`` (taken back after it was spent; as long as it stands, ``available`` is 0).
"""

import enum
from datetime import UTC, date, datetime
from typing import ClassVar, Final

NEVER: Final = date(9999, 12, 31)
"""``expires_on`` of points that do not expire (a date, so that it sorts the same everywhere)."""

SPENDABLE: Final = date(1970, 1, 1)
"""``matures_on`` of a lot that is spendable already."""

BY_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""``matures_at`` of a lot whose ``matures_on`` alone says when: spendable ones, and pending ones
that code before 0.10 wrote, which mature at the midnight with which that day begins."""

GRACE_DAYS: Final = 30
"""How long points live that return to a lot which has lapsed, unless the caller says otherwise."""

MAX_SCOPE, MAX_KEY, MAX_REASON, MAX_ORIGIN = 48, 128, 48, 32
MAX_AMOUNT: Final = 10**15  # a thousand times this still fits 64 bits


class Book(enum.StrEnum):
    """What is counted. Books never convert into each other."""

    POINTS = "points"  # spendable, in lots that mature and expire
    GROWTH = "growth"  # decides the tier; never spent, never expires


class Fund(enum.StrEnum):
    """Which purse paid for points; cost and liability are told apart by it."""

    ORDER = "order"
    CONTENT = "content"
    CHECKIN = "checkin"
    ADJUST = "adjust"
    PRIZE = "prize"
    GIFT = "gift"
    RESTORED = "restored"
    OPENING = "opening"


class Account(enum.StrEnum):
    """One end of a transfer: a bucket of a wallet, or one of the house's four accounts.

    The house's accounts keep no balance: a stored one is a row that every posting fights for.
    """

    PENDING = "pending"
    AVAILABLE = "available"
    HELD = "held"
    DEBT = "debt"
    ISSUANCE = "issuance"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    CLAWED = "clawed"


class Kind(enum.StrEnum):
    """What a transaction is."""

    EARN = "earn"
    SPEND = "spend"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    REVERSE = "reverse"
    CLAW = "claw"
    ADJUST = "adjust"
    MATURE = "mature"
    EXPIRE = "expire"
    MERGE = "merge"
    UNMERGE = "unmerge"


class Move(enum.StrEnum):
    """What happened to a lot. Each kind has one direction."""

    ISSUE = "issue"  # new points: in
    RESTORE = "restore"  # a spend was reversed: in
    ARRIVE = "arrive"  # from another lot (matured, merged): in
    LEAVE = "leave"  # to another lot: out
    SPEND = "spend"  # out
    EXPIRE = "expire"  # out
    CLAW = "claw"  # taken back: out
    REPAY = "repay"  # paid a debt: out
    HOLD = "hold"  # remaining -> held
    RELEASE = "release"  # held -> remaining
    CAPTURE = "capture"  # held -> out


class WalletStatus(enum.StrEnum):
    """Whether a wallet moves."""

    OPEN = "open"
    FROZEN = "frozen"  # earns, matures, expires; nothing can be spent or reserved
    CLOSED = "closed"  # merged into another member's


class HoldState(enum.StrEnum):
    """A hold resolves at most once."""

    OPEN = "open"
    CAPTURED = "captured"  # spent, perhaps in part; the rest went back
    RELEASED = "released"
    EXPIRED = "expired"  # released by the clock


class Reason:
    """Reasons the ledger itself writes on a transfer; callers bring their own (``order.paid``)."""

    MATURED: Final = "ledger.matured"
    EXPIRED: Final = "ledger.expired"
    RELEASED: Final = "ledger.released"
    HOLD_EXPIRED: Final = "ledger.hold_expired"
    CAPTURED: Final = "ledger.captured"
    DEBT_REPAID: Final = "ledger.debt_repaid"
    REVERSED: Final = "ledger.reversed"
    CLAWED: Final = "ledger.clawed"
    ADJUSTED: Final = "ledger.adjusted"
    MERGED: Final = "ledger.merged"
    UNMERGED: Final = "ledger.unmerged"

    ALL: ClassVar[tuple[str, ...]] = (
        MATURED, EXPIRED, RELEASED, HOLD_EXPIRED, CAPTURED, DEBT_REPAID,
        REVERSED, CLAWED, ADJUSTED, MERGED, UNMERGED,
    )  # fmt: skip
