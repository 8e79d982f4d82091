"""Formulas as they are stored, and what makes no sense in one."""

from collections.abc import Mapping
from typing import Any

from app.kernel.i18n import gettext as _
from app.ranking.types import Act, FieldError, Formula

MAX_WEIGHT = 1_000
MAX_CAP = 1_000
NUMBERS = {
    "pair_cap": (0, 1_000),
    "repeat_percent": (0, 100),
    "full_people": (0, 1_000),
    "quality_percent": (0, 500),
    "remix_percent": (0, 100),
    "buyer_percent": (0, 500),
}
"""Field -> least and most."""


def stored_formula(formula: Formula) -> dict[str, Any]:
    """Return a formula as plain values: equal formulas, equal values."""
    return {
        "weights": {act.value: weight for act, weight in sorted(formula.weights.items())},
        "day_caps": {act.value: cap for act, cap in sorted(formula.day_caps.items())},
        **{name: getattr(formula, name) for name in NUMBERS},
    }


def read_formula(stored: Mapping[str, Any]) -> Formula:
    """Read a formula back, or from an import; what is not named is as if it were not there.

    Raises:
        FieldError: an act that nobody knows, or a figure that makes no sense.
    """
    numbers = {name: _whole(name, stored[name]) for name in NUMBERS if name in stored}
    return Formula(
        _by_act("weights", stored.get("weights", {})),
        _by_act("day_caps", stored.get("day_caps", {})),
        **numbers,
    )


def check_formula(formula: Formula) -> None:
    """Refuse a formula that nobody could be scored by.

    Raises:
        FieldError: nothing counts, or a figure is out of its bounds.
    """
    if not formula.weights:
        raise FieldError("weights", _("Give at least one act a weight, else nobody scores."))
    for act, weight in formula.weights.items():
        _within(f"weight_{act.value}", weight, 1, MAX_WEIGHT)
    for act, cap in formula.day_caps.items():
        _within(f"cap_{act.value}", cap, 1, MAX_CAP)
    for name, (least, most) in NUMBERS.items():
        _within(name, getattr(formula, name), least, most)


def _within(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise FieldError(
            field, _("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
        )


def _by_act(field: str, stored: Any) -> dict[Act, int]:
    if not isinstance(stored, Mapping):
        raise FieldError(field, _("Name acts with a whole number each."))
    unknown = sorted(str(name) for name in stored if str(name) not in set(Act))
    if unknown:
        raise FieldError(field, _("Nobody knows these acts: %(names)s.", names=", ".join(unknown)))
    return {Act(name): _whole(field, value) for name, value in stored.items() if value}


def _whole(field: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError(field, _("Write whole numbers only."))
    return value
