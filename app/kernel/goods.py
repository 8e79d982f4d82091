"""What can be handed to a member besides points: a coupon, a badge, a ticket, goods by post.

A mall item, a prize of a draw and an award of a leaderboard all hand something over. What there is
to hand over only the domains know that own it: each registers a kind in its manifest::

    goods.register(goods.Kind("coupon", _l("Coupon"), choices=pools, give=give, take_back=void))

Whoever hands over asks :func:`give` inside his own use case, so that what is paid and what is got
are one transaction. A kind keeps its rows unique by ``Giving.key``: the same giving again hands
over nothing more and answers as the first did.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from app.kernel import listings
from app.kernel.errors import ConflictError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.listings import Listing, Option
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
class About:
    """What a page says of a thing that it offers.

    Attributes:
        lines: (what, in words).
        left: how many are left to give; None: as many as one likes.
    """

    lines: Sequence[tuple[str, str]] = ()
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a domain can hand over.

    Attributes:
        key: stable, lower case; stored by whoever hands over.
        label: what it is called, lazy.
        choices: (ref, label) of everything that may be chosen in a form now.
        listing: the same as rows, where a form asks many kinds by one statement.
        give: hands over inside the caller's use case; raises :class:`GoodsGoneError` when nothing
            is left and :class:`UnknownGoodsError` for a ref that never was.
        take_back: undoes a giving by its key; returns whether nothing of it had been used. False:
            it stays with the member. None: this kind is never taken back.
        left: how many are left to give; None: as many as one likes.
        is_amount: the ref is a whole number that is typed, not chosen (``points:200``).
        about: what the page that offers a thing says of it, by its ref. One statement.
        find: where a member finds what a giving handed over, by its key; None: nowhere.
        take_unused: takes back what of a giving nobody has used, of it only the pieces of these
            numbers where some are named; returns how many it took. None: it is whole or nothing.
        returnable: (number, name) of the pieces that its owner himself may give back now, by the
            giving's key. Whoever handed them over asks before he lets him; ``take_unused`` decides.
    """

    key: str
    label: object
    choices: Callable[[], Sequence[tuple[str, object]]]
    give: Callable[[Giving], Given]
    take_back: Callable[[str], bool] | None = None
    left: Callable[[str], int | None] = field(default=lambda _ref: None)
    is_amount: bool = False
    listing: Listing | None = None
    about: Callable[[str], About] = field(default=lambda _ref: About())
    find: Callable[[str], Ref | None] = field(default=lambda _key: None)
    take_unused: Callable[[str, Collection[int] | None], int] | None = None
    returnable: Callable[[str], Sequence[tuple[int, str]]] = field(default=lambda _key: ())


Undo = Callable[[int], bool]
"""Number in a giving's key -> whether the giver undid all of it: payment, order, the giving."""

_kinds: dict[str, Kind] = {}
_givers: dict[str, Undo] = {}


def register(kind: Kind) -> None:
    """Answer for a kind. Called from a domain's manifest."""
    _kinds[kind.key] = kind


def register_giver(prefix: str, undo: Undo) -> None:
    """Undo what was paid for givings with keys ``prefix:<number>``. Called from a manifest.

    What is handed over may be called off by whoever owns it (an event that doesn't happen): the
    giver then pays back, and takes the thing back on the way.
    """
    _givers[prefix] = undo


def call_off(key: str) -> bool:
    """Ask the giver of a giving to undo it; return whether he did. False: it was no purchase."""
    prefix, _, number = key.partition(":")
    undo = _givers.get(prefix)
    return undo is not None and number.isdecimal() and undo(int(number))


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


def take_unused(kind: str, giving: Giving, only: Collection[int] | None = None) -> int:
    """Undo of a giving what nobody has used; return how many pieces, 0 where nothing is unused.

    Args:
        kind: of what was handed over.
        giving: what was, as it was given.
        only: the numbers of some of its pieces, where not all of them go back.

    Raises:
        UnknownGoodsError: nobody answers for the kind.
    """
    known = kind_of(Thing(kind, "-"))
    if known.take_unused is not None:
        return known.take_unused(giving.key, only)
    return giving.count if only is None and take_back(kind, giving.key) else 0


def about(text: str | None) -> About:
    """Return what a page says of a thing that it offers; ``text`` is the thing as it is stored."""
    key, _, ref = (text or "").partition(":")
    kind = _kinds.get(key)
    return kind.about(ref) if kind else About()


def left(text: str) -> int | None:
    """Return how many of a thing are left to give, as its owner says; None: as many as one likes.

    Args:
        text: the thing as it is stored.
    """
    key, _, ref = text.partition(":")
    kind = _kinds.get(key)
    return kind.left(ref) if kind else None


def find(text: str | None, key: str) -> Ref | None:
    """Return where a member finds what was handed over; ``text`` is the thing, as it is stored."""
    kind = _kinds.get((text or "").partition(":")[0])
    return kind.find(key) if kind else None


def returnable(text: str | None, key: str) -> Sequence[tuple[int, str]]:
    """Return (number, name) of what the owner himself may give back now; ``text`` is the thing."""
    kind = _kinds.get((text or "").partition(":")[0])
    return kind.returnable(key) if kind else ()


def offered(
    wanted: Sequence[Kind], more: Sequence[Listing] = ()
) -> tuple[list[tuple[str, str]], list[list[Option]]]:
    """Return the things of kinds as a form offers them, and what else it asks for.

    One statement for all listings, and one for each kind that has none.
    """
    listed = [kind.listing for kind in wanted if kind.listing]
    found = iter(asked := listings.offered([*listed, *more]))
    things = [
        (f"{kind.key}:{ref}", f"{kind.label}: {label}")
        for kind in wanted
        for ref, label in (next(found) if kind.listing else kind.choices())
    ]
    return things, asked[len(listed) :]


def label_of(thing: Thing) -> object:
    """Return what a thing is called in a form, or its own text where it is not offered now."""
    kind = _kinds.get(thing.kind)
    if kind is None:
        return str(thing)
    return next((label for ref, label in kind.choices() if ref == thing.ref), thing.ref)
