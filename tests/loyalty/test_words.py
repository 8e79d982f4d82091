"""Every reason that this floor and the ledger post under is told in words."""

import pytest
from flask import Flask

from app.kernel import i18n, reasons
from app.ledger.types import Reason
from app.loyalty import policy, queries

ACTIONS = tuple(policy.V1.rules)
STEPS = tuple(f"{policy.MILESTONE}.{days}" for days in (7, 14, 30, 100))


@pytest.mark.parametrize("reason", [*ACTIONS, *STEPS, *Reason.ALL])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_has_words_and_an_icon(app: Flask, reason: str, language: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        nameless = str(reasons.meaning_of("nobody.knows").label)

        assert str(queries.describe(reason)) not in {"", nameless}
        assert reasons.meaning_of(reason).icon


def test_a_step_nobody_named_is_told_as_its_ladder(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert str(queries.describe("checkin.milestone.365")) == "Streak bonus"
        assert str(queries.describe("checkin.milestone.30")) == "Streak bonus: 30 days"
        assert str(queries.describe("nobody.knows")) == "Points"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("thread.published", "10 points each time, up to 50 a day."),
        ("like.received", "1 point each time, up to 20 a day."),
        ("checkin.daily", "10 points each time."),
        ("order.paid", "1 point for each full 1.00 paid"),
        ("checkin.milestone.7", "7 days: +30 · 14 days: +60"),
        ("ledger.expired", "had a last day"),
    ],
)
def test_the_rule_behind_a_line_is_told(app: Flask, reason: str, words: str) -> None:
    with app.test_request_context("/?lang=en"):
        assert words in reasons.explain(reason, 1)
        assert reasons.version_label(1) == "Rules, version 1"
        assert reasons.version_label(None) == ""
        assert i18n.locale_tag() == "en"


@pytest.mark.parametrize(
    ("paid_minor", "points"), [(-500, 0), (0, 0), (99, 0), (100, 1), (12_999, 129)]
)
def test_an_orders_points_are_rounded_down(app: Flask, paid_minor: int, points: int) -> None:
    assert queries.order_points(paid_minor) == points
    assert queries.order_points(paid_minor, rule_version=1) == points
