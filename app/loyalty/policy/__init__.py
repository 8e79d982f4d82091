"""The rules of the game. Pure."""

from app.loyalty.policy.book import (
    BOOKS,
    CHECK_IN,
    CURRENT,
    MILESTONE,
    ORDER,
    V1,
    Rule,
    RuleBook,
    granted,
)

__all__ = [
    "BOOKS",
    "CHECK_IN",
    "CURRENT",
    "MILESTONE",
    "ORDER",
    "V1",
    "Rule",
    "RuleBook",
    "granted",
]
