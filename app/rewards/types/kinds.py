"""Enums of the mall."""

from enum import StrEnum


class Delivery(StrEnum):
    """How what was redeemed reaches the member."""

    POST = "post"  # a parcel: it needs an address
    GOODS = "goods"  # handed over at once by the domain that owns it (kernel.goods)


class Drop(StrEnum):
    """How a limited drop is shared out."""

    NONE = "none"
    FIRST_COME = "first_come"  # whoever comes first from the start on
    LOTS = "lots"  # entries in a window, then lots are drawn


class Movement(StrEnum):
    """Why a stock changed."""

    INITIAL = "initial"
    RECEIVED = "received"
    BOUGHT = "bought"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    GIVEN = "given"  # a prize, an award: handed over without points
    TAKEN_BACK = "taken_back"
    CORRECTED = "corrected"
    DAMAGED = "damaged"


class State(StrEnum):
    """Where an order stands. ``policy.NEXT`` says what may follow what."""

    WAITING_MONEY = "waiting_money"  # points are held until the money part is paid
    WAITING_REST = "waiting_rest"  # pre-ordered: the deposit is held, the rest is due later
    WAITING_ADDRESS = "waiting_address"
    TO_PACK = "to_pack"
    PACKED = "packed"
    SHIPPED = "shipped"
    DONE = "done"
    PROBLEM = "problem"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Entry(StrEnum):
    """What became of a ticket in a draw of lots."""

    WAITING = "waiting"
    WON = "won"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """Why an order ended, or stands still."""

    MEMBER = "member"  # he changed his mind
    STAFF = "staff"
    UNPAID = "unpaid"  # the money part or the rest did not come in time
    TAKEN_BACK = "taken_back"  # the prize behind it was withdrawn
    LEFT = "left"  # the member closed his account
    ADDRESS = "address"
    DAMAGED = "damaged"
    LOST = "lost"
    RETURNED = "returned"
    OTHER = "other"
