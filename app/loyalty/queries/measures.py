"""Figures of members that badges may ask for; the domain that keeps one registers it.

``tiers`` registers the rank of a member's tier, ``checkin`` his longest streak. A badge asks for
"at least so much"; loyalty need not know what it means.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

Expression = Callable[[Any], sa.ColumnElement[Any]]
"""A column of member ids -> an SQL expression: his figure, a whole number or NULL."""

STREAK = "checkin.streak"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a member.

    Attributes:
        key: dotted, stable: stored with badges.
        label: lazily translated: "Tier reached".
        expression: his figure; one look-up, no more.
        action: the act after which it may have changed; empty: the nightly sweep finds out.
    """

    key: str
    label: object
    expression: Expression
    action: str = ""


_measures: dict[str, Measure] = {}


def register(measure: Measure) -> None:
    """Offer a measure. Called from a domain's manifest."""
    _measures[measure.key] = measure


def find(key: str) -> Measure | None:
    """Return a measure, or None where nobody registered it."""
    return _measures.get(key)


def known() -> list[Measure]:
    """Return all measures, by key."""
    return [_measures[key] for key in sorted(_measures)]
