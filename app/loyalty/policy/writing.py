"""Rule books as data, and back: what is stored is what decides. Canonical, so it has a digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from app.ledger.types import Fund
from app.loyalty.policy.book import ALWAYS
from app.loyalty.types import (
    Campaign,
    Cap,
    Compare,
    Condition,
    Expiry,
    Lapse,
    Rule,
    RuleBook,
    Value,
    Window,
)


def digest_of(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a written book, hexadecimal; the same for the same book."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def written(book: RuleBook) -> dict[str, Any]:
    """Return a book as plain data, without its version."""
    return {
        "minor_per_point": book.minor_per_point,
        "order_expiry": _expiry(book.order_expiry),
        "rules": [written_rule(rule) for _, rule in sorted(book.rules.items())],
        "campaigns": [written_campaign(each) for _, each in sorted(book.campaigns.items())],
    }


def written_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain data."""
    body = {field.name: getattr(rule, field.name) for field in fields(rule)}
    return body | {
        "fund": rule.fund.value,
        "caps": [_cap(cap) for cap in rule.caps],
        "pair_cap": _cap(rule.pair_cap) if rule.pair_cap else None,
        "conditions": [_condition(each) for each in rule.conditions],
        "expiry": _expiry(rule.expiry),
        "steps": {str(step): points for step, points in sorted(rule.steps.items())},
        "names": dict(rule.names),
    }


def written_campaign(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign as plain data."""
    body = {field.name: getattr(campaign, field.name) for field in fields(campaign)}
    return body | {
        "names": dict(campaign.names),
        "actions": list(campaign.actions),
        "conditions": [_condition(each) for each in campaign.conditions],
        "starts_at": campaign.starts_at.isoformat(),
        "ends_at": campaign.ends_at.isoformat(),
    }


def _cap(cap: Cap) -> dict[str, Any]:
    return {"window": cap.window.value, "points": cap.points, "times": cap.times}


def _condition(condition: Condition) -> dict[str, Any]:
    value = condition.value
    return {
        "attribute": condition.attribute,
        "test": condition.test.value,
        "value": list(value) if isinstance(value, tuple) else value,
    }


def _expiry(expiry: Expiry) -> dict[str, Any]:
    on = expiry.on.isoformat() if expiry.on else None
    return {"kind": expiry.kind.value, "length": expiry.length, "on": on}


# --- and back ------------------------------------------------------------------------------------


def read_book(version: int, body: Mapping[str, Any]) -> RuleBook:
    """Return the book that :func:`written` wrote.

    Raises:
        KeyError, ValueError: it is none.
    """
    known = {each["key"] for each in body["rules"]}
    rules = [read_rule(each) for each in body["rules"]]
    rules += [rule for rule in ALWAYS if rule.key not in known]
    campaigns = [read_campaign(each) for each in body["campaigns"]]
    return RuleBook(
        version,
        MappingProxyType({rule.key: rule for rule in rules}),
        int(body["minor_per_point"]),
        MappingProxyType({each.key: each for each in campaigns}),
        _read_expiry(body["order_expiry"]),
    )


def read_rule(body: Mapping[str, Any]) -> Rule:
    """Return the rule that :func:`written_rule` wrote."""
    return Rule(
        **{
            **body,
            "fund": Fund(body["fund"]),
            "caps": tuple(_read_cap(each) for each in body["caps"]),
            "pair_cap": _read_cap(body["pair_cap"]) if body["pair_cap"] else None,
            "conditions": tuple(_read_condition(each) for each in body["conditions"]),
            "expiry": _read_expiry(body["expiry"]),
            "steps": MappingProxyType({int(k): v for k, v in body["steps"].items()}),
            "names": MappingProxyType(dict(body["names"])),
        }
    )


def read_campaign(body: Mapping[str, Any]) -> Campaign:
    """Return the campaign that :func:`written_campaign` wrote."""
    return Campaign(
        **{
            **body,
            "names": MappingProxyType(dict(body["names"])),
            "actions": tuple(body["actions"]),
            "conditions": tuple(_read_condition(each) for each in body["conditions"]),
            "starts_at": datetime.fromisoformat(body["starts_at"]),
            "ends_at": datetime.fromisoformat(body["ends_at"]),
        }
    )


def _read_cap(body: Mapping[str, Any]) -> Cap:
    return Cap(Window(body["window"]), body["points"], body["times"])


def _read_condition(body: Mapping[str, Any]) -> Condition:
    value: Value | list[int | str] = body["value"]
    plain = tuple(value) if isinstance(value, list) else value
    return Condition(body["attribute"], Compare(body["test"]), plain)


def _read_expiry(body: Mapping[str, Any]) -> Expiry:
    on = date.fromisoformat(body["on"]) if body["on"] else None
    return Expiry(Lapse(body["kind"]), body["length"], on)
