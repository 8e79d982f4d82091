"""What the operator decides about check-in: typed, with bounds; kept in versions."""

from dataclasses import dataclass, fields

from app.kernel.i18n import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a whole number may be, and what it means.

    Attributes:
        label: lazily translated.
        help: one sentence for whoever sets it, lazily translated.
        unit: ``points`` or ``days`` or empty.
        zero: what 0 means, lazily translated; None: just 0.
    """

    least: int
    most: int
    label: object
    help: object
    unit: str = ""
    zero: object | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one version; version 0 is what a new house begins with.

    Attributes:
        card_price_points: what a make-up card costs; 0: none is for sale.
        shield_price_points: what a shield costs; 0: none is for sale.
        days_back: how many days back a card reaches; 0: nothing can be made up.
        shields_at_most: how many shields a member can hold by earning or buying.
        days_per_shield: each so many days in a row bring a shield; 0: they bring none.
        made_up_points: what a day earns that was made up with a card.
        valid_days: how long shields and cards keep; 0: for good.
    """

    card_price_points: int = 100
    shield_price_points: int = 200
    days_back: int = 7
    shields_at_most: int = 2
    days_per_shield: int = 10
    made_up_points: int = 0
    valid_days: int = 0
    version: int = 0


NAMES = tuple(each.name for each in fields(Rules) if each.name != "version")

BOUNDS: dict[str, Bounds] = {
    "card_price_points": Bounds(
        0,
        100_000,
        _l("Price of a make-up card"),
        _l("0 takes it off sale; cards that members hold stay good."),
        "points",
        _l("not for sale"),
    ),
    "shield_price_points": Bounds(
        0,
        100_000,
        _l("Price of a shield"),
        _l("0 takes it off sale; shields that members hold stay good."),
        "points",
        _l("not for sale"),
    ),
    "days_back": Bounds(
        0,
        31,
        _l("How far back a card reaches"),
        _l("7: a day of the last seven can be made up. 0: none."),
        "days",
    ),
    "shields_at_most": Bounds(
        0,
        7,
        _l("Shields kept at most"),
        _l("Whoever holds that many earns and buys no more."),
    ),
    "days_per_shield": Bounds(
        0,
        365,
        _l("Days in a row for a shield"),
        _l("10: the 10th, 20th, 30th day of a run brings one. 0: none is earned."),
        "days",
        _l("none is earned"),
    ),
    "made_up_points": Bounds(
        0,
        1_000,
        _l("Points for a made-up day"),
        _l("On top of milestones that it reaches. 0: the day only counts."),
        "points",
    ),
    "valid_days": Bounds(
        0,
        730,
        _l("How long shields and cards keep"),
        _l("Counted from the day they came; the oldest are used first. 0: for good."),
        "days",
        _l("for good"),
    ),
}
GRANT_POINTS = Bounds(
    0,
    1_000,
    _l("Points for the day"),
    _l("For each member, by the earning rules. 0: the day keeps the streak and earns nothing."),
    "points",
)
GRANT_DAYS_BACK = 60  # how far back a day can be granted
UNDO_DAYS = 7  # how long a grant can be undone
