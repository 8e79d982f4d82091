"""What can be handed to a member besides points: a coupon, a badge, a ticket, goods by post.

A mall item, a prize of a draw and an award of a leaderboard all hand something over. What there is
to hand over only the domains know that own it: each registers a kind in its manifest::

    goods.register(goods.Kind("coupon", _l("Coupon"), choices=pools, give=give, take_back=void))

Whoever hands over asks :func:`give` inside his own use case, so that what is paid and what is got
are one transaction. A kind keeps its rows unique by ``Giving.key``: the same giving again hands
over nothing more and answers as the first did.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.kernel.errors import ConflictError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref

MAX_KEY = 96
MAX_REF = 64


class GoodsGoneError(ConflictError):
    """Nothing of it is left, or it is not given any more.

    Nothing was handed over, and nothing was *written* either: whoever asked may go on in the same
    transaction, e.g. with another prize.
    """

    code = "goods_gone"
    default_message = _l("The last one has just gone. Nothing was taken from you.")


class UnknownGoodsError(LookupError):
    """No domain answers for this kind, or the kind does not know this thing."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a kind, as a form stores it.

    Attributes:
        kind: who answers for it, e.g. ``coupon``.
        ref: which one: an id, a key or an amount, as the kind understands it.
    """

    kind: str
    ref: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"

    @classmethod
    def parse(cls, text: str) -> "Thing":
        """Read ``kind:ref`` back.

        Raises:
            ValueError: the text names no thing.
        """
        kind, colon, ref = text.partition(":")
        if not (kind and colon and ref) or len(ref) > MAX_REF:
            message = f"{text!r} names no thing"
            raise ValueError(message)
        return cls(kind, ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """One handing over.

    Attributes:
        member_id: who gets it.
        ref: which thing of the kind.
        count: how many, ≥ 1.
        key: names the giving for ever, unique over all givers: ``mall:<order id>``,
            ``draw:<play id>``; ids only, at most 96 characters.
        source: what it is for, so that a line can link to it.
    """

    member_id: int
    ref: str
    key: str
    count: int = 1
    source: Ref | None = None

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        if self.count < 1 or not 0 < len(self.key) <= MAX_KEY:
            message = f"no giving: {self.count} by {self.key!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Given:
    """What was handed over.

    Attributes:
        is_new: False when this key had handed it over before.
        where: reference to where the member finds it (his coupon, his order), if anywhere.
    """

    is_new: bool
    where: Ref | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a domain can hand over.

    Attributes:
        key: stable, lower case; stored by whoever hands over.
        label: what it is called, lazy.
        choices: (ref, label) of everything that may be chosen in a form now.
        give: hands over inside the caller's use case; raises :class:`GoodsGoneError` when nothing
            is left and :class:`UnknownGoodsError` for a ref that never was.
        take_back: undoes a giving by its key; returns whether nothing of it had been used. False:
            it stays with the member. None: this kind is never taken back.
        left: how many are left to give; None: as many as one likes.
        is_amount: the ref is a whole number that is typed, not chosen (``points:200``).
    """

    key: str
    label: object
    choices: Callable[[], Sequence[tuple[str, object]]]
    give: Callable[[Giving], Given]
    take_back: Callable[[str], bool] | None = None
    left: Callable[[str], int | None] = field(default=lambda _ref: None)
    is_amount: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Answer for a kind. Called from a domain's manifest."""
    _kinds[kind.key] = kind


def kinds() -> list[Kind]:
    """Return everything that can be handed over in this house."""
    return list(_kinds.values())


def kind_of(thing: Thing) -> Kind:
    """Return who answers for a thing.

    Raises:
        UnknownGoodsError: nobody does.
    """
    try:
        return _kinds[thing.kind]
    except KeyError:
        raise UnknownGoodsError(str(thing)) from None


def give(kind: str, giving: Giving) -> Given:
    """Hand one thing over, in the caller's transaction.

    Raises:
        UnknownGoodsError: nobody answers for the kind, or it does not know the thing.
        GoodsGoneError: nothing of it is left.
    """
    return kind_of(Thing(kind, giving.ref)).give(giving)


def take_back(kind: str, key: str) -> bool:
    """Undo a giving where that still can be; return whether it was whole and unused.

    Raises:
        UnknownGoodsError: nobody answers for the kind.
    """
    undo = kind_of(Thing(kind, "-")).take_back
    return undo is not None and undo(key)


def label_of(thing: Thing) -> object:
    """Return what a thing is called in a form, or its own text where it is not offered now."""
    kind = _kinds.get(thing.kind)
    if kind is None:
        return str(thing)
    return next((label for ref, label in kind.choices() if ref == thing.ref), thing.ref)
